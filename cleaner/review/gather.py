"""One pass over each file of an output folder, keeping counts and the few rows that the page shows."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from cleaner.errors import UsageError
from cleaner.records import level_of
from cleaner.review.cutting import Cutting
from cleaner.review.sampling import Best, lot
from cleaner.review.sites import Site, site_of_name
from cleaner.sinks.ownership import REPORT
from cleaner.sinks.reading import Folder, read_rows, row_files
from cleaner.sinks.row_sample import drawn_rows

Row = dict[str, Any]
BINS = 40
"""Of the histograms of scores, which go from 0 to 1."""
SIZES = (1, 2, 3, 6, 11, 21, 51, 101)
"""Records from which on a story falls into the next bar."""
CHARACTERS = 2_000
"""Of a text that are shown beside another."""
EXAMPLES = 3
SHOWN = 300
"""Characters of an id or a title in the list of stories."""
MOST_SITES = 100_000
"""Sites that are counted, each by itself; the rest go together."""
OTHERS = "all further sites"
CUT_BYTES = 64_000_000
"""Of ``cuts`` that are read, about: of real pages, which have 28 kB of them, some 2,300, in .8 CPU s."""


@dataclass(frozen=True, slots=True)
class Amounts:
    """How much is shown of each kind."""

    weakest: int = 12
    largest: int = 6
    drawn: int = 8
    members: int = 5
    """Of one story."""
    pairs: int = 24
    """Almost merged ones."""
    stories: int = 4_000
    """In the list of stories."""
    sites: int = 200
    calls: int = 24
    """Closest calls of the cut, of each kind."""
    characters: int = CHARACTERS

    def scaled(self, share: float) -> Amounts:
        """A share of each, for a page that was too large."""
        return Amounts(*(max(1, int(getattr(self, name) * share)) for name in self.__dataclass_fields__))


@dataclass(slots=True)
class Gathered:
    """What was found in the folder."""

    report: Mapping[str, Any]
    amounts: Amounts
    rows: Counter[str] = field(default_factory=Counter)
    """By file."""
    undated: int = 0
    largest_size: int = 0
    below: int = 0
    """Members that score less with their canonical than the threshold."""
    weakest_score: float | None = None
    weakest_threshold: float = 0.0
    scores: dict[str, list[int]] = field(default_factory=lambda: {"near": [0] * BINS, "event": [0] * BINS})
    sizes: list[int] = field(default_factory=lambda: [0] * len(SIZES))
    sites: dict[str, Site] = field(default_factory=dict)
    cutting: Cutting = field(default_factory=Cutting)
    cuts_drawn: bool = False
    """Whether ``cutting`` knows of pages that were drawn, for all are too many."""
    stories: dict[str, list[Row]] = field(default_factory=dict)
    """Rows of the corpus by ``weakest``, ``largest`` and ``drawn``."""
    listed: list[list[Any]] = field(default_factory=list)
    """Of each story in the list: id, title, site, date, records, sites, weakest score."""
    missed: list[Row] = field(default_factory=list)
    """Rows of the almost merged pairs."""
    links: set[tuple[str, str]] = field(default_factory=set)
    texts: dict[str, str] = field(default_factory=dict)
    """By id, of what is shown."""
    members: dict[str, list[Row]] = field(default_factory=dict)
    """Merged rows by their canonical."""
    examples: dict[str, list[Row]] = field(default_factory=dict)
    """Rejected rows by reason."""

    @property
    def thresholds(self) -> Mapping[str, float]:
        """By level, as used."""
        return self.report.get("thresholds") or {}

    def site(self, name: str | None) -> Site:
        """The counts of a site."""
        key = name or ""
        if key not in self.sites:
            if len(self.sites) >= MOST_SITES:
                key = OTHERS
            self.sites.setdefault(key, Site(key or "no site"))
        return self.sites[key]


def gather(folder: Folder, amounts: Amounts, cut_bytes: int = CUT_BYTES) -> Gathered:
    """Read an output folder of a run; of ``cuts`` about so many bytes. Raises UsageError where it is none, or damaged.
    """
    found = Gathered(report_of(folder), amounts)
    if not row_files(folder, "corpus"):
        raise UsageError(f"{folder} holds no corpus.jsonl or corpus.parquet; name the --output of a run")
    found.cutting = Cutting(amounts.calls)
    _read(folder, "cuts", found, _take_cuts, cut_bytes)
    _read(folder, "pairs", found, _take_pairs)
    wanted = {row[side] for row in found.missed for side in ("left", "right")} | found.cutting.pages()
    _read(folder, "corpus", found, partial(_take_corpus, wanted))
    _read(folder, "merged", found, partial(_take_merged, wanted))
    _read(folder, "rejected", found, _take_rejected)
    return found


def report_of(folder: Folder) -> Mapping[str, Any]:
    """The report of the run. Raises UsageError."""
    try:
        report = json.loads((folder / REPORT).read_text(encoding="utf-8"))
        if not isinstance(report, dict):
            raise ValueError("it is no object")
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(f"{folder} holds no {REPORT} of a run; name the --output of one") from error
    return report


def _read(
    folder: Folder, name: str, found: Gathered, take: Callable[[Iterable[Row], Gathered], None], most: int | None = None
) -> None:
    """Take the rows of a file, all or about ``most`` bytes of them, if there is one: an export of an index has no cuts,
    a run may have none.
    """
    if not row_files(folder, name):
        return
    try:
        rows, whole = (read_rows(folder, name), True) if most is None else drawn_rows(folder, name, most)
        found.cuts_drawn |= not whole
        take(_counted(rows, name, found), found)
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise UsageError(f"{folder}: {name} has rows that no run wrote: {type(error).__name__} {error}") from error


def _counted(rows: Iterable[Row], name: str, found: Gathered) -> Iterator[Row]:
    for row in rows:
        found.rows[name] += 1
        yield row


def _take_cuts(rows: Iterable[Row], found: Gathered) -> None:
    for row in rows:
        found.cutting.take(row, found.site)


def _take_rejected(rows: Iterable[Row], found: Gathered) -> None:
    for row in rows:
        examples = found.examples.setdefault(str(row["reason"]), [])
        if len(examples) < EXAMPLES:
            examples.append(row)
        found.site(site_of_name(row.get("id") or "")).rejected += 1


def _take_pairs(rows: Iterable[Row], found: Gathered) -> None:
    best: Best[Row] = Best(found.amounts.pairs)
    for row in rows:
        if row["level"] == "link":
            found.links.add((row["left"], row["right"]))
        elif not row["same"]:
            best.offer((row["score"] or 0.0) - (row["threshold"] or 0.0), row["left"] + row["right"], row)
    found.missed = best.items()


def _take_corpus(wanted: set[str], rows: Iterable[Row], found: Gathered) -> None:
    amounts = found.amounts
    weakest: Best[Row] = Best(amounts.weakest)
    largest: Best[Row] = Best(amounts.largest)
    drawn: Best[Row] = Best(amounts.drawn)
    listed: Best[list[Any]] = Best(amounts.stories)
    for row in rows:
        name, story = row["id"], row["story"]
        if name in wanted:
            found.texts[name] = row["text"][: amounts.characters]
            found.cutting.note_text(name, row["text"])
        if story.get("role") == "member":  # of a corpus with every article
            continue
        found.undated += not row.get("date")
        size = len(story["members"])
        found.largest_size = max(found.largest_size, size)
        found.sizes[sum(size >= least for least in SIZES) - 1] += 1
        margin, score = _weakest(row, found)
        draw = lot(name)
        if size > 1:
            if margin is not None:
                weakest.offer(-margin, name, row)
            largest.offer(size, name, row)
            drawn.offer(draw, name, row)
        if listed.wants(draw):
            shown = [name, row.get("title") or "", row.get("site") or "", (row.get("date") or "")[:10]]
            listed.offer(draw, name, [*(one[:SHOWN] for one in shown), size, story.get("sites") or 0, score])
    found.stories = {"weakest": weakest.items(), "largest": largest.items(), "drawn": drawn.items()}
    found.listed = sorted(listed.items(), key=lambda one: one[0])


def _weakest(row: Row, found: Gathered) -> tuple[float | None, float | None]:
    """How much the weakest member of a story scores over its threshold, and its score; counts all members."""
    margins = []
    for member in row["story"]["members"]:
        site = found.site(member.get("site"))
        site.records += 1
        relation, score = level_of(member["relation"]), member["score"]
        if relation == "canonical":
            site.canonical += 1
            continue
        site.merged += 1
        if relation not in found.scores:
            continue
        found.scores[relation][min(BINS - 1, max(0, int(score * BINS)))] += 1
        pair = (min(row["id"], member["id"]), max(row["id"], member["id"]))
        if pair not in found.links:
            threshold = found.thresholds.get(relation, 0.0)
            margins.append((round(score - threshold, 6), score, threshold))
    if not margins:
        return None, None
    found.below += sum(margin < 0 for margin, *_ in margins)
    margin, score, threshold = min(margins)
    if found.weakest_score is None or margin < found.weakest_score - found.weakest_threshold:
        found.weakest_score, found.weakest_threshold = score, threshold
    return margin, score


def _take_merged(wanted: set[str], rows: Iterable[Row], found: Gathered) -> None:
    shown = (row["id"] for stories in found.stories.values() for row in stories)
    kept: dict[str, Best[Row]] = {name: Best(found.amounts.members) for name in shown}
    for row in rows:
        if row["id"] in wanted:
            found.texts.setdefault(row["id"], row["text"][: found.amounts.characters])
            found.cutting.note_text(row["id"], row["text"])
        if row["into"] in kept:
            row["evidence"] = json.loads(row["evidence"]) if isinstance(row["evidence"], str) else row["evidence"] or {}
            row["text"] = row["text"][: found.amounts.characters]
            threshold = found.thresholds.get(level_of(row["relation"]), 0.0)
            kept[row["into"]].offer(threshold - (row["score"] or 0.0), row["id"], row)
    found.members = {name: best.items() for name, best in kept.items()}
