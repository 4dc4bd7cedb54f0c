"""Reviewing what was merged: merged texts, the close decisions, explain, labels by id."""

from __future__ import annotations

import json
from itertools import pairwise

import numpy as np
import pyarrow.parquet as pq
import pytest
from conftest import SAMPLES, call_here, rows
from hypothesis import given
from hypothesis import strategies as st

from cleaner import pipeline
from cleaner.collapse.close_decisions import MARGIN
from cleaner.collapse.near_misses import MISSES, near_misses
from cleaner.settings import Settings
from cleaner.sinks.lookup import find_rows, some_rows


def test_merged_rows_say_what_the_record_is(sample_run, tmp_path):
    merged = rows(sample_run / "merged.jsonl")
    assert all(row["text"] and len(row["text"]) <= 300 for row in merged)
    again = SAMPLES / "pages" / "dailylantern.example"
    pipeline.run([again, SAMPLES / "pages" / "stored"], tmp_path / "out", Settings(keep_merged_text=True, format="parquet"))
    whole = pq.read_table(tmp_path / "out" / "merged.parquet").to_pylist()
    known = {row["id"].rsplit("/", 1)[-1]: row["text"] for row in merged}
    assert max(len(row["text"]) for row in whole) > 300
    for row in whole:
        name = row["id"].rsplit("/", 1)[-1]
        assert name not in known or row["text"].startswith(known[name])


@pytest.fixture(scope="module")
def strict_run(articles, tmp_path_factory):
    """With a threshold at which reports of the samples stay apart by little."""
    folder = tmp_path_factory.mktemp("strict") / "out"
    pipeline.collapse_files(articles, folder, Settings(workers=1, event_threshold=0.9))
    return folder


def test_the_close_decisions_are_told_and_bounded(strict_run):
    sample_run = strict_run
    pairs = rows(sample_run / "pairs.jsonl")
    story = {m["id"]: row["id"] for row in rows(sample_run / "corpus.jsonl") for m in row["story"]["members"]}
    assert any(not row["same"] for row in pairs)
    assert any(row["same"] for row in pairs)
    assert len({(row["left"], row["right"]) for row in pairs}) == len(pairs)
    for row in pairs:
        assert row["left"] < row["right"]
        assert (story[row["left"]], story[row["right"]]) == (row["left_into"], row["right_into"])
        assert row["same"] == (row["left_into"] == row["right_into"])
        assert row["same"] or row["score"] >= row["threshold"] - MARGIN
    several = {row["id"] for row in rows(sample_run / "corpus.jsonl") if row["story"]["size"] > 1}
    reported = {row["left_into"] for row in pairs if row["same"]}
    exact = {row["into"] for row in rows(sample_run / "merged.jsonl")} - {
        row["into"] for row in rows(sample_run / "merged.jsonl") if row["relation"] != "exact"
    }
    assert reported == several - exact
    doubt = [(row["score"] - row["threshold"]) * (1 if row["same"] else -1) for row in pairs]
    assert doubt == pytest.approx(sorted(doubt), abs=1e-4)


scores = st.integers(0, 10).map(lambda tenths: tenths / 10)


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7), scores), max_size=30), st.lists(st.integers(-1, 3), min_size=8, max_size=8))
def test_near_misses_against_the_definition(listed, story):
    pairs = sorted({(min(a, b), max(a, b)): score for a, b, score in listed if a != b}.items())
    left, right = np.array([p[0] for p, _ in pairs], np.int64), np.array([p[1] for p, _ in pairs], np.int64)
    misses = near_misses(left, right, np.array([s for _, s in pairs]), np.array(story), 0.5)
    apart = {p: s for p, s in pairs if -1 not in (story[p[0]], story[p[1]]) and story[p[0]] != story[p[1]] and s >= 0.5 - MARGIN}
    wanted = set()
    for item in range(8):
        own = sorted((-s, sum(p) - item, p) for p, s in apart.items() if item in p)
        wanted |= {p for *_, p in own[:MISSES]}
    assert {pairs[k][0] for k in misses} == wanted


def test_the_weakest_joins_are_those_with_the_canonical(sample_run):
    report = json.loads((sample_run / "report.json").read_text())
    pairs = {(row["left"], row["right"]): row for row in rows(sample_run / "pairs.jsonl") if row["same"]}
    by_story = {}
    for row in rows(sample_run / "merged.jsonl"):
        if row["relation"] != "exact" and "copy_of" not in row["evidence"]:
            over = row["score"] - report["thresholds"][row["relation"]]
            by_story.setdefault(row["into"], []).append((over, row))
    wanted = {}
    for canonical, members in by_story.items():
        for over, row in members:
            if over < MARGIN or over == min(one for one, _ in members):
                wanted[tuple(sorted((row["id"], canonical)))] = row["score"]
    assert {pair: row["score"] for pair, row in pairs.items()}.items() <= wanted.items()
    assert {row["left_into"] for row in pairs.values()} == by_story.keys()


def test_explain_lists_the_members_and_answers_on_an_export(tmp_path, sample_run):
    row = max(rows(sample_run / "corpus.jsonl"), key=lambda row: row["story"]["size"])
    told = call_here("explain", sample_run, row["id"]).stdout.decode().splitlines()
    titles = {one["id"]: one["title"] for one in rows(sample_run / "merged.jsonl")}
    for member in row["story"]["members"][1:]:
        line = next(line for line in told[1:] if f"  {member['id']}" in line and member["relation"] in line)
        assert titles[member["id"]] in line
        assert f"{member['score']:.3f}" in line
        assert (member["site"] or "no site") in line
    feed = SAMPLES / "pages" / "feed.jsonl"
    pipeline.run([feed], tmp_path / "out", Settings(workers=1), index=tmp_path / "index")
    for form in ("jsonl", "parquet"):
        assert call_here("index", "export", tmp_path / "index", "-o", tmp_path / form, "--format", form).returncode == 0
        first, second = (row["id"] for row in rows(tmp_path / "out" / "corpus.jsonl")[:2])
        done = call_here("explain", tmp_path / form, first, second)
        assert done.returncode == 0, done.stderr
        assert "They are in two stories" in done.stdout.decode()
        assert "probability" in done.stdout.decode()
    merged = rows(tmp_path / "jsonl" / "merged.jsonl")
    assert merged == rows(tmp_path / "out" / "merged.jsonl")
    assert call_here("index", "export", tmp_path / "index", "-o", tmp_path / "jsonl", "--keep-merged-text").returncode == 0
    assert all(w["text"].startswith(m["text"]) for m, w in zip(merged, rows(tmp_path / "jsonl" / "merged.jsonl"), strict=True))


ODD = st.text(st.characters(blacklist_categories=["Cs"]), min_size=1, max_size=5)


@given(st.lists(st.tuples(ODD, ODD), max_size=40), st.sampled_from(["jsonl", "parquet"]))
def test_rows_are_found_as_by_reading_all(tmp_path_factory, pairs, form):
    from cleaner.sinks import parquet
    from cleaner.sinks.json_text import to_json

    folder = tmp_path_factory.mktemp("rows")
    every = [{"id": name, "into": into, "text": f'"id":"{name}"'} for into, name in sorted(pairs)]
    (folder / "merged.jsonl").write_bytes("".join(to_json(row) + "\n" for row in every).encode())
    if form == "parquet":
        parquet.convert(folder / "merged.jsonl", folder / "merged.parquet")
        (folder / "merged.jsonl").unlink()
    for into, name in {*pairs, ("no", "none")}:
        for column, value, ordered in (("id", name, False), ("into", into, True), ("into", into, False)):
            found = find_rows(folder, "merged", column, value, ordered)
            assert [(row["id"], row["into"]) for row in found] == [
                (row["id"], row["into"]) for row in every if row[column] == value
            ]
    some, whole = some_rows(folder, "merged", 10)
    assert whole == (len(every) <= 10)
    assert {(row["id"], row["into"]) for row in some} <= {(row["id"], row["into"]) for row in every}


def test_explain_reads_some_rows_of_a_large_corpus(tmp_path, strict_run, monkeypatch):
    sample_run = strict_run
    from cleaner.commands import explain

    monkeypatch.setattr(explain, "WEIGHED", 8)
    (row,) = [row for row in rows(sample_run / "pairs.jsonl") if not row["same"]][:1]
    fates = {name: explain.fate_of(sample_run, name) for name in (row["left"], row["right"])}
    told = list(explain.pair_lines(sample_run, row["left"], row["right"], fates))
    assert any("words weighed as in 8 of the stories" in line for line in told)
    assert any(f"the run scored {row['left']} and {row['right']} {row['score']:.3f}" in line for line in told)


def test_labels_by_id_are_read_from_the_output_of_a_run(tmp_path, sample_run, gold):
    pages = [page for page in gold.values() if page["event"] in ("mine-rescue", "dye-works-fire", "dye-works-inquiry")]
    clusters = [{"id": page["id"], "cluster": page["event"]} for page in pages]
    labels = [
        {"left": a["id"], "right": b["id"], "same": a["cluster"] == b["cluster"]}
        for a, b in pairwise(clusters)
    ]
    for name, listed in (("clusters", clusters), ("pairs", labels)):
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in listed), encoding="utf-8")
    done = call_here("evaluate", "events", tmp_path / "clusters.jsonl", "--articles", sample_run, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)[0]["articles"] == len(clusters)
    assert b"first 300 characters only" in done.stderr
    done = call_here("tune", tmp_path / "pairs.jsonl", "--articles", sample_run)
    assert done.returncode == 0, done.stderr
    (marked,) = [line for line in done.stdout.decode().splitlines() if "run takes it" in line]
    used = json.loads((sample_run / "report.json").read_text())["thresholds"]["event"]
    assert abs(float(marked.split()[0]) - used) < 0.05  # of merged texts it knows the beginnings
    (tmp_path / "odd.jsonl").write_text(json.dumps({"id": "nowhere", "cluster": "c"}) + "\n", encoding="utf-8")
    done = call_here("evaluate", "events", tmp_path / "odd.jsonl", "--articles", sample_run)
    assert (done.returncode, done.stderr.decode().count("\n")) == (2, 1)
    assert "has no article 'nowhere'" in done.stderr.decode()


def test_the_samples_gold_is_measured_on_as_it_is(tmp_path):
    shipped = SAMPLES / "gold" / "pages.jsonl"
    done = call_here("evaluate", "events", shipped, "--json")
    assert json.loads(done.stdout)[0]["bcubed"][2] == 1.0
    some = tmp_path / "some.jsonl"
    some.write_text("".join(line for line in shipped.read_text("utf-8").splitlines(True) if "dye-works" in line), "utf-8")
    done = call_here("evaluate", "strip", some, "--pages", SAMPLES / "pages", "--json")
    assert json.loads(done.stdout)[0]["scores"][2] > 0.99
    done = call_here("tune", shipped, "--json")
    tuned = json.loads(done.stdout)
    assert len(tuned["run"]) == 1
    assert any(step["threshold"] == tuned["run"][0] for step in tuned["steps"])
