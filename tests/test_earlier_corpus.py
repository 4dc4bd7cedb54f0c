"""A corpus that is collapsed again keeps the members that it had."""

import json

from conftest import call_here, rows

BRIDGE = "The harbour council of Vellmouth voted on Tuesday to close the old swing bridge for eleven months, it said."
BAKERY = "A bakery in Lindau that had stood empty since the flood reopened on Saturday with a queue around the block."


def article(name, text, day, site):
    return {"id": name, "text": text, "date": f"2026-03-{day:02}", "url": f"https://{site}.example/{name}"}


def collapse(folder, output, *inputs, **options):
    flags = [part for name, value in options.items() for part in (f"--{name}", value)]
    done = call_here("collapse", *inputs, "-o", output, "-q", "--level", "exact", *flags, cwd=folder)
    assert (done.returncode, done.stderr) == (0, b"")
    return folder / output


def write(path, *records):
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")


def story_of(row):
    members = {one["id"]: (one["relation"], one["via"] and one["via"]["id"]) for one in row["story"]["members"]}
    return members, row["story"]["size"], row["story"]["first_seen"], row["story"]["last_seen"], row["story"]["sites"]


def test_members_come_along_and_counts_are_of_the_records(tmp_path):
    write(
        tmp_path / "a.jsonl", article("a1", BRIDGE, 2, "a"), article("a2", BRIDGE, 5, "b"), article("x", BAKERY, 3, "x")
    )
    write(tmp_path / "b.jsonl", article("b1", BRIDGE, 1, "c"), article("b2", BRIDGE, 9, "d"))
    first, second = collapse(tmp_path, "o1", "a.jsonl"), collapse(tmp_path, "o2", "b.jsonl")
    third = collapse(tmp_path, "o3", first / "corpus.jsonl", second / "corpus.jsonl")
    (alone, together) = sorted(rows(third / "corpus.jsonl"), key=lambda row: row["story"]["size"])
    assert story_of(alone) == ({"x": ("canonical", None)}, 1, "2026-03-03", "2026-03-03", 1)
    assert story_of(together) == (
        {"b1": ("canonical", None), "a1": ("exact", "b1"), "a2": ("exact", "a1"), "b2": ("exact", "b1")},
        4,
        "2026-03-01",
        "2026-03-09",
        4,
    )
    counts = json.loads((third / "report.json").read_text(encoding="utf-8"))["counts"]
    assert counts == {"records": 3, "rejected": 0, "merged": 1, "stories": 2}
    assert [row["id"] for row in rows(third / "merged.jsonl")] == ["a1"]
    again = collapse(tmp_path, "o4", third / "corpus.jsonl")
    assert (again / "corpus.jsonl").read_bytes() == (third / "corpus.jsonl").read_bytes()
    collapse(tmp_path, "o5", third / "corpus.jsonl", format="parquet")
    back = collapse(tmp_path, "o6", tmp_path / "o5" / "corpus.parquet")
    assert (back / "corpus.jsonl").read_bytes() == (third / "corpus.jsonl").read_bytes()


def test_of_an_output_folder_its_corpus_is_read(tmp_path):
    write(
        tmp_path / "a.jsonl", article("a1", BRIDGE, 2, "a"), article("a2", BRIDGE, 5, "b"), article("x", BAKERY, 3, "x")
    )
    first = collapse(tmp_path, "days/o1", "a.jsonl")
    write(first / "more.jsonl", article("m", "A tram in Graz ran without a driver for two stops on Monday.", 4, "m"))
    second = collapse(tmp_path, "o2", "days")
    assert {row["id"] for row in rows(second / "corpus.jsonl")} == {"a1", "x", "m"}
    assert rows(second / "rejected.jsonl") == []
    (first / "merged.jsonl").write_text(json.dumps(article("own", BAKERY, 1, "z")) + "\n", "utf-8")  # it is the user's now
    third = collapse(tmp_path, "o3", "days", **{"max-rejected": "100"})
    assert {row["id"] for row in rows(third / "corpus.jsonl")} == {"a1", "own", "m"}


def test_a_member_that_is_a_record_too_and_damaged_stories(tmp_path):
    def member(name, **fields):
        return {"id": name, "url": None, "date": None, "site": None, "relation": "near", "score": 0.5, **fields}

    def row(name, text, *members, **fields):
        return {"id": name, "text": text, "story": {"members": list(members), **fields}}

    wrong = [
        member(5),
        member("w", score="1"),
        member("w", relation="twin"),
        member("w", date=3),
        "w",
        member("", score=2),
    ]
    write(
        tmp_path / "in.jsonl",
        row("a", BRIDGE, member("b"), member("m"), first_seen="2026-01-01"),
        row("b", BAKERY, *wrong, member("m", url="https://other.example/"), last_seen=7),
        {"id": "c", "text": BAKERY + " Twice.", "story": "of a bakery"},
        row("d", BAKERY, member("m", url="https://third.example/")),
    )
    out = collapse(tmp_path, "out", "in.jsonl")
    found = {row["id"]: row["story"] for row in rows(out / "corpus.jsonl")}
    assert {name: [one["id"] for one in story["members"]] for name, story in found.items()} == {
        "a": ["a", "m"],
        "b": ["b", "d", "m", "m#2"],
        "c": ["c"],
    }
    assert found["a"]["first_seen"] == "2026-01-01"
    told = json.loads((out / "report.json").read_text(encoding="utf-8"))["not_understood"]
    assert told["story"]["count"] == 2
    assert told["story"]["origin"] == "in.jsonl:2"
