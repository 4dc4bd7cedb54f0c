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


def cores(hashes: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Each text's shingle hashes without those of templates. Takes and gives ascending distinct uint32."""
    if not hashes:
        return []
    everything = np.concatenate(hashes)
    values, frequency = np.unique(everything, return_counts=True)
    if not len(values) or frequency.max() < HOT:
        return list(hashes)
    hot_values = values[frequency >= HOT]
    total = np.zeros(len(hot_values))
    count = np.zeros(len(hot_values), dtype=np.int64)
    for own in hashes:
        spots = np.flatnonzero(np.isin(hot_values, own, assume_unique=True))
        total[spots] += len(spots) / max(1, len(own))
        count[spots] += 1
    template = hot_values[total / np.maximum(count, 1) < WIRE_SHARE]
    result = []
    for own in hashes:
        core = own[~np.isin(own, template, assume_unique=True)]
        result.append(core if len(core) >= min(MIN_CORE, len(own)) else own)
    return result
