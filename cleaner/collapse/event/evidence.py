"""Why two articles are taken for one event, in words a person can check."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any

import numpy as np

from cleaner.collapse.event.document import Reader
from cleaner.collapse.event.index import Corpus
from cleaner.collapse.event.lexicon import Words
from cleaner.collapse.event.names import count_numbers, find_names
from cleaner.collapse.event.packed_bags import hashes
from cleaner.collapse.event.terms import base_form, fold
from cleaner.records import Article

_MOST = {"names": 5, "numbers": 5, "terms": 8}


def _shared(corpus: Corpus, kind: str, i: int, j: int) -> list[int]:
    """Hashes of the keys both documents hold, the one that adds most to their cosine first."""
    (mine, weight), (theirs, other) = corpus.row(i, kind), corpus.row(j, kind)
    columns, a, b = np.intersect1d(mine, theirs, assume_unique=True, return_indices=True)
    order = np.lexsort((columns, -weight[a] * other[b]))
    shared: list[int] = corpus.vocabulary.hashes(kind)[columns[order]].tolist()
    return shared


def _named(shared: Iterable[int], own: Collection[str]) -> list[str]:
    """Those of a document's ``own`` keys that are shared, in the order of the hashes."""
    key_of = dict(zip(hashes(own).tolist(), own, strict=True))
    return [key_of[key] for key in shared if key in key_of]


def _commonest(table: dict[str, Counter[str]]) -> dict[str, str]:
    """The commonest written form of each key, the first of equal ones."""
    return {key: forms.most_common(1)[0][0] for key, forms in table.items()}


def _terms_as_written(parts: Iterable[Words], wanted: Collection[str], code: str) -> dict[str, str]:
    """The commonest form of each of the wanted terms."""
    table: dict[str, Counter[str]] = {term: Counter() for term in wanted}
    for part in parts:
        for term, token in zip(part.terms, part.tokens.texts, strict=True):
            if term in table:
                table[term][base_form(token, code)] += 1
    return _commonest(table)


def _names_as_written(found: Iterable[tuple[str, str, bool]], wanted: Collection[str], code: str) -> dict[str, str]:
    """The commonest form of those wanted names that are written as such."""
    table: dict[str, Counter[str]] = {}
    for key, written, _ in found:
        if key in wanted:
            table.setdefault(key, Counter())[" ".join(written.split())] += 1
        for word in key.split():
            if word not in wanted:
                continue
            for part in written.split():
                if fold(part, code) == word:
                    table.setdefault(word, Counter())[part] += 1
    return _commonest(table)


def explain(corpus: Corpus, i: int, j: int, article: Article, reader: Reader) -> dict[str, Any]:
    """Shared names, numbers and terms of documents i and j, and the days between them.

    Forms are those of ``article``, which must be document i. Plain data that prints as JSON:
    ``names``, ``numbers`` and ``terms`` are lists, the weightiest first; ``days_apart`` is None when either
    is undated.
    """
    parts = reader.words(article)
    language = parts[1].language
    names, numbers, terms = (_shared(corpus, kind, i, j) for kind in ("names", "numbers", "terms"))
    own_terms = dict.fromkeys(term for part in parts for term in part.terms if term)
    shared_terms = _named(terms, own_terms)
    found = [name for part in parts for name in find_names(part.text, part.tokens, part.capitals, language)]
    own_names = dict.fromkeys(one for key, _, _ in found for one in (key, *key.split()))
    own_names.update(own_terms if parts[1].caseless else {})
    shared_names = _named(names, own_names)
    forms = _names_as_written(found, set(shared_names), language.code)
    spoken: list[str] = []
    for key in shared_names:
        written = forms.get(key, key)
        if not any(written.casefold() in longer.casefold() for longer in spoken):
            spoken.append(written)
    spoken = spoken[: _MOST["names"]]
    said = {word.casefold() for name in spoken for word in name.split()}
    written_terms = _terms_as_written(parts, shared_terms, language.code)
    own_numbers = {number for part in parts for number in count_numbers(part.text, language)} if numbers else set()
    day, other = corpus.day(i), corpus.day(j)
    days = abs(day - other) if min(day, other) >= 0 else None
    return {
        "names": spoken,
        "numbers": _named(numbers, own_numbers)[: _MOST["numbers"]],
        "terms": [term for key in shared_terms if (term := written_terms[key]) not in said][: _MOST["terms"]],
        "days_apart": days,
    }
