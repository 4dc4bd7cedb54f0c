"""Documents as flat arrays: what a worker process hands back of the articles it has read.

A term is known by a 64-bit hash: no strings are kept, and the columns of a matrix can be put in one order
whatever the order of the documents.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import xxhash
from numpy.typing import NDArray

from cleaner.collapse.checkpoints import Arrays, Form
from cleaner.collapse.event.cues import NUMBERS
from cleaner.collapse.event.document import KINDS, Document, Reader
from cleaner.records import Article, Opinions

CHUNK = 1_000
"""Articles read at once: few megabytes go to a worker process and come back."""
COUNTED, THINGS = "counted", "things"
HEAD, CONTENT, DEEDS, ACTORS, SUBJECTS, FIRST = SETS = "head", "content", "deeds", "actors", "subjects", "first"
"""Bags beside ``document.KINDS``: ``number thing``, the things alone; terms of the headline, of a brief, the headline's
names, and the first of these."""
_FIRST_YEAR, _YEARS = 1950, 128
_DATES = 384
"""Bits for the days of a year."""

Hashes = NDArray[np.uint64]


class Bag(NamedTuple):
    """The bags of one kind of some documents, one after the other."""

    keys: Hashes
    """Hashes of the terms; each once a document."""
    halves: NDArray[np.uint16]
    """Twice the weight of each term: weights are whole or halves."""
    sizes: NDArray[np.int32]
    """Number of terms of each document."""


class PackedBags(NamedTuple):
    """Some documents; every array has a row a document. See ``index.Index``."""

    bags: dict[str, Bag]
    things: Hashes
    """For every key of the bag ``COUNTED``, the hash of the thing counted."""
    day: NDArray[np.int32]
    hour: NDArray[np.float64]
    length: NDArray[np.int32]
    site: Hashes
    """Hash of the site's name, 0 where it is not known."""
    years: NDArray[np.uint64]
    weekdays: NDArray[np.int8]
    months: NDArray[np.int8]
    told: NDArray[np.uint64]
    head_numbers: NDArray[np.uint64]
    address: NDArray[np.float64]
    language: list[str]
    apart: NDArray[np.bool_]
    idle: NDArray[np.bool_]


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


def read_chunk(articles: Sequence[Article], opinions: Opinions = "together") -> PackedBags:
    """Read articles; to be called in this or in another process."""
    return pack(read_documents(articles, opinions))


def read_documents(articles: Sequence[Article], opinions: Opinions = "together") -> Iterator[Document]:
    """What the event stage reads of articles."""
    reader = _OWN.reader = _OWN.reader or Reader()
    return (reader.read(article, opinions) for article in articles)


def pack(documents: Iterable[Document]) -> PackedBags:
    """Flatten documents."""
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
    bags = {}
    for kind in keys:
        halves = np.array(counts[kind], dtype=np.float64) * 2 if kind in counts else np.full(len(keys[kind]), 2.0)
        bags[kind] = Bag(hashes(keys[kind]), halves.astype(np.uint16), np.array(sizes[kind], dtype=np.int32))
    return PackedBags(
        bags=bags,
        things=hashes([_thing(pair) for pair in keys[COUNTED]]),
        day=np.array([-1 if row.day is None else row.day for row in rows], dtype=np.int32),
        hour=np.array([np.nan if row.hour is None else row.hour for row in rows], dtype=np.float64),
        length=np.array([row.length for row in rows], dtype=np.int32),
        site=np.array([term_hash(row.site) if row.site else 0 for row in rows], dtype=np.uint64),
        years=_bits([[year - _FIRST_YEAR for year in row.years] for row in rows], _YEARS),
        weekdays=_flags([row.weekdays for row in rows], range(7)),
        months=_flags([row.months for row in rows], range(1, 13)),
        told=_bits([row.told for row in rows], _DATES),
        head_numbers=_bits([row.head_numbers for row in rows], NUMBERS),
        address=np.array([row.address for row in rows], dtype=np.float64),
        language=[row.language for row in rows],
        apart=np.array([row.apart for row in rows], dtype=np.bool_),
        idle=np.array([row.idle for row in rows], dtype=np.bool_),
    )


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


def _arrays(read: PackedBags) -> Arrays:
    found: dict[str, NDArray[Any]] = {name: getattr(read, name) for name in _ARRAYS}
    found["language"] = np.frombuffer(json.dumps(read.language).encode(), np.uint8)
    return found | {f"{kind} {name}": getattr(bag, name) for kind, bag in read.bags.items() for name in Bag._fields}


def _of_arrays(arrays: Arrays) -> PackedBags:
    kinds = dict.fromkeys(kind for name in arrays if (kind := name.partition(" ")[0]) != name)
    bags = {kind: Bag(*(arrays[f"{kind} {name}"] for name in Bag._fields)) for kind in kinds}
    language = json.loads(arrays["language"].tobytes())
    return PackedBags(bags, **{name: arrays[name] for name in _ARRAYS}, language=language)


_ARRAYS = tuple(name for name in PackedBags._fields if name not in ("bags", "language"))
FORM = Form(_arrays, _of_arrays)
"""Of some documents as arrays by their names."""
