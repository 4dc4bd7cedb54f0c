"""Why two articles are taken for one event, in words a person can check."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from cleaner.collapse.event.document import BODY_TOKENS, Reader
from cleaner.collapse.event.index import Index
from cleaner.collapse.event.names import find_names
from cleaner.collapse.event.terms import base_form, fold, tokenize
from cleaner.records import Article

_MOST = {"names": 5, "numbers": 5, "terms": 8}


def _shared(index: Index, kind: str, i: int, j: int) -> list[str]:
    """Keys both documents hold, the one that adds most to their cosine first."""
    space = index.spaces[kind]
    products = space.unit[[i]].multiply(space.unit[[j]]).tocsr()
    order = np.lexsort((products.indices, -products.data))
    return [space.vocabulary[column] for column in products.indices[order].tolist()]


def _as_written(article: Article, reader: Reader) -> tuple[dict[str, str], dict[str, str]]:
    """The commonest written form of every term and of every name of an article, the first of equal ones."""
    text = f"{article.title or ''}\n{article.text}"
    tokens = tokenize(text, BODY_TOKENS)
    analyzer = reader.analyzer(article, tokenize(article.text, BODY_TOKENS))
    terms: dict[str, Counter[str]] = {}
    for token in tokens:
        if term := analyzer.term(token):
            terms.setdefault(term, Counter())[base_form(token.text, analyzer.language.code)] += 1
    names: dict[str, Counter[str]] = {}
    for key, written, _ in find_names(text, tokens, analyzer.language):
        names.setdefault(key, Counter())[" ".join(written.split())] += 1
        for word in key.split():
            for part in written.split():
                if fold(part, analyzer.language.code) == word:
                    names.setdefault(word, Counter())[part] += 1
    pick = [{key: forms.most_common(1)[0][0] for key, forms in table.items()} for table in (terms, names)]
    return pick[0], pick[1]


def explain(index: Index, i: int, j: int, article: Article, reader: Reader) -> dict[str, Any]:
    """Shared names, numbers and terms of documents i and j, and the days between them.

    Forms are those of ``article``, which must be document i. Plain data that prints as JSON:
    ``names``, ``numbers`` and ``terms`` are lists, the weightiest first; ``days_apart`` is None when either
    is undated.
    """
    terms, names = _as_written(article, reader)
    shared_names: list[str] = []
    for key in _shared(index, "names", i, j):
        written = names.get(key, key)
        if not any(written.casefold() in longer.casefold() for longer in shared_names):
            shared_names.append(written)
    spoken = {word.casefold() for name in shared_names[: _MOST["names"]] for word in name.split()}
    shared_terms = [terms.get(key, key) for key in _shared(index, "terms", i, j)]
    days = int(abs(index.day[i] - index.day[j])) if min(index.day[i], index.day[j]) >= 0 else None
    return {
        "names": shared_names[: _MOST["names"]],
        "numbers": _shared(index, "numbers", i, j)[: _MOST["numbers"]],
        "terms": [term for term in shared_terms if term not in spoken][: _MOST["terms"]],
        "days_apart": days,
    }
