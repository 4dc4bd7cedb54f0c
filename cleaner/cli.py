"""The command line: options in, one of the commands called, errors as one line and an exit code."""

from __future__ import annotations

import argparse
import math
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import NoReturn

from cleaner.commands.plain import printable
from cleaner.errors import RunFailed, UsageError
from cleaner.settings import FORMATS, KEEP_POLICIES, LEVELS, Fields, Limits, Settings

FAILED = 1
USAGE_ERROR = 2
INTERRUPTED = 130
TERMINATED = 143
_INPUTS = "files, folders or globs (.html .txt .jsonl .parquet .warc, .gz and .zst too), or - for JSONL on stdin"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code.

    0 done, 1 the run failed (a full disk, a damaged installation), 2 a wrong option or path, 130 interrupted. SIGTERM
    ends it by SystemExit with 143.
    """
    options = parser().parse_args(arguments)
    try:
        with _terminable():
            code = import_module(f"cleaner.commands.{options.module}").main(options)
            sys.stdout.flush()
        return int(code or 0)
    except UsageError as error:
        return _fail(str(error), USAGE_ERROR)
    except RunFailed as error:
        return _fail(str(error), FAILED)
    except KeyboardInterrupt:
        return _fail("interrupted; no output file was changed", INTERRUPTED)
    except BrokenPipeError:
        _give_up_stdout()
        return 0
    except OSError as error:
        return _fail(f"{error.filename or 'output'}: {error.strerror or error}", FAILED)


def _fail(message: str, code: int) -> int:
    print(f"cleaner: {printable(message)}", file=sys.stderr)
    try:
        sys.stdout.flush()
    except OSError:
        _give_up_stdout()
    return code


def _give_up_stdout() -> None:
    """Send what is still buffered nowhere, so that the interpreter's last flush does not fail again."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


@contextmanager
def _terminable() -> Iterator[None]:
    """SIGTERM leaves the block as an exception does, so that what was written aside is removed."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def leave(number: int, _frame: object) -> None:
        signal.signal(number, signal.SIG_IGN)  # a second one must not disturb the clearing up
        raise SystemExit(TERMINATED)

    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL if before is None else before)


def settings_from(options: argparse.Namespace) -> Settings:
    """Settings as the options say; what an option does not cover keeps its default."""
    fields = Fields(**{name: getattr(options, f"{name}_field") for name in Fields.__dataclass_fields__})
    limits = Limits(
        max_record_bytes=int(options.max_record_mb * 1024 * 1024), seconds_per_page=options.seconds_per_page
    )
    given = {
        name: getattr(options, name)
        for name in ("level", "keep", "workers", "format", "near_threshold", "event_threshold")
        if getattr(options, name, None) is not None
    }
    given["site_memory"] = not getattr(options, "no_site_memory", False)
    return Settings(prefer=getattr(options, "prefer", None) or (), fields=fields, limits=limits, **given)


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = _Parser(
        prog="cleaner",
        description="Turns scraped web pages into a corpus that holds one canonical story per event.",
        epilog="Each command has its own help with examples: cleaner run --help",
    )
    top.add_argument("--version", action=_Version, nargs=0, help="print the version and exit")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_run(commands)
    _add_strip(commands)
    _add_collapse(commands)
    _add_inspect(commands)
    _add_explain(commands)
    _add_evaluate(commands)
    return top


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """One line instead of the usage, which is long for a command of many options."""
        self.exit(USAGE_ERROR, f"{self.prog}: {printable(message)}; see {self.prog} --help\n")


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        parser.exit(message=f"cleaner {version('cleaner')}\n")


def _command(
    commands: argparse._SubParsersAction, name: str, module: str, text: str, examples: str
) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(
        name,
        help=text,
        description=text[0].upper() + text[1:] + ".",
        epilog="examples:\n" + examples,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.set_defaults(module=module)
    return command


def _add_run(commands: argparse._SubParsersAction) -> None:
    command = _command(
        commands,
        "run",
        "run",
        "strip pages and collapse them to one story per event",
        "  cleaner run pages/ --output out\n"
        "  cleaner run 'crawl/*.warc.gz' feed.jsonl --output out --level near --workers 4\n"
        "  zcat dump.jsonl.gz | cleaner run - --output out --html-field body --prefer reuters.com\n",
    )
    command.add_argument("inputs", nargs="+", metavar="INPUT", help=_INPUTS)
    command.add_argument("--no-site-memory", action="store_true", help="keep lines that a site repeats on many pages")
    _add_collapse_options(command)
    _add_read_options(command)


def _add_collapse(commands: argparse._SubParsersAction) -> None:
    command = _command(
        commands,
        "collapse",
        "run",
        "collapse articles that are clean already",
        "  cleaner collapse articles.jsonl --output out\n"
        "  cleaner strip pages/ | cleaner collapse - --output out --keep earliest\n",
    )
    command.add_argument("inputs", nargs="+", metavar="INPUT", help="JSONL or Parquet with text, text files, or -")
    _add_collapse_options(command)
    _add_read_options(command)


def _add_strip(commands: argparse._SubParsersAction) -> None:
    command = _command(
        commands,
        "strip",
        "strip",
        "strip pages to articles, JSONL out, streaming",
        "  cleaner strip pages/ --output articles.jsonl\n"
        "  cat pages.jsonl | cleaner strip - | next-step\n"
        "  cleaner strip crawl.warc.gz --rejected rejected.jsonl > articles.jsonl\n",
    )
    command.add_argument("inputs", nargs="+", metavar="INPUT", help=_INPUTS)
    command.add_argument("--output", "-o", default="-", metavar="FILE", help="file to write, or - for stdout (default)")
    command.add_argument(
        "--rejected", metavar="FILE", help="file for the rejected records (default: a line each on stderr)"
    )
    command.add_argument("--no-cuts", action="store_true", help="leave out what was dropped")
    _add_read_options(command)


def _add_inspect(commands: argparse._SubParsersAction) -> None:
    command = _command(
        commands,
        "inspect",
        "inspect",
        "show the lines of a page: what is kept, what is dropped and by which rule",
        "  cleaner inspect page.html\n  cleaner inspect feed.jsonl --id article-17\n",
    )
    command.add_argument("file", metavar="FILE", help="a page, or a file of many with --id")
    command.add_argument("--id", help="the record to show (default: the first)")
    command.add_argument("--cut-only", action="store_true", help="show the dropped lines only")
    _add_read_options(command)


def _add_explain(commands: argparse._SubParsersAction) -> None:
    command = _command(
        commands,
        "explain",
        "explain",
        "say why a record was kept, merged, not merged or rejected",
        "  cleaner explain out harbour-post.example/storm.html\n  cleaner explain out article-17 article-40\n",
    )
    command.add_argument("folder", metavar="DIR", help="output folder of cleaner run or collapse")
    command.add_argument("ids", nargs="+", metavar="ID", help="one record, or two to compare")


def _add_evaluate(commands: argparse._SubParsersAction) -> None:
    command = _command(
        commands,
        "evaluate",
        "evaluate",
        "measure on labelled data of your own",
        "  cleaner evaluate strip pages.jsonl     html (or text) and gold_text: 4-shingle P, R, F1\n"
        "  cleaner evaluate near texts.jsonl      text and cluster: B-cubed, ARI, pairs\n"
        "  cleaner evaluate events articles.jsonl text, title, date and cluster\n",
    )
    command.add_argument("what", choices=("strip", "near", "events"))
    command.add_argument(
        "labelled", nargs="+", metavar="LABELLED", help="JSONL (.gz .zst .xz) or Parquet with the labels"
    )
    command.add_argument("--near-threshold", type=float, help="containment from which texts are copies")
    command.add_argument("--event-threshold", type=float, help="probability from which articles tell one event")
    command.add_argument("--json", action="store_true", help="print the figures as JSON")


def _add_collapse_options(command: argparse.ArgumentParser) -> None:
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
    command.add_argument("--format", choices=FORMATS, help="of the output files (default: jsonl)")
    command.add_argument(
        "--near-threshold", type=float, metavar="X", help="containment from which texts are copies, 0 to 1"
    )
    command.add_argument(
        "--event-threshold", type=float, metavar="X", help="probability from which articles tell one event, 0 to 1"
    )


def _above_zero(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number above 0")
    return number


def _add_read_options(command: argparse.ArgumentParser) -> None:
    reading = command.add_argument_group("reading")
    reading.add_argument("--workers", type=int, metavar="N", help="processes (default: one a core)")
    reading.add_argument("--quiet", "-q", action="store_true", help="no progress and no table")
    for name in Fields.__dataclass_fields__:
        default = getattr(Fields(), name)
        reading.add_argument(
            f"--{name}-field", default=default, metavar="NAME", help=f"input column for the {name} (default: {default})"
        )
    limits = Limits()
    reading.add_argument(
        "--max-record-mb",
        type=_above_zero,
        default=limits.max_record_bytes / 1024**2,
        metavar="MB",
        help="reject a larger record (default: %(default)g)",
    )
    reading.add_argument(
        "--seconds-per-page",
        type=_above_zero,
        default=limits.seconds_per_page,
        metavar="S",
        help="reject a page that takes longer to strip (default: %(default)g)",
    )
