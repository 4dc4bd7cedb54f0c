"""Bulletins of one frame through the real command: a story each, in one run and in an index, whatever the order."""

from __future__ import annotations

import json
import random

import pytest
from conftest import call, call_here, rows

from cleaner.train.frames import Frames

KINDS = (("en", 0, "quakes"), ("en", 1, "shares"), ("ru", 0, "quakes"), ("es", 1, "draws"))
BODY = (
    "The harbour board of {place} voted on Monday to close the old ferry pier for {weeks} weeks while divers replace the "
    "piles under it. Two of the piles were found to be hollow in spring, and the board had been warned by its own engineer "
    "that a third would not last another winter. Passengers to the islands are to board at the fish dock instead, where "
    "a tent and a row of benches will be put up. The owners of the kiosks on the pier asked for help with the rent; the "
    "board said that it would look at each case. The works cost {cost} thousand crowns and are paid from the reserve."
)


def bulletins(lang: str, number: int, count: int, seed: int = 3) -> list[dict]:
    """Different bulletins of one frame, each with a date."""
    chance = random.Random(f"{lang}{number}{seed}")
    frames = Frames(chance)
    found: dict[str, dict] = {}
    while len(found) < count:
        made, _ = frames.fill(lang, frames.packs[lang]["frames"][number])
        found[made.text] = {
            "id": f"{lang}{number}-{len(found):03}", "text": made.text, "title": made.title, "url": made.url,
            "site": made.site, "date": f"2026-05-{chance.randint(1, 28):02}", "lang": lang,
        }  # fmt: skip
    return list(found.values())


def copies(count: int, seed: int) -> list[dict]:
    """One story on many sites: a typing error, a line of the site's own, a missing last sentence."""
    chance = random.Random(seed)
    text = BODY.format(place="Tolvik", weeks=9, cost=740)
    made = []
    for k in range(count):
        own = text.replace("hollow", chance.choice(("hollow", "holow", "hollow")))
        own = own.rsplit(". ", 1)[0] + "." if k % 3 == 0 else own
        own += f"\nRead more on page {chance.randrange(count)} of the Daily {chance.randrange(count)}"
        made.append({"id": f"copy{k:05}", "text": own, "title": "Ferry pier to close", "site": f"s{k}.example",
                     "date": "2026-05-04", "lang": "en"})  # fmt: skip
    return made


def write(path, records):
    path.write_text("".join(json.dumps(row) + "\n" for row in records), encoding="utf-8")
    return path


def stories(out) -> set[frozenset[str]]:
    return {frozenset(member["id"] for member in row["story"]["members"]) for row in rows(out / "corpus.jsonl")}


@pytest.mark.parametrize(("level", "kinds"), [("near", KINDS), ("event", KINDS[:1] + KINDS[2:]), ("event", KINDS[1:2])])
def test_three_hundred_bulletins_of_each_kind_are_stories_of_their_own(tmp_path, level, kinds):
    source = write(tmp_path / "in.jsonl", [row for kind in kinds for row in bulletins(*kind[:2], 300)])
    done = call_here("collapse", source, "-o", tmp_path / "out", "-q", "--level", level)
    assert done.returncode == 0, done.stderr
    counts = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))["counts"]
    assert (counts["stories"], counts["merged"]) == (300 * len(kinds), 0)


def test_an_index_keeps_bulletins_apart_as_one_run_does(tmp_path):
    records = [row for kind in KINDS for row in bulletins(*kind[:2], 40)] + copies(30, 1)
    corrected = {**records[0], "id": "corrected", "text": records[0]["text"].replace("kilometres off", "km off", 1)}
    records = random.Random(2).sample([*records, corrected], len(records) + 1)
    whole = call_here("collapse", write(tmp_path / "in.jsonl", records), "-o", tmp_path / "whole", "-q")
    assert whole.returncode == 0, whole.stderr
    for first in (0, 90):
        part = write(tmp_path / "part.jsonl", records[first : first + 90] if not first else records[first:])
        out = tmp_path / f"out{first}"
        done = call_here("collapse", part, "-o", out, "-q", "--index", tmp_path / "index")
        assert done.returncode == 0, done.stderr
    assert call_here("index", "export", tmp_path / "index", "-o", tmp_path / "export").returncode == 0
    assert call_here("index", "verify", tmp_path / "index").returncode == 0
    found = stories(tmp_path / "export")
    assert found == stories(tmp_path / "whole")
    assert {"corrected", "en0-000"} in found
    assert len(found) == 161


def test_order_workers_and_hash_seed_change_nothing_among_copies_and_bulletins(tmp_path):
    records = [row for kind in KINDS for row in bulletins(*kind[:2], 70)] + copies(260, 2)
    found = set()
    for turn, workers in enumerate(("1", "2", "2")):
        shuffled = random.Random(turn).sample(records, len(records))
        half = len(records) // (turn + 2)
        names = [write(tmp_path / f"{turn}{k}.jsonl", part) for k, part in enumerate((shuffled[:half], shuffled[half:]))]
        out = tmp_path / f"out{turn}"
        done = call("collapse", *names, "-o", out, "-q", "--workers", workers, seed=str(turn))
        assert done.returncode == 0, done.stderr
        kept = [[{**row, "origin": None} for row in rows(out / file)] for file in ("corpus.jsonl", "merged.jsonl")]
        found.add(json.dumps(kept))
        assert len(kept[0]) == 281
    assert len(found) == 1


def test_of_a_corrected_article_the_later_version_is_kept(tmp_path):
    records = []
    for name, before, after in (("a", 9, 11), ("b", 12, 4)):
        place = {"a": "Tolvik", "b": "Sedlin"}[name]
        for turn, weeks in (("late", after), ("early", before)):
            text = BODY.format(place=place, weeks=weeks, cost=740 if name == "a" else 95)
            hour = {"late": "15", "early": "08"}[turn]
            records.append({"id": f"{name}-{turn}", "text": text, "title": f"Ferry pier of {place} to close",
                            "url": f"https://news.example/{name}", "site": "news.example",
                            "date": f"2026-05-0{4 if name == 'a' else 9}T{hour}:00:00Z", "lang": "en"})  # fmt: skip
    done = call_here("collapse", write(tmp_path / "in.jsonl", records), "-o", tmp_path / "out", "-q", "--level", "near")
    assert done.returncode == 0, done.stderr
    kept = {row["id"] for row in rows(tmp_path / "out" / "corpus.jsonl")}
    assert {"a-late"} <= kept and "a-early" not in kept, kept
    assert "b-late" in kept and "b-early" not in kept
    differs = {row["id"]: row["evidence"]["differs_in"] for row in rows(tmp_path / "out" / "merged.jsonl")}
    assert differs == {"a-early": ["11 / 9"], "b-early": ["4 / 12"]}


def test_explain_says_what_differs_between_two_bulletins(tmp_path):
    text = (
        "A magnitude {} earthquake struck {} kilometres off {} at {} local time, the seismic office said. There were no "
        "reports of damage. Residents who felt the shaking are asked to fill in the form on the website of the office."
    )
    facts = {"a": ("5.1", 31, "Kelmar", "04:11"), "b": ("6.3", 8, "Isparo", "17:52")}
    source = write(tmp_path / "in.jsonl", [{"id": name, "text": text.format(*told)} for name, told in facts.items()])
    assert call_here("collapse", source, "-o", tmp_path / "out", "-q").returncode == 0
    told = call_here("explain", tmp_path / "out", "a", "b").stdout.decode()
    assert "they tell different things" in told
    assert "differs in: 5.1 / 6.3, 31 / 8, Kelmar / Isparo" in told
