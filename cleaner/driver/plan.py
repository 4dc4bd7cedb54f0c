"""The plan of a run: into which parts its input falls, what each stage does with them, and what decides that.

    inputs --find--> files in their one order --parts--> neighbours, and ranges of large ones, of about equal bytes
      |
      |  strip          T one task a part: read + strip (``run``), or read as clean (``collapse``)  tasks/strip.py
      |                   -> strip-00000 ... : articles, headers, cuts, rejected records, counts; then their marks
      v
    article store         headers in memory, texts in the part files, read by range           article_store.py
      |  sites          D what sites repeat, site by site                                     site_memory.py
      |  (ids, order)   D not kept: it takes a sort
      |  words          T texts as hashes, some 1,000 a task                                  collapse/text_hashes.py
      |  exact          D groups of equal digests                                             collapse/exact.py
      |  pairs          D alike pairs of texts and what they score, made of
      |    (templates)  T   not kept: what many texts hold, 16 million hashes a task; what stays D collapse/templates.py
      |    signatures   T   band keys and samples of some 16 MB of hashes                     collapse/near.py
      |    candidates   T   pairs of one to eight bands; those of the samples D               collapse/bands.py
      |    overlaps     T   what some 50,000 pairs a task share                               collapse/pair_scores.py
      |    nearest, unsettled, verdicts
      |                 T   some 1,000 pairs a task laid beside each other                    collapse/verdicts.py
      |  near           D average link                                                        collapse/linkage.py
      |  copies         T which copy holds most of the body, some 50 clusters                 collapse/selection.py
      |  reports        T term bags of some 1,000 kept copies                                 event/packed_bags.py
      |  frequencies    T how many reports hold a term, a range of hashes                  event/document_frequencies.py
      |    idf          T   of several ranges: the weights of all terms of a kind, in one file
      |  weights        T the weighed terms of the reports of a file                          event/term_matrix.py
      |  scores         D pairs of reports and their probabilities, made of
      |    partners     T   candidates of some 2,000 reports a task, neighbours in time       event/candidates.py
      |    tiles        T   features and scores of some 20,000 pairs                          event/features.py
      |    facts        T   as for verdicts: other facts in one frame
      |  events         D threshold from the counts of scores, average link                   event/grouping.py
      |  canonicals     T some 500 stories                                                    collapse/stories.py
      v
    rows                T lines of some 250 stories a task                                    tasks/rows.py
      v
    output                written aside in one order, cut into shards, sealed, moved at once  sinks/

Each name is a stage of which the working folder has files, ``words-00000`` ..., each whole and then its mark
(``tasks/checkpoints``). T are tasks that the engine carries (the later ones, where there is enough to do), in sizes
that follow the corpus (``collapse/task_sizes``): a small one gives every core something, a huge one a bounded number of
files. D is done by the process that directs the run, which holds some 1.5 kB an article. Where the working folder is in
a store, a task fetches what it reads from there and puts its file there, then its mark, and the process that directs
fetches that (``staging``). A mark tells by what its stage
was decided: the parts, the code, its settings, and all that decided the stages before it. So a run that was ended goes
on with the first task that has no mark, and one with another threshold with the first stage which that decides. A run
that adds to an index has the stages ``sites``, ``words``, ``pairs`` (``inside``: those missing within components),
``copies``, ``reports`` and ``scores``, decided also by the state of the index; what it links it does anew.

One page on its way. ``pages/a.example/storm.html`` is the 1,200th of 4,000 files, so of 16 parts it is in part 4, with
its neighbours. The task strip 4 reads it, hands it to a worker process, and gets back an article of 2,000 characters,
its header and the line of its cuts; had the page killed the worker three times, it would have got the rejection
``worker-died`` with the page's name. All of part 4 goes into the file ``strip-00004`` and, once that is whole, its mark
beside it. From then on the page is not read again, whatever happens to the run. The driver takes the header into the
store: the article is number 1,187 now, at bytes 88,121 to 90,377 of part 4. Its site's repeated lines are dropped (the
shorter text goes to the store's own file), and among all ids it gets place 3,402. Task 13 of ``words`` reads it by its
range and hashes it; task 1 of ``signatures`` writes its band keys, by which task 5 of ``candidates`` meets another
site's copy; they share .8 of their shingles, a verdict finds no facts exchanged, and ``near`` links the two. The copy
holds more of the body, so task 11 of ``reports`` reads that one, with the earlier of their dates; ``frequencies`` count
its words among those of all, and task 11 of ``weights`` makes a row of them, which ``partners`` and ``tiles`` read to
pair it with a report of the next day, at .7. ``events`` links them, and task 6 of ``rows`` writes the story's line and
those of the two that went into it. Its cuts are copied from part 4 to ``cuts.jsonl`` behind those of the parts before.

How the input is split decides nothing but which file a record waits in: parts are put together in the order of the
files, and everything later goes by ids.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import accumulate, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import xxhash

from cleaner import package_files
from cleaner.remote import RemotePath
from cleaner.report import versions
from cleaner.settings import Limits, Settings
from cleaner.sources import InputFile
from cleaner.sources.ranges import divided
from cleaner.tasks.task import Command, Files, Plan

if TYPE_CHECKING:
    from cleaner.engines.executor import Submits

PART_BYTES = 64 * 1024 * 1024
"""Bytes of input a part where nobody asks for another number of parts: some 2,000 pages, ten seconds of one core."""
MOST_PARTS = 10_000
_DECIDES = (
    "sources/**/*", "strip/**/*", "sinks/*.py", "engines/*.py", "staging/*.py", "tasks/**/*", "*.py",
    "collapse/earlier_corpus.py", "collapse/canonical.py",
)  # fmt: skip
"""The code and models that decide what is in the files of the parts. They hold finished lines of ``cuts``, what the
engine's guard rejected, and what an article's field of an earlier story has wrong."""
_DECIDE_LATER = ("collapse/**/*", "driver/*.py", "index/*.py")
"""Those that decide the later stages beside them."""


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
        "code": package_files.digest(_DECIDES),
        "parts": [
            [(file.path, file.kind, file.name, file.shown, file.fault, file.part, *_state(file)) for file in files]
            for files in plan.parts.values()
        ],
    }
    return xxhash.xxh3_128_hexdigest(json.dumps(decides).encode())


def later_fingerprint(plan: Plan) -> str:
    """A digest of what decides all stages behind the first: the parts, and the code and models of the collapse."""
    return f"{plan.fingerprint} {package_files.digest(_DECIDE_LATER)}"


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
