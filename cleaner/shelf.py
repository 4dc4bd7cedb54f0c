"""Articles that wait for each other: in memory, or on disk with only what every stage looks at in memory."""

from __future__ import annotations

import json
import os
import tempfile
from abc import abstractmethod
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import overload

from cleaner.records import Article

_FIELDS = tuple(
    "text url title date_source author site_name page_type page_type_probability origin extra".split()
)
"""What only the disk has of an article; its cuts are not kept."""
PORTION = 250
"""Articles of a portion."""


@dataclass(slots=True, frozen=True)
class Card:
    """What is looked at of every article again and again."""

    id: str
    date: str | None
    lang: str | None
    site: str | None
    length: int
    """Characters of the text."""

    def __reduce__(self) -> tuple[type[Card], tuple[object, ...]]:
        """Pickled by its fields; what a dataclass does by itself takes three times as long, and there are millions."""
        return Card, (self.id, self.date, self.lang, self.site, self.length)


class Lazy(Sequence[Article]):
    """Articles that are read, or made, when they are asked for; ``_of`` says how."""

    @abstractmethod
    def _of(self, places: Iterable[int]) -> Iterator[Article]:
        """The articles at these places, which exist."""

    @overload
    def __getitem__(self, place: int) -> Article: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Article]: ...
    def __getitem__(self, place: int | slice) -> Article | Sequence[Article]:
        """An article, or a list of them."""
        every = range(len(self))
        return list(self._of(every[place])) if isinstance(place, slice) else next(self._of([every[place]]))

    def __iter__(self) -> Iterator[Article]:
        return self._of(range(len(self)))


class Shelf(Lazy):
    """Articles in memory; the same calls as ``DiskShelf`` for callers that have them there anyway."""

    def __init__(self, articles: Iterable[Article] = ()) -> None:
        self._articles = list(articles)
        self.cards = [_card(article) for article in self._articles]

    def __len__(self) -> int:
        return len(self.cards)

    def _of(self, places: Iterable[int]) -> Iterator[Article]:
        return (self._articles[i] for i in places)

    def add(self, article: Article) -> None:
        """Append an article."""
        self._articles.append(article)
        self.cards.append(_card(article))

    def replace(self, place: int, article: Article) -> None:
        """Put another article in the place of one."""
        self._articles[place] = article
        self.cards[place] = _card(article)

    def arrange(self, order: Sequence[int]) -> None:
        """Keep the articles at these places, in this order."""
        self._articles = [self._articles[i] for i in order]
        self.cards = [self.cards[i] for i in order]

    def rename(self, place: int, name: str) -> None:
        """Give an article another id."""
        self.replace(place, replace(self._articles[place], id=name))

    def some(self, places: Sequence[int]) -> Sequence[Article]:
        """The articles at these places, as what a worker process can be sent."""
        return [self._articles[i] for i in places]

    def close(self) -> None:
        """Nothing more will be asked for."""

    def portions(self, size: int = PORTION) -> Iterator[Sequence[Article]]:
        """All articles in order, so many at a time, as what a worker process can be sent."""
        for first in range(0, len(self), size):
            yield self._articles[first : first + size]


class DiskShelf(Shelf):
    """Articles in a file of one folder. Cards take some 250 bytes of memory an article."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        number, self._path = tempfile.mkstemp(dir=folder, suffix=".articles")
        self._stream = os.fdopen(number, "wb")
        self._end = 0
        self._spans = array("Q")
        """Where each article begins in the file, and behind its end."""
        self._reader: int | None = None
        self._interned: dict[str | None, str | None] = {}

    def __reduce__(self) -> tuple[type[_Copy], tuple[object, ...]]:
        """In another process it reads the same file."""
        self._stream.flush()
        return _Copy, (self._path, self.cards, self._spans)

    def _of(self, places: Iterable[int]) -> Iterator[Article]:
        if self._reader is None:
            self._reader = os.open(self._path, os.O_RDONLY)
        self._stream.flush()
        return (_read(self.cards[i], self._spans[2 * i : 2 * i + 2], self._reader) for i in places)

    def add(self, article: Article) -> None:
        """Append an article; its cuts are not kept."""
        self._spans.extend(self._write(article))
        self.cards.append(self._own_card(article))

    def replace(self, place: int, article: Article) -> None:
        """Put another article in the place of one."""
        self._spans[2 * place : 2 * place + 2] = array("Q", self._write(article))
        self.cards[place] = self._own_card(article)

    def arrange(self, order: Sequence[int]) -> None:
        """Keep the articles at these places, in this order."""
        self._spans = self._spans_of(order)
        self.cards = [self.cards[i] for i in order]

    def rename(self, place: int, name: str) -> None:
        """Give an article another id."""
        self.cards[place] = replace(self.cards[place], id=name)

    def portions(self, size: int = PORTION) -> Iterator[Sequence[Article]]:
        """All articles in order, so many at a time; a portion reads the file itself, in whatever process it is."""
        self._stream.flush()
        for first in range(0, len(self), size):
            spans = self._spans[2 * first : 2 * (first + size)]
            yield _Portion(self._path, self.cards[first : first + size], spans)

    def some(self, places: Sequence[int]) -> Sequence[Article]:
        """The articles at these places; they are read in whatever process asks for them."""
        self._stream.flush()
        return _Portion(self._path, [self.cards[i] for i in places], self._spans_of(places))

    def close(self) -> None:
        """Nothing more will be asked for: close the file. Whoever made the folder removes it."""
        self._stream.close()
        if self._reader is not None:
            os.close(self._reader)
            self._reader = None

    def _spans_of(self, places: Sequence[int]) -> array[int]:
        """The spans of these articles."""
        return array("Q", [bound for i in places for bound in self._spans[2 * i : 2 * i + 2]])

    def _write(self, article: Article) -> tuple[int, int]:
        plain = [getattr(article, name) for name in _FIELDS]
        written = json.dumps(plain, ensure_ascii=False, separators=(",", ":"), default=str)
        encoded = written.encode("utf-8", "surrogatepass")
        self._stream.write(encoded)
        begin, self._end = self._end, self._end + len(encoded)
        return begin, self._end

    def _own_card(self, article: Article) -> Card:
        """A card whose repeated strings are held once."""
        date, lang, site = (self._interned.setdefault(one, one) for one in (article.date, article.lang, article.site))
        return Card(article.id, date, lang, site, len(article.text))


class _Portion(Lazy):
    """Some articles of a file."""

    def __init__(self, path: str, cards: Sequence[Card], spans: array[int]) -> None:
        self._path = path
        self._cards = cards
        self._spans = spans

    def __len__(self) -> int:
        return len(self._cards)

    def some(self, places: Sequence[int]) -> Sequence[Article]:
        """The articles at these places."""
        return list(self._of(places))

    def _of(self, places: Iterable[int]) -> Iterator[Article]:
        with open(self._path, "rb", buffering=0) as file:  # noqa: PTH123 - unbuffered, for pieces anywhere in it
            for i in places:
                yield _read(self._cards[i], self._spans[2 * i : 2 * i + 2], file.fileno())


class _Copy(_Portion):
    """All articles of a shelf, as another process has them."""

    @property
    def cards(self) -> Sequence[Card]:
        """What is looked at of every article."""
        return self._cards


def _card(article: Article) -> Card:
    return Card(article.id, article.date, article.lang, article.site, len(article.text))


def _read(card: Card, span: array[int], file: int) -> Article:
    begin, end = span
    values = json.loads(os.pread(file, end - begin, begin).decode("utf-8", "surrogatepass"))
    return Article(card.id, date=card.date, lang=card.lang, site=card.site, **dict(zip(_FIELDS, values, strict=True)))
