"""The command line of each command: its name, its arguments and the module that does it."""

from __future__ import annotations

import argparse

from cleaner.commands.arguments import (
    INPUTS,
    add_collapse_options,
    add_execution_options,
    add_grain,
    add_links,
    add_max_rejected,
    add_page_limits,
    add_read_options,
    add_record_options,
    add_span,
    add_telling,
    add_thresholds,
    add_workers,
)
from cleaner.commands.values import percent
from cleaner.settings import FORMATS

ARTICLES = (
    "the articles that labels name by id: a file (id, text ...), or the output folder of a run, whose corpus and "
    "merged are read (with --keep-merged-text merged has whole texts)"
)


def add_commands(commands: argparse._SubParsersAction) -> None:
    """All commands in the order their help lists them."""
    first = (_add_run, _add_strip, _add_collapse, _add_rethreshold)
    for add in (*first, _add_report, _add_index, _add_inspect, _add_explain, _add_evaluate, _add_tune):
        add(commands)


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
        "  zcat dump.jsonl.gz | cleaner run - --output out --html-field body --prefer reuters.com\n"
        "  cleaner run today/ --output new --against out    only what the corpus in out does not tell yet\n",
    )
    command.add_argument("inputs", nargs="+", metavar="INPUT", help=INPUTS)
    command.add_argument(
        "--no-site-memory",
        action="store_false",
        dest="site_memory",
        default=None,
        help="keep lines that a site repeats on many pages",
    )
    command.add_argument(
        "--no-cuts",
        action="store_false",
        dest="cuts",
        default=None,
        help="do not write the file cuts, what was dropped from each page",
    )
    add_collapse_options(command)
    add_execution_options(command)
    add_read_options(command)


def _add_collapse(commands: argparse._SubParsersAction) -> None:
    command = _command(
        commands,
        "collapse",
        "run",
        "collapse articles that are clean already",
        "  cleaner collapse articles.jsonl --output out\n"
        "  cleaner strip pages/ | cleaner collapse - --output out --keep earliest\n"
        "  cleaner collapse articles.jsonl --output out --links links.jsonl    after a look at out/pairs.jsonl\n",
    )
    command.add_argument("inputs", nargs="+", metavar="INPUT", help="JSONL, CSV, Parquet, Arrow with text, texts, or -")
    add_collapse_options(command)
    add_execution_options(command)
    add_read_options(command, strips=False)


def _add_rethreshold(commands: argparse._SubParsersAction) -> None:
    command = _command(
        commands,
        "rethreshold",
        "rethreshold",
        "make the stories of a run with --keep-scores anew, without reading its input again",
        "  cleaner run pages/ --output out --keep-scores\n"
        "  cleaner rethreshold out --threshold 0.5\n"
        "  cleaner rethreshold out --links links.jsonl --output reviewed\n",
    )
    command.add_argument("folder", metavar="OUT", help="output folder of cleaner run or collapse with --keep-scores")
    command.add_argument("--output", "-o", metavar="DIR", help="folder to write (default: OUT itself)")
    add_thresholds(command)
    add_span(command)
    add_grain(command)
    add_links(command)
    add_workers(command)
    add_telling(command)


def _add_report(commands: argparse._SubParsersAction) -> None:
    command = _command(
        commands,
        "report",
        "report",
        "write a page about an output folder: is it to be trusted, closest calls, stories side by side",
        "  cleaner report out                      writes out/report.html; open it in a browser\n"
        "  cleaner report out --output page.html\n"
        "  cleaner run pages/ --output out --links labels.jsonl    with what you judged there\n",
    )
    command.add_argument("folder", metavar="OUT", help="output folder of cleaner run or collapse")
    command.add_argument("--output", "-o", metavar="FILE.html", help="file to write (default: OUT/report.html)")


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
    command.add_argument("inputs", nargs="+", metavar="INPUT", help=INPUTS)
    command.add_argument("--output", "-o", default="-", metavar="FILE", help="file to write, or - for stdout (default)")
    command.add_argument(
        "--rejected", metavar="FILE", help="file for the rejected records (default: a line each on stderr)"
    )
    command.add_argument("--no-cuts", action="store_true", help="leave out what was dropped")
    add_max_rejected(command)
    add_read_options(command)


def _add_index(commands: argparse._SubParsersAction) -> None:
    actions = (
        ("stats", "what it holds, in figures", "  cleaner index stats crawl.index\n"),
        ("verify", "read and compare every file and count", "  cleaner index verify crawl.index\n"),
        (
            "compact",
            "make one segment of all, without what was replaced or removed",
            "  cleaner index compact crawl.index\n",
        ),
        ("export", "write corpus and merged of all runs", "  cleaner index export crawl.index --output out\n"),
        (
            "remove",
            "take records out for good",
            "  cleaner index remove crawl.index ID --compact    a take-down: out of its story, its text gone, refused\n"
            "                                                   when it comes again\n",
        ),
        ("allow", "let removed records come again", "  cleaner index allow crawl.index ID\n"),
    )
    examples = "".join(example for *_, example in actions)
    command = _command(commands, "index", "index", "look after an index that runs share with --index", examples)
    added = command.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, text, example in actions:
        action = _command(added, name, "index", text, example)
        action.add_argument("folder", metavar="DIR", help="the folder that --index names")
        if name in ("export", "remove"):
            what = "folder to write" if name == "export" else "folder for corpus and changes of its stories"
            action.add_argument("--output", "-o", metavar="DIR", required=name == "export", help=what)
            action.add_argument("--format", choices=FORMATS, help="of the files (default: jsonl)")
        if name == "export":
            action.add_argument(
                "--keep-merged-text",
                action="store_true",
                help="write the whole text of every merged record, not its first 300 characters",
            )
        if name in ("remove", "allow"):
            action.add_argument("ids", nargs="+", metavar="ID", help="a record, or - for ids on stdin, one a line")
        if name == "remove":
            action.add_argument("--compact", action="store_true", help="rewrite the segments without their texts too")


def _add_inspect(commands: argparse._SubParsersAction) -> None:
    command = _command(
        commands,
        "inspect",
        "inspect",
        "show the lines of a page: what is kept, what is dropped and by which rule",
        "  cleaner inspect page.html\n"
        "  cleaner inspect page.html --cut-only | grep 'a line of it'    where was it dropped?\n"
        "  cleaner inspect feed.jsonl --id article-17\n",
    )
    command.add_argument("file", metavar="FILE", help="a page, or a file of many with --id")
    command.add_argument("--id", help="the record to show (default: the first)")
    command.add_argument("--cut-only", action="store_true", help="show the dropped lines only")
    reading = command.add_argument_group("reading")
    add_record_options(reading)
    add_page_limits(reading)


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
        "  cleaner evaluate events articles.jsonl text, title, date and cluster\n"
        "  cleaner evaluate canonical texts.jsonl text and cluster, and gold_text for copies: which member each\n"
        "                                         policy keeps\n"
        "  cleaner evaluate strip samples/gold/pages.jsonl --pages samples/pages    the pages of these ids\n"
        "  cleaner evaluate events labels.jsonl --articles out    id and cluster of articles of a run\n",
    )
    command.add_argument("what", choices=("strip", "near", "events", "canonical"))
    command.add_argument(
        "labelled", nargs="+", metavar="LABELLED", help="JSONL (.gz .zst .bz2 .xz) or Parquet with the labels"
    )
    command.add_argument("--articles", metavar="PATH", help=ARTICLES)
    command.add_argument(
        "--pages",
        action="append",
        metavar="INPUT",
        help="strip: where the pages are of which the labels have the id and no html or text; repeat for several",
    )
    add_thresholds(command)
    command.add_argument("--json", action="store_true", help="print the figures as JSON")
    command.add_argument(
        "--peers",
        action="store_true",
        help="with strip: every other tool that is installed, on the same pages; the others are named with what "
        "installs them (all: pip install 'onestory[peers]')",
    )


def _add_tune(commands: argparse._SubParsersAction) -> None:
    command = _command(
        commands,
        "tune",
        "tune",
        "show what every threshold would lose and leave on labelled data of your own, and choose one",
        "  cleaner tune articles.jsonl --write settings.toml    text, title, date and cluster\n"
        "  cleaner tune pairs.jsonl --plot trade-off.png        left, right (articles or texts) and same\n"
        "  cleaner tune pairs.jsonl --articles corpus.jsonl     left and right are ids of the corpus\n"
        "  cleaner tune pairs.jsonl --articles out              ids of a run's corpus and merged\n"
        "  cleaner tune texts.jsonl --level near --most-lost 0.5\n"
        "  cleaner run pages/ --output out --settings settings.toml\n",
    )
    command.add_argument(
        "labelled", nargs="+", metavar="LABELLED", help="JSONL (.gz .zst .bz2 .xz) or Parquet, clusters or pairs"
    )
    command.add_argument("--level", choices=("near", "event"), default="event", help="whose threshold (default: event)")
    command.add_argument("--articles", metavar="PATH", help=ARTICLES)
    command.add_argument(
        "--most-lost",
        type=percent,
        metavar="PERCENT",
        help="take the threshold with the fewest duplicates that loses at most so many of the events "
        "(default: the one with the best F)",
    )
    command.add_argument("--plot", metavar="FILE.png", help="draw the trade-off; needs the extra [plot]")
    command.add_argument("--write", metavar="FILE.toml", help="write the settings to use, for --settings")
    command.add_argument("--json", action="store_true", help="print the figures as JSON")
