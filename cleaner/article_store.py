"""Article stores: articles that wait for each other in memory, or on disk with only their headers in memory.

On disk they stand in the part files that the strip stage wrote (``cleaner.tasks``), read by range, and in one file of
the store's own: what was added or changed afterwards. An address is the number of the file and the place in it.
"""

from __future__ import annotations

import os
import tempfile
from abc import abstractmethod
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, overload

import numpy as np
from numpy.typing import NDArray

from cleaner.encoded_article import decoded_article, encoded_article
from cleaner.records import Article
from cleaner.staging.files import File, Parts, Reader, SharedFile, SharedParts, Span

PORTION = 250
"""Articles of a portion."""
_PLACE_BITS = 40
"""Of an address; those above are the number of the file, 0 for the store's own and ``part + 1`` for a part."""
_PLACE = (1 << _PLACE_BITS) - 1
ASKED = 1_000
"""Articles that are asked for at once where their files are far away."""
_OPEN_FILES = 64
"""Files that one reader holds open."""


@dataclass(slots=True, frozen=True)
class Header:
    """What is looked at of every article again and again."""

    id: str
    date: str | None
    lang: str | None
    site: str | None
    length: int
    """Characters of the text."""

    def __reduce__(self) -> tuple[type[Header], tuple[object, ...]]:
        """Pickled by its fields; what a dataclass does by itself takes three times as long, and there are millions."""
        return Header, (self.id, self.date, self.lang, self.site, self.length)


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


class ArticleStore(Lazy):
    """Articles in memory; the same calls as ``FileArticleStore`` for callers that have them there anyway."""

    def __init__(self, articles: Iterable[Article] = ()) -> None:
        self._articles = list(articles)
        self.headers = [header_of(article) for article in self._articles]

    def __len__(self) -> int:
        return len(self.headers)

    def _of(self, places: Iterable[int]) -> Iterator[Article]:
        return (self._articles[i] for i in places)

    def add(self, article: Article) -> None:
        """Append an article."""
        self._articles.append(article)
        self.headers.append(header_of(article))

    def replace(self, place: int, article: Article) -> None:
        """Put another article in the place of one."""
        self._articles[place] = article
        self.headers[place] = header_of(article)

    def arrange(self, order: Sequence[int]) -> None:
        """Keep the articles at these places, in this order."""
        self._articles = [self._articles[i] for i in order]
        self.headers = [self.headers[i] for i in order]

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


class FileArticleStore(ArticleStore):
    """Articles in files, with their headers in memory. Headers take some 250 bytes of memory an article."""

    def __init__(self, folder: Path, parts: Path | None = None) -> None:
        """``folder`` takes the store's own file; ``parts`` is the path of the part files up to ``-00000``."""
        super().__init__()
        number, own = tempfile.mkstemp(dir=folder, suffix=".articles")
        self._files = _Files(SharedFile(own), SharedParts(parts or ""))
        self._stream = os.fdopen(number, "wb")
        self._end = 0
        self._spans = array("Q")
        """The address at which each article begins, and the one behind its end."""
        self._readers = _Readers(self._files)
        self._interned: dict[str | None, str | None] = {}

    def __reduce__(self) -> tuple[type[_Copy], tuple[object, ...]]:
        """In another process it reads the same files."""
        self._stream.flush()
        return _Copy, (self._files, self.headers, self._spans)

    def _of(self, places: Iterable[int]) -> Iterator[Article]:
        self._stream.flush()
        return (_read(self.headers[i], self._spans[2 * i : 2 * i + 2], self._readers) for i in places)

    def adopt(self, part: int, headers: Iterable[Sequence[Any]], spans: NDArray[np.int64]) -> None:
        """Append the articles of a part file.

        ``headers`` are the fields of each header, ``spans`` (n, 2; int64) its first byte there and that behind it.
        """
        once = self._interned.setdefault
        self.headers.extend(
            Header(name, once(date, date), once(lang, lang), once(site, site), length)
            for name, date, lang, site, length in headers
        )
        self._spans.frombytes((spans.ravel() + np.int64(part + 1 << _PLACE_BITS)).astype(np.uint64).tobytes())

    def add(self, article: Article) -> None:
        """Append an article; its cuts are not kept."""
        self._spans.extend(self._write(article))
        self.headers.append(self._own_header(article))

    def replace(self, place: int, article: Article) -> None:
        """Put another article in the place of one."""
        self._spans[2 * place : 2 * place + 2] = array("Q", self._write(article))
        self.headers[place] = self._own_header(article)

    def arrange(self, order: Sequence[int]) -> None:
        """Keep the articles at these places, in this order."""
        self._spans = self._spans_of(order)
        self.headers = [self.headers[i] for i in order]

    def rename(self, place: int, name: str) -> None:
        """Give an article another id."""
        self.headers[place] = replace(self.headers[place], id=name)

    def portions(self, size: int = PORTION) -> Iterator[Sequence[Article]]:
        """All articles in order, so many at a time; a portion reads the file itself, in whatever process it is."""
        self._stream.flush()
        for first in range(0, len(self), size):
            spans = self._spans[2 * first : 2 * (first + size)]
            yield _Portion(self._files, self.headers[first : first + size], spans)

    def some(self, places: Sequence[int]) -> Sequence[Article]:
        """The articles at these places; they are read in whatever process asks for them."""
        self._stream.flush()
        return _Portion(self._files, [self.headers[i] for i in places], self._spans_of(places))

    def close(self) -> None:
        """Nothing more will be asked for: close the files. Whoever made the folder removes them."""
        self._stream.close()
        self._readers.close()

    def _spans_of(self, places: Sequence[int]) -> array[int]:
        """The spans of these articles."""
        return _spans_of(self._spans, places)

    def _write(self, article: Article) -> tuple[int, int]:
        encoded = encoded_article(article)
        self._stream.write(encoded)
        begin, self._end = self._end, self._end + len(encoded)
        return begin, self._end

    def _own_header(self, article: Article) -> Header:
        """A header whose repeated strings are held once."""
        date, lang, site = (self._interned.setdefault(one, one) for one in (article.date, article.lang, article.site))
        return Header(article.id, date, lang, site, len(article.text))


class _Files(NamedTuple):
    """The files of a store."""

    own: File
    parts: Parts

    def file(self, number: int) -> File:
        """A file by its number."""
        return self.parts.file(number - 1) if number else self.own


class _Readers:
    """Open files of a store, the last few that were read."""

    def __init__(self, files: _Files) -> None:
        self._files = files
        self._open: dict[int, Reader] = {}

    def ask(self, bounds: array[int]) -> None:
        """What is between these addresses, first and last in turn, will be read."""
        if isinstance(self._files.own, SharedFile):
            return
        wanted: dict[int, list[Span]] = {}
        for begin, end in zip(bounds[::2], bounds[1::2], strict=True):
            wanted.setdefault(begin >> _PLACE_BITS, []).append((begin & _PLACE, end - begin))
        for number, spans in wanted.items():
            self._reader(number).ask(spans)

    def read(self, begin: int, end: int) -> bytes:
        """The bytes between two addresses of one file. Raises OSError."""
        return self._reader(begin >> _PLACE_BITS).read(begin & _PLACE, end - begin)

    def _reader(self, number: int) -> Reader:
        reader = self._open.get(number)
        if reader is None:
            if len(self._open) >= _OPEN_FILES:
                self._open.pop(next(iter(self._open))).close()
            reader = self._open[number] = self._files.file(number).reader()
        return reader

    def close(self) -> None:
        """Close them."""
        for reader in self._open.values():
            reader.close()
        self._open.clear()


class _Portion(Lazy):
    """Some articles of a store, as another process has them."""

    def __init__(self, files: _Files, headers: Sequence[Header], spans: array[int]) -> None:
        self._files = files
        self._headers = headers
        self._spans = spans

    def __len__(self) -> int:
        return len(self._headers)

    def some(self, places: Sequence[int]) -> Sequence[Article]:
        """The articles at these places."""
        return list(self._of(places))

    def _of(self, places: Iterable[int]) -> Iterator[Article]:
        readers, waiting = _Readers(self._files), iter(places)
        try:
            while some := list(islice(waiting, ASKED)):
                readers.ask(_spans_of(self._spans, some))
                for i in some:
                    yield _read(self._headers[i], self._spans[2 * i : 2 * i + 2], readers)
        finally:
            readers.close()


class _Copy(_Portion):
    """All articles of a store, as another process has them."""

    @property
    def headers(self) -> Sequence[Header]:
        """What is looked at of every article."""
        return self._headers


def _spans_of(spans: array[int], places: Sequence[int]) -> array[int]:
    return array("Q", [bound for i in places for bound in spans[2 * i : 2 * i + 2]])


def header_of(article: Article) -> Header:
    """What is looked at of an article again and again."""
    return Header(article.id, article.date, article.lang, article.site, len(article.text))


def _read(header: Header, span: array[int], readers: _Readers) -> Article:
    rest = decoded_article(readers.read(*span))
    return Article(header.id, date=header.date, lang=header.lang, site=header.site, **rest)
