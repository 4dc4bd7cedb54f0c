"""Options that several commands share."""

from __future__ import annotations

import argparse

from cleaner.commands.values import above_zero, megabytes, number, percentage, whole
from cleaner.progress import KINDS
from cleaner.settings import (
    ENGINES,
    FORMATS,
    GRAINS,
    KEEP_POLICIES,
    LEVELS,
    OPINIONS,
    Fields,
    Limits,
    Settings,
)

INPUTS = (
    "files, folders, globs, or URLs of them (.html .txt .md .jsonl .json .csv .tsv .parquet .arrow .warc, also .gz "
    ".zst .bz2 .xz), or - for JSON (stdin)"
)


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
        "--encoder", metavar="PATH", help="a local model2vec, ONNX or sentence-transformers folder as further evidence"
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
        type=whole,
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
        "--near-threshold", type=number, metavar="X", help="containment from which texts are copies, 0 to 1"
    )
    command.add_argument(
        "--threshold",
        "--event-threshold",
        type=number,
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


def add_read_options(command: argparse.ArgumentParser, strips: bool = True) -> None:
    """How inputs are read and how much of the machine they may take, and a page of those that are stripped."""
    reading = command.add_argument_group("reading")
    add_workers(reading)
    reading.add_argument("--limit", type=whole, metavar="N", help="read only the first N records")
    add_telling(reading)
    add_record_options(reading)
    if strips:
        add_page_limits(reading)


def add_workers(command: argparse._ActionsContainer) -> None:
    """How many processes work."""
    command.add_argument("--workers", type=whole, metavar="N", help="processes (default: one a core)")


def add_record_options(command: argparse._ActionsContainer) -> None:
    """What a record is: its columns, and how large it may be."""
    for name in Fields.__dataclass_fields__:
        default = getattr(Fields(), name)
        command.add_argument(
            f"--{name}-field", metavar="NAME", help=f"input column for the {name} (default: {default})"
        )
    command.add_argument(
        "--max-record-mb",
        type=megabytes,
        metavar="MB",
        dest="max_record_bytes",
        help=f"reject a larger record (default: {Limits().max_record_bytes / 1024**2:g})",
    )


def add_page_limits(command: argparse._ActionsContainer) -> None:
    """How much of the machine a page may take."""
    limits = Limits()
    command.add_argument(
        "--seconds-per-page",
        type=above_zero,
        metavar="S",
        help=f"reject a page that takes more CPU time to strip (default: {limits.seconds_per_page:g})",
    )
    command.add_argument(
        "--memory-per-page",
        type=megabytes,
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
