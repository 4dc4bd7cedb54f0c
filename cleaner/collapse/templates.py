"""What many different texts share: shingles of a template say nothing about what a text tells.

A wire story that five hundred sites print is frequent too. The difference is in the rest: a page of a
template holds a body of its own in one piece, a copy holds edits and the leftovers of its site.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

HOT = 100
"""Texts that hold a shingle from which it is suspected of being a template's."""
SITE_COPIES = 8
SITE_SHARE = 0.3
"""The same within one site: so many of its texts, and this share of them."""
BODY_SHINGLES = 80
"""Shingles in a row that no template holds from which a text has a body of its own.

Set so that pages of 300 template words and 100 own ones stay apart (the prototype's measure), and copies
with 60 words of their site's leftovers, or every twentieth word edited, stay together.
"""
MIN_CORE = 10
"""Shingles a text must keep; one that is nearly all template keeps its template."""


def cores(ordered: Sequence[np.ndarray], sites: Sequence[str | None] | None = None) -> list[np.ndarray]:
    """Each text's distinct shingle hashes, ascending (uint32), without those of templates.

    ``ordered`` are the texts' shingle hashes in text order, ``sites`` names where they stand (None where
    it is not known).
    """
    distinct = [np.unique(own) for own in ordered]
    if not distinct:
        return []
    result = without(distinct, template(ordered, distinct, HOT))
    by_site: dict[str, list[int]] = {}
    for i, site in enumerate(sites or ()):
        if site is not None:
            by_site.setdefault(site, []).append(i)
    for members in by_site.values():
        least = max(SITE_COPIES, SITE_SHARE * len(members))
        if len(members) >= least:
            frame = template([ordered[i] for i in members], [distinct[i] for i in members], least)
            for i, core in zip(members, without([result[i] for i in members], frame), strict=True):
                result[i] = core
    return result


def template(ordered: Sequence[np.ndarray], distinct: Sequence[np.ndarray], least: float) -> np.ndarray:
    """Shingles that at least so many texts hold, most of which have a body of their own beside them."""
    values, frequency = np.unique(np.concatenate(distinct), return_counts=True)
    frequent: np.ndarray = values[frequency >= least]
    if not len(frequent):
        return frequent
    bodies = np.zeros(len(frequent), dtype=np.int64)
    holders = np.zeros(len(frequent), dtype=np.int64)
    for own, once in zip(ordered, distinct, strict=True):
        held = np.isin(frequent, once, assume_unique=True)
        if held.any():
            holders += held
            if _longest_run(~np.isin(own, frequent)) >= BODY_SHINGLES:
                bodies += held
    mostly: np.ndarray = frequent[2 * bodies > holders]
    return mostly


def _longest_run(flags: np.ndarray) -> int:
    """Length of the longest run of True."""
    edges = np.flatnonzero(np.diff(np.r_[False, flags, False]))
    return int((edges[1::2] - edges[::2]).max(initial=0))


def without(distinct: Sequence[np.ndarray], shingles: np.ndarray) -> list[np.ndarray]:
    """Ascending hash sets without these shingles; a text that is nearly all template keeps its template."""
    if not len(shingles):
        return list(distinct)
    cut = [own[~np.isin(own, shingles, assume_unique=True)] for own in distinct]
    return [core if len(core) >= min(MIN_CORE, len(own)) else own for core, own in zip(cut, distinct, strict=True)]
