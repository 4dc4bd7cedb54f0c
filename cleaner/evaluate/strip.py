"""How well strip keeps bodies and drops the rest, beside other tools on the same pages."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

from cleaner import ingest
from cleaner.errors import UsageError
from cleaner.evaluate import labelled
from cleaner.evaluate.measures import Scores, corpus_shingle_scores, corpus_word_scores, shingle_scores
from cleaner.evaluate.peers import TOOLS, Peer, quiet
from cleaner.inputs import find
from cleaner.progress import Progress, Silent
from cleaner.records import Page
from cleaner.settings import Settings
from cleaner.strip import verdicts_of

FAST = "trafilatura fast"
GOLD = ("gold_text", "gold", "body")
Method = Callable[[Page], str]


@dataclass(slots=True)
class StripFigures:
    """Figures of one method on one file."""

    file: str
    method: str
    pages: int
    scores: Scores
    words: float
    """Mean F1 of the pages' words."""
    kinds: dict[str, float]
    """The same by ``page_type``, where the pages have one."""
    kind_pages: dict[str, int]
    """Pages of each of these."""
    exact: int
    """Pages whose shingles are just the gold's."""
    milliseconds: float
    """Process time a page."""
    failed: dict[str, int] = field(default_factory=dict)
    """Pages that it raised on, by what it raised; they count as pages that it found nothing on."""
    failed_example: str = ""
    """What it said on the first of these."""


def evaluate(
    path: str,
    pages: Mapping[str, Page] | None = None,
    tools: Mapping[str, Peer] | None = None,
    progress: Progress | None = None,
) -> list[StripFigures]:
    """Measure one labelled file: pages (``html`` or ``text``, and ``gold_text``) or labelled lines.

    ``pages`` are, by id, those of rows that have neither HTML nor text. Pages that are HTML are measured by
    ``tools`` too, or where none are given by trafilatura's fast mode.
    """
    shown = progress or Silent()
    first = next(labelled.rows(path), None)
    if first is not None and "keep" in first and "page" in first:
        return _on_lines(path, shown)
    golds: list[str] = []
    records: list[Page] = []
    kinds: list[str] = []
    for number, row in enumerate(labelled.rows(path)):
        golds.append(labelled.text_of(row, GOLD, path))
        name = str(row.get("id", number))
        kinds.append(labelled.string(row, "page_type") or "")
        if pages is not None and not row.get("html") and not row.get("text"):
            if name not in pages:
                raise UsageError(f"{path}: no page with the id '{name}' is among --pages")
            records.append(pages[name])
            continue
        labelled.column(row, ("html", "text"), path)
        html = labelled.string(row, "html") or None
        text = None if html else labelled.string(row, "text") or ""
        records.append(Page(name, name, labelled.string(row, "url"), html, text))
    methods: dict[str, Method] = {"cleaner": _cleaner}
    if all(record.html for record in records):
        methods |= {FAST: Peer(TOOLS[FAST].load())} if tools is None else tools
    return _compare(path, records, golds, methods, shown, kinds)


def pages_of(inputs: Sequence[str]) -> dict[str, Page]:
    """By id, the pages of files, folders and globs, as a run reads them. Raises UsageError."""
    found = ingest.read(find(inputs), Settings())
    return {page.id: page for page in found if isinstance(page, Page)}


def _on_lines(path: str, shown: Progress) -> list[StripFigures]:
    golds, records = [], []
    for page, lines, keep in labelled.pages_of_lines(path):
        records.append(Page(page, page, text="\n".join(lines)))
        golds.append("\n".join(line for line, kept in zip(lines, keep, strict=True) if kept))
    return _compare(path, records, golds, {"cleaner": _cleaner, "keep all": lambda page: page.text or ""}, shown)


def _compare(
    path: str,
    records: list[Page],
    golds: list[str],
    methods: dict[str, Method],
    shown: Progress,
    kinds: list[str] | None = None,
) -> list[StripFigures]:
    """Run the methods in turn on each page, so that a drift of the machine's speed meets all.

    The first page is read once before by each: loading rules and models is not a page's time.
    """
    texts: dict[str, list[str]] = {name: [] for name in methods}
    spent = dict.fromkeys(methods, 0.0)
    for method in methods.values() if records else ():
        method(records[0])
        if isinstance(method, Peer):
            method.forget()  # of the file before, and of this page, which is read again
    with quiet(), shown.stage(f"evaluate: {PurePath(path).name}", len(records), "pages") as stage:
        for record in stage.track(records):
            for name, method in methods.items():
                started = time.process_time()
                texts[name].append(method(record))
                spent[name] += time.process_time() - started
    figures = []
    for name, method in methods.items():
        pairs = zip(golds, texts[name], strict=True)
        by_kind = _by_kind(golds, texts[name], kinds or [])
        figures.append(
            StripFigures(
                file=path,
                method=name,
                pages=len(records),
                scores=corpus_shingle_scores(golds, texts[name]),
                words=corpus_word_scores(golds, texts[name]).f1,
                kinds=by_kind,
                kind_pages={kind: (kinds or []).count(kind) for kind in by_kind},
                exact=sum(shingle_scores(gold, text).f1 > 1 - 1e-9 for gold, text in pairs),
                milliseconds=1000 * spent[name] / max(1, len(records)),
                failed=dict(method.failures) if isinstance(method, Peer) else {},
                failed_example=method.example if isinstance(method, Peer) else "",
            )
        )
    return figures


def _cleaner(page: Page) -> str:
    return verdicts_of(page)[0].text


def _by_kind(golds: list[str], texts: list[str], kinds: list[str]) -> dict[str, float]:
    """Word F1 by kind of page."""
    found = {}
    for kind in sorted({kind for kind in kinds if kind}):
        own = [at for at, name in enumerate(kinds) if name == kind]
        found[kind] = corpus_word_scores([golds[at] for at in own], [texts[at] for at in own]).f1
    return found
