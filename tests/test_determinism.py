"""The same bytes out, whatever the order of the inputs, the number of workers and the hash seed."""

from __future__ import annotations

import json
import random
from pathlib import Path

import regex
from bench import made
from conftest import SAMPLES, call

FILES = ("corpus.jsonl", "merged.jsonl", "pairs.jsonl", "cuts.jsonl", "rejected.jsonl")


def outputs(folder: Path) -> list[bytes]:
    return [(folder / name).read_bytes() for name in FILES]


def test_workers_order_and_hash_seed_change_nothing(sample_run, tmp_path):
    inputs = sorted(path for path in (SAMPLES / "pages").iterdir())
    plain = call("run", *inputs, "--output", tmp_path / "a", "--workers", "1", seed="0")
    shuffled = random.Random(3).sample(inputs, len(inputs))
    other = call("run", *shuffled, "--output", tmp_path / "b", "--workers", "2", seed="12345")
    assert plain.returncode == other.returncode == 0, plain.stderr + other.stderr
    assert outputs(tmp_path / "a") == outputs(tmp_path / "b")


def test_order_of_lines_changes_no_story(articles, tmp_path):
    lines = articles.read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "shuffled.jsonl").write_text("".join(random.Random(1).sample(lines, len(lines))), encoding="utf-8")
    for name, source in (("articles", articles), ("shuffled", tmp_path / "shuffled.jsonl")):
        assert call("collapse", source, "--output", tmp_path / name).returncode == 0
    corpus = [(tmp_path / name / "corpus.jsonl").read_bytes() for name in ("articles", "shuffled")]
    assert corpus[0] == corpus[1]


def test_workers_and_order_change_nothing_where_articles_are_signed_and_read_in_workers(tmp_path):
    lines = [json.dumps(row) for row in made.articles(1_700, 50, seed=5)]
    orders = {"a": lines, "b": random.Random(4).sample(lines, len(lines))}
    found = []
    for workers, (name, ordered) in enumerate(orders.items(), 1):
        source = tmp_path / f"{name}.jsonl"
        source.write_text("\n".join(ordered), encoding="utf-8")
        done = call("collapse", source, "--output", tmp_path / name, "--workers", str(workers), seed=str(workers))
        assert done.returncode == 0, done.stderr
        rows = [(tmp_path / name / file).read_text(encoding="utf-8") for file in ("corpus.jsonl", "merged.jsonl")]
        found.append([regex.sub(r'"origin":"[^"]*"', "", text) for text in rows])
        counts = json.loads((tmp_path / name / "report.json").read_text(encoding="utf-8"))["counts"]
        assert counts["merged"] > 250 and counts["records"] == 1_700
    assert found[0] == found[1]
