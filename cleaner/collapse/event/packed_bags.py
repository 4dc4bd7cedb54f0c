"""Documents as flat arrays: what a task makes of the articles it has read, and the file it leaves.

A term is known by a 64-bit hash: no strings are kept, and the columns of a matrix can be put in one order
whatever the order of the documents. The bags of a kind are a sparse matrix whose columns are the terms of these
documents only, and for each term it is counted how many of them hold it.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import scipy.sparse as sp
import xxhash
from numpy.typing import NDArray

from cleaner.collapse.checkpoints import Arrays
from cleaner.collapse.event.brief import NOUNS_CAPITALISED
from cleaner.collapse.event.cues import NUMBERS
from cleaner.collapse.event.document import KINDS, Document, Reader
from cleaner.collapse.event.languages import listed
from cleaner.records import Article, Opinions

CHUNK = 1_000
"""Articles read at once: few megabytes go to a worker process and come back."""
COUNTED, THINGS = "counted", "things"
HEAD, CONTENT, DEEDS, ACTORS, SUBJECTS, FIRST = SETS = "head", "content", "deeds", "actors", "subjects", "first"
"""Sets beside the bags (``document.KINDS``): ``number thing``, the things alone; terms of the headline, of a brief, the
headline's names, and the first of these."""
_FIRST_YEAR, _YEARS = 1950, 128
_DATES = 384
"""Bits for the days of a year."""

Hashes = NDArray[np.uint64]
RECORD = np.dtype(
    [
        ("hour", "<f8"), ("site", "<u8"), ("address", "<f8"), ("to_share", "<f8"), ("mass", "<f8", (len(KINDS),)),
        ("years", "<u8", (_YEARS // 64,)), ("told", "<u8", (_DATES // 64,)), ("head_numbers", "<u8", (NUMBERS // 64,)),
        ("day", "<i4"), ("length", "<i4"), ("language", "<i4"), ("weekdays", "i1", (7,)), ("months", "i1", (12,)),
        ("apart", "?"), ("idle", "?"), ("listed", "?"), ("nouns", "?"),
    ]
)  # fmt: skip
"""What there is of a document beside its bags, see ``index.Index``; ``to_share`` and ``mass`` are known when the terms
are weighed, ``language`` is a place in ``languages_of`` until then. ``nouns``: its language writes these with
capitals."""


def hashes(terms: Collection[str]) -> Hashes:
    """64-bit hash of each term, xxh3 of its UTF-8 bytes."""
    try:
        return np.fromiter(map(xxhash.xxh3_64_intdigest, map(str.encode, terms)), np.uint64, len(terms))
    except UnicodeEncodeError:  # half a surrogate pair, as pages have it
        return np.fromiter(map(term_hash, terms), np.uint64, len(terms))


def term_hash(term: str) -> int:
    """The hash of one term."""
    return xxhash.xxh3_64_intdigest(term.encode("utf-8", "surrogatepass"))


class _Own(threading.local):
    """A reader for each thread: stemmers keep state. Kept, as the words it has seen are most of its speed."""

    reader: Reader | None = None


_OWN = _Own()


def read_chunk(articles: Sequence[Article], opinions: Opinions = "together") -> Arrays:
    """Read articles; to be called in this or in another process."""
    return pack(read_documents(articles, opinions))


def read_documents(articles: Sequence[Article], opinions: Opinions = "together") -> Iterator[Document]:
    """What the event stage reads of articles."""
    reader = _OWN.reader = _OWN.reader or Reader()
    return (reader.read(article, opinions) for article in articles)


def pack(documents: Iterable[Document]) -> Arrays:
    """Flatten documents.

    Of each kind of bag: ``keys``, the hashes of its terms, ascending; ``sizes``, the number of terms of each document;
    and for every term of every document its column (place in the keys) and ``halves``, twice its weight (weights are
    whole or halves), columns ascending. ``held column``, ``held language`` and ``held count`` say how many documents of
    a language hold a term. Of each set ``keys``, those of a document ascending, and ``sizes``. ``records`` are the
    bytes of a ``RECORD`` a document.
    """
    keys: dict[str, list[str]] = {kind: [] for kind in (*KINDS, COUNTED, THINGS, *SETS)}
    counts: dict[str, list[float]] = {kind: [] for kind in KINDS}
    sizes: dict[str, list[int]] = {kind: [] for kind in keys}
    rows = []
    for document in documents:
        for kind in KINDS:
            bag = getattr(document, kind)
            keys[kind].extend(bag)
            counts[kind].extend(bag.values())
            sizes[kind].append(len(bag))
        things = dict.fromkeys(map(_thing, document.counted))
        sets = ((kind, getattr(document, kind)) for kind in SETS)
        for kind, found in ((COUNTED, document.counted), (THINGS, things), *sets):
            keys[kind].extend(found)
            sizes[kind].append(len(found))
        rows.append(document)
    codes = sorted({row.language for row in rows})
    records = _records(rows, codes)
    arrays: dict[str, NDArray[Any]] = {
        "records": records.view(np.uint8).reshape(len(rows), RECORD.itemsize),
        "languages": np.frombuffer(json.dumps(codes).encode(), np.uint8),
    }
    for kind in KINDS:
        halves = (np.array(counts[kind], dtype=np.float64) * 2).astype(np.uint16)
        found = bags(hashes(keys[kind]), halves, np.array(sizes[kind], np.int32), records["language"])
        arrays |= {f"{kind} {name}": values for name, values in found.items()}
    for kind in (COUNTED, THINGS, *SETS):
        own, each = hashes(keys[kind]), np.array(sizes[kind], np.int32)
        order = np.lexsort((own, np.repeat(np.arange(len(each)), each))) if len(own) else np.zeros(0, np.int64)
        arrays |= {f"{kind} keys": own[order], f"{kind} sizes": each}
        if kind == COUNTED:
            arrays[f"{kind} things"] = hashes([_thing(pair) for pair in keys[kind]])[order]
    return arrays


def records_of(arrays: Arrays) -> NDArray[Any]:
    """The ``RECORD`` of each document."""
    return arrays["records"].reshape(-1).view(RECORD)


def languages_of(arrays: Arrays) -> list[str]:
    """Codes of the documents' languages, ascending."""
    codes: list[str] = json.loads(arrays["languages"].tobytes())
    return codes


def bags(keys: Hashes, halves: NDArray[np.uint16], sizes: NDArray[np.int32], language: NDArray[np.int32]) -> Arrays:
    """The bags of one kind, of the keys of one document after another's."""
    order = np.argsort(keys)  # rows of a column in any order, the matrix is made by rows
    ascending = keys[order]
    first = np.ones(len(keys), dtype=bool)
    first[1:] = ascending[1:] != ascending[:-1]
    starts = np.append(np.flatnonzero(first), len(keys)).astype(np.int32)
    row = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)[order]
    shape = len(sizes), len(starts) - 1
    matrix = sp.csc_matrix((halves[order], row, starts), shape=shape).tocsr()
    column = np.arange(shape[1], dtype=np.int32)
    held = column, np.zeros(shape[1], np.int32), np.diff(starts)
    if len(language) and language.max() > 0:
        code = np.repeat(column, np.diff(starts)).astype(np.int64) << 32 | language[row]
        pair, count = np.unique(code, return_counts=True)
        held = (pair >> 32).astype(np.int32), (pair & 0xFFFFFFFF).astype(np.int32), count.astype(np.int32)
    elif len(language):
        held = column, np.full(shape[1], language[0], np.int32), held[2]
    return {
        "keys": ascending[first],
        "sizes": sizes,
        "columns": matrix.indices,
        "halves": matrix.data,
        **dict(zip(("held column", "held language", "held count"), held, strict=True)),
    }


def _records(rows: Sequence[Document], codes: Sequence[str]) -> NDArray[Any]:
    found = np.zeros(len(rows), RECORD)
    number = {code: place for place, code in enumerate(codes)}
    known = frozenset(listed())
    found["day"] = [-1 if row.day is None else row.day for row in rows]
    found["hour"] = [np.nan if row.hour is None else row.hour for row in rows]
    found["site"] = np.array([term_hash(row.site) if row.site else 0 for row in rows], np.uint64)
    found["years"] = _bits([[year - _FIRST_YEAR for year in row.years] for row in rows], _YEARS)
    found["weekdays"] = _flags([row.weekdays for row in rows], range(7))
    found["months"] = _flags([row.months for row in rows], range(1, 13))
    found["told"] = _bits([row.told for row in rows], _DATES)
    found["head_numbers"] = _bits([row.head_numbers for row in rows], NUMBERS)
    found["language"] = [number[row.language] for row in rows]
    found["listed"] = [row.language in known for row in rows]
    found["nouns"] = [row.language in NOUNS_CAPITALISED for row in rows]
    for name in ("length", "address", "apart", "idle"):
        found[name] = [getattr(row, name) for row in rows]
    return found


def _thing(counted: str) -> str:
    """The thing of ``number thing``."""
    return counted.partition(" ")[2]


def _flags(found: Sequence[frozenset[int]], possible: range) -> NDArray[np.int8]:
    """1 for every value that a document names, shape (documents, values)."""
    flags = [[value in own for value in possible] for own in found]
    return np.array(flags, dtype=np.int8).reshape(-1, len(possible))


def _bits(values: Sequence[Collection[int]], possible: int) -> NDArray[np.uint64]:
    """A bit for every value that a document has, shape (documents, possible / 64)."""
    found = np.zeros((len(values), possible // 64), dtype=np.uint64)
    for row, own in enumerate(values):
        for value in own:
            word, bit = divmod(value, 64)
            found[row, word] |= np.uint64(1 << bit)
    return found
