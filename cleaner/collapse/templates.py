"""What many different texts share: shingles of a template say nothing about what a text tells.

A wire story that five hundred sites print is frequent too. The difference is in the rest: the copies
consist of little else, pages of one template each hold a body of their own.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

HOT = 100
"""Texts that hold a shingle from which it is suspected of being a template's."""
WIRE_SHARE = 0.85
"""Share of frequent shingles in a text from which it is taken for a copy of something printed often.

Both set so that pages of 300 template words and 100 own ones stay apart (the prototype's measure) while
copies with up to 15 % of a site's own words stay together.
"""
MIN_CORE = 10
"""Shingles a text must keep; one that is nearly all template keeps its template."""


SITE_COPIES = 8
SITE_SHARE = 0.3
"""Texts of one site, and share of that site's texts, from which a shingle they hold is its template's: no
site prints one story so often."""


def cores(hashes: Sequence[np.ndarray], sites: Sequence[str | None] | None = None) -> list[np.ndarray]:
    """Each text's shingle hashes without those of templates. Takes and gives ascending distinct uint32.

    ``sites`` names each text's site (None where it is not known).
    """
    if not hashes:
        return []
    template = _hot(hashes)
    by_site: dict[str, list[int]] = {}
    for i, site in enumerate(sites or ()):
        if site is not None:
            by_site.setdefault(site, []).append(i)
    result = [_without(own, template) for own in hashes]
    for members in by_site.values():
        repeated = _repeated([hashes[i] for i in members])
        for i in members:
            result[i] = _without(result[i], repeated)
    return result


def _hot(hashes: Sequence[np.ndarray]) -> np.ndarray:
    """Frequent shingles of texts that hold much else."""
    values, frequency = np.unique(np.concatenate(hashes), return_counts=True)
    hot_values = values[frequency >= HOT]
    if not len(hot_values):
        return hot_values
    total = np.zeros(len(hot_values))
    count = np.zeros(len(hot_values), dtype=np.int64)
    for own in hashes:
        spots = np.flatnonzero(np.isin(hot_values, own, assume_unique=True))
        total[spots] += len(spots) / max(1, len(own))
        count[spots] += 1
    template: np.ndarray = hot_values[total / np.maximum(count, 1) < WIRE_SHARE]
    return template


def _repeated(hashes: Sequence[np.ndarray]) -> np.ndarray:
    """Shingles that stand in many texts of one site."""
    least = max(SITE_COPIES, SITE_SHARE * len(hashes))
    if len(hashes) < least:
        return np.empty(0, np.uint32)
    values, frequency = np.unique(np.concatenate(hashes), return_counts=True)
    repeated: np.ndarray = values[frequency >= least]
    return repeated


def _without(own: np.ndarray, template: np.ndarray) -> np.ndarray:
    if not len(template):
        return own
    core: np.ndarray = own[~np.isin(own, template, assume_unique=True)]
    return core if len(core) >= min(MIN_CORE, len(own)) else own
