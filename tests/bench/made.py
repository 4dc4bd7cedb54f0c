"""Made-up articles whose stories and copies are known: seeded, streamed, a few bytes of memory a row; in four languages.

``python -m tests.bench.made --count 100000 --output articles.jsonl`` writes a file of them, with
``--cluster gold_copy`` or ``gold_event`` one for ``cleaner evaluate near`` or ``events``, with ``--html`` pages.

An event has a topic, places, people, bodies, numbers and key words of its own; one to six reports tell it within
two days in other words. A tenth of the rows are copies of another row: 3 % of the words edited or dropped, a
site's leftovers added, one in five cut to a third. One row in a hundred is a page of one hot template.
"""

from __future__ import annotations

import argparse
import json
import struct
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import xxhash
from numpy.typing import NDArray

from . import words as language

COPIES, HOT = 0.1, 0.01
"""Shares of the rows."""
REPORTS = (0.55, 0.2, 0.11, 0.07, 0.04, 0.03)
"""Shares of the events that are told once, twice ..."""
TEMPLATE_WORDS, OWN_WORDS = 200, 100
TOPICS = 60
KNOWN = 150
EDITED = 0.03
CUT = 0.2
_FIRST_DAY = date(2025, 1, 1)
_ORIGINAL, _COPY, _HOT = range(3)
_EVENT, _REPORT, _SITE, _ROW, _PLAN, _SIZE = range(10, 16)
"""What a stream of random numbers is for; with the seed and a number it names the stream."""
_30, _27, _31, _43 = (np.uint64(bits) for bits in (30, 27, 31, 43))
_MIX = np.array([0xBF58476D1CE4E5B9, 0x94D049BB133111EB], np.uint64)
_STEPS = np.arange(1, 1 << 16, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
_POOL_MASK, _SHARE_MASK = np.uint64(language.POOL - 1), np.uint64(4095)


class Plan(NamedTuple):
    """What each row is, 10 bytes a row."""

    kind: NDArray[np.int8]
    source: NDArray[np.int32]
    """The original that a row is or copies."""
    event: NDArray[np.int32]
    """Of each original."""
    sites: int


class Draft(NamedTuple):
    """An article; ``site`` is the number of its site."""

    id: str
    url: str
    title: str
    date: str
    text: str
    gold_copy: str
    gold_event: str
    site: int


class Event(NamedTuple):
    """What all reports of an event share."""

    topic: int
    day: int
    phrases: list[str]
    """Names and numbers; the first ones stand in every report."""
    keys: NDArray[np.int32]
    place: str


def plan(count: int, seed: int) -> Plan:
    """Which rows tell which event, which copy which row, in an order without any meaning."""
    draw = np.random.default_rng((seed, _PLAN))
    hot, copies = int(count * HOT), int(count * COPIES)
    originals = count - hot - copies
    sizes = draw.choice(len(REPORTS), originals, p=REPORTS) + 1
    event = np.repeat(np.arange(originals, dtype=np.int32), sizes)[:originals]
    kind = np.repeat(np.array([_ORIGINAL, _COPY, _HOT], np.int8), [originals, copies, hot])
    popular = (originals * draw.random(copies) ** 2).astype(np.int32)
    source = np.r_[np.arange(originals), popular, np.arange(hot)].astype(np.int32)
    order = draw.permutation(count)
    return Plan(kind[order], source[order], event, max(20, count // 200))


def articles(
    count: int, words: int = 300, seed: int = 0, among: range | None = None, lang: str = "en"
) -> Iterator[dict[str, Any]]:
    """Rows ``id, url, title, date, text, gold_copy, gold_event``; texts have about ``words`` words.

    ``among`` asks for some of the ``count`` rows only, which are the same then. ``lang`` is one of ``words.TONGUES``.
    """
    for draft in drafts(count, words, seed, among, lang):
        row = draft._asdict()
        row["text"] += "\n" + leftovers(seed, row.pop("site"), lang)
        yield row


def drafts(count: int, words: int, seed: int, among: range | None = None, lang: str = "en") -> Iterator[Draft]:
    """Articles whose site has not yet left anything of its own below them."""
    planned = plan(count, seed)
    space = language.TONGUES[lang].space
    for row in among or range(count):
        kind, source = int(planned.kind[row]), int(planned.source[row])
        later, where, cut, *for_title = noise(8, seed, _ROW, row).tolist()
        site = int(planned.sites ** _share(where)) - 1
        if kind == _HOT:
            gold_event = gold_copy = f"h{source}"
            event = _event(seed, -1 - source, lang)
            body = _hot_template(seed, lang) + _written(event, OWN_WORDS, (seed, _HOT, source), lang)
        else:
            number = int(planned.event[source])
            gold_event, gold_copy = f"e{number}", f"c{source}"
            event = _event(seed, number, lang)
            size = 0.7 + 0.6 * _share(int(noise(1, seed, _SIZE, source)[0]))
            body = _written(event, int(words * size), (seed, _REPORT, source), lang)
            if kind == _COPY:
                body = _copied(body, _share(cut) < CUT, (seed, _COPY, row), lang)
        day = _FIRST_DAY + timedelta(days=event.day + later % 3)
        yield Draft(
            f"r{row:08d}",
            f"https://www.{site_name(site)}.example/{day:%Y/%m/%d}/{body[2].strip('.,。，').lower()}-{row}.html",
            _title(event, for_title, lang),
            day.isoformat(),
            space.join(body).replace("\n ", "\n").rstrip("\n"),
            gold_copy,
            gold_event,
            site,
        )


def noise(count: int, *name: int) -> NDArray[np.uint64]:
    """The stream of random numbers of this name: SplitMix64 (Steele, Lea and Flood 2014) from the name's hash."""
    start = np.uint64(xxhash.xxh3_64_intdigest(struct.pack(f"{len(name)}q", *name)))
    mixed = _STEPS[:count] + start
    mixed ^= mixed >> _30
    mixed *= _MIX[0]
    mixed ^= mixed >> _27
    mixed *= _MIX[1]
    mixed ^= mixed >> _31
    return mixed


def _share(number: int) -> float:
    return number / (1 << 64)


@lru_cache(maxsize=100_000)
def site_name(site: int) -> str:
    """The host of a site, without ``www.`` and ``.example``."""
    return language.organisation(7 * site + 3).lower().replace(" ", "") + str(site)


@lru_cache(maxsize=4096)
def _event(seed: int, number: int, lang: str) -> Event:
    n = noise(40, seed, _EVENT, number).tolist()
    town = language.place(n[2], lang)
    phrases = [_known(n[3], language.person, lang), town, _known(n[4], language.organisation, lang)]
    phrases.append(_number(n[5], n[6], lang))
    phrases += [_known(one, language.person, lang) for one in n[7 : 8 + n[0] % 3]]
    phrases += [_number(one, other, lang) for one, other in zip(n[12 : 14 + n[0] % 4], n[20:26], strict=False)]
    phrases.append(language.place(n[11], lang))
    first = len(language.TONGUES[lang].function) + 100
    keys = [first + one % (language.CONTENT - 100) for one in n[26:34]]
    return Event(n[1] % TOPICS, n[36] % 365, phrases, np.array(keys, np.int32), town)


def _known(number: int, name: Callable[[int, str], str], lang: str) -> str:
    """A name; every third one is of the few that are in the news all year."""
    return name(number >> 8 if number % 3 else (number >> 8) % KNOWN, lang)


def _number(value: int, kind: int, lang: str) -> str:
    digits = 1 + value % (10 ** (1 + kind % 5))
    unit = language.TONGUES[lang].units[kind // 7 % 6]
    return f"{digits:,}{unit}"


def _written(event: Event, count: int, name: tuple[int, ...], lang: str) -> list[str]:
    """Words of a report: sentences of the background language with what the event has of its own in them."""
    drawn = noise(count, *name)
    ids = language.background(lang)[drawn & _POOL_MASK]
    chance = (drawn >> _31) & _SHARE_MASK
    pick = (drawn >> _43).astype(np.int64)
    on_topic = (chance < _of(0.12)).nonzero()[0]
    ids[on_topic] = language.topic(event.topic, lang)[pick[on_topic] % 1024]
    key = (chance > _of(0.985)).nonzero()[0]
    ids[key] = event.keys[pick[key] % len(event.keys)]
    ends = (7 + pick[: count // 7 + 2] % 19).cumsum() - 1
    ends = ends[: ends.searchsorted(count - 1)]
    way = np.zeros(count, np.int64)
    way[(chance > _of(0.5)) & (chance < _of(0.55))] = language.COMMA
    way[ends] = language.STOP
    way[ends[3::4]] = language.END
    way[ends + 1] = language.CAPITAL
    way[0], way[-1] = language.CAPITAL, language.END
    written = language.vocabulary(lang)[ids + language.words(lang) * way]
    inside = ((way == language.PLAIN) & (chance > _of(0.2)) & (chance < _of(0.25))).nonzero()[0]
    told = [one for number, one in enumerate(event.phrases) if number < 2 or pick[number] % 10 < 6]
    written[inside] = [told[one % len(told)] for one in pick[inside].tolist()]
    result: list[str] = written.tolist()
    return result


def _of(share: float) -> np.uint64:
    return np.uint64(share * 4096)


def _copied(body: list[str], cut: bool, name: tuple[int, ...], lang: str) -> list[str]:
    drawn = noise(len(body), *name)
    if cut:
        start = int(drawn[0]) % (1 + len(body) - len(body) // 3)
        body = body[start : start + len(body) // 3]
    edited = list(body)
    places = (((drawn >> _31) & _SHARE_MASK) < _of(EDITED)).nonzero()[0]
    places = places[places < len(body)]
    other = language.vocabulary(lang)[language.background(lang)[drawn[places] & _POOL_MASK]].tolist()
    for number, (place, word) in enumerate(zip(places.tolist(), other, strict=True)):
        edited[place] = word if number % 2 else ""
    return [word for word in edited if word]


def _title(event: Event, drawn: list[int], lang: str) -> str:
    tongue, vocabulary = language.TONGUES[lang], language.vocabulary(lang)
    keys = [vocabulary[event.keys[one % len(event.keys)]] for one in drawn[:3]]
    who = event.phrases[(0, 0, 2)[drawn[3] % 3]]
    linked, where = tongue.linking
    words = [who, keys[0], *([linked] if drawn[4] % 2 else []), keys[1], keys[2], where, event.place]
    return tongue.space.join(words)


@lru_cache(maxsize=100_000)
def leftovers(seed: int, site: int, lang: str = "en") -> str:
    """What a site leaves below each of its texts."""
    count = 12 + int(noise(1, seed, _SITE, site)[0] >> _31) % 30
    lines = (
        language.TONGUES[lang].space.join(plain(count, seed, _SITE, site, lang=lang)).replace("\n ", "\n").rstrip("\n")
    )
    return f"{lines}\n{site_name(site).title()} 2025"


@lru_cache(maxsize=8)
def _hot_template(seed: int, lang: str) -> list[str]:
    return plain(TEMPLATE_WORDS, seed, _SITE, -1, lang=lang)


def plain(count: int, *name: int, lang: str = "en") -> list[str]:
    """Sentences of the background language with nothing to tell."""
    ids = language.background(lang)[noise(count, *name) & _POOL_MASK]
    way = np.full(count, language.PLAIN)
    way[::14], way[13::14] = language.CAPITAL, language.STOP
    way[-1] = language.END
    result: list[str] = language.vocabulary(lang)[ids + language.words(lang) * way].tolist()
    return result


def write(path: Path, rows: Iterable[dict[str, Any]], cluster: str | None = None) -> Path:
    """Write rows as JSONL; ``cluster`` names the gold column that is repeated as ``cluster``."""
    with path.open("w", encoding="utf-8") as file:
        for row in rows:
            if cluster:
                row["cluster"] = row[cluster]
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description="write made-up articles or pages as JSONL")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--words", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--lang", choices=language.TONGUES, default="en", help="which language the texts look like")
    parser.add_argument("--html", action="store_true", help="whole pages instead of texts")
    parser.add_argument("--cluster", choices=("gold_copy", "gold_event"), help="repeat this label as cluster")
    parser.add_argument("--output", type=Path, default=Path("/dev/stdout"))
    options = parser.parse_args()
    if options.html:
        from .furniture import pages

        rows = pages(options.count, options.words, options.seed)
    else:
        rows = articles(options.count, options.words, options.seed, lang=options.lang)
    write(options.output, rows, options.cluster)


if __name__ == "__main__":
    sys.exit(main())
