"""Nothing that is done with one record takes more than linear time: twice the text, less than 2.5 times the work.

Work is CPU time. What takes less than CHEAP a character is not looked at twice; of the rest doubled texts are timed.
"""

from __future__ import annotations

import importlib
import math
import pkgutil
import re
import time
from collections.abc import Callable

import pytest
import regex
from conftest import call, rows
from pumping import Pumped, Pumps

import cleaner
from cleaner.collapse import signing
from cleaner.collapse.event.document import Reader
from cleaner.collapse.words import tokens
from cleaner.records import Article, Page
from cleaner.strip import rules, strip_page
from cleaner.strip.rules import LANGUAGES, count_words, load, rule_lookup, rule_words

SIZE = 2_000
CHEAP = 2e-6
"""Seconds a character; a pattern whose time is the square of SIZE takes more."""
TRIES = 5
"""Times after which the least is believed, on a machine that does other things too."""
FACTOR = 2.5
BOUNDED = {
    "cleaner.strip.prose._END": 24,
    "cleaner.collapse.body_model._SENTENCE_END": 20,
}
"""Patterns that see so many characters at most."""
SQUEEZED = ("cleaner.strip.rules.rule_lookup._BAR", "cleaner.strip.metadata.titles._SEPARATOR")
"""Patterns that see text whose white space is single spaces."""


def seconds(work: Callable[[str], object], text: str) -> float:
    before = time.process_time()
    work(text)
    return time.process_time() - before


def runs_away(work: Callable[[str], object], pumped: Callable[[int], str]) -> str | None:
    """How the time of ``work`` grows with the text, None if no more than it.

    It does if it grows too much twice: one step may be that of memory, which a larger text takes for the first time.
    """
    single = double = fourfold = math.inf
    try:
        for _ in range(TRIES):
            single = min(single, seconds(work, pumped(SIZE)))
            if single < CHEAP * SIZE:
                return None
            double = min(double, seconds(work, pumped(2 * SIZE)))
            if double < FACTOR * single:
                return None
        for _ in range(TRIES):
            fourfold = min(fourfold, seconds(work, pumped(4 * SIZE)))
            if fourfold < FACTOR * double:
                return None
    except TimeoutError:
        return "for ever"
    return f"{single:.3f} s, then {double:.3f} s, then {fourfold:.3f} s"


@pytest.mark.parametrize("file", ("common", *LANGUAGES))
def test_rules_take_linear_time(file: str) -> None:
    slow = []
    for rule in load(file):
        examples = [Pumped("", part) for one in rule.match for part in (one + " ", one.replace(" ", ""))]
        for pumped in [*Pumps(rule.pattern).pumped(), *examples]:
            how = runs_away(lambda text, rule=rule: rule.pattern.match(text, timeout=2), pumped.text)
            if how is not None:
                slow.append(f"{rule.name} takes {how} for {pumped}")
                break
    assert slow == []


def patterns() -> dict[str, re.Pattern[str] | regex.Pattern[str]]:
    """All compiled patterns of the modules."""
    found = {}
    for module in pkgutil.walk_packages(cleaner.__path__, "cleaner."):
        if not module.name.endswith(("__main__", ".compiled")) and not {"train", "integrations"} & {*module.name.split(".")}:
            for name, value in vars(importlib.import_module(module.name)).items():
                if isinstance(value, re.Pattern | regex.Pattern) and isinstance(value.pattern, str):
                    found.setdefault((value.pattern, value.flags), (f"{module.name}.{name}", value))
    return dict(found.values())


def test_other_patterns_take_linear_time() -> None:
    slow = []
    found = patterns()
    assert len(found) > 40
    assert set(found) >= {*BOUNDED, *SQUEEZED}
    for name, pattern in found.items():
        for pumped in Pumps(pattern).pumped() if name not in BOUNDED else ():
            if name in SQUEEZED and not pumped.part.strip():
                continue
            how = runs_away(lambda text, pattern=pattern: [None for _ in pattern.finditer(text)], pumped.text)
            if how is not None:
                slow.append(f"{name} takes {how} for {pumped}")
                break
    assert slow == []


PROSE = "The mayor of Brockhollow said on Monday that the bridge over the River Brack will be closed, he said.\n"
PARTS = {
    "underscores": "_" + "1" * 61,
    "digits": "1",
    "numbers": "1.1,",
    "names": "Ada ",
    "initials": "A. ",
    "han": "\u4e2d\u6587\u5b57",
    "marks": "\u0301\u0323",
    "letters": "\u00e9",
    "thai": "\u0e01\u0e33\u0e49",
    "dots": ".",
    "spaces": " \u00a0",
    "dates": "31 Foobarember 2026\n",
    "crumbs": "Home > ",
    "short lines": "a\n",
    "hyphens": "Trending" + "-read" * 22 + "-x!1\n",
}


@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)
def test_readers_take_linear_time(part: str) -> None:
    reader = Reader()

    def text(size: int) -> str:
        return PROSE * 4 + part * (10 * size // len(part)) + "\n" + PROSE * 4

    for work in (
        lambda text: reader.read(Article(id="a", text=text, title=text, lang="en")),
        lambda text: strip_page(Page("a", "a", text=text)),
        tokens,
        lambda text: signing.hash_texts([text], compiled=False),
    ):
        work(text(SIZE))
        assert runs_away(work, text) is None


@pytest.mark.parametrize(
    "start", ["<h1>", "<h2>", "<a rel=author>", "<div class=author>", "<span itemprop=author>", "<article>", "<button>"]
)
def test_nested_elements_cost_no_more_than_a_row_of_them(start: str) -> None:
    """A library that reads each such element with all that it holds would take a thousand times as long."""
    name = start.strip("<>").split()[0]
    paragraphs = "<p>The council of the town voted on Monday for the new bridge over the river.</p>" * 3
    row = f"{paragraphs}{f'{start}vote </{name}>' * 2_000}{paragraphs}"
    nested = f"{paragraphs}{f'{start}vote ' * 2_000}{paragraphs}"
    strip_page(Page("a", "a", html=paragraphs))
    least = [
        min(seconds(lambda html: strip_page(Page("a", "a", html=html)), html) for _ in range(2)) for html in (row, nested)
    ]
    assert least[1] < 10 * least[0] + 0.5


def test_hyphens_hide_no_length() -> None:
    line = "Trending" + "-read" * 200
    assert count_words(line) == 1
    assert rule_words(line) == len(line) // rules.WORD_CHARS
    assert rule_lookup.matching("Trending now", "en", ("tail",)) is not None
    assert rule_lookup.matching("Trending-now", "en", ("tail",)) is not None
    assert rule_lookup.matching(line, "en") is None


def test_a_line_that_looks_endless_to_a_rule_costs_no_page(tmp_path) -> None:
    line = "Trending" + "-read" * 22 + "-x!1"
    (tmp_path / "page.txt").write_text(PROSE * 4 + line + "\n" + PROSE * 4, encoding="utf-8")
    assert call("run", tmp_path / "page.txt", "-o", tmp_path / "out", "-q").returncode == 0
    assert len(rows(tmp_path / "out" / "corpus.jsonl")) == 1
    shown = call("inspect", tmp_path / "page.txt")
    assert shown.returncode == 0
    assert line in shown.stdout.decode().replace("\n", "").replace(" ", "")


def test_texts_without_an_end_end_no_run(tmp_path) -> None:
    (tmp_path / "in").mkdir()
    texts = {"han": "\u4e2d\u6587\u5b57" * 2_200_000, "digits": PROSE * 4 + ("_" + "1" * 61) * 4_000}
    for name, text in texts.items():
        (tmp_path / "in" / f"{name}.txt").write_text(text, encoding="utf-8")
    assert call("collapse", tmp_path / "in", "-o", tmp_path / "out", "-q").returncode == 0
    kept = {row["id"]: row["text"] for row in rows(tmp_path / "out" / "corpus.jsonl")}
    assert kept == {f"{name}.txt": text for name, text in texts.items()}
