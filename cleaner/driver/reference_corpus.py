"""A reference corpus: articles that a run is collapsed against without their coming out of it (``--against``).

What is read here stands among the run's articles; what becomes of stories with it is in ``collapse.reference``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import xxhash

from cleaner import ingest
from cleaner.collapse.reference import MARK, REASON
from cleaner.engines.launcher import Launcher
from cleaner.errors import UsageError
from cleaner.inputs import find
from cleaner.records import Article, Rejected
from cleaner.remote import RemotePath, identity, place
from cleaner.settings import FORMATS, Fields, Settings
from cleaner.sinks import ownership, shards
from cleaner.sinks.reading import read_rows
from cleaner.sinks.rows import EXCERPT
from cleaner.urls import shown


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
            yield replace(one, id=MARK + one.id, extra={})
    if not found.articles:
        raise UsageError(f"against {shown(path)}: it holds no article")


def known_by_beginning(article: Article, reference: str) -> Rejected:
    """The rejection of an article that begins as a record of the reference does."""
    detail = f"{reference}: its text begins with the same {min(EXCERPT, len(article.text))} characters"
    return Rejected(article.origin, REASON, detail, article.id)


def _digest(text: str) -> str:
    return xxhash.xxh3_128_hexdigest(text[:EXCERPT].encode("utf-8", "surrogatepass"))
