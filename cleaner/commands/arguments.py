"""Options that several commands share, and the settings they make."""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterable, Mapping
from typing import Any

from cleaner import settings_file
from cleaner.errors import UsageError
from cleaner.progress import KINDS
from cleaner.settings import (
    ENGINES,
    FORMATS,
    GRAINS,
    KEEP_POLICIES,
    LEVELS,
    MOST_BYTES,
    OPINIONS,
    Fields,
    Limits,
    Settings,
)

INPUTS = (
    "files, folders, globs, or URLs of them (.html .txt .md .jsonl .json .csv .tsv .parquet .arrow .warc, also .gz "
    ".zst .bz2 .xz), or - for JSON (stdin)"
)

_PLAIN = (
    "level",
    "keep",
    "prefer",
    "workers",
    "partitions",
    "format",
    "near_threshold",
    "event_threshold",
    "event_span",
    "grain",
    "opinions",
    "encoder",
    "links",
    "annotate",
    "keep_scores",
    "against",
    "site_memory",
    "keep_merged_text",
    "max_rejected",
    "cuts",
    "limit",
)


def settings_from(options: argparse.Namespace) -> Settings:
    """Settings as the options say; what no option says is as the settings file says, or else the default."""
    given: dict[str, Any] = {name: getattr(options, name, None) for name in _PLAIN}
    fields = {name: getattr(options, f"{name}_field") for name in Fields.__dataclass_fields__}
    limits = {
        "max_record_bytes": _bytes_of(options.max_record_mb),
        "memory_per_page": _bytes_of(options.memory_per_page),
        "seconds_per_page": options.seconds_per_page,
    }
    layers = [given, {"fields": _said(fields), "limits": _said(limits)}]
    layers.append({"require": required(getattr(options, "require", None) or ())})
    file = getattr(options, "settings", None)
    return settings_file.settings(settings_file.load(file) if file else {}, *map(_said, layers))


def _bytes_of(megabytes: float | None) -> int | None:
    return None if megabytes is None else int(min(megabytes * 1024**2, 2 * MOST_BYTES))


def required(conditions: Iterable[str]) -> dict[str, Any]:
    """Values of ``Require`` from ``lang=en,de`` and ``min-words=50``, each at most once. Raises UsageError."""
    found: dict[str, Any] = {}
    for condition in conditions:
        name, _, value = (part.strip() for part in condition.partition("="))
        if name not in ("lang", "min-words") or not value:
            raise UsageError(f"--require '{condition}' is not known; use lang=en,de or min-words=50")
        key = name.replace("-", "_")
        if key in found:
            raise UsageError(f"--require {name} is given twice; several languages are written lang=en,de")
        if key == "lang":
            found[key] = tuple(one.strip() for one in value.split(","))
        else:
            found[key] = int(value) if value.isdecimal() and len(value) < 20 else value
    return found


def _said(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def add_collapse_options(command: argparse.ArgumentParser) -> None:
    """Where the output goes, how far to merge and which member is kept."""
    command.add_argument("--output", "-o", required=True, metavar="DIR", help="folder for the corpus and its reports")
    command.add_argument("--level", choices=LEVELS, help="how far to merge (default: event)")
    command.add_argument(
        "--keep",
        choices=KEEP_POLICIES,
        metavar="POLICY",
        help=f"which member becomes the canonical: {', '.join(KEEP_POLICIES)} (default: complete)",
    )
    command.add_argument(
        "--prefer",
        action="append",
        metavar="DOMAIN",
        help="keep the member on this domain if there is one; repeat for a list in order",
    )
    command.add_argument(
        "--index", metavar="DIR", help="collapse against all that earlier runs put into this index, and add to it"
    )
    command.add_argument(
        "--require",
        action="append",
        metavar="CONDITION",
        help="what a canonical must satisfy: lang=en,de or min-words=50; repeat for both. A story of which no member "
        "does is rejected",
    )
    command.add_argument("--format", choices=FORMATS, help="of the output files (default: jsonl)")
    command.add_argument(
        "--report", action="store_true", help="write report.html too: what cleaner report makes of the folder"
    )
    command.add_argument(
        "--keep-merged-text",
        action="store_true",
        default=None,
        help="write the whole text of every merged record into merged, not its first 300 characters",
    )
    command.add_argument(
        "--keep-scores",
        action="store_true",
        default=None,
        help="keep all articles and the scored pairs too (files articles and scores, as much again as the texts), "
        "so cleaner rethreshold can make the stories anew with another threshold",
    )
    command.add_argument(
        "--annotate",
        action="store_true",
        default=None,
        help="write every article into corpus, each with its story's id and its role there (canonical, member, alone), "
        "for those who filter later",
    )
    command.add_argument(
        "--against",
        metavar="REF",
        help="drop what a reference corpus holds already (exact, near, event): the output folder of a run, or a file "
        "or folder of articles; such records are rejected as in-reference, with the id there and why",
    )
    add_max_rejected(command)
    add_thresholds(command)
    add_span(command)
    add_grain(command)
    command.add_argument(
        "--opinions",
        choices=OPINIONS,
        help="a piece labelled as opinion is told in the story it is about (together): relation opinion, the canonical "
        f"only where there is no report; or it is a story of its own (apart) (default: {Settings().opinions})",
    )
    add_links(command)
    command.add_argument(
        "--encoder", metavar="PATH", help="a local model2vec or sentence-transformers folder as further evidence"
    )
    command.add_argument(
        "--settings",
        metavar="FILE",
        help="TOML of settings, as cleaner tune writes it; an option given here goes before it",
    )


def add_execution_options(command: argparse.ArgumentParser) -> None:
    """In which parts a run is done, and from where it goes on."""
    carried = command.add_argument_group("carrying out")
    carried.add_argument(
        "--engine",
        choices=ENGINES,
        default="local",
        help="what carries the parts: processes of this machine, Ray (RAY_ADDRESS, or a local one) or Spark",
    )
    carried.add_argument(
        "--partitions",
        type=int,
        metavar="N",
        help="read the input in N parts (default: one for every 64 MB of files), and above 1 write each output in N "
        "shards (corpus-00000.jsonl ...)",
    )
    carried.add_argument(
        "--work", metavar="DIR", help="folder or URL for the parts of the run (default: .cleaner-work in the output)"
    )
    again = carried.add_mutually_exclusive_group()
    again.add_argument(
        "--resume", action="store_true", help="go on from what an unfinished run of the same command did (the default)"
    )
    again.add_argument("--fresh", action="store_true", help="start over instead")
    carried.add_argument("--keep-work", action="store_true", help="leave the parts in the working folder at the end")


def add_thresholds(command: argparse.ArgumentParser) -> None:
    """From which score on two articles are merged."""
    command.add_argument(
        "--near-threshold", type=float, metavar="X", help="containment from which texts are copies, 0 to 1"
    )
    command.add_argument(
        "--threshold",
        "--event-threshold",
        type=float,
        metavar="X",
        dest="event_threshold",
        help="probability from which articles tell one event, 0 to 1",
    )


def add_span(command: argparse.ArgumentParser) -> None:
    """How long a story may go on."""
    command.add_argument(
        "--event-span",
        type=above_zero,
        metavar="HOURS",
        help="most hours between two dated reports of one story (default: no limit; 24 with --grain report)",
    )


def add_grain(command: argparse.ArgumentParser) -> None:
    """How much one event takes in."""
    command.add_argument(
        "--grain",
        choices=GRAINS,
        help="what an event is: a story with the steps that follow it, or each report of a step by itself "
        f"(default: {Settings().grain})",
    )


def add_links(command: argparse.ArgumentParser) -> None:
    """What a person knows of two records."""
    command.add_argument(
        "--links",
        metavar="FILE",
        help='what you know of two records: JSON lines {"left": ID, "right": ID, "same": true or false}; same puts '
        "them, and all that is linked to them, into one story, not the same keeps them apart. An index keeps them",
    )


def add_max_rejected(command: argparse.ArgumentParser) -> None:
    """How much of the input may be refused."""
    command.add_argument(
        "--max-rejected",
        type=percentage,
        metavar="PERCENT",
        help="fail, with exit code 3 and nothing written, when more of the records are refused for their form "
        f"(default: {Settings().max_rejected:g}), or when nothing comes of them; 100 lets all of it pass",
    )


def add_read_options(command: argparse.ArgumentParser) -> None:
    """How inputs are read and how much of the machine they may take."""
    reading = command.add_argument_group("reading")
    reading.add_argument("--workers", type=int, metavar="N", help="processes (default: one a core)")
    reading.add_argument("--limit", type=int, metavar="N", help="read only the first N records")
    add_telling(reading)
    for name in Fields.__dataclass_fields__:
        default = getattr(Fields(), name)
        reading.add_argument(
            f"--{name}-field", metavar="NAME", help=f"input column for the {name} (default: {default})"
        )
    limits = Limits()
    reading.add_argument(
        "--max-record-mb",
        type=above_zero,
        metavar="MB",
        help=f"reject a larger record (default: {limits.max_record_bytes / 1024**2:g})",
    )
    reading.add_argument(
        "--seconds-per-page",
        type=above_zero,
        metavar="S",
        help=f"reject a page that takes more CPU time to strip (default: {limits.seconds_per_page:g})",
    )
    reading.add_argument(
        "--memory-per-page",
        type=above_zero,
        metavar="MB",
        help=f"reject a page that takes more memory to strip (default: {limits.memory_per_page / 1024**2:g})",
    )


def add_telling(command: argparse._ActionsContainer) -> None:
    """What is told of the work while it goes on, and after."""
    command.add_argument("--quiet", "-q", action="store_true", help="no progress and no table")
    command.add_argument(
        "--progress",
        choices=KINDS,
        default="auto",
        help="how progress is shown on stderr: bar, plain lines, or json for machines, an object a line (default: "
        "auto, a bar on a terminal and plain lines elsewhere)",
    )
    command.add_argument(
        "--json-progress", action="store_const", const="json", dest="progress", help="the same as --progress json"
    )


def above_zero(text: str) -> float:
    """The type of an option that takes a number above 0."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number above 0")
    return number


def percent(text: str) -> float:
    """The type of an option that takes a percentage; gives the share, 0 to 1."""
    return percentage(text) / 100


def percentage(text: str) -> float:
    """The type of an option that takes a percentage; gives the number, 0 to 100."""
    try:
        number = float(text.removesuffix("%"))
    except ValueError:
        number = math.nan
    if not 0 <= number <= 100:
        raise argparse.ArgumentTypeError(f"'{text}' is not a percentage, 0 to 100")
    return number
