"""``cleaner explain``: what became of a record, and why two records are or are not one story."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cleaner.collapse.event import Encoder, EventIndex, default_threshold
from cleaner.collapse.near import DEFAULT_THRESHOLD, NearIndex
from cleaner.commands.plain import printable
from cleaner.errors import UsageError
from cleaner.records import Article
from cleaner.settings import LEVELS
from cleaner.sinks.own import REPORT
from cleaner.sinks.reading import read_rows


@dataclass(slots=True)
class Fate:
    """What became of a record: its row, and the id of the canonical it ended in (None: rejected)."""

    kind: str
    row: Mapping[str, Any]
    canonical: str | None


def main(options: argparse.Namespace) -> int:
    """Explain one record, or two beside each other."""
    if len(options.ids) > 2:
        raise UsageError("explain takes one id or two")
    folder = Path(options.folder)
    fates = find(folder, options.ids)
    for wanted in options.ids:
        if wanted not in fates:
            raise UsageError(f"{folder} knows no record '{wanted}'")
    lines = [line for wanted in options.ids for line in told(wanted, fates[wanted])]
    if len(options.ids) == 2:
        lines += together(folder, *(fates[wanted] for wanted in options.ids))
    for line in lines:
        print(printable(line), file=sys.stdout)
    return 0


def find(folder: Path, wanted: list[str]) -> dict[str, Fate]:
    """The fate of each record that the folder's files know. A rejected one is found by origin too."""
    fates: dict[str, Fate] = {}
    for row in read_rows(folder, "corpus"):
        if row["id"] in wanted:
            fates[row["id"]] = Fate("canonical", row, row["id"])
    for row in read_rows(folder, "merged"):
        if row["id"] in wanted:
            fates[row["id"]] = Fate("merged", row, row["into"])
    for row in read_rows(folder, "rejected"):
        for name in (row["id"], row["origin"]):
            if name in wanted:
                fates.setdefault(name, Fate("rejected", row, None))
    return fates


def told(wanted: str, fate: Fate) -> Iterator[str]:
    """What became of one record, in lines."""
    row = fate.row
    if fate.kind == "rejected":
        yield f"{wanted}: rejected, {row['reason']}: {row['detail']} ({row['origin']})"
    elif fate.kind == "merged":
        yield f"{wanted}: merged into {row['into']}, relation {row['relation']}, score {row['score']:.3f}"
        evidence = row["evidence"]
        for name, value in (json.loads(evidence) if isinstance(evidence, str) else evidence or {}).items():
            yield f"    {name.replace('_', ' ')}: {_shown(value)}"
    else:
        story = row["story"]
        seen = f", first seen {story['first_seen']}, last {story['last_seen']}" if story["first_seen"] else ""
        first = f", first by {story['first_site']}" if story.get("first_site") else ""
        yield f"{wanted}: canonical of story {story['id']}, told by {story['size']}{seen}{first}"
        for member in story["members"]:
            if member["relation"] != "canonical":
                yield f"    {member['relation']:<6} {member['score']:.3f}  {member['id']}"


def together(folder: Path, first: Fate, second: Fate) -> Iterator[str]:
    """Why two records are, or are not, in one story; scores are worked out anew on the corpus.

    The thresholds are those of the run; of a level that the run did not reach the scores are told too.
    """
    if first.canonical is None or second.canonical is None:
        yield "A rejected record was compared with nothing."
        return
    if first.canonical == second.canonical:
        yield f"Both are in the story of {first.canonical}."
        return
    level, near_from, event_from, encoder = settings_of(folder)
    articles = [_article(row) for row in read_rows(folder, "corpus")]
    place = {article.id: i for i, article in enumerate(articles)}
    a, b = place[first.canonical], place[second.canonical]
    yield f"They are in two stories, of {first.canonical} and {second.canonical}; the run's level was {level}:"
    if level == "exact":
        yield "    near copies and events were not compared in this run; below is what they would have scored"
    elif level == "near":
        yield "    events were not compared in this run; below is what they would have scored"
    near = NearIndex.of_texts([articles[a].text, articles[b].text])
    containment, jaccard, shared = near.overlap(0, 1)
    yield (
        f"    near copies? containment {containment:.3f} (copies from {near_from} on), "
        f"Jaccard {jaccard:.3f}, {shared} shingles shared"
    )
    events = EventIndex(articles, encoder=Encoder.load(encoder) if encoder else None)
    yield (f"    one event? probability {events.probability(a, b):.3f} (clusters join from a mean of {event_from} on)")
    for name, value in events.evidence(a, b).items():
        yield f"    {name.replace('_', ' ')}: {_shown(value)}"


def settings_of(folder: Path) -> tuple[str, float, float, str | None]:
    """Level, near threshold, event threshold and encoder of the run that wrote the folder.

    Raises UsageError when its report cannot be read.
    """
    try:
        report = json.loads((folder / REPORT).read_text(encoding="utf-8"))
        settings, used = report["settings"], report["thresholds"]
        level = settings["level"]
        near, event = (used[name] if name in used else settings[f"{name}_threshold"] for name in ("near", "event"))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{folder} holds no {REPORT} of a run; two records are explained with its settings") from error
    if level not in LEVELS:
        raise UsageError(f"{folder / REPORT}: level '{level}' is not known")
    return level, near or DEFAULT_THRESHOLD, event or default_threshold(), settings.get("encoder")


def _article(row: Mapping[str, Any]) -> Article:
    return Article(row["id"], row["text"], title=row["title"], date=row["date"], lang=row["lang"])


def _shown(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
