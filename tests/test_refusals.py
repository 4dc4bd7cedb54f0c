"""When a run fails for what it refused: exit code 3, the reasons and the columns told, nothing replaced."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import call, call_here

from cleaner import pipeline
from cleaner.errors import TooManyRejected, UsageError
from cleaner.settings import Fields, Require, Settings
from cleaner.settings_file import load

BODY = "The harbour board met on Tuesday in town {} and voted to dredge the eastern channel for {} ships before winter."


def lines(good: int, *bad: object) -> str:
    records = [{"id": f"g{n}", "url": f"https://a.example/{n}", "content": BODY.format(n, n)} for n in range(good)]
    return "".join(json.dumps(one) + "\n" for one in [*records, *bad])


def feed(folder: Path, good: int, *bad: object) -> Path:
    path = folder / "feed.jsonl"
    path.write_text(lines(good, *bad), encoding="utf-8")
    return path


def collapse(source: Path, text: str = "content", **more):
    settings = Settings(level="exact", fields=Fields(text=text), **more)
    return pipeline.collapse_files(source, source.with_name("out"), settings)


def test_a_wrong_field_name_is_told_with_the_columns_there_are_and_replaces_nothing(tmp_path):
    source = feed(tmp_path, 8)
    assert call_here("run", source, "-o", tmp_path / "out", "--text-field", "content", "-q").returncode == 0
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    articles = tmp_path / "articles.jsonl"
    assert call_here("strip", source, "--text-field", "content", "-q", "-o", articles).returncode == 0
    earlier = articles.read_bytes()
    wrong = ["--text-field", "contnet"]
    for command in (["run", source, "-o", tmp_path / "out"], ["strip", source, "-q", "-o", articles]):
        done = call_here(*command, *wrong, "--rejected" if command[0] == "strip" else "--level", "exact", cwd=tmp_path)
        error = done.stderr.decode().splitlines()[-1]
        assert done.returncode == 3
        assert "no-text 8 (no `contnet`; found: id, url, content)" in error
        assert "--max-rejected 100" in error
        assert "Nothing was written" in error
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before
    assert articles.read_bytes() == earlier
    assert not (tmp_path / "exact").exists()
    meant = call_here("run", source, "-o", tmp_path / "out", *wrong, "--max-rejected", "100%", "-q")
    assert meant.returncode == 0
    assert (tmp_path / "out" / "corpus.jsonl").read_bytes() == b""


def test_a_stream_is_told_to_be_bad_at_its_end(tmp_path):
    done = call("strip", "-", "-q", "--text-field", "content", stdin=lines(2, {"id": 1}, {"id": 2}).encode())
    assert done.returncode == 3
    assert len(done.stdout.splitlines()) == 2
    assert "2 of 4 records" in done.stderr.decode() and done.stderr.count(b"\n") == 1
    assert "The articles were written; --max-rejected 100" in done.stderr.decode()


@pytest.mark.parametrize(
    ("good", "bad", "most", "fails"),
    [
        (4, [[]], 20, False),
        (8, [[], {"content": 7}], 20, False),
        (7, [[], {"content": 7}], 20, True),
        (7, [[], {"content": 7}], 25, False),
        (7, [[], {"content": 7}], 0, True),
        (1, [[]], 0, False),  # a single one says nothing of the others
        (0, [[]], 99, True),
        (0, [[]], 100, False),
        (2, [{"content": " "}] * 20, 20, False),  # an empty page is a page
        (0, [{"content": " "}] * 2, 20, True),
        (0, [], 20, False),
    ],
)
def test_how_many_may_be_refused(tmp_path, good, bad, most, fails):
    source = feed(tmp_path, good, *bad)
    if fails:
        with pytest.raises(TooManyRejected):
            collapse(source, max_rejected=most)
        assert not source.with_name("out").exists()
    else:
        assert collapse(source, max_rejected=most).stories == good


def test_the_three_commonest_reasons_are_told_and_the_commonest_columns(tmp_path):
    bad = [{"meta": 1}, *[{"id": str(n), "body": "x"} for n in range(3)], [], [], "x", {"content": 1}, {"content": " "}]
    with pytest.raises(TooManyRejected) as told:
        collapse(feed(tmp_path, 0, *bad))
    assert "no-text 4 (no `content`; found: id, body), not-an-object 3 (a JSON list), bad-field 1" in str(told.value)
    assert "empty" not in str(told.value)


def test_columns_without_end_are_not_told_without_end(tmp_path):
    record = {f"{'x' * 5_000}{n}": n for n in range(500)}
    with pytest.raises(TooManyRejected) as told:
        collapse(feed(tmp_path, 0, record, record))
    assert len(str(told.value)) < 1_000


def test_known_records_are_no_failure_and_a_failed_run_leaves_the_index(tmp_path):
    def run(source: Path, out: str):
        settings = Settings(level="exact", fields=Fields(text="content"))
        return pipeline.collapse_files(source, tmp_path / out, settings, index=tmp_path / "index")

    source = feed(tmp_path, 5, {"id": "blank", "content": " "})
    assert run(source, "a").stories == 5
    assert run(source, "b").rejected == {"already-known": 5, "empty": 1}
    with pytest.raises(TooManyRejected):
        run(feed(tmp_path, 6, *[[]] * 6), "c")
    assert run(feed(tmp_path, 6), "d").index["records"] == 6  # the sixth was new still


def test_a_requirement_that_nothing_meets_does_not_replace_a_corpus(tmp_path):
    source = feed(tmp_path, 3)
    assert collapse(source, require=Require(lang=("eng",))).stories == 0
    assert collapse(source).stories == 3
    with pytest.raises(TooManyRejected, match="requirement 3"):
        collapse(source, require=Require(lang=("eng",)))


@pytest.mark.parametrize("wrong", ["-1", "101", "many", "nan"])
def test_a_share_that_is_none_is_refused(tmp_path, wrong):
    (tmp_path / "s.toml").write_text(f"max_rejected = {wrong.replace('many', 'true')}\n", encoding="utf-8")
    with pytest.raises(UsageError, match="percentage"):
        load(str(tmp_path / "s.toml"))
    with pytest.raises(UsageError, match="percentage"):
        Settings(max_rejected=float(wrong.replace("many", "nan")))


def test_a_feed_with_names_of_its_own_is_told_which_option_reads_it(tmp_path):
    told = call_here("run", feed(tmp_path, 3), "-o", tmp_path / "out", "-q")
    assert told.returncode == 3
    assert "; --text-field NAME or --html-field NAME says in which column it is. Nothing" in told.stderr.decode()
