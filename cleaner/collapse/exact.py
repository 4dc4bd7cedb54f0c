"""Exact copies: texts that hold the same words in the same order (case, width, punctuation and white space folded)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from cleaner.collapse.words import tokens

MIN_WORDS = 5
"""Shorter texts are never taken for copies of each other: they say too little ("Page not found")."""


def groups(digests: Sequence[bytes], words: Iterable[int], text: Callable[[int], str]) -> list[list[int]]:
    """Places of the texts with the same words, each group ascending, groups by their first place.

    ``digests`` and ``words`` are the texts' digests and numbers of words (``signing.Hashed``), ``text`` gives
    one: equal digests are looked at, for who writes pages can make texts whose digests are equal.
    """
    members: dict[bytes | int, list[int]] = {}
    for i, (digest, number) in enumerate(zip(digests, words, strict=True)):
        members.setdefault(i if number < MIN_WORDS else digest, []).append(i)
    same = [part for group in members.values() for part in (_told_apart(group, text) if len(group) > 1 else [group])]
    return sorted(same)


def _told_apart(group: Sequence[int], text: Callable[[int], str]) -> list[list[int]]:
    """Parts of a group whose texts have the same words."""
    written: dict[str, list[int]] = {}
    for i in group:
        written.setdefault(text(i), []).append(i)
    if len(written) == 1:
        return [list(group)]
    same: dict[tuple[str, ...], list[int]] = {}
    for text_of, places in written.items():
        same.setdefault(tuple(tokens(text_of)), []).extend(places)
    return [sorted(places) for places in same.values()]
