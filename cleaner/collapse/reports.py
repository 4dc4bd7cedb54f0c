"""What the event stage reads: the kept copies' own texts, with the first date of all copies."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from cleaner.article_store import ArticleStore, Header, Lazy
from cleaner.collapse.near import NearIndex
from cleaner.collapse.ragged import Hashes
from cleaner.collapse.signing import SHINGLE_WORDS
from cleaner.collapse.words import count, tokens
from cleaner.records import Article

Template = tuple[Hashes, Hashes] | None
"""A text's shingle hashes in text order, and those of them that are no template's; None where all are its own."""


class Rows:
    """The articles at some places of a store, asked for by row."""

    def __init__(self, articles: ArticleStore, places: Sequence[int]) -> None:
        self._articles = articles
        self._places = places

    def __call__(self, rows: Sequence[int]) -> Iterator[Article]:
        """The articles of these rows."""
        return iter(self._articles.some([self._places[row] for row in rows]))


class StoreIds:
    """The ids of articles; the set of them is made when one is first asked for."""

    def __init__(self, headers: Sequence[Header]) -> None:
        self._headers = headers
        self._ids: frozenset[str] | None = None

    def __contains__(self, name: object) -> bool:
        if self._ids is None:
            self._ids = frozenset(header.id for header in self._headers)
        return name in self._ids


class Reports(Lazy):
    """An article for each of ``heads``, made when it is asked for."""

    def __init__(
        self,
        articles: ArticleStore,
        heads: Sequence[int],
        first_date: Mapping[int, str],
        near: NearIndex | None,
        near_row: NDArray[np.int64],
    ) -> None:
        """``first_date`` and ``near_row`` are by place in the store, as ``heads`` are."""
        self._articles = articles
        self.heads = heads
        self._first_date = first_date
        self._near = near
        self._near_row = near_row

    def __len__(self) -> int:
        return len(self.heads)

    def _of(self, places: Iterable[int]) -> Iterator[Article]:
        return (self.of(self.heads[row]) for row in places)

    def only(self, heads: Sequence[int]) -> Reports:
        """Those of some kept copies."""
        return Reports(self._articles, heads, self._first_date, self._near, self._near_row)

    def date(self, head: int) -> str | None:
        """When a kept copy's text was first seen."""
        return self._first_date.get(head)

    def of(self, head: int) -> Article:
        """The report of a kept copy."""
        return self._some([head])[0]

    def portions(self, size: int) -> Iterator[Sequence[Article]]:
        """All reports in order, so many at a time, as what a worker process can be sent: it makes them."""
        for first in range(0, len(self), size):
            yield self._some(self.heads[first : first + size])

    def _some(self, heads: Sequence[int]) -> _Portion:
        templates = [self._template(head) for head in heads]
        return _Portion(self._articles.some(heads), [self.date(head) for head in heads], templates)

    def _template(self, head: int) -> Template:
        row = -1 if self._near is None else int(self._near_row[head])
        if self._near is None or self._near.whole[row]:
            return None
        return self._near.ordered[row], self._near.cores[row]


class _Portion(Lazy):
    """Some reports, made in whatever process asks for them."""

    def __init__(
        self, articles: Sequence[Article], dates: Sequence[str | None], templates: Sequence[Template]
    ) -> None:
        self._articles = articles
        self._dates = dates
        self._templates = templates

    def __len__(self) -> int:
        return len(self._dates)

    def _of(self, places: Iterable[int]) -> Iterator[Article]:
        return (_report(self._articles[i], self._dates[i], self._templates[i]) for i in places)


def _report(article: Article, date: str | None, template: Template) -> Article:
    text = article.text if template is None else own_text(article.text, *template)
    return dataclasses.replace(article, date=date, text=text)


def own_text(text: str, ordered: Hashes, core: Hashes) -> str:
    """A text without the words that stand only in shingles of a template.

    ``ordered`` are its shingle hashes in text order, ``core`` those of them that are no template's, ascending.
    """
    own = core[np.minimum(np.searchsorted(core, ordered), len(core) - 1)] == ordered
    keep = np.zeros(len(own) + SHINGLE_WORDS - 1, dtype=bool)
    for offset in range(SHINGLE_WORDS):
        keep[offset : offset + len(own)] |= own
    kept = keep.tolist()
    lines, at = [], 0
    for line in text.split("\n"):
        end = at + len(tokens(line))
        if all(kept[at:end]):
            lines.append(line)
        elif any(kept[at:end]):
            lines.append(_own_words(line, kept[at:end]))
        at = end
    return "\n".join(line for line in lines if line)


def _own_words(line: str, kept: Sequence[bool]) -> str:
    words, at = [], 0
    for word in line.split():
        end = at + count(word)
        if any(kept[at:end]):
            words.append(word)
        at = end
    return " ".join(words)
