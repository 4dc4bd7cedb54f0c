"""The index: batches against one batch, changes that can be applied, and what a run that fails leaves behind."""

from __future__ import annotations

import argparse
import json
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
from conftest import call, call_here, rows
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from cleaner import pipeline
from cleaner.commands import index as command
from cleaner.errors import UsageError
from cleaner.index import session, store
from cleaner.settings import Require, Settings

EVENT = Settings(workers=1)
NEAR = Settings(level="near", workers=1)
DAMAGE = "index damaged: "


def write(path: Path, records: list[dict]) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


def collapse(folder: Path, records: list[dict], settings: Settings = EVENT, index: str = "index") -> Path:
    """One run into the index; returns its output folder."""
    write(folder / "batch.jsonl", records)
    out = folder / "out"
    pipeline.collapse_files(folder / "batch.jsonl", out, settings, index=folder / index)
    return out


def export(index: Path) -> dict[str, dict]:
    """The whole corpus by story id."""
    out = index.with_name(index.name + ".export")
    command.main(argparse.Namespace(action="export", folder=index, output=out, format=None, keep_merged_text=False))
    return {row["story"]["id"]: row for row in rows(out / "corpus.jsonl")}


def whole(index: Path) -> bool:
    return command.main(argparse.Namespace(action="verify", folder=index)) == 0


def manifest_of(index: Path) -> Path:
    """The one that counts: a killed run may have left the one before it."""
    return max(index.glob("manifest-*.sqlite"))


def content(index: Path) -> tuple:
    """All that an index holds: its tables, with the digests of its segments."""
    with closing(sqlite3.connect(manifest_of(index))) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return tuple((name, tuple(connection.execute(f"SELECT * FROM {name} ORDER BY 1, 2"))) for name in sorted(names))


def members(corpus: dict[str, dict]) -> set[frozenset[str]]:
    return {frozenset(member["id"] for member in row["story"]["members"]) for row in corpus.values()}


def applied(corpus: dict[str, dict], out: Path) -> dict[str, dict]:
    """Yesterday's corpus with a run's changes, as the README says to apply them."""
    now = dict(corpus)
    fresh = {row["story"]["id"]: row for row in rows(out / "corpus.jsonl")}
    for change in rows(out / "changes.jsonl"):
        if change["canonical"] is None:
            del now[change["story"]]
        else:
            now[change["story"]] = fresh.pop(change["story"])
    assert not fresh, "a row of the corpus that no change tells of"
    return now


def parts(records: list[dict], count: int) -> list[list[dict]]:
    size = len(records)
    return [records[k * size // count : (k + 1) * size // count] for k in range(count)]


@pytest.fixture(scope="session")
def articles(gold: dict[str, dict]) -> list[dict]:
    """The samples as articles that are clean already, in the order of their ids."""
    kept = ("id", "url", "title", "date", "lang")
    return [{name: page[name] for name in kept} | {"text": "\n".join(page["body"])} for _, page in sorted(gold.items())]


@pytest.fixture(scope="session")
def batch(articles: list[dict], tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict]:
    """The samples' corpus of one run without an index."""
    folder = tmp_path_factory.mktemp("batch")
    pipeline.collapse_files(write(folder / "all.jsonl", articles), folder / "out", EVENT)
    return {row["story"]["id"]: row for row in rows(folder / "out" / "corpus.jsonl")}


def passage(seed: int, words: int = 120) -> str:
    """A text of its own: invented words in an order that the seed decides."""
    chance = random.Random(seed)
    made = ["".join(chance.choice("bdfgklmnprstv") + chance.choice("aeiou") for _ in range(3)) for _ in range(60)]
    return " ".join(chance.choice(made) for _ in range(words)).capitalize() + "."


def record(name: str, text: str, **fields: str) -> dict:
    return {"id": name, "text": text, "lang": "en"} | fields


def test_one_batch_gives_what_a_run_without_an_index_gives(articles, batch, tmp_path):
    out = collapse(tmp_path, articles)
    corpus = {row["story"]["id"]: row for row in rows(out / "corpus.jsonl")}
    assert corpus == batch == export(tmp_path / "index")
    assert {tuple(row["changes"]) for row in rows(out / "changes.jsonl")} == {("created",)}
    assert whole(tmp_path / "index")


@pytest.mark.parametrize("order", ["date", "shuffled"])
def test_ten_batches_give_the_stories_of_one(articles, batch, tmp_path, order):
    """And after each batch, yesterday's corpus with the changes is today's; each record ends in one place."""
    if order == "date":
        sequence = sorted(articles, key=lambda row: (row["date"] or "", row["id"]))
    else:
        sequence = random.Random(5).sample(articles, len(articles))
    corpus: dict[str, dict] = {}
    for part in parts(sequence, 10):
        out = collapse(tmp_path, part)
        corpus = applied(corpus, out)
        assert corpus == export(tmp_path / "index")
        brought = {row["id"] for row in part}
        ended = Counter(row["id"] for name in ("corpus", "merged") for row in rows(out / f"{name}.jsonl"))
        assert {name: ended[name] for name in brought} == dict.fromkeys(brought, 1)
        report = json.loads((out / "report.json").read_text())
        assert report["counts"]["records"] == report["counts"]["stories"] + report["counts"]["merged"] == len(part)
    assert members(corpus) == members(batch)
    assert whole(tmp_path / "index")


def test_the_same_batch_again_changes_nothing(articles, tmp_path):
    first, second = parts(articles[:30], 2)
    collapse(tmp_path, first)
    collapse(tmp_path, second)
    before = content(tmp_path / "index")
    for part in (first, second, first + second):
        out = collapse(tmp_path, part)
        assert content(tmp_path / "index") == before
        assert [row["reason"] for row in rows(out / "rejected.jsonl")] == ["already-known"] * len(part)
        assert rows(out / "corpus.jsonl") == rows(out / "merged.jsonl") == rows(out / "changes.jsonl") == []


def test_order_in_a_batch_and_workers_change_nothing(articles, tmp_path):
    found = []
    for name, workers, seed in (("a", "1", "1"), ("b", "2", "2")):
        folder = tmp_path / name
        folder.mkdir()
        for k, part in enumerate(parts(articles[:24], 2)):
            random.Random(seed).shuffle(part)
            write(folder / "batch.jsonl", part)
            done = call(
                "collapse", "batch.jsonl", "-o", f"out{k}", "--index", "index", "--workers", workers, cwd=folder, seed=seed
            )
            assert done.returncode == 0, done.stderr.decode()
        files = {path.name: path.read_bytes() for path in sorted((folder / "out1").glob("*.jsonl"))}
        assert set(files) == {f"{file}.jsonl" for file in ("corpus", "merged", "pairs", "rejected", "cuts", "changes")}
        # The line of a record in its file is part of its origin; everything else must be the same.
        origins = [[row | {"origin": ""} for row in rows(folder / "out1" / "merged.jsonl")]]
        files.pop("merged.jsonl"), files.pop("cuts.jsonl")
        tables = dict(content(folder / "index"))
        found.append((files, origins, tables["records"], tables["texts"], tables["clusters"]))
    assert found[0] == found[1]


def test_levels_below_the_event(articles, tmp_path):
    for level in ("exact", "near"):
        settings = Settings(level=level, workers=1)
        pipeline.collapse_files(write(tmp_path / "all.jsonl", articles), tmp_path / "batch", settings)
        corpus: dict[str, dict] = {}
        for part in parts(random.Random(3).sample(articles, len(articles)), 5):
            out = collapse(tmp_path, part, settings, level)
            corpus = applied(corpus, out)
        assert corpus == export(tmp_path / level)
        assert members(corpus) == members({row["id"]: row for row in rows(tmp_path / "batch" / "corpus.jsonl")})
        assert whole(tmp_path / level)


def test_a_canonical_is_replaced_as_the_policy_says(tmp_path):
    """The later copy comes first; with ``earliest`` the story keeps its id and gets another canonical."""
    text = passage(1)
    settings = Settings(level="near", keep="earliest", workers=1)
    collapse(tmp_path, [record("late", text, date="2026-03-04"), record("other", passage(2))], settings)
    before = export(tmp_path / "index")
    out = collapse(tmp_path, [record("early", text, date="2026-03-02")], settings)
    (change,) = rows(out / "changes.jsonl")
    assert (change["changes"], change["canonical"], change["was"]) == (["joined", "superseded"], "early", "late")
    assert change["story"] in before
    (row,) = rows(out / "corpus.jsonl")
    assert row["story"]["id"] == change["story"]
    assert [row["id"] for row in rows(out / "merged.jsonl")] == []
    out = collapse(tmp_path, [record("later", text, date="2026-03-09")], settings)
    (change,) = rows(out / "changes.jsonl")
    assert (change["changes"], change["canonical"]) == (["joined"], "early")


def test_stories_that_a_page_ties_together_are_merged_and_fall_apart_without_it(tmp_path):
    """A page of two texts joins both; its new version has one of them only. Changes can be applied throughout."""
    one, two = passage(1, 80), passage(2, 80)
    corpus = applied({}, collapse(tmp_path, [record("one", one), record("two", two), record("far", passage(3))], NEAR))
    assert len(corpus) == 3
    out = collapse(tmp_path, [record("both", f"{one}\n{two}")], Settings(level="near", near_threshold=0.4, workers=1))
    merged = applied(corpus, out)
    assert merged == export(tmp_path / "index")
    out = collapse(tmp_path, [record("both", passage(9))], NEAR)
    apart = applied(merged, out)
    assert apart == export(tmp_path / "index")
    assert members(apart) == {frozenset([name]) for name in ("one", "two", "far", "both")}
    assert whole(tmp_path / "index")


def test_a_new_version_of_a_record_takes_its_place(tmp_path):
    collapse(tmp_path, [record("a", passage(1)), record("b", passage(1)), record("c", passage(2))], NEAR)
    corpus = export(tmp_path / "index")
    out = collapse(tmp_path, [record("b", passage(2))], NEAR)
    now = applied(corpus, out)
    assert now == export(tmp_path / "index")
    assert members(now) == {frozenset("a"), frozenset("bc")}
    kinds = {row["story"]: row["changes"] for row in rows(out / "changes.jsonl")}
    assert sorted(kinds.values()) == [["joined", "superseded", "updated"], ["split"]]
    out = collapse(tmp_path, [record("b", passage(2), title="With a title")], NEAR)
    assert [row["changes"] for row in rows(out / "changes.jsonl")] == [["updated"]]
    assert applied(now, out) == export(tmp_path / "index")
    assert whole(tmp_path / "index")


def test_records_that_share_an_id(tmp_path):
    """Two contents under one id in one batch are two records, also when the batch comes again."""
    pair = [record("a", passage(1)), record("a", passage(2))]
    collapse(tmp_path, pair, NEAR)
    before = content(tmp_path / "index")
    assert {name for one in members(export(tmp_path / "index")) for name in one} == {"a", "a#2"}
    out = collapse(tmp_path, pair, NEAR)
    assert content(tmp_path / "index") == before
    assert {row["id"] for row in rows(out / "rejected.jsonl")} == {"a", "a#2"}
    collapse(tmp_path, [*pair, record("a", passage(3))], NEAR)
    assert {name for one in members(export(tmp_path / "index")) for name in one} == {"a", "a#2", "a#3"}


def test_stories_that_do_not_satisfy_are_kept_back_until_one_does(tmp_path):
    settings = Settings(level="near", require=Require(lang=("de",)), workers=1)
    out = collapse(tmp_path, [record("en", passage(1))], settings)
    assert [row["reason"] for row in rows(out / "rejected.jsonl")] == ["requirement"]
    assert export(tmp_path / "index") == {} == applied({}, out)
    out = collapse(tmp_path, [record("de", passage(1), lang="de")], settings)
    assert [row["changes"] for row in rows(out / "changes.jsonl")] == [["created"]]
    assert applied({}, out) == export(tmp_path / "index")
    assert members(export(tmp_path / "index")) == {frozenset(["en", "de"])}


def test_a_template_that_shows_late(tmp_path):
    """Pages of one frame come a few a day: once the frame is known, the early ones stand apart too."""
    frame = passage(0, 300)
    pages = [
        record(f"p{k:02d}", f"{passage(100 + k, 100)}\n{frame}", url=f"https://www.frame.example/p{k}") for k in range(16)
    ]
    corpus: dict[str, dict] = {}
    for part in parts(pages, 4):
        out = collapse(tmp_path, part, NEAR)
        corpus = applied(corpus, out)
    assert corpus == export(tmp_path / "index")
    assert len(corpus) == len(pages)
    assert whole(tmp_path / "index")


def test_lines_that_a_site_repeats_over_days_are_dropped(tmp_path):
    notice = "The Harbour Gazette is printed on paper from the mills of Orlesk since the year of the great flood."
    for day in range(4):
        folder = tmp_path / f"day{day}" / "www.gazette.example"
        folder.mkdir(parents=True)
        for k in range(2):
            body = "\n".join(f"{passage(10 * day + k + 100 * line, 40)}" for line in range(3))
            (folder / f"{day}-{k}.txt").write_text(f"{body}\n{notice}\n", encoding="utf-8")
        out = tmp_path / "out"
        pipeline.run(tmp_path / f"day{day}", out, NEAR, index=tmp_path / "index")
        held = sum(notice in row["text"] for row in rows(out / "corpus.jsonl"))
        assert held == (2 if day == 0 else 0)
    before = content(tmp_path / "index")
    pipeline.run(tmp_path / "day3", out, NEAR, index=tmp_path / "index")
    assert content(tmp_path / "index") == before


@examples(max_examples=12, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 2), min_size=1, max_size=2), min_size=2, max_size=9),
    st.integers(1, 4),
    st.randoms(use_true_random=False),
)
def test_any_batches_of_exact_copies_give_the_stories_of_one(texts, count, chance):
    """At the level near they need not: what the first look says of a text is said of the pairs of its run."""
    passages = [passage(k, 30) for k in range(6)]
    records = [record(f"r{k}", "\n".join(passages[one] for one in text)) for k, text in enumerate(texts)]
    chosen = Settings(level="exact", workers=1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pipeline.collapse_files(write(folder / "all.jsonl", records), folder / "batch", chosen)
        for part in parts(chance.sample(records, len(records)), count):
            if part:
                collapse(folder, part, chosen)
        assert members(export(folder / "index")) == members(
            {row["id"]: row for row in rows(folder / "batch" / "corpus.jsonl")}
        )


@pytest.mark.parametrize(("level", "seed"), [("event", 1), ("event", 2), ("near", 3), ("near", 4), ("exact", 5)])
def test_days_of_pages_that_come_change_and_come_again(tmp_path, level, seed):
    """Whatever comes: changes can be applied, counts add up, the index is whole, a rerun changes nothing."""
    chance = random.Random(seed)
    passages = [passage(k, 30) for k in range(9)]
    keep = chance.choice(["complete", "earliest", "latest"])
    settings = Settings(level=level, keep=keep, prefer=("a.example",), workers=1)
    corpus: dict[str, dict] = {}
    for _ in range(4):
        records = []
        for _ in range(chance.randint(2, 7)):
            name = chance.choice("abcdefghijkl")
            text = "\n".join(chance.choice(passages) for _ in range(chance.randint(1, 4)))
            fields = {"date": f"2026-03-{chance.randint(1, 9):02d}", "url": f"https://{chance.choice('abc')}.example/{name}"}
            records.append(record(name, chance.choice([text, text, text, "too short"]), **fields))
        out = collapse(tmp_path, records, settings)
        corpus = applied(corpus, out)
        assert corpus == export(tmp_path / "index")
        counts = json.loads((out / "report.json").read_text())["counts"]
        assert counts["records"] == counts["stories"] + counts["merged"] + counts["rejected"]
    assert whole(tmp_path / "index")
    before = content(tmp_path / "index")
    out = collapse(tmp_path, records, settings)
    assert content(tmp_path / "index") == before
    assert {row["reason"] for row in rows(out / "rejected.jsonl")} == {"already-known"}


def test_compaction_changes_no_content(articles, tmp_path):
    for part in parts(articles[:36], 3):
        collapse(tmp_path, part)
    collapse(tmp_path, [articles[0] | {"title": "Another title than before"}])
    before = export(tmp_path / "index")
    assert command.main(argparse.Namespace(action="compact", folder=tmp_path / "index")) == 0
    assert len(list((tmp_path / "index" / "segments").iterdir())) == 1
    assert export(tmp_path / "index") == before
    assert whole(tmp_path / "index")
    out = collapse(tmp_path, articles[36:48])
    assert applied(before, out) == export(tmp_path / "index")
    assert whole(tmp_path / "index")


def test_many_small_batches_are_merged_by_themselves(tmp_path):
    for k in range(18):
        collapse(tmp_path, [record(f"r{k:02d}", passage(k))], NEAR)
    assert len(list((tmp_path / "index" / "segments").iterdir())) <= 8
    assert len(export(tmp_path / "index")) == 18
    assert whole(tmp_path / "index")


def test_a_second_writer_is_told(tmp_path):
    collapse(tmp_path, [record("a", passage(1))], NEAR)
    write(tmp_path / "b.jsonl", [record("b", passage(2))])
    with session.writer(tmp_path / "index", NEAR, "collapse"):
        done = call("collapse", tmp_path / "b.jsonl", "-o", tmp_path / "o", "--index", tmp_path / "index", "--level", "near")
        assert done.returncode == 2
        assert done.stderr.decode().count("\n") == 1
        assert "in use by another run" in done.stderr.decode()
        assert not (tmp_path / "o").exists()
        assert call_here("index", "verify", tmp_path / "index").returncode == 0  # readers see the committed state
    assert list(export(tmp_path / "index"))


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (Settings(level="exact"), "level"),
        (Settings(level="near", near_threshold=0.6), "near-threshold"),
        (Settings(level="near", keep="latest"), "keep"),
        (Settings(level="near", require=Require(min_words=10)), "require"),
    ],
)
def test_other_settings_are_refused(tmp_path, settings, told):
    collapse(tmp_path, [record("a", passage(1))], NEAR)
    before = content(tmp_path / "index")
    with pytest.raises(UsageError, match=rf"was made with {told} .*--index NEW_DIR"):
        collapse(tmp_path, [record("b", passage(2))], settings)
    assert content(tmp_path / "index") == before


@pytest.mark.parametrize("name", ["format", "collapse rules", "format 5"])
def test_another_version_is_refused(tmp_path, name):
    collapse(tmp_path, [record("a", passage(1))], NEAR)
    if name == "format 5":
        manifest_of(tmp_path / "index").rename(tmp_path / "index" / session.OLD)
    else:
        with session.maintainer(tmp_path / "index") as (found, _):
            found.sql.execute("UPDATE identity SET value = 'of another cleaner' WHERE name = ?", (name,))
    write(tmp_path / "b.jsonl", [record("b", passage(2))])
    done = call_here("collapse", tmp_path / "b.jsonl", "-o", tmp_path / "o", "--index", tmp_path / "index", "--level", "near")
    assert done.returncode == 2
    assert b"--index NEW_DIR" in done.stderr
    assert done.stderr.count(b"\n") == 1


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-3])


def _scribble(path: Path) -> None:
    found = bytearray(path.read_bytes())
    found[-8:] = b"\xff" * 8
    path.write_bytes(bytes(found))


def _merge_two_numbers(path: Path) -> None:
    found = bytearray(path.read_bytes())
    found[found.rindex(b",", 0, found.rindex(b"]]]"))] = ord("0")  # in the list of sections, which is JSON still
    path.write_bytes(bytes(found))


@pytest.mark.parametrize("damage", [Path.unlink, _cut, _scribble, _merge_two_numbers])
def test_damaged_files_are_told(articles, tmp_path, damage):
    """By verify, and without a traceback by a run that reads it."""
    for part in parts(articles[:20], 2):
        collapse(tmp_path, part)
    for file in sorted((tmp_path / "index" / "segments").iterdir()):
        held = file.read_bytes()
        damage(file)
        try:
            assert not whole(tmp_path / "index")
        except UsageError as error:
            assert str(error).startswith(DAMAGE)
        with pytest.raises(UsageError, match=f"{DAMAGE}.*{file.name}[: ]") as told:
            collapse(tmp_path, articles[20:24])
        assert "\n" not in str(told.value)
        file.write_bytes(held)
    assert whole(tmp_path / "index")
    damage(file)
    assert call_here("index", "verify", tmp_path / "index").returncode == 2


def test_a_folder_that_is_no_index(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    for action in ("stats", "verify", "compact", "export"):
        with pytest.raises(UsageError, match="is no index"):
            given = argparse.Namespace(action=action, folder=tmp_path, output=tmp_path / "o", format=None)
            command.main(argparse.Namespace(**vars(given), keep_merged_text=False))
    with pytest.raises(UsageError, match="holds other files"):
        pipeline.collapse_files(write(tmp_path / "a.jsonl", [record("a", passage(1))]), tmp_path / "o", NEAR, index=tmp_path)
    (tmp_path / "ix").mkdir()
    name = f"manifest-000001-{'0' * 32}.sqlite"
    (tmp_path / "ix" / name).write_bytes(b"no database at all, only some text in its place" * 30)
    done = call_here("index", "verify", tmp_path / "ix")
    assert done.returncode == 2
    assert DAMAGE.encode() in done.stderr


def test_stats(tmp_path):
    collapse(tmp_path, [record("a", passage(1)), record("b", passage(1))], NEAR)
    done = call_here("index", "stats", tmp_path / "index")
    figures = {line[:28].strip(): line[28:].strip() for line in done.stdout.decode().splitlines()}
    assert (figures["records"], figures["stories"], figures["runs"]) == ("2", "1", "1")


def test_a_killed_run_leaves_the_old_state_or_the_new_one(articles, tmp_path):
    """Killed at random moments, then run again: the index is whole each time, and ends as if undisturbed."""
    write(tmp_path / "first.jsonl", articles[:40])
    write(tmp_path / "second.jsonl", articles[40:60])
    for name in ("calm", "killed"):
        pipeline.collapse_files(tmp_path / "first.jsonl", tmp_path / "out", EVENT, index=tmp_path / name)
    old = content(tmp_path / "killed")
    started = time.monotonic()
    command_line = [sys.executable, "-m", "cleaner", "collapse", "second.jsonl", "-o", "out", "--quiet", "--index"]
    subprocess.run([*command_line, "calm"], cwd=tmp_path, check=True)
    took = time.monotonic() - started
    new = content(tmp_path / "calm")
    chance = random.Random(7)
    for _ in range(3):
        process = subprocess.Popen([*command_line, "killed"], cwd=tmp_path)
        time.sleep(chance.uniform(0.3, 1.0) * took)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert whole(tmp_path / "killed")
        assert content(tmp_path / "killed") in (old, new)
    subprocess.run([*command_line, "killed"], cwd=tmp_path, check=True)
    assert content(tmp_path / "killed") == new
    assert export(tmp_path / "killed") == export(tmp_path / "calm")
    named = {path.name for path in (tmp_path / "killed" / "segments").iterdir()}
    assert named == {path.name for path in (tmp_path / "calm" / "segments").iterdir()}


def removed(index: Path, *names: str, **options) -> Path:
    """Take records out; returns the folder that tells of it."""
    out = index.with_name("removed")
    given = {"compact": False, "format": None, "output": out} | options
    assert command.main(argparse.Namespace(action="remove", folder=index, ids=list(names), **given)) == 0
    return out


@pytest.mark.parametrize("level", ["event", "near", "exact"])
def test_records_that_are_taken_out_leave_their_stories_and_stay_away(articles, tmp_path, level):
    """Canonicals and others, one a time and many, until nothing is left; each time changes can be applied."""
    settings = Settings(level=level, workers=1)
    corpus: dict[str, dict] = {}
    for part in parts(articles[:40], 3):
        corpus = applied(corpus, collapse(tmp_path, part, settings))
    index = tmp_path / "index"
    chance = random.Random(4)
    standing = [row["id"] for row in articles[:40]]
    chance.shuffle(standing)
    while standing:
        gone, standing = standing[: (count := chance.choice([1, 1, 2, 9]))], standing[count:]
        before, corpus = corpus, applied(corpus, removed(index, *gone, compact=chance.random() < 0.3))
        assert corpus == export(index)
        assert {name for story in members(corpus) for name in story} == set(standing)
        assert whole(index)
        for story, row in before.items():  # a story keeps its id as long as a member is left of it
            if {member["id"] for member in row["story"]["members"]} - set(gone) and level != "event":
                assert story in corpus
    out = collapse(tmp_path, [row | {"title": "Another title"} for row in articles[:40]], settings)
    assert {row["reason"] for row in rows(out / "rejected.jsonl")} == {"removed"}
    assert export(index) == {}


def test_what_a_removal_tells(tmp_path):
    index = tmp_path / "index"
    collapse(tmp_path, [record("a", passage(1)), record("b", passage(1)), record("c", passage(2))], NEAR)
    (story,) = (story for story, row in export(index).items() if row["id"] == "a")
    out = removed(index, "a", "c")
    changes = {row["story"]: row for row in rows(out / "changes.jsonl")}
    assert changes.pop(story) == {
        "story": story, "changes": ["removed", "superseded"], "canonical": "b", "was": "a", "added": [], "removed": ["a"], "into": [],
    }  # fmt: skip
    ((_, last),) = changes.items()
    assert (last["changes"], last["canonical"], last["removed"]) == (["withdrawn"], None, ["c"])
    before = {path: path.read_bytes() for path in sorted(index.rglob("*")) if path.is_file()}
    for arguments, stdin, told in (
        (["remove", index, "b", "nobody", "a"], None, "holds no record nobody, a; nothing was removed"),
        (["remove", index, "-"], b"b\r\nnobody\n", "holds no record nobody; nothing was removed"),
        (["remove", index, "-"], b"\n", "no id was given"),
        (["allow", index, "b"], None, "b was not removed"),
    ):
        done = call_here("index", *arguments, stdin=stdin)
        assert (done.returncode, done.stderr.count(b"\n")) == (2, 1)
        assert told in done.stderr.decode()
        assert before == {path: path.read_bytes() for path in sorted(index.rglob("*")) if path.is_file()}
    assert command.main(argparse.Namespace(action="allow", folder=index, ids=["a"])) == 0
    out = collapse(tmp_path, [record("a", passage(1)), record("c", passage(2)), record("c", passage(3))], NEAR)
    assert [row["reason"] for row in rows(out / "rejected.jsonl")] == ["removed", "removed"]
    assert members(export(index)) == {frozenset("ab")}


def test_one_of_records_that_share_an_id_is_taken_out_by_its_content(tmp_path):
    collapse(tmp_path, [record("a", passage(1)), record("a", passage(2))], NEAR)
    text = {row["id"]: row["text"] for row in export(tmp_path / "index").values()}
    removed(tmp_path / "index", "a#2")
    out = collapse(tmp_path, [record("a", passage(1)), record("a", passage(2)), record("a", passage(3))], NEAR)
    assert sorted(row["reason"] for row in rows(out / "rejected.jsonl")) == ["already-known", "removed"]
    assert text["a#2"] not in {row["text"] for row in export(tmp_path / "index").values()}
    assert whole(tmp_path / "index")


def test_the_bytes_of_a_removed_record_are_gone_after_compaction(tmp_path):
    folder = tmp_path / "pages" / "www.gazette.example"
    folder.mkdir(parents=True)
    for k in range(3):
        lines = "\n".join(passage(10 * k + line, 40) for line in range(3))
        (folder / f"{k}.txt").write_text(lines, encoding="utf-8")
    index = tmp_path / "index"
    pipeline.run(tmp_path / "pages", tmp_path / "out", NEAR, index=index)
    name = b"www.gazette.example/1.txt"
    with session.reader(index) as found:
        ((number, text),) = found.sql.execute("SELECT number, text FROM records WHERE id = ?", (name,))
        ((page,),) = found.sql.execute("SELECT page FROM site_pages WHERE id = ?", (name,))
        packed = store.pack_article(found.articles([number])[number])
        hashes = found.ragged("text", "text_hashes", [text])[text].tobytes()
    in_manifest = lambda: [trace in manifest_of(index).read_bytes() for trace in (page, name)]  # noqa: E731
    in_segments = lambda: [  # noqa: E731
        any(trace in path.read_bytes() for path in index.glob("segments/*")) for trace in (packed, hashes)
    ]
    assert in_manifest() == in_segments() == [True, True]
    removed(index, name.decode())
    assert in_manifest() == [False, True]  # the id stays, for it is not to come again
    assert in_segments() == [True, True]
    assert command.main(argparse.Namespace(action="compact", folder=index)) == 0
    assert in_segments() == [False, False]
    assert whole(index)


def test_changes_of_an_earlier_run_do_not_outlive_it(tmp_path):
    out = collapse(tmp_path, [record("a", passage(1))], NEAR)
    assert (out / "changes.jsonl").is_file()
    (out / "mine.jsonl").write_text("kept")
    pipeline.collapse_files(tmp_path / "batch.jsonl", out, NEAR)
    assert sorted(path.name for path in out.iterdir()) == [
        "corpus.jsonl",
        "cuts.jsonl",
        "merged.jsonl",
        "mine.jsonl",
        "pairs.jsonl",
        "rejected.jsonl",
        "report.json",
    ]


def test_a_removal_shows_its_output_once_it_is_done(tmp_path):
    collapse(tmp_path, [record("a", passage(1)), record("b", passage(2))], NEAR)
    index, out = tmp_path / "index", tmp_path / "removed"
    given = {"output": out, "format": None, "compact": True}
    with pytest.raises(UsageError, match="no record"):
        command.main(argparse.Namespace(action="remove", folder=index, ids=["nobody"], **given))
    assert not out.exists()
    assert command.main(argparse.Namespace(action="remove", folder=index, ids=["a"], **given)) == 0
    (change,) = rows(out / "changes.jsonl")
    assert (change["changes"], change["removed"]) == (["withdrawn"], ["a"])
    assert whole(index)
    assert len(export(index)) == 1
