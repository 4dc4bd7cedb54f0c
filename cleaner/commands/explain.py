"""``cleaner explain``: what became of a record, and why two records are or are not one story.

Only the rows that are asked for are read, and of a large corpus some hundred more, from which the weights of
words are estimated: so the size of the output does not matter.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cleaner.collapse.differences import Version, judge
from cleaner.collapse.event import Encoder, EventIndex, default_threshold
from cleaner.collapse.near import NearIndex
from cleaner.collapse.opinion import is_opinion, is_personal
from cleaner.collapse.pair_scores import DEFAULT_THRESHOLD, LOOKED_AT
from cleaner.collapse.shown_differences import differing
from cleaner.commands.terminal_text import printable
from cleaner.errors import UsageError
from cleaner.records import Article
from cleaner.remote import place
from cleaner.report import INDEX_SETTINGS
from cleaner.settings import LEVELS
from cleaner.sinks.lookup import find_rows, holds, some_rows
from cleaner.sinks.ownership import REPORT
from cleaner.sinks.reading import Folder

WEIGHED = 200
"""Stories up to which the weights of words come from all of them, else from so many or half of that."""
Row = Mapping[str, Any]


@dataclass(slots=True)
class Fate:
    """What became of a record: its row, and the id of the canonical it ended in (None: rejected)."""

    kind: str
    row: Row
    canonical: str | None


def main(options: argparse.Namespace) -> int:
    """Explain one record, or two beside each other."""
    if len(options.ids) > 2:
        raise UsageError("explain takes one id or two")
    if len(options.ids) > len(set(options.ids)):
        raise UsageError(f"explain takes two different ids; '{options.ids[0]}' is named twice")
    folder = place(options.folder)
    fates = {wanted: fate_of(folder, wanted) for wanted in options.ids}
    for wanted, fate in fates.items():
        if fate is None:
            raise UsageError(f"{folder} knows no record '{wanted}'")
    known = {wanted: fate for wanted, fate in fates.items() if fate is not None}
    lines = [line for wanted in options.ids for line in fate_lines(folder, wanted, known[wanted])]
    if len(options.ids) == 2:
        lines += pair_lines(folder, options.ids[0], options.ids[1], known)
    for line in lines:
        print(printable(line), file=sys.stdout)
    return 0


def fate_of(folder: Folder, wanted: str) -> Fate | None:
    """The fate of a record, None of one that the folder's files do not know. A rejected one is found by origin too."""
    for row in find_rows(folder, "merged", "id", wanted):
        return Fate("merged", row, row["into"])
    for row in find_rows(folder, "corpus", "id", wanted, ordered=True):
        return Fate("canonical", row, row["id"])
    for column in ("id", "origin") if holds(folder, "rejected") else ():  # an index writes no such file
        for row in find_rows(folder, "rejected", column, wanted):
            return Fate("rejected", row, None)
    return None


def fate_lines(folder: Folder, wanted: str, fate: Fate) -> Iterator[str]:
    """What became of one record, in lines."""
    row = fate.row
    if fate.kind == "rejected":
        yield f"{wanted}: rejected, {row['reason']}: {row['detail']} ({row['origin']})"
    elif fate.kind == "merged":
        yield f"{wanted}: merged into {row['into']}, relation {row['relation']}, score {row['score']:.3f}"
        yield from _attachment(row)
        evidence = row["evidence"]
        for name, value in (json.loads(evidence) if isinstance(evidence, str) else evidence or {}).items():
            yield f"    {name.replace('_', ' ')}: {_shown(value)}"
    else:
        story = row["story"]
        seen = f", first seen {story['first_seen']}, last {story['last_seen']}" if story["first_seen"] else ""
        first = f", first by {story['first_site']}" if story.get("first_site") else ""
        yield f"{wanted}: canonical of story {story['id']}, told by {story['size']}{seen}{first}"
        yield from _members(folder, row)
    yield from _links(folder, wanted)


def _links(folder: Folder, wanted: str) -> Iterator[str]:
    """What somebody said of a record and others."""
    if not holds(folder, "pairs"):
        return
    for side, other in (("left", "right"), ("right", "left")):
        for row in find_rows(folder, "pairs", side, wanted):
            if row["level"] == "link":
                yield f"    a link: {'of' if row['same'] else 'not of'} one story with {row[other]}"


def _members(folder: Folder, canonical: Row) -> Iterator[str]:
    """The other members of a story: relation, score, date, site, id, title, and what each hangs on."""
    listed = [member for member in canonical["story"]["members"] if member["relation"] != "canonical"]
    if not listed:
        return
    merged = {row["id"]: row for row in find_rows(folder, "merged", "into", canonical["id"], ordered=True)}
    for member in listed:
        title = merged.get(member["id"], {}).get("title")
        place = "  ".join([(member["date"] or "undated")[:16], member["site"] or "no site"])
        yield f"    {member['relation']:<6} {member['score']:.3f}  {place}  {member['id']}" + (
            f"  {' '.join(title.split())}" if title else ""
        )
        yield from (f"    {line}" for line in _attachment(member))


def _attachment(member: Row) -> Iterator[str]:
    """What a member hangs on, where that is told."""
    via = member.get("via")
    if via:
        name, score = (via["id"], f", score {via['score']:.3f}") if isinstance(via, Mapping) else (via, "")
        mean = f"; mean with its story {member['mean']:.3f}" if member.get("mean") is not None else ""
        yield f"    via {name}{score}{mean}"


def pair_lines(folder: Folder, one: str, other: str, fates: Mapping[str, Fate]) -> Iterator[str]:
    """Why two records are, or are not, in one story.

    The thresholds are those of the run; of a level that the run did not reach the scores are told too.
    """
    first, second = fates[one], fates[other]
    if first.canonical is None or second.canonical is None:
        yield "A rejected record was compared with nothing."
        return
    if first.canonical == second.canonical:
        yield f"Both are in the story of {first.canonical}."
        yield from _scored(folder, one, other)
        return
    level, near_from, event_from, encoder, opinions = settings_of(folder)
    rows = {name: _corpus_row(folder, name, fates) for name in (first.canonical, second.canonical)}
    yield f"They are in two stories, of {first.canonical} and {second.canonical}; the run's level was {level}:"
    if level == "exact":
        yield "    near copies and events were not compared in this run; below is what they would have scored"
    elif level == "near":
        yield "    events were not compared in this run; below is what they would have scored"
    near = NearIndex.of_texts([row["text"] for row in rows.values()])
    containment, jaccard, shared = near.overlap(0, 1)
    yield (
        f"    near copies? containment {containment:.3f} (copies from {near_from} on), "
        f"Jaccard {jaccard:.3f}, {shared} shingles shared"
    )
    if containment >= LOOKED_AT:
        yield from _differing(*rows.values())
    some, whole = some_rows(folder, "corpus", WEIGHED)
    others = [row for row in some if row["id"] not in rows]
    events = EventIndex(
        [_article(row) for row in (*rows.values(), *others)], encoder=Encoder.load(encoder) if encoder else None
    )
    about, weighed = ("", "") if whole else ("about ", f"; words weighed as in {len(some)} of the stories")
    score = events.probability(0, 1)
    for name, row in rows.items():
        if is_personal(_article(row)):
            yield f"    {name} speaks of its writer: it joins no story as a report"
        elif opinions == "apart" and is_opinion(_article(row)):
            yield f"    {name} is an opinion piece: it joins no story as a report (--opinions apart)"
    yield f"    one event? probability {about}{score:.3f} (clusters join from a mean of {event_from} on){weighed}"
    for name, value in events.evidence(0, 1).items():
        yield f"    {name.replace('_', ' ')}: {_shown(value)}"
    for names in dict.fromkeys(((one, other), tuple(rows))):
        yield from _scored(folder, *names)


def _differing(left: Row, right: Row) -> Iterator[str]:
    """What two texts with much in common have in place of each other, and what that makes of them."""
    one, other = _article(left), _article(right)
    apart = judge(Version.of(one), Version.of(other)).different
    yield f"    {'they tell different things' if apart else 'versions of one article by what differs'}"
    if places := differing(one, other):
        yield f"    differs in: {', '.join(places)}"


def _corpus_row(folder: Folder, name: str, fates: Mapping[str, Fate]) -> Row:
    """The row of a canonical. Raises UsageError where the corpus lacks it."""
    if name in fates and fates[name].kind == "canonical":
        return fates[name].row
    for row in find_rows(folder, "corpus", "id", name, ordered=True):
        return row
    raise UsageError(f"{folder}: the corpus does not hold '{name}', which merged names")


def _scored(folder: Folder, one: str, other: str) -> Iterator[str]:
    """What the run's list of close decisions says of two records."""
    if not holds(folder, "pairs"):
        return
    left, right = sorted((one, other))
    for row in find_rows(folder, "pairs", "left", left):
        if row["right"] == right and row["level"] == "link":
            yield f"    a link says that they are {'' if row['same'] else 'not '}of one story"
        elif row["right"] == right:
            done = "joined" if row["same"] else "apart"
            yield (
                f"    the run scored {left} and {right} {row['score']:.3f} at the level {row['level']} "
                f"(threshold {row['threshold']:g}): {done}"
            )


def settings_of(folder: Folder) -> tuple[str, float, float, str | None, str]:
    """Level, near and event threshold, encoder, and what becomes of opinion pieces in the run that wrote the folder.

    Of an index's folder, those of the index.

    Raises UsageError when its report cannot be read.
    """
    try:
        report = json.loads((folder / REPORT).read_text(encoding="utf-8"))
        settings = report["settings"] if "settings" in report else report[INDEX_SETTINGS]
        used = report["thresholds"]
        level = settings["level"]
        near, event = (used[name] if name in used else settings[f"{name}_threshold"] for name in ("near", "event"))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{folder} holds no {REPORT} of a run; two records are explained with its settings") from error
    if level not in LEVELS:
        raise UsageError(f"{folder / REPORT}: level '{level}' is not known")
    encoder, opinions = settings.get("encoder"), settings.get("opinions", "together")
    return level, near or DEFAULT_THRESHOLD, event or default_threshold(), encoder, opinions


def _article(row: Row) -> Article:
    title, date, lang, url, site = (row.get(name) for name in ("title", "date", "lang", "url", "site"))
    return Article(row["id"], row["text"], title=title, date=date, lang=lang, url=url, site=site)


def _shown(value: Any) -> str:
    if value is None or value == []:
        return "not known" if value is None else "none"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
