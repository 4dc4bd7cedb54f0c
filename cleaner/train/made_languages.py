"""Invented lines of stored text in the languages that have rules, of most of which no labelled page is there.

Sentences are those that the rules must leave and those of the bulletins' frames; what is no body are the rules' own
examples. So the line model learns what a rule of any language says of a line, and how a short text in it looks.
Seeded: the same pages every time.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from cleaner import sentence_marks
from cleaner.strip import rules
from cleaner.strip.prose import ends_in_mark
from cleaner.train.frames import Frames

PAGES = 3
"""Pages of a language."""
MIN_SENTENCES = 6
"""A language with fewer of them is left out."""
MIN_WORDS = 4
"""Words of a sentence."""
QUOTED = {"ja": ("「", "」"), "zh": ("“", "”"), "ko": ("“", "”"), "de": ("„", "“"), "cs": ("„", "“")}
QUOTES = (("“", "”"), ("«", "»"), ("„", "”"))
"""Where a language is not in QUOTED."""
LENGTHS = (2, 3, 4, 6, 10, 20)
"""Paragraphs of a page."""


class _Maker:
    """Writes pages in one language."""

    def __init__(self, language: str, frames: Frames) -> None:
        self.chance, self.frames, self.language = frames.chance, frames, language
        own = rules.load(language)
        self.sentences = [
            line for rule in own for line in rule.leave if ends_in_mark(line) and rules.count_words(line) >= MIN_WORDS
        ]
        self.leftovers = [(rule.place, line) for rule in own if rule.effect == "line" for line in rule.match]
        self.unspaced = any(rules.count_words(line) > len(line.split()) for line in self.sentences[:1])
        self.quotes = QUOTED.get(language) or self.chance.choice(QUOTES)
        self.deck: list[str] = []
        self.heads = [line for rule in own if rule.effect == "section" for line in rule.match]

    def sentence(self) -> str:
        """Each once before one comes again."""
        if not self.deck:
            self.deck = self.chance.sample(self.sentences, len(self.sentences))
        return self.deck.pop()

    def paragraph(self) -> str:
        """A bulletin, or one to three sentences, some in quotes."""
        pack = self.frames.packs.get(self.language)
        if pack is not None and self.chance.random() < 0.3:
            return self.frames.fill(self.language, self.chance.choice(pack["frames"]))[0].text.replace("\n", " ")
        made = [self.sentence() for _ in range(self.chance.choice((1, 1, 2, 3)))]
        if self.chance.random() < 0.3:
            at, (left, right) = self.chance.randrange(len(made)), self.quotes
            said = made[at].rstrip(sentence_marks.COMMON) if self.chance.random() < 0.5 else made[at]
            made[at] = f"{left}{said}{right}"
        return ("" if self.unspaced else " ").join(made)

    def title(self) -> str:
        """A sentence without its mark."""
        return self.sentence().rstrip(sentence_marks.COMMON).rstrip()

    def leftover(self, *places: str) -> str:
        """A line that a rule of one of these places must match, or a title where there is none."""
        return self.chance.choice([line for place, line in self.leftovers if place in places] or [self.title()])

    def page(self) -> tuple[list[str], list[bool]]:
        """The lines of a page, and for each whether it is body."""
        one = self.chance
        parts: list[tuple[list[str], bool]] = []
        if one.random() < 0.4:
            parts.append(([self.leftover("head", "anywhere") for _ in range(one.randint(1, 4))], False))
        parts.append(([self.title()], False))
        if one.random() < 0.3:
            parts.append(([self.leftover("head", "anywhere")], False))
        left = one.choice(LENGTHS)
        while left > 0:
            run = min(left, one.randint(1, 6))
            parts.append(([self.paragraph() for _ in range(run)], True))
            left -= run
            if one.random() < 0.5:
                parts.append(([self.leftover("anywhere")], False))
        if self.heads and one.random() < 0.5:
            parts.append(([one.choice(self.heads), *(self.title() for _ in range(one.randint(2, 8)))], False))
        if one.random() < 0.5:
            parts.append(([self.leftover("tail", "anywhere") for _ in range(one.randint(1, 5))], False))
        lines = [line for part, _ in parts for line in part]
        return lines, [kept for part, kept in parts for _ in part]


def pages(number: int = PAGES, seed: int = 13) -> Iterator[tuple[str, list[str], list[bool]]]:
    """So many pages of each language: the language, the lines, and for each whether it is body."""
    frames = Frames(random.Random(seed))
    for language in sorted(rules.LANGUAGES):
        maker = _Maker(language, frames)
        if language != "en" and len(maker.sentences) >= MIN_SENTENCES and maker.leftovers:
            for _ in range(number):
                yield language, *maker.page()
