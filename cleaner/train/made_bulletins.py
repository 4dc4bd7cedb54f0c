"""Pairs of bulletins from ``frames``: others of one frame, and one of them corrected, cut or wrapped."""

from __future__ import annotations

import random
import re
from dataclasses import replace

from cleaner import sentence_marks
from cleaner.records import Article
from cleaner.train.frames import Frames
from cleaner.train.made_texts import mistyped, one_number_changed


def others(frames: Frames, chance: random.Random) -> tuple[Article, Article]:
    """Two bulletins of one frame, in which a place or a day may be the same."""
    lang, frame = frames.pick()
    one, values = frames.fill(lang, frame)
    keep = {key: values[key] for key in values if key in "pqwv" and chance.random() < 0.25}
    other, _ = frames.fill(lang, frame, keep)
    if chance.random() < 0.3:
        one, other = replace(one, title=None), replace(other, title=None)
    return one, other


def alike(frames: Frames, chance: random.Random) -> tuple[Article, Article]:
    """The same place on another day: most of the filling stays."""
    lang, frame = frames.pick()
    one, values = frames.fill(lang, frame)
    slots = [key for key in values if key not in "pqwvty"] or list("pw")
    changed = set(chance.sample(slots, max(1, min(len(slots), chance.randint(2, 4)))))
    kept = {key: value for key, value in values.items() if key not in changed}
    if chance.random() < 0.7:
        kept.pop("y", None)
    other, _ = frames.fill(lang, frame, kept)
    while other.text == one.text:
        other, _ = frames.fill(lang, frame)
    return one, other


def corrected(frames: Frames, chance: random.Random) -> tuple[Article, Article]:
    """One figure corrected under one address, or one title of one site."""
    lang, frame = frames.pick()
    one, _ = frames.fill(lang, frame)
    text = one_number_changed(one.text, chance)
    if chance.random() < 0.5:
        return one, replace(one, text=text)
    title = one.title or "Notice"
    return replace(one, title=title), replace(one, text=text, url=f"{one.url}-2", title=title)


def wrapped(frames: Frames, chance: random.Random) -> tuple[Article, Article]:
    """A bulletin, and the same cut, mistyped or between words of a page."""
    lang, frame = frames.pick()
    one, _ = frames.fill(lang, frame)
    parts = _sentences(one.text)
    text = one.text
    if len(parts) > 2 and chance.random() < 0.4:
        text = " ".join(parts[: max(1, len(parts) // 2)])
    text = mistyped(text, chance, 0.02) if chance.random() < 0.5 else text
    if chance.random() < 0.4:
        text = f"Home\nNews\n{text}\nShare this\nComments (0)"
    title = one.title if chance.random() < 0.7 else None
    return one, replace(one, text=text, title=title, url=f"https://other.example/{chance.randrange(99999)}")


def _sentences(text: str) -> list[str]:
    return re.split(rf"(?<=[{sentence_marks.COMMON}])\s*", text.replace("\n", " ")) if text else []
