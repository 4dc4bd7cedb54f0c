"""The plan of a run: into which parts its input falls, what each stage does with them, and what decides that.

    inputs --find--> files in their one order --parts--> neighbours, and ranges of large ones, of about equal bytes
      |
      |  stage strip     one task a part: read + strip (``run``), or read as clean (``collapse``)    tasks/strip.py
      |                  -> strip-00000 ... : articles, headers, cuts, rejected records, counts; then their marks
      v
    article store        headers in memory, texts in the part files, read by range                   article_store.py
      |  site memory     per site, in the driver; shortened texts go to the store's own file         site_memory.py
      |  ids and order   in the driver
      |  exact           texts signed by portions over the engine, groups in the driver              collapse/
      |  near            templates, bands, verification and linkage in the driver, sketches of
      |                  blocks over the engine
      |  event           reports read by portions over the engine; terms, candidates, scores and
      |                  linkage in the driver
      v
    rows                 canonicals chosen and stories told by batches over the engine               telling.py
      v
    output               written aside in one order, cut into shards, sealed and moved at once       sinks/

What is said to be in the driver is serial and needs all of the corpus at once: one machine holds some 1.5 kB an
article. The first stage alone is resumed: it takes nine tenths of a run over pages.

One page on its way. ``pages/a.example/storm.html`` is the 1,200th of 4,000 files, so of 16 parts it is in part 4, with
its neighbours. The task strip 4 reads it, hands it to a worker process, and gets back an article of 2,000 characters,
its header and the line of its cuts; had the page killed the worker three times, it would have got the rejection
``worker-died`` with the page's name. All of part 4 goes into the file ``strip-00004`` and, once that is whole, its mark
beside it. From then on the page is not read again, whatever happens to the run. The driver takes the header into the
store: the article is number 1,187 now, at bytes 88,121 to 90,377 of part 4. Its site's repeated lines are dropped (the
shorter text goes to the store's own file), it gets its place among all ids, a worker reads it by that range and signs
it, near copies and reports of the same event are found, and a worker tells the story it belongs to. Its cuts are
copied from part 4 to ``cuts.jsonl`` behind those of the parts before.

How the input is split decides nothing but which file a record waits in: parts are put together in the order of the
files, and everything later goes by ids.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import accumulate, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import xxhash

from cleaner.article_store import part_path
from cleaner.remote import RemotePath
from cleaner.report import versions
from cleaner.settings import Limits, Settings
from cleaner.sources import InputFile
from cleaner.sources.kinds import STDIN
from cleaner.sources.ranges import divided
from cleaner.tasks.task import Stage, Task

if TYPE_CHECKING:
    from cleaner.engines.executor import Submits

Files = tuple[InputFile, ...]
Command = Literal["run", "collapse"]
PART_BYTES = 64 * 1024 * 1024
"""Bytes of input a part where nobody asks for another number of parts: some 2,000 pages, ten seconds of one core."""
MOST_PARTS = 10_000
_DECIDES = ("sources/**/*", "strip/**/*", "tasks/**/*")
_DECIDE_LATER = ("collapse/**/*", "sinks/*.py", "*.py")


@dataclass(frozen=True, slots=True)
class Execution:
    """How a run is carried out. Nothing of it changes a result."""

    engine: str | Submits = "local"
    """What carries the tasks: ``local``, ``ray``, ``spark``, or an executor (``concurrent.futures``, submitit)."""
    work: str | None = None
    """Working folder, or the URL of one in a store; None is one aside in the output folder."""
    fresh: bool = False
    """Whether to start over where an earlier run with the same plan was ended."""
    keep_work: bool = False
    """Whether the working folder stays when the run has ended well."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What the tasks of one run need to know. The same for the same inputs, settings and number of partitions."""

    folder: str
    """Where the files of the tasks are: without a store on every machine that does one, else on that which directs."""
    command: Command
    settings: Settings
    parts: Mapping[int, Files]
    """By number the files of each part."""
    fingerprint: str = ""
    """Equal for plans whose parts come out the same."""
    store: str = ""
    """URL of the folder in a store that takes what is done."""

    @property
    def can_be_resumed(self) -> bool:
        """Whether its inputs can be read again."""
        return all(file.kind != STDIN for files in self.parts.values() for file in files)

    @property
    def strips(self) -> bool:
        """Whether pages are stripped; else articles are clean already."""
        return self.command == "run"

    @property
    def with_positions(self) -> bool:
        """Whether it will be asked where lines stood on their pages."""
        return self.strips and self.settings.site_memory

    def files_of(self, stage: Stage) -> Path:
        """Path of the files of a stage, up to ``-00000``."""
        return Path(self.folder) / stage

    def file(self, stage: Stage, number: int) -> Path:
        """The file that a task writes."""
        return Path(part_path(str(self.files_of(stage)), number))

    def tasks(self, stage: Stage) -> list[Task]:
        """The tasks of a stage, each with what it needs to know."""
        return [Task(stage, number, replace(self, parts={number: files})) for number, files in self.parts.items()]


def made(
    folder: Path, command: Command, settings: Settings, files: Iterable[InputFile], store: RemotePath | None = None
) -> Plan:
    """The plan over these files, in their order, with its files in ``folder``, and in the ``store`` it stands for."""
    wanted = settings.partitions if settings.limit is None else 1  # the first records are counted in one go
    plan = Plan(str(folder), command, settings, dict(enumerate(_parts(list(files), wanted, settings.limits))))
    return replace(plan, fingerprint=_fingerprint(plan), store=store.url if store else "")


def _fingerprint(plan: Plan) -> str:
    """A digest of all that decides what is in the parts: their files, the settings that matter, the code and models."""
    settings = plan.settings
    decides = {
        "command": plan.command,
        "positions": plan.with_positions,
        "fields": asdict(settings.fields),
        "limits": asdict(settings.limits),
        "limit": settings.limit,
        "cuts": settings.cuts,
        "versions": versions(),
        "code": _digest_of_code(),
        "parts": [
            [(file.path, file.kind, file.name, file.shown, file.fault, file.part, *_state(file)) for file in files]
            for files in plan.parts.values()
        ],
    }
    return xxhash.xxh3_128_hexdigest(json.dumps(decides).encode())


def later_stages(plan: Plan) -> str:
    """A digest of what decides all stages behind the first: the parts, and the code and models of the collapse."""
    return f"{plan.fingerprint} {_digest_of_code(_DECIDE_LATER)}"


def _digest_of_code(names: Sequence[str] = _DECIDES) -> str:
    """A digest of the modules and models of some stages: a version under development changes too."""
    seen = xxhash.xxh3_128()
    root = Path(__file__).parent
    for path in sorted(path for name in names for path in root.glob(name) if path.suffix != ".pyc"):
        if path.is_file():
            seen.update(f"{path.relative_to(root)}\0".encode())
            seen.update(path.read_bytes())
    return seen.hexdigest()


def _state(file: InputFile) -> tuple[int, int | str]:
    """Size of a file, and the time of its last change or what a store tells it by; zeros where they are not known."""
    if file.size is not None:
        return file.size, file.version
    try:
        state = os.stat(file.path)  # noqa: PTH116 - a Path a file takes most of the time of a million
    except (OSError, ValueError):
        return 0, 0
    return state.st_size, state.st_mtime_ns


def _parts(files: Sequence[InputFile], partitions: int, limits: Limits) -> list[Files]:
    """Contiguous runs of files, and of ranges of large ones, with about as many bytes in each, none of them empty."""
    sizes = [max(1, _state(file)[0]) for file in files]
    total = sum(sizes)
    wanted = partitions or min(MOST_PARTS, -(-total // PART_BYTES))
    pieces: list[InputFile] = []
    lengths: list[int] = []
    for file, size in zip(files, sizes, strict=True):
        found = divided(file, -(-size * wanted // total), limits)
        pieces += found
        lengths += [size if (own := piece.part) is None else max(1, own.size) for piece in found]
    ends = [0, *accumulate(lengths)]
    middles = ((begin + end) * wanted // (2 * ends[-1]) for begin, end in pairwise(ends))
    parts: dict[int, list[InputFile]] = {}
    for piece, part in zip(pieces, middles, strict=True):
        parts.setdefault(part, []).append(piece)
    return [tuple(part) for part in parts.values()]
