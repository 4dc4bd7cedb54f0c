"""``cleaner evaluate strip --peers``: other tools beside ours on the same pages, run for real."""

from __future__ import annotations

import json
import sys

import pytest
from bench import stripping
from bench.table import Table
from conftest import SAMPLES

from cleaner import cli
from cleaner.evaluate import peers
from cleaner.records import Page

BODY = (
    "The harbour board voted on Tuesday to dredge the eastern channel before the winter storms set in.",
    "Two boats ran aground near the old light in spring, and skippers had asked for the work ever since.",
    "The work is to cost four million and to be done by October, the board's chair said after the vote.",
)
ALWAYS = {"trafilatura fast", "trafilatura", "trafilatura precision", "resiliparse", "jusText"}
ASKED = {"readability": "readability-lxml", "newspaper": "newspaper4k", "magic_html": "magic-html"}


def page(name: str, kind: str, html: str, gold: str) -> dict:
    return {"id": name, "url": f"https://harbour.example/{name}", "html": html, "gold_text": gold, "page_type": kind}


@pytest.fixture
def labelled(tmp_path):
    body = "".join(f"<p>{line}</p>" for line in BODY * 3)
    html = f"<html><head><title>Channel</title></head><body><nav><a href=/a>Home</a></nav><article>{body}</article></body></html>"
    rows = [page("a", "article", html, "\n".join(BODY * 3)), page("b", "forum", "<!-- nothing -->", "A page that was not rendered.")]
    path = tmp_path / "pages.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def without(monkeypatch):
    """Some tools are not installed, wherever this runs."""
    for module in ASKED:
        monkeypatch.setitem(sys.modules, module, None)


def test_all_tools_that_are_there_stand_beside_ours_and_the_others_are_named(labelled, without, capsys):
    assert cli.main(["evaluate", "strip", str(labelled), "--peers", "--json"]) == 0
    told = capsys.readouterr()
    found = {one["method"]: one for one in json.loads(told.out)}
    assert {"cleaner"} | ALWAYS <= found.keys() and not set(ASKED.values()) & found.keys()
    for name in ASKED.values():
        assert f"without {name}: " in told.err and f"; pip install {name}" in told.err
    for one in found.values():
        assert one["pages"] == 2 and one["milliseconds"] > 0 and one["kind_pages"] == {"article": 1, "forum": 1}
    assert min(found[name]["kinds"]["article"] for name in ("cleaner", "trafilatura fast", "resiliparse")) > 0.9
    assert found["cleaner"]["failed"] == found["trafilatura"]["failed"] == {}


def test_a_page_that_a_tool_raises_on_counts_as_empty_and_is_told(labelled, without, capsys):
    again = labelled.with_name("again.jsonl")
    again.write_bytes(labelled.read_bytes())
    assert cli.main(["evaluate", "strip", str(labelled), str(again), "--peers"]) == 0
    told = capsys.readouterr()
    lines = [line.split() for line in told.out.splitlines()]
    for name in ("pages.jsonl", "again.jsonl"):
        assert f"jusText failed on 1 of 2 pages of {name}, which count as empty: ParserError 1 (" in told.err
        assert [name, "(pages)", "1", "1"] in lines
        assert sum(line[:3] == [name, "jusText", "2"] for line in lines) == 1
    assert all(len(line) <= 120 for line in told.out.splitlines())


@pytest.mark.parametrize("sentence", [
    "港务局周二晚上决定，在冬季风暴来临之前疏浚东部航道，并把防波堤旁的旧码头全部拆除。",
    "Der Hafenrat hat am Dienstag beschlossen, dass die östliche Rinne noch vor den Stürmen ausgebaggert wird.",
])  # fmt: skip
def test_justext_is_given_the_stop_words_of_the_page(sentence):
    body = "".join(f"<p>{(sentence + ' ') * 5}</p>" for _ in range(4))
    html = f"<html><body><ul><li><a href=/a>Start</a></li></ul>{body}</body></html>"
    assert peers.TOOLS["jusText"].load()(Page("a", "a", html=html)).count(sentence) == 20


def test_labels_by_id_are_measured_on_pages_that_lie_elsewhere(capsys):
    gold = SAMPLES / "gold" / "pages.jsonl"
    assert cli.main(["evaluate", "strip", str(gold), "--pages", str(SAMPLES / "pages"), "--peers", "--json"]) == 0
    told = capsys.readouterr()
    found = {one["method"]: one["scores"][2] for one in json.loads(told.out)}
    assert found["cleaner"] > 0.99 and set(found) == {"cleaner"}
    assert "pages.jsonl: stored text is among the pages, which only cleaner reads" in told.err


def test_the_benchmark_has_the_times_of_the_same_tools(without, capsys):
    table = Table()
    html = "<html><body><article>" + "".join(f"<p>{line}</p>" for line in BODY * 3) + "</article></body></html>"
    stripping._per_page(table, [{"id": "a", "url": None, "html": html}])
    ratios = {line["name"]: line["times cleaner"] for line in table.lines if "times cleaner" in line}
    assert ALWAYS | {"cleaner.strip"} <= ratios.keys() and ratios["cleaner.strip"] == 1
    skipped = {line["name"]: line["skipped"] for line in table.lines if "skipped" in line}
    assert set(ASKED.values()) <= skipped.keys() and "pip install magic-html" in skipped["magic-html"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["near", "--peers"], "--peers is for strip, not for near"),
        (["canonical", "--pages", "pages"], "--pages is for strip, not for canonical"),
        (["strip", "--articles", "out"], "--articles is for events and near, not for strip"),
    ],
)
def test_an_option_of_another_measurement_is_no_silent_one(labelled, given, said, capsys):
    assert cli.main(["evaluate", given[0], str(labelled), *given[1:]]) == 2
    assert capsys.readouterr().err == f"cleaner: {said}\n"
