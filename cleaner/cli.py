"""The command line: options in, one of the commands called, errors as one line and exit code 2."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from cleaner.errors import UsageError
from cleaner.settings import FORMATS, KEEP_POLICIES, LEVELS, Fields, Limits, Settings

USAGE_ERROR = 2
INTERRUPTED = 130
_INPUTS = "files, folders or globs (.html .txt .jsonl .parquet .warc, .gz and .zst too), or - for JSONL on stdin"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code: 0 done, 2 a wrong option or path, 130 interrupted."""
    options = parser().parse_args(arguments)
    try:
        code = import_module(f"cleaner.commands.{options.module}").main(options)
        sys.stdout.flush()
        return int(code or 0)
    except UsageError as error:
        print(f"cleaner: {error}", file=sys.stderr)
        return USAGE_ERROR
    except KeyboardInterrupt:
        print("cleaner: interrupted; no output file was changed", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


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
    return Settings(prefer=tuple(getattr(options, "prefer", None) or ()), fields=fields, limits=limits, **given)


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = argparse.ArgumentParser(
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
        type=float,
        default=limits.max_record_bytes / 1024**2,
        metavar="MB",
        help="reject a larger record (default: %(default)g)",
    )
    reading.add_argument(
        "--seconds-per-page",
        type=float,
        default=limits.seconds_per_page,
        metavar="S",
        help="reject a page that takes longer to strip (default: %(default)g)",
    )


if __name__ == "__main__":
    sys.exit(main())
