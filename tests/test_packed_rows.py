"""Reports that outlive a run: rows out of packed portions against the documents packed anew, and counts of terms."""

from __future__ import annotations

from collections import Counter
from functools import cache

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.collapse.event.document import KINDS, Document
from cleaner.collapse.event.packed_bags import hashes, pack, read_documents
from cleaner.collapse.event.packed_rows import frequencies, taken
from cleaner.records import Article

TEXTS = (
    "Mayor Ada Lind opened the new harbour bridge on Monday. The bridge cost 40 million crowns and took 3 years to build.",
    "Rain flooded 12 streets of Tarnby on Tuesday, the fire brigade said, and 300 people left their houses.",
    "Der Stadtrat von Tarnby hat am Montag die neue Brücke eröffnet. Sie kostete 40 Millionen Kronen.",
    "Harbour bridge opened: the mayor of Tarnby, Ada Lind, cut the ribbon before 3,000 people in the rain.",
    "Yes.",
)


@cache
def documents() -> list[Document]:
    articles = [Article(str(k), text, date=f"2026-03-0{k + 1}", lang=None, site="a.example") for k, text in enumerate(TEXTS)]
    return list(read_documents([*articles, Article("6", TEXTS[1], title="Flood", lang="en")]))


PORTIONS = st.lists(st.lists(st.integers(0, 5), max_size=4), min_size=1, max_size=4)


@settings(max_examples=60, deadline=None)
@given(PORTIONS, st.data())
def test_rows_of_portions_are_their_documents_packed(parts, data):
    every = [number for part in parts for number in part]
    rows = data.draw(st.lists(st.sampled_from(range(len(every))), unique=True)) if every else []
    own = [documents()[number] for number in every]
    found = dict(taken([pack(documents()[k] for k in part) for part in parts], np.array(rows, np.int64)))
    wanted = pack(own[row] for row in rows)
    assert found.keys() == wanted.keys()
    for name, values in wanted.items():
        assert (found[name].dtype, found[name].tolist()) == (values.dtype, values.tolist()), name


@settings(max_examples=60, deadline=None)
@given(PORTIONS, st.data())
def test_documents_that_hold_a_term(parts, data):
    without = [data.draw(st.sets(st.sampled_from(range(len(part))))) if part else set() for part in parts]
    rows = [np.array(sorted(some), np.int64) for some in without]
    left = [documents()[k] for part, gone in zip(parts, without, strict=True) for at, k in enumerate(part) if at not in gone]
    counted = frequencies([(pack(documents()[k] for k in part), some) for part, some in zip(parts, rows, strict=True)])
    languages = dict(sorted(Counter(one.language for one in left).items()))
    for kind in KINDS:
        terms = {term for one in documents() for term in getattr(one, kind)} | {"no such"}
        order = sorted(terms, key=lambda term: hashes([term])[0])
        found, sizes = counted[kind](hashes(order))
        assert sizes == list(languages.values())
        for code, numbers in zip(languages, found, strict=True):
            assert numbers.tolist() == [sum(one.language == code and term in getattr(one, kind) for one in left) for term in order]
