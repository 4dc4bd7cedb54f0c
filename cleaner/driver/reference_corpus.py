"""A reference corpus: articles that a run is collapsed against without their coming out of it (``--against``).

They stand among the run's articles under ids that no record can have. A story with one of them is held there
already: the run's records in it are rejected, and told what they are to the reference.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import xxhash

from cleaner import ingest
from cleaner.engines.launcher import Launcher
from cleaner.errors import UsageError
from cleaner.inputs import find
from cleaner.records import Article, Rejected, level_of
from cleaner.remote import RemotePath, identity, place
from cleaner.settings import FORMATS, Fields, Settings
from cleaner.sinks import ownership, shards
from cleaner.sinks.reading import read_rows
from cleaner.sinks.rows import EXCERPT
from cleaner.urls import shown

if TYPE_CHECKING:
    from cleaner.collapse.hierarchy import Hierarchy

REASON = "in-reference"
_MARK = "\0"
"""Begins the ids of reference articles: what reads records leaves no NUL in theirs."""
_MEASURE = {"near": "containment", "event": "probability"}
_SHOWN = ("names", "numbers", "terms")


@dataclass(slots=True)
class Reference:
    """What is read of a reference corpus beside its articles."""

    begins: dict[str, str] = field(default_factory=dict)
    """By digest of the first ``EXCERPT`` characters of a text of which no more is known, the record's id."""
    articles: int = 0
    unreadable: int = 0

    def holds(self, article: Article) -> str | None:
        """Id of a record of the reference that begins as an article does."""
        return self.begins.get(_digest(article.text)) if self.begins else None


def check(path: str, output: str | os.PathLike[str]) -> None:
    """Raise UsageError for a reference that is not there, or that the run would replace."""
    try:
        there = place(path).exists()
    except OSError as error:
        raise UsageError(f"against {shown(path)}: {error.strerror or error}") from error
    if not there:
        raise UsageError(f"against {shown(path)}: no such file or folder")
    if identity(path) == identity(output):
        raise UsageError(f"against {shown(path)}: the run would replace it; name another output folder")


def read(path: str, settings: Settings, found: Reference, launcher: Launcher) -> Iterator[Article]:
    """The articles of a reference, marked as such: of files as ``collapse`` reads them, or of the output of a run.

    Of the latter they are the articles of its ``corpus``, and those of ``merged`` where their texts are whole.
    Raises UsageError.
    """
    files: Sequence[str] = [path]
    folder = place(path)
    report = ownership.read_report(folder / ownership.REPORT) if folder.is_dir() else None
    if report is not None:
        said = report.get("settings") or {}
        names = ["corpus"] if said.get("annotate") or not said.get("keep_merged_text") else ["corpus", "merged"]
        found_in = (one for name in names for form in FORMATS for one in shards.found(folder, name, form))
        files = [one.url if isinstance(one, RemotePath) else str(one) for one in found_in]
        settings = replace(settings, fields=Fields())
        if "merged" not in names and not said.get("annotate"):
            found.begins = {_digest(row.get("text") or ""): str(row["id"]) for row in read_rows(folder, "merged")}
            found.begins.pop(_digest(""), None)
    if not files:
        raise UsageError(f"against {shown(path)}: it holds no corpus")
    read_files = ingest.read(find(files), settings)
    for one in ingest.clean_already(read_files, settings, launcher=launcher):
        if isinstance(one, Rejected):
            found.unreadable += 1
        else:
            found.articles += 1
            yield replace(one, id=_MARK + one.id, extra={})
    if not found.articles:
        raise UsageError(f"against {shown(path)}: it holds no article")


def is_of_reference(name: str) -> bool:
    """Whether an id is that of a reference article."""
    return name.startswith(_MARK)


def known_by_beginning(article: Article, reference: str) -> Rejected:
    """The rejection of an article that begins as a record of the reference does."""
    detail = f"{reference}: its text begins with the same {min(EXCERPT, len(article.text))} characters"
    return Rejected(article.origin, REASON, detail, article.id)


def in_reference(hierarchy: Hierarchy, group: Iterable[int], held_by: Sequence[int]) -> Iterator[tuple[Rejected, str]]:
    """The rejections of a story's records that a reference holds, each with what it is: exact, near or event.

    ``held_by`` are the places of the reference's articles in the story; the one told of is the most alike.
    """
    from cleaner.collapse import stories  # not where pages are stripped

    for i in group:
        header = hierarchy.headers[i]
        if is_of_reference(header.id):
            continue
        other = min(held_by, key=lambda one, i=i: _distance(hierarchy, i, one))  # type: ignore[misc]
        relation, score, evidence = stories.relation(hierarchy, i, other)
        name = hierarchy.headers[other].id.removeprefix(_MARK)
        what = "same words" if relation == "exact" else f"{relation}, {_MEASURE[level_of(relation)]} {score:.3f}"
        more = [f"{kind}: {', '.join(map(str, evidence[kind][:3]))}" for kind in _SHOWN if evidence.get(kind)]
        detail = "; ".join([f"{name}: {what}", *more])
        yield Rejected(hierarchy.articles[i].origin, REASON, detail, header.id), relation


def _distance(hierarchy: Hierarchy, i: int, other: int) -> tuple[Any, ...]:
    if hierarchy.exact_of[i] == hierarchy.exact_of[other]:
        return 0, 0.0, other
    if hierarchy.near_of[i] == hierarchy.near_of[other]:
        return 1, 0.0, other
    rows = sorted(hierarchy.event_row.get(hierarchy.near_of[one], -1) for one in (i, other))
    return 2, -hierarchy.probability.get((rows[0], rows[1]), 0.0), other


def _digest(text: str) -> str:
    return xxhash.xxh3_128_hexdigest(text[:EXCERPT].encode("utf-8", "surrogatepass"))
