"""What stands far below the body that a page declares: notices on cookies and terms at length, other articles.

Such text is prose and reads like a body. A page whose JSON-LD holds one ``articleBody``, all of which stands on the
page in one piece, says where its article ends. Many declare a beginning only, and go on right below it: so the text
must stop there.
"""

from __future__ import annotations

from collections.abc import Sequence

from cleaner.strip.models import declared

MIN_CHARS = 1_000
"""Characters from which a declared body is taken for the whole one: summaries are shorter."""
LEAST, MOST = 0.85, 1.1
"""Share of its characters that must stand in blocks of the page, and may (captions stand in it and by the image)."""
GAP = 8
"""Blocks below the declared body that are no body, before what is cut. On the development pages texts that go on have
at most 2 (prices, a name) and two notices of 1,400 words 17."""
MAX_WORK = 20_000_000
"""Characters that are looked through for the blocks, in all."""


def blocks(html: str, texts: Sequence[str], kept: Sequence[bool]) -> range:
    """The blocks that are below the article; ``kept`` says for each whether it is held for body."""
    nothing = range(0)
    if not _has_gap(kept) or not declared.is_single(html):
        return nothing
    body = declared.text_of(html)
    if len(body) < MIN_CHARS or len(body) * len(texts) > MAX_WORK:
        return nothing
    held = [i for i, text in enumerate(texts) if len(text) >= declared.START_CHARS and text in body]
    if not held or not body.endswith(texts[held[-1]][-declared.START_CHARS :]):
        return nothing
    share = sum(map(len, {texts[i] for i in held})) / len(body)
    first = next((i for i in range(held[-1] + 1, len(texts)) if kept[i]), len(texts))
    if not LEAST <= share <= MOST or first - held[-1] <= GAP:
        return nothing
    return range(first, len(texts))


def _has_gap(kept: Sequence[bool]) -> bool:
    """Whether there is body below so many blocks that are none, above which there is some too."""
    last = None
    for i, is_body in enumerate(kept):
        if is_body:
            if last is not None and i - last > GAP:
                return True
            last = i
    return False
