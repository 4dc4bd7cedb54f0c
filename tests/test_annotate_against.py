"""Every article with its role, and what a reference corpus holds already."""

from __future__ import annotations

import json

import pyarrow.parquet as pq
import pytest
from conftest import call_here, rows

from cleaner import pipeline
from cleaner.errors import UsageError
from cleaner.settings import Require, Settings


def report(folder):
    return json.loads((folder / "report.json").read_text("utf-8"))


def adds_up(folder):
    counts = report(folder)["counts"]
    return counts["records"] == counts["stories"] + counts["merged"] + counts["rejected"]


@pytest.fixture(scope="module")
def plain_run(articles, tmp_path_factory):
    folder = tmp_path_factory.mktemp("plain") / "out"
    pipeline.collapse_files(articles, folder, Settings(workers=1))
    return folder


def test_annotated_rows_are_all_articles_with_their_roles(plain_run, articles, tmp_path):
    done = call_here("collapse", articles, "-o", tmp_path / "out", "--annotate", "-q")
    assert done.returncode == 0, done.stderr
    corpus = rows(tmp_path / "out" / "corpus.jsonl")
    plain = {row["id"]: row for row in rows(plain_run / "corpus.jsonl")}
    merged = {row["id"]: row for row in rows(plain_run / "merged.jsonl")}
    assert adds_up(tmp_path / "out")
    assert len(corpus) == len(plain) + len(merged)
    for row in corpus:
        story = row["story"]
        if row["id"] in plain:
            assert story["role"] == ("canonical" if plain[row["id"]]["story"]["size"] > 1 else "alone")
            assert {name: story[name] for name in plain[row["id"]]["story"]} == plain[row["id"]]["story"]
            assert {**row, "story": 0} == {**plain[row["id"]], "story": 0}
        else:
            assert story["role"] == "member"
            assert (story["canonical"], story["id"]) == (merged[row["id"]]["into"], merged[row["id"]]["story"])
            assert (story["relation"], story["score"]) == (merged[row["id"]]["relation"], merged[row["id"]]["score"])
            assert row["text"].startswith(merged[row["id"]]["text"])
    for name in ("merged", "pairs", "rejected", "cuts"):
        assert (tmp_path / "out" / f"{name}.jsonl").read_bytes() == (plain_run / f"{name}.jsonl").read_bytes()
    told = call_here("explain", tmp_path / "out", next(iter(merged))).stdout.decode()
    assert "merged into" in told
    # Read again it is what it was: the same stories, and nothing that was not understood.
    pipeline.collapse_files(tmp_path / "out" / "corpus.jsonl", tmp_path / "again", Settings(workers=1, format="parquet", annotate=True))
    again = pq.read_table(tmp_path / "again" / "corpus.parquet").to_pylist()
    assert {(row["id"], row["story"]["id"], row["story"]["role"]) for row in again} == {
        (row["id"], row["story"]["id"], row["story"]["role"]) for row in corpus
    }
    assert report(tmp_path / "again")["not_understood"] == {}


def test_what_a_reference_holds_is_dropped_and_told(plain_run, articles, tmp_path):
    done = call_here("collapse", articles, "-o", tmp_path / "new", "--against", plain_run, "-q")
    assert done.returncode == 0, done.stderr
    assert rows(tmp_path / "new" / "corpus.jsonl") == []
    found = report(tmp_path / "new")
    held = found["against"]
    assert held["articles"] == 35
    assert sum(held[name] for name in ("exact", "near", "event", "begins_alike")) == 86
    assert found["rejected_by_reason"]["in-reference"] == 86


@pytest.mark.parametrize("form", ["folder", "whole", "jsonl"])
def test_what_is_new_stays(plain_run, articles, tmp_path, form):
    reference = tmp_path / "reference.jsonl"
    some = [line for line in articles.open("rb") if b"dailylantern" in line or b"harbour" in line]
    reference.write_bytes(b"".join(some))
    plain = {row["id"]: row for row in rows(plain_run / "corpus.jsonl")}
    story_of = {m["id"]: row["story"]["id"] for row in plain.values() for m in row["story"]["members"]}
    known = {json.loads(line)["id"] for line in some}
    theirs = {story_of[name] for name in known}
    if form != "jsonl":
        settings = Settings(workers=1, keep_merged_text=form == "whole", format="parquet")
        pipeline.collapse_files(reference, tmp_path / "reference", settings)
        reference = tmp_path / "reference"
    pipeline.collapse_files(articles, tmp_path / "out", Settings(workers=1, against=str(reference)))
    assert adds_up(tmp_path / "out")
    kept = {m["id"] for row in rows(tmp_path / "out" / "corpus.jsonl") for m in row["story"]["members"]}
    dropped = {row["id"]: row["detail"] for row in rows(tmp_path / "out" / "rejected.jsonl") if row["reason"] == "in-reference"}
    assert kept | dropped.keys() == story_of.keys()
    assert not kept & dropped.keys()
    # The reference sees each of its stories with all that tell of it, and no other.
    assert {story_of[name] for name in dropped} == theirs
    assert not {story_of[name] for name in kept} & theirs
    assert {detail.partition(": ")[0] for detail in dropped.values()} <= known
    assert any("same words" in detail for detail in dropped.values())
    assert any("event, probability" in detail and "names" in detail for detail in dropped.values())


def test_ids_of_the_reference_are_no_ids_of_the_run(articles, tmp_path):
    lines = articles.read_text("utf-8").splitlines(True)
    other = [json.loads(line) | {"text": f"Nothing of what stands here is told elsewhere, said heron {n}."} for n, line in enumerate(lines)]
    (tmp_path / "ref.jsonl").write_text("".join(json.dumps(row) + "\n" for row in other))
    settings = Settings(workers=1, level="near", against=str(tmp_path / "ref.jsonl"), require=Require(min_words=20))
    pipeline.collapse_files(articles, tmp_path / "out", settings)
    pipeline.collapse_files(articles, tmp_path / "plain", Settings(workers=1, level="near", require=Require(min_words=20)))
    for name in ("corpus", "merged", "rejected", "pairs"):
        assert (tmp_path / "out" / f"{name}.jsonl").read_bytes() == (tmp_path / "plain" / f"{name}.jsonl").read_bytes()


def test_a_wrong_reference_is_told_in_one_line(plain_run, articles, tmp_path):
    with pytest.raises(UsageError, match="no such file or folder"):
        pipeline.collapse_files(articles, tmp_path / "out", Settings(against=str(tmp_path / "nowhere")))
    with pytest.raises(UsageError, match="the run would replace it"):
        pipeline.collapse_files(articles, plain_run, Settings(against=str(plain_run)))
    (tmp_path / "empty.jsonl").touch()
    with pytest.raises(UsageError, match="holds no article"):
        pipeline.collapse_files(articles, tmp_path / "out", Settings(workers=1, against=str(tmp_path / "empty.jsonl")))
    for settings in (Settings(against=str(articles)), Settings(annotate=True)):
        with pytest.raises(UsageError, match="an index"):
            pipeline.collapse_files(articles, tmp_path / "out", settings, index=tmp_path / "index")
    assert not (tmp_path / "out").exists()
