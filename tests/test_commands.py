"""The commands beside run: strip as a pipe, collapse, inspect, explain, evaluate."""

from __future__ import annotations

import json

import pyarrow.parquet as pq
import pytest
from conftest import SAMPLES, call, call_here, rows

BODY = [
    "The harbour board met on Tuesday and voted to dredge the eastern channel before the winter storms arrive.",
    "Skippers had asked for it since the spring tides left two boats aground near the old light on the point.",
]


def lines_of(records: list[dict]) -> bytes:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode()


def stored(name: str, *extra: str) -> dict:
    return {"id": name, "text": "\n".join(["Channel to be dredged", *BODY, *extra]), "url": f"https://{name}.example/a"}


@pytest.mark.parametrize("command", ["run", "strip", "collapse", "rethreshold", "inspect", "explain", "evaluate", "tune", "index"])
def test_help_has_examples(command):
    done = call(command, "--help")
    assert done.returncode == 0
    assert f"  cleaner {command} " in done.stdout.decode()


def test_strip_is_a_pipe():
    records = [stored("a", "LEAVE A REPLY"), {"id": "b", "text": 7}, stored("c", "- Advertisement -")]
    done = call("strip", "-", stdin=lines_of(records))
    assert done.returncode == 0
    out = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert [(row["id"], row["title"], row["text"]) for row in out] == [
        (name, "Channel to be dredged", "\n".join(BODY)) for name in ("a", "c")
    ]
    assert [cut["rule"] for cut in out[0]["cuts"]] == ["headline.title", "comments.form"]
    assert "bad-field" in done.stderr.decode()


def test_strip_into_collapse_gives_what_run_gives(tmp_path, sample_run):
    piped = call("strip", SAMPLES / "pages", "--quiet")
    done = call("collapse", "-", "--output", tmp_path / "out", stdin=piped.stdout)
    assert done.returncode == 0, done.stderr
    ours, theirs = ({row["id"]: row for row in rows(f / "corpus.jsonl")} for f in (tmp_path / "out", sample_run))
    assert ours.keys() == theirs.keys()
    assert all(ours[name]["text"] == row["text"] for name, row in theirs.items())
    assert all(ours[name]["story"] == row["story"] for name, row in theirs.items())


def test_collapse_rejects_html(tmp_path):
    done = call_here(
        "collapse", "-", "--output", tmp_path / "out", stdin=lines_of([{"id": "h", "html": "<p>x</p>"}, stored("a")])
    )
    assert done.returncode == 0
    assert [row["reason"] for row in rows(tmp_path / "out" / "rejected.jsonl")] == ["not-clean"]


def test_fields_can_be_named(tmp_path):
    record = {"key": "k1", "content": "\n".join(BODY), "head": "Channel to be dredged", "published": "2026-03-04"}
    options = ["--id-field", "key", "--text-field", "content", "--title-field", "head", "--date-field", "published"]
    done = call_here("run", "-", "--output", tmp_path / "out", *options, stdin=lines_of([record]))
    assert done.returncode == 0
    row = rows(tmp_path / "out" / "corpus.jsonl")[0]
    assert (row["id"], row["title"], row["date"]) == ("k1", "Channel to be dredged", "2026-03-04")


def test_inspect_shows_kept_and_dropped_lines_with_their_rules(tmp_path):
    (tmp_path / "page.txt").write_text(stored("a", "LEAVE A REPLY", "[red]Not markup[/red]")["text"], encoding="utf-8")
    shown = call_here("inspect", tmp_path / "page.txt").stdout.decode()
    assert "comments.form" in shown
    assert f"+ {BODY[0][:30]}" in " ".join(shown.split())
    assert "[red]Not markup[/red]" in shown
    assert "5 lines: 2 kept, 3 dropped" in shown


def test_no_escape_of_a_page_reaches_the_terminal(tmp_path):
    (tmp_path / "page.txt").write_text("\x1b[31mred\x1b]0;title\x07 " + BODY[0] + "\u202e", encoding="utf-8")
    shown = call_here("inspect", tmp_path / "page.txt").stdout.decode()
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    labelled = tmp_path / "lab\x1b[31m\nelled.jsonl"
    labelled.write_text(json.dumps(stored("a") | {"cluster": "1"}) + "\n", encoding="utf-8")
    table = call_here("evaluate", "near", labelled).stdout.decode()
    assert "lab [31m elled.jsonl" in table


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("404 Not Found\nThe page you are looking for could not be found. It may have been moved or deleted.", "no-article"),
        ("Home\nNews\nSport\nLog in", "no-body"),
    ],
)
def test_inspect_says_of_a_page_that_is_rejected_what_strip_says(tmp_path, text, reason):
    (tmp_path / "page.txt").write_text(text, encoding="utf-8")
    shown = call_here("inspect", tmp_path / "page.txt").stdout.decode().splitlines()
    told = call_here("strip", tmp_path / "page.txt", "--max-rejected", "100").stderr.decode().splitlines()
    assert told[0].startswith(f"rejected {tmp_path / 'page.txt'}: {reason}: ")
    assert shown[-1] == told[0].removeprefix("rejected ").replace(": ", ": rejected, ", 1)
    assert "lines: " in shown[-2]  # and its lines are shown all the same


def test_inspect_finds_a_rejected_record_by_its_origin(tmp_path):
    (tmp_path / "feed.jsonl").write_bytes(lines_of([stored("a"), {"id": "b", "text": 7}]))
    shown = call_here("inspect", "feed.jsonl", "--id", "feed.jsonl:2", cwd=tmp_path)
    assert shown.returncode == 0
    assert "feed.jsonl:2: rejected, bad-field" in shown.stdout.decode()


def test_no_control_character_of_a_path_reaches_the_terminal(tmp_path):
    (tmp_path / "a\x1b[31m.txt").write_text("", encoding="utf-8")
    error = call_here("strip", tmp_path).stderr.decode()
    assert "rejected" in error
    assert "\x1b" not in error


@pytest.mark.parametrize(
    ("level", "said", "not_said"),
    [
        ("exact", "near copies and events were not compared", "    events were"),
        ("near", "events were not compared", "near copies and"),
        ("event", "level was event", "not compared"),
    ],
)
def test_explain_tells_the_level_and_the_thresholds_of_the_run(tmp_path, level, said, not_said):
    fox = {"id": "fox", "text": "A fox that had lived in the cellar of the town hall was carried out in a crate."}
    (tmp_path / "s.toml").write_text("near_threshold = 0.77\nevent_threshold = 0.88\n", encoding="utf-8")
    options = ["--level", level, "--settings", tmp_path / "s.toml"]
    call_here("collapse", "-", "--output", tmp_path / "out", *options, stdin=lines_of([stored("a"), fox]))
    told = call_here("explain", tmp_path / "out", "a", "fox").stdout.decode()
    assert f"level was {level}" in told
    assert said in told
    assert not_said not in told
    assert "0.77" in told
    assert "0.88" in told


def test_explain_answers_for_every_fate(sample_run):
    merged = rows(sample_run / "merged.jsonl")
    for relation in ("exact", "near", "event"):
        row = next(row for row in merged if row["relation"] == relation)
        told = call_here("explain", sample_run, row["id"]).stdout.decode()
        assert f"merged into {row['into']}, relation {relation}" in told
    kept, other = (row["id"] for row in rows(sample_run / "corpus.jsonl")[:2])
    assert "canonical of story" in call_here("explain", sample_run, kept).stdout.decode()
    apart = call_here("explain", sample_run, kept, other).stdout.decode()
    assert "They are in two stories" in apart
    assert "probability" in apart
    refused = rows(sample_run / "rejected.jsonl")[0]
    assert refused["reason"] in call_here("explain", sample_run, refused["origin"]).stdout.decode()
    assert call_here("explain", sample_run, "no-such-id").returncode == 2


def test_explain_gives_the_probability_of_the_run_to_siblings_that_were_kept_apart(sample_run):
    names = [row["id"] for row in rows(sample_run / "corpus.jsonl") if "quake" in row["text"]][:2]
    told = call_here("explain", sample_run, *names).stdout.decode()
    assert "They are in two stories" in told


def test_evaluate_events_on_the_samples(tmp_path, gold):
    labelled = [
        {
            "text": "\n".join(page["body"]),
            "title": page["title"],
            "date": page["date"],
            "lang": page["lang"],
            "cluster": page["event"],
        }
        for page in gold.values()
    ]
    (tmp_path / "labelled.jsonl").write_bytes(lines_of(labelled))
    done = call_here("evaluate", "events", tmp_path / "labelled.jsonl", "--json")
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)[0]
    assert figures["bcubed"][2] == 1.0
    assert (figures["lost"], figures["duplicates"]) == (0, 0)


def test_evaluate_near(tmp_path):
    same = " ".join(f"word{i}" for i in range(60))
    labelled = [
        {"text": same, "cluster": 1},
        {"text": same + " and more", "cluster": 1},
        {"text": " ".join(BODY), "cluster": 2},
    ]
    (tmp_path / "labelled.jsonl").write_bytes(lines_of(labelled))
    assert json.loads(call_here("evaluate", "near", tmp_path / "labelled.jsonl", "--json").stdout)[0]["ari"] == 1.0


def test_evaluate_strip_on_pages_and_on_lines(tmp_path):
    html = (
        "<html><body><article>"
        + "".join(f"<p>{line}</p>" for line in BODY * 3)
        + "</article><p>Share</p></body></html>"
    )
    (tmp_path / "pages.jsonl").write_bytes(lines_of([{"id": "a", "html": html, "gold_text": "\n".join(BODY * 3), "page_type": "article"}]))
    page = [{"page": "a", "text": line, "keep": 1} for line in BODY] + [
        {"page": "a", "text": "LEAVE A REPLY", "keep": 0}
    ]
    (tmp_path / "lines.jsonl").write_bytes(lines_of(page))
    done = call_here("evaluate", "strip", tmp_path / "pages.jsonl", tmp_path / "lines.jsonl", "--json")
    figures = {(f["file"].rsplit("/", 1)[1], f["method"]): f["scores"][2] for f in json.loads(done.stdout)}
    assert figures["pages.jsonl", "cleaner"] == figures["lines.jsonl", "cleaner"] == 1.0
    assert figures["lines.jsonl", "keep all"] < 1.0
    done = call_here("evaluate", "strip", tmp_path / "pages.jsonl", "--peers", "--json")
    found = {f["method"]: f for f in json.loads(done.stdout)}
    assert {"cleaner", "trafilatura fast", "trafilatura precision", "resiliparse"} <= found.keys()
    assert found["cleaner"]["words"] == found["cleaner"]["kinds"]["article"] == 1.0


def test_stdin_is_read_in_run(tmp_path):
    done = call("run", "-", "--output", tmp_path / "out", stdin=lines_of([stored("a"), stored("b")]))
    assert done.returncode == 0
    assert [row["story"]["size"] for row in rows(tmp_path / "out" / "corpus.jsonl")] == [2]


LANGUAGES = [
    {"id": "a", "lang": "en", "date": "2026-03-01", "text": BODY[0]},
    {"id": "b", "lang": "en", "date": "2026-03-02", "text": " ".join(BODY)},
    {"id": "c", "lang": "de", "date": "2026-03-01", "text": "Der Hafenausschuss tagte am Dienstag und stimmte ab."},
    {"id": "d", "date": "2026-03-01", "text": "12 345 678 9 10 11 12 13 14 15"},
]


@pytest.mark.parametrize(
    ("options", "kept", "rejected"),
    [
        ([], {"a", "c", "d"}, set()),
        (["--require", "lang=en"], {"a"}, {"c", "d"}),
        (["--require", "lang=de,EN"], {"a", "c"}, {"d"}),
        (["--require", "lang=en", "--require", "min-words=20"], {"b"}, {"c", "d"}),
        (["--require", "min-words=1000"], set(), {"a", "b", "c", "d"}),
    ],
)
def test_require_decides_who_becomes_canonical_and_loses_nothing(tmp_path, options, kept, rejected):
    done = call_here(
        "collapse", "-", "-o", tmp_path / "out", "--keep", "earliest", *options, "--quiet", stdin=lines_of(LANGUAGES)
    )
    assert done.returncode == 0, done.stderr.decode()
    assert {row["id"] for row in rows(tmp_path / "out" / "corpus.jsonl")} == kept
    refused = rows(tmp_path / "out" / "rejected.jsonl")
    assert {row["id"] for row in refused} == rejected
    assert {row["reason"] for row in refused} <= {"requirement"}
    counts = json.loads((tmp_path / "out" / "report.json").read_text())["counts"]
    assert counts["records"] == counts["stories"] + counts["merged"] + counts["rejected"] == len(LANGUAGES)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--require", "colour=red"], "not known; use lang=en,de or min-words=50"),
        (["--require", "min-words=many"], "no whole number from 0"),
        (["--require", "lang=klingonish"], "not a list of codes"),
        (["--require", "lang=en", "--require", "lang=de"], "given twice"),
        (["--event-span", "0"], "not a number above 0"),
        (["--threshold", "1.5"], "not between 1e-09 and 1"),
        (["--settings", "nowhere.toml"], "nowhere.toml"),
    ],
)
def test_a_wrong_option_is_one_line(tmp_path, options, said):
    done = call_here("collapse", "-", "-o", tmp_path / "out", *options, stdin=lines_of(LANGUAGES))
    assert done.returncode == 2
    assert said in done.stderr.decode()
    assert len(done.stderr.decode().splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_event_span_parts_reports_that_lie_further_apart(tmp_path):
    reports = [{**stored(name), "date": date} for name, date in (("a", "2026-03-02T08:00"), ("b", "2026-03-04"))]
    reports[1]["text"] = (
        "Channel to be dredged\nThe eastern channel will be dredged before the winter storms, the harbour board voted "
        "on Tuesday; since the spring tides left two boats aground near the old light, skippers had asked for it."
    )
    sizes = {}
    for span in ("200", "20"):
        done = call_here("collapse", "-", "-o", tmp_path / span, "--event-span", span, stdin=lines_of(reports))
        assert done.returncode == 0, done.stderr.decode()
        sizes[span] = [row["story"]["size"] for row in rows(tmp_path / span / "corpus.jsonl")]
    assert sizes == {"200": [2], "20": [1, 1]}


def test_a_story_names_its_sites_and_the_one_that_published_first(tmp_path):
    times = {"a": "2026-03-02T08:00:00", "b": "2026-03-02T08:30:00", "c": None}
    reports = [{**stored(name), "date": date} for name, date in times.items()]
    reports.append({**stored("d"), "url": "https://www.b.example/again", "date": "2026-03-05"})
    for kind in ("jsonl", "parquet"):
        done = call_here("collapse", "-", "-o", tmp_path / kind, "--format", kind, stdin=lines_of(reports))
        assert done.returncode == 0, done.stderr.decode()
    story = rows(tmp_path / "jsonl" / "corpus.jsonl")[0]["story"]
    assert (story["size"], story["sites"], story["first_site"]) == (4, 3, "a.example")
    assert (story["first_seen"], story["last_seen"]) == (times["a"], "2026-03-05")
    assert pq.read_table(tmp_path / "parquet" / "corpus.parquet").to_pylist()[0]["story"] == story
