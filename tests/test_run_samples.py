"""The real command on the samples, against their gold."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from pathlib import Path

import pyarrow.parquet as pq
from conftest import SAMPLES, call, rows

from cleaner.evaluate.measures import corpus_shingle_scores

BODY_FLOOR = 0.97
"""Shingle F1 of the samples' bodies; only a commit that says so may lower it."""


def stories(folder: Path) -> dict[str, frozenset[str]]:
    return {row["id"]: frozenset(m["id"] for m in row["story"]["members"]) for row in rows(folder / "corpus.jsonl")}


def test_every_event_is_one_story(sample_run, gold):
    events = defaultdict(set)
    for name, page in gold.items():
        events[page["event"]].add(name)
    assert set(stories(sample_run).values()) == {frozenset(members) for members in events.values()}


def test_relations_are_those_of_the_gold(sample_run, gold):
    """An exact copy of the canonical is called so; reports of the event are never called copies."""
    for row in rows(sample_run / "corpus.jsonl"):
        kept = gold[row["id"]]
        for member in row["story"]["members"]:
            page = gold[member["id"]]
            same_text = page["body"] == kept["body"]
            assert (member["relation"] in ("exact", "near", "canonical")) or not same_text
            family = {page["source"] or member["id"], kept["source"] or row["id"]}
            if member["relation"] in ("exact", "near"):
                assert len(family) == 1, (member["id"], row["id"])


def test_bodies(sample_run, gold):
    found = rows(sample_run / "corpus.jsonl")
    scores = corpus_shingle_scores(
        ["\n".join(gold[row["id"]]["body"]) for row in found], [row["text"] for row in found]
    )
    assert scores.f1 >= BODY_FLOOR


def test_no_body_line_is_lost(gold):
    """strip alone, over every page: each gold paragraph is in the text."""
    done = call("strip", SAMPLES / "pages", "--quiet")
    lost = []
    texts = {row["id"]: row["text"] for row in map(json.loads, done.stdout.decode().splitlines())}
    for name, page in gold.items():
        words = " ".join(texts[name].split())
        lost += [(name, line) for line in page["body"] if " ".join(line.split()) not in words]
    assert lost == []


def test_counts_add_up(sample_run):
    report = json.loads((sample_run / "report.json").read_text(encoding="utf-8"))
    counts = report["counts"]
    assert counts["records"] == counts["stories"] + counts["merged"] + counts["rejected"]
    assert counts["stories"] == len(rows(sample_run / "corpus.jsonl"))
    assert counts["merged"] == len(rows(sample_run / "merged.jsonl")) == sum(report["merged_by_relation"].values())
    assert counts["rejected"] == len(rows(sample_run / "rejected.jsonl"))
    assert report["characters"]["cut"] == sum(
        len(cut["text"]) for row in rows(sample_run / "cuts.jsonl") for cut in row["cuts"]
    )


def test_every_record_ends_in_one_place(sample_run, gold):
    ended = Counter(row["id"] for name in ("corpus", "merged") for row in rows(sample_run / f"{name}.jsonl"))
    assert ended == Counter(gold.keys())


def test_merged_says_why(sample_run):
    for row in rows(sample_run / "merged.jsonl"):
        assert row["relation"] in ("exact", "near", "event")
        assert 0 < row["score"] <= 1
        assert row["evidence"]


def test_what_a_member_hangs_on(sample_run):
    """Each member but the canonical hangs on another of its story, no report by less than its threshold."""
    least = json.loads((sample_run / "report.json").read_text(encoding="utf-8"))["thresholds"]["event"]
    for row in rows(sample_run / "corpus.jsonl"):
        members = row["story"]["members"]
        ids = {member["id"] for member in members}
        reports = [member for member in members if member["relation"] == "event"]
        for member in members:
            via, relation = member["via"], member["relation"]
            assert (via is None) == (relation == "canonical")
            assert via is None or via["id"] in ids - {member["id"]}
            assert (member["mean"] is None) == (relation == "canonical" or not reports)
            if relation == "event":
                assert via["score"] >= least
    held = {row["id"]: (row["via"], row["mean"]) for row in rows(sample_run / "merged.jsonl")}
    told = [member for row in rows(sample_run / "corpus.jsonl") for member in row["story"]["members"]]
    assert held == {one["id"]: (one["via"], one["mean"]) for one in told if one["relation"] != "canonical"}


def test_parquet_holds_the_same(sample_run, tmp_path):
    done = call("run", SAMPLES / "pages", "--output", tmp_path / "out", "--format", "parquet", "--quiet")
    assert done.returncode == 0, done.stderr.decode()
    table = pq.read_table(tmp_path / "out" / "corpus.parquet").to_pylist()
    lines = rows(sample_run / "corpus.jsonl")
    assert [row["id"] for row in table] == [row["id"] for row in lines]
    assert [row["text"] for row in table] == [row["text"] for row in lines]
    assert [row["story"] for row in table] == [row["story"] for row in lines]
    assert not list((tmp_path / "out").glob("*.jsonl"))


def test_unknown_fields_travel_through(tmp_path):
    source = tmp_path / "in.jsonl"
    record = {"id": "a", "text": "One long enough sentence to be the body of this small record here.", "tags": ["x", 1]}
    source.write_text(json.dumps(record | {"score": 0.5}) + "\n", encoding="utf-8")
    assert call("run", source, "--output", tmp_path / "out").returncode == 0
    row = rows(tmp_path / "out" / "corpus.jsonl")[0]
    assert row["tags"] == ["x", 1]
    assert row["score"] == 0.5
