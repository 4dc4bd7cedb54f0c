"""Stories made anew from what a run kept: the same bytes as those of a run with the other settings."""

from __future__ import annotations

import json

import pytest
from conftest import SAMPLES, call_here, rows

from cleaner import pipeline
from cleaner.driver.rethreshold import rethreshold
from cleaner.errors import UsageError
from cleaner.settings import Require, Settings

NAMES = ("corpus", "merged", "pairs", "rejected", "cuts", "articles", "scores")


def content(folder, form="jsonl"):
    return {name: (folder / f"{name}.{form}").read_bytes() for name in NAMES}


def told(folder):
    report = json.loads((folder / "report.json").read_text("utf-8"))
    return {name: value for name, value in report.items() if name not in ("seconds", "files")}


@pytest.fixture(scope="module")
def kept(tmp_path_factory, articles):
    folder = tmp_path_factory.mktemp("kept") / "out"
    pipeline.collapse_files(articles, folder, Settings(keep_scores=True, require=Require(min_words=200), workers=1))
    return folder


def test_it_is_the_run_with_the_other_threshold(kept, articles, tmp_path):
    for threshold in (0.999, 0.05):
        done = call_here("rethreshold", kept, "--threshold", threshold, "-o", tmp_path / "anew", "-q")
        assert done.returncode == 0, done.stderr
        wanted = tmp_path / f"run{threshold}"
        settings = Settings(keep_scores=True, require=Require(min_words=200), event_threshold=threshold)
        pipeline.collapse_files(articles, wanted, settings)
        assert content(tmp_path / "anew") == content(wanted)
        assert told(tmp_path / "anew") == told(wanted)
    assert {row["reason"] for row in rows(kept / "rejected.jsonl")} == {"requirement"}
    # In its own place, there and back: nothing is lost on the way.
    before = content(tmp_path / "anew")
    for threshold in (0.9, 0.05):
        rethreshold(tmp_path / "anew", changes={"event_threshold": threshold, "workers": 1})
    assert content(tmp_path / "anew") == before


def test_links_other_levels_and_formats(kept, articles, tmp_path):
    merged = rows(kept / "merged.jsonl")
    near, event = (next(row for row in merged if row["relation"] == kind) for kind in ("near", "event"))
    links = [{"left": row["id"], "right": row["into"], "same": False} for row in (near, event)]
    (tmp_path / "links.jsonl").write_text("".join(json.dumps(row) + "\n" for row in links))
    file = str(tmp_path / "links.jsonl")
    common = {"keep_scores": True, "require": Require(min_words=200)}
    for changes in ({"links": file}, {"near_threshold": 0.9}, {"grain": "report"}):
        rethreshold(kept, tmp_path / "anew", changes)
        pipeline.collapse_files(articles, tmp_path / "wanted", Settings(**common, **changes))
        assert content(tmp_path / "anew") == content(tmp_path / "wanted")
        assert told(tmp_path / "anew") == told(tmp_path / "wanted")
    pages = [SAMPLES / "pages" / "archive.parquet", SAMPLES / "pages" / "feed.jsonl"]
    for form, annotate in (("parquet", False), ("jsonl", True)):
        settings = Settings(keep_scores=True, format=form, annotate=annotate)
        pipeline.run(pages, tmp_path / form, settings)
        rethreshold(tmp_path / form, tmp_path / "anew", {"event_threshold": 0.9995})
        pipeline.run(pages, tmp_path / f"{form}2", Settings(**{**common, "require": Require()}, format=form, annotate=annotate, event_threshold=0.9995))
        assert content(tmp_path / "anew", form) == content(tmp_path / f"{form}2", form)
        assert told(tmp_path / "anew") == told(tmp_path / f"{form}2")
        assert told(tmp_path / "anew")["page_types"]


def test_links_of_the_run_hold_on(kept, tmp_path):
    row = next(row for row in rows(kept / "merged.jsonl") if row["relation"] == "event")
    (tmp_path / "links.jsonl").write_text(json.dumps({"left": row["id"], "right": row["into"], "same": False}))
    rethreshold(kept, tmp_path / "first", {"links": str(tmp_path / "links.jsonl")})
    rethreshold(tmp_path / "first", changes={"event_threshold": 0.3})
    story = {m["id"]: one["id"] for one in rows(tmp_path / "first" / "corpus.jsonl") for m in one["story"]["members"]}
    assert row["id"] not in story or story[row["id"]] != story.get(row["into"])


def test_what_it_needs_is_told(kept, tmp_path):
    pipeline.collapse_files(SAMPLES / "pages" / "stored", tmp_path / "without", Settings(workers=1))
    for folder, said in ((tmp_path / "without", "--keep-scores"), (tmp_path, "name the --output")):
        with pytest.raises(UsageError, match=said):
            rethreshold(folder, tmp_path / "out", {"event_threshold": 0.5})
    done = call_here("rethreshold", kept)
    assert (done.returncode, done.stderr.count(b"\n")) == (2, 1)
    pipeline.collapse_files(SAMPLES / "pages" / "stored", tmp_path / "own", Settings(keep_scores=True, workers=1))
    with (tmp_path / "own" / "articles.jsonl").open("a") as file:
        file.write("{}\n")
    with pytest.raises(UsageError, match=r"articles\.jsonl is not as the run wrote it"):
        rethreshold(tmp_path / "own", tmp_path / "out", {"event_threshold": 0.5})
    with pytest.raises(UsageError, match="keep-scores"):
        pipeline.collapse_files(SAMPLES / "pages" / "stored", tmp_path / "o", Settings(keep_scores=True), index=tmp_path / "i")


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
@pytest.mark.parametrize("level", ["near", "event"])
def test_none_and_one_record(tmp_path, form, level):
    for lines in ("", '{"id": "a", "text": "The harbour board met on Tuesday."}\n'):
        (tmp_path / "in.jsonl").write_text(lines)
        settings = Settings(keep_scores=True, annotate=True, keep_merged_text=True, format=form, level=level, workers=1)
        first = pipeline.collapse_files(tmp_path / "in.jsonl", tmp_path / f"out{len(lines)}", settings)
        again = rethreshold(tmp_path / f"out{len(lines)}", tmp_path / f"anew{len(lines)}", {f"{level}_threshold": 0.5})
        assert (first.stories, again.stories) == (bool(lines), bool(lines))
        assert content(tmp_path / f"out{len(lines)}", form) == content(tmp_path / f"anew{len(lines)}", form)
