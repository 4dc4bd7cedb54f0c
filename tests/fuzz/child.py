"""The process that puts inputs through the readers, strip and collapse, one after the other, until it is ended.

It reads a line of JSON a task from standard input and answers with a line: what came out, or the exception. Bounds on
CPU and memory are the system's own, so that they hold inside C libraries too; ``watching`` sees the process end.
"""

from __future__ import annotations

import faulthandler
import io
import json
import os
import resource
import signal
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from cleaner import collapse, ingest, plain_rows, strip_html, strip_text
from cleaner.engines.launcher import Launcher
from cleaner.records import Article, Page, Rejected
from cleaner.settings import Limits, Settings
from cleaner.sinks import rows
from cleaner.sinks.json_text import to_json
from cleaner.sources import InputFile, discover

SECONDS_PER_PAGE = 5.0
SWALLOWED = ("strip-failed", "worker-died")
"""Reasons that stand for an exception that nobody foresaw."""
ALONE = 100_000
"""Bytes up to which a page also goes through the functions of the library."""


class Wrong(Exception):
    """What came out breaks a promise."""


def main() -> None:
    """Answer tasks until there are none."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    tasks = os.fdopen(os.dup(0), "rb")
    os.dup2(2, 1)
    faulthandler.enable()
    faulthandler.register(signal.SIGXCPU, chain=True)
    with Launcher() as launcher:  # one for all: to start its server takes longer than most inputs
        launcher.call(ingest.load_all)
        for line in tasks:
            task = json.loads(line)
            answers.write(json.dumps(_answer(task, launcher)) + "\n")
            answers.flush()


def _answer(task: dict[str, Any], launcher: Launcher) -> dict[str, Any]:
    _bound(task["seconds"], task["bytes"])
    before, started = _resident("VmRSS"), time.process_time()
    _forget_peak()
    answer: dict[str, Any] = {}
    try:
        answer["records"], answer["rejected"] = _through(task, launcher)
    except Exception as error:  # noqa: BLE001 - any exception is what is looked for
        answer["error"] = f"{type(error).__name__}: {error}"[:500]
        answer["place"] = _place(error)
        answer["trace"] = traceback.format_exc()[-6000:]
    answer["cpu"] = time.process_time() - started
    answer["grown"] = max(0, _resident("VmHWM") - before)
    return answer


def _bound(seconds: float, size: int) -> None:
    """From here on so many CPU seconds and so many bytes more than are held now."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu = int(used.ru_utime + used.ru_stime + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, resource.RLIM_INFINITY))
    held = int(Path("/proc/self/statm").read_text().split()[5]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_DATA, (held + size, resource.RLIM_INFINITY))


def _forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


def _resident(name: str) -> int:
    status = Path("/proc/self/status").read_text()
    return int(status.split(name + ":")[1].split()[0]) * 1024


def _place(error: BaseException) -> str:
    """The last line of cleaner's own that an exception went through."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "/cleaner/" in frame.filename and "/tests/" not in frame.filename]
    frame = (own or frames)[-1]
    return f"{'/'.join(Path(frame.filename).parts[-2:])}:{frame.name}"


def _through(task: dict[str, Any], launcher: Launcher) -> tuple[int, list[str]]:
    """One file to its end. Returns the number of its records and the reasons of those rejected by strip."""
    path, expected = task["path"], task["records"]
    settings = Settings(workers=1, limits=Limits(seconds_per_page=SECONDS_PER_PAGE, max_record_bytes=task["limit"]))
    if task["stdin"]:
        sys.stdin = io.TextIOWrapper(io.BufferedReader(io.FileIO(path)), encoding="utf-8")
        files = [InputFile("-", "stdin", "-")]
    else:
        files = discover([path])
    found = list(ingest.read(files, settings))
    _check_read(found, expected)
    if task["only"] == "read":
        return len(found), []
    done = list(ingest.stripped(found, settings, launcher=launcher))
    _check_stripped(found, done)
    articles = [record for record in done if isinstance(record, Article)]
    if articles and task["collapse"]:
        stories = collapse(articles)
        members = sorted(member.origin for story in stories for member in story.members)
        if members != sorted(article.origin for article in articles):
            raise Wrong("collapse lost or doubled an article")
        for story in stories:
            _check_row(plain_rows.corpus_row(story))
    _alone(found)
    return len(found), [record.reason for record in done if isinstance(record, Rejected)]


def _check_read(found: list[Page | Rejected], expected: int | None) -> None:
    if not found:
        raise Wrong("lost: no record came out")
    if expected is not None and len(found) != expected:
        reasons = [record.reason for record in found if isinstance(record, Rejected)]
        if not (expected > len(found) and "decompression-bomb" in reasons):
            raise Wrong(f"lost: {expected} records went in, {len(found)} came out {reasons[:5]}")
    for record in found:
        if isinstance(record, Rejected):
            if not record.reason:
                raise Wrong("a rejection without a reason")
            _check_row(rows.rejected_row(record))
        elif (record.html is None) == (record.text is None) or not isinstance(record.id, str) or not record.id:
            raise Wrong("a page of neither or both kinds, or without an id")


def _check_stripped(found: list[Page | Rejected], done: list[Article | Rejected]) -> None:
    if [record.origin for record in found] != [record.origin for record in done]:
        raise Wrong("lost: strip gave other records, or another order")
    for before, record in zip(found, done, strict=True):
        if isinstance(record, Rejected):
            if record.reason in SWALLOWED:
                raise Wrong(f"{record.reason}: {record.detail}")
            _check_row(rows.rejected_row(record))
        else:
            _check_row(plain_rows.stripped_row(record))
            if record.id != before.id or not record.text.strip():
                raise Wrong("an article of another id or without a text")
        _check_row(rows.cuts_row(record))


def _check_row(row: dict[str, Any]) -> None:
    """A row is one line of JSON in UTF-8, and JSON of the standard."""
    line = to_json(row).encode("utf-8")
    if len(line.decode("utf-8").splitlines()) != 1:
        raise Wrong("a row of more than one line, for one of the line ends that readers know")
    json.loads(line, parse_constant=_refuse)


def _refuse(name: str) -> None:
    raise Wrong(f"{name} in the JSON")


def _alone(found: list[Page | Rejected]) -> None:
    """The same contents through the front door of the library, which has no pages and no rejections."""
    for record in found[:2]:
        if isinstance(record, Page) and record.html is not None and len(record.html) < ALONE:
            strip_html(record.html, record.url)
            strip_html(record.html.encode("utf-8", "surrogatepass"), record.url)
        elif isinstance(record, Page) and record.text is not None and len(record.text) < ALONE:
            strip_text(record.text)


if __name__ == "__main__":
    main()
