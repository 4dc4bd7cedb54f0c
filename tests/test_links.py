"""Undoing a merge: must-links and cannot-links, in the kernel, the library, runs and an index."""

from __future__ import annotations

import json
from collections import Counter

import numpy as np
import pytest
from conftest import call_here, rows
from hypothesis import given
from hypothesis import strategies as st

import cleaner
from cleaner import links_file, pipeline
from cleaner.collapse.links import Link, Links
from cleaner.errors import UsageError
from cleaner.settings import Settings

NAMES = "abcdefgh"
STRICT = 0.9
"""A threshold at which reports of the samples stay apart by little."""
links_of = st.lists(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES), st.booleans()), max_size=7
).map(lambda found: [Link(min(a, b), max(a, b), same) for a, b, same in found])


def closure(links):
    """Components of the must-links, by the definition."""
    group = {name: {name} for name in NAMES}
    for _ in NAMES:
        for link in links:
            if link.same:
                whole = group[link.left] | group[link.right]
                for name in whole:
                    group[name] = whole
    return group


@given(links_of)
def test_contradictions_are_those_of_the_closure(links):
    group = closure(links)
    wrong = any(not link.same and link.right in group[link.left] for link in links)
    try:
        Links(links)
    except UsageError as error:
        assert wrong
        assert str(error).count("\n") == 0
    else:
        assert not wrong


@given(
    links_of,
    st.lists(st.integers(0, 3), min_size=8, max_size=8),
    st.dictionaries(st.tuples(st.integers(0, 7), st.integers(0, 7)), st.integers(0, 10), max_size=20),
    st.booleans(),
)
def test_links_hold_and_touch_no_other_cluster(links, labels, scored, with_scores):
    try:
        said = Links(links)
    except UsageError:
        return
    known = {(min(a, b), max(a, b)): score / 10 for (a, b), score in scored.items() if a != b}
    columns = [np.array([pair[k] for pair in known], np.int64) for k in (0, 1)]
    pairs = (*columns, np.array(list(known.values()), np.float64)) if with_scores else None
    place = {name: k for k, name in enumerate(NAMES)}
    bound = said.bound(place)
    divided = bound.divided(labels, {k: k for k in bound.number}, pairs, 0.5)
    found = bound.joined(divided)
    group = closure(links)
    for link in links:
        same = found[place[link.left]] == found[place[link.right]]
        assert same == link.same
    for link in links:
        if not link.same:
            assert all(found[place[a]] != found[place[b]] for a in group[link.left] for b in group[link.right])
    named = {labels[place[name]] for link in links for name in link[:2]}
    for k, label in enumerate(labels):
        if label not in named:
            assert [other for other in range(8) if found[other] == found[k]] == [o for o in range(8) if labels[o] == label]
    # What nothing is said of stays with one that it was with: a link takes nobody else's story away.
    for label in named:
        inside = [k for k in range(8) if labels[k] == label]
        said_of = [k for k in inside if k in bound.number]
        for k in set(inside) - set(said_of):
            assert any(found[k] == found[other] for other in said_of)


def test_the_members_that_nothing_is_said_of_stay_with_the_more_alike():
    said = Links([Link("a", "b", False)])
    bound = said.bound({"a": 0, "b": 1})
    columns = [0, 0, 1, 1], [2, 3, 2, 3], [0.9, 0.2, 0.3, 0.8]
    pairs = tuple(np.array(one) for one in columns)
    assert bound.divided([0, 0, 0, 0], {0: 0, 1: 1}, pairs, 0.5) == [0, 1, 0, 1]


def story_of(folder):
    return {m["id"]: row["id"] for row in rows(folder / "corpus.jsonl") for m in row["story"]["members"]}


def groups(folder):
    return {frozenset(m["id"] for m in row["story"]["members"]) for row in rows(folder / "corpus.jsonl")}


def write(path, links):
    path.write_text("".join(json.dumps(dict(zip(("left", "right", "same"), one, strict=True))) + "\n" for one in links))
    return path


@pytest.fixture(scope="module")
def before(articles, tmp_path_factory):
    folder = tmp_path_factory.mktemp("before") / "out"
    pipeline.collapse_files(articles, folder, Settings(workers=1, event_threshold=STRICT))
    return folder


def test_a_review_session(articles, before, tmp_path):
    """Look at the weakest merges, forbid three of them and one that is apart already: just that changes."""
    merged = {row["id"]: row for row in rows(before / "merged.jsonl")}
    weakest = sorted((row for row in merged.values() if row["relation"] != "exact"), key=lambda row: row["score"])[:10]
    chosen, seen = [], set()
    for row in weakest:  # of three stories, so that what each does is plain
        if row["into"] not in seen and len(chosen) < 3 and not any(o["via"]["id"] == row["id"] for o in merged.values()):
            chosen.append(row)
            seen.add(row["into"])
    assert len(chosen) == 3
    right = next(row for row in rows(before / "pairs.jsonl") if not row["same"])
    story = {one: group for group in groups(before) for one in group}
    links = [(row["id"], other, False) for row in chosen for other in story[row["id"]] - {row["id"]}]
    links.append((right["left"], right["right"], False))
    file = write(tmp_path / "links.jsonl", links)
    done = call_here("collapse", articles, "-o", tmp_path / "out", "--links", file, "--threshold", STRICT)
    assert done.returncode == 0, done.stderr
    wanted = set(groups(before))
    for row in chosen:
        wanted -= {story[row["id"]]}
        wanted |= {story[row["id"]] - {row["id"]}, frozenset([row["id"]])}
    assert groups(tmp_path / "out") == wanted
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert report["links"]["different"] == len(links)
    assert report["links"]["unknown_ids"]["count"] == 0
    assert report["counts"]["stories"] == json.loads((before / "report.json").read_text())["counts"]["stories"] + 3
    said = call_here("explain", tmp_path / "out", right["left"], right["right"]).stdout.decode()
    assert "a link says that they are not of one story" in said
    assert f"a link: not of one story with {right['right']}" in said


@pytest.mark.parametrize("level", ["exact", "near", "event"])
def test_links_hold_at_every_level(articles, before, tmp_path, level):
    relation = {row["id"]: row for row in rows(before / "merged.jsonl")}
    exact, near, event = (
        next(row for row in relation.values() if row["relation"] == kind) for kind in ("exact", "near", "event")
    )
    others = [row["id"] for row in rows(before / "corpus.jsonl") if row["story"]["size"] == 1][:2]
    links = [(row["id"], row["into"], False) for row in (exact, near, event)]
    links += [(others[0], others[1], True), (others[1], exact["id"], True), ("nobody", others[0], True)]
    file = write(tmp_path / "links.jsonl", links)
    pipeline.collapse_files(articles, tmp_path / "out", Settings(level=level, workers=1, links=str(file)))
    story = story_of(tmp_path / "out")
    assert all((story[a] == story[b]) == same for a, b, same in links if a != "nobody")
    assert story[others[0]] == story[exact["id"]]
    told = {row["id"]: row for row in rows(tmp_path / "out" / "merged.jsonl")}
    linked = next(told[name] for name in (*others, exact["id"]) if name in told)
    assert linked["evidence"]["linked_to"]
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert report["links"]["unknown_ids"] == {"count": 1, "examples": ["nobody"]}
    assert report["links"]["without_both_records"] == 1
    assert sum(report["counts"][name] for name in ("rejected", "merged", "stories")) == report["counts"]["records"]
    by_link = [row for row in rows(tmp_path / "out" / "pairs.jsonl") if row["level"] == "link"]
    assert len(by_link) == len(links) - 1


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (['{"left": "a", "right": "b", "same": true}', "", "{oops"], "links.jsonl:3 is no JSON"),
        (['{"left": "a", "right": "b"}'], "links.jsonl:1: same must be true or false"),
        (["[1]"], "links.jsonl:1 is no JSON object"),
        (['{"left": 1.5, "right": "b", "same": true}'], "links.jsonl:1: left must be the id"),
        (['{"left": "a", "right": "a", "same": false}'], "links.jsonl:1: 'a' cannot be another story than itself"),
        (
            [f'{{"left": "{a}", "right": "{b}", "same": {s}}}' for a, b, s in (("a", "b", "true"), ("c", "b", "true"), ("a", "c", "false"))],
            "links.jsonl:3: 'a' and 'c' are not to be one story, but links make them one: 'a' = 'b' = 'c'",
        ),
    ],
)
def test_what_is_wrong_with_links_is_told_in_one_line(tmp_path, lines, said):
    (tmp_path / "links.jsonl").write_text("\n".join(lines))
    (tmp_path / "a.jsonl").write_text('{"id": "a", "text": "x"}\n')
    done = call_here("collapse", "a.jsonl", "-o", "out", "--links", "links.jsonl", cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr.decode()
    assert done.stderr.decode().count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_the_library_takes_links():
    text = "The harbour board of Brackhaven voted seven to two on Tuesday to dredge the eastern channel at last."
    articles = [cleaner.Article(name, text) for name in "abc"] + [cleaner.Article("d", "A fox sat in a crate in the hall.")]
    found = cleaner.collapse(articles, "near", links=[("a", "c", False), {"left": "d", "right": "c", "same": True}])
    assert sorted(sorted(member.id for member in story.members) for story in found) == [["a", "b"], ["c", "d"]]
    with pytest.raises(UsageError, match="link 2"):
        cleaner.collapse(articles, links=[("a", "b", True), ("a", "b", False)])
    with pytest.raises(TypeError, match="link 1"):
        cleaner.collapse(articles, links=[7])


def test_the_order_of_the_lines_and_of_the_records_changes_nothing(articles, tmp_path):
    lines = articles.read_text("utf-8").splitlines(True)
    ids = [json.loads(line)["id"] for line in lines]
    links = [(ids[k], ids[-1 - 2 * k], k % 3 > 0) for k in range(12)]
    links = [one for k, one in enumerate(links) if not contradicts(links[:k], one)]
    found = []
    for step in (1, -1):
        (tmp_path / "in.jsonl").write_text("".join(lines[::step]), "utf-8")
        file = write(tmp_path / "links.jsonl", links[::step])
        pipeline.collapse_files(tmp_path / "in.jsonl", tmp_path / "out", Settings(workers=1, links=str(file)))
        found.append([(tmp_path / "out" / f"{name}.jsonl").read_bytes() for name in ("corpus", "pairs")])
    assert found[0] == found[1]


def contradicts(links, one):
    try:
        Links([Link(min(link[:2]), max(link[:2]), link[2]) for link in (*links, one)])
    except UsageError:
        return True
    return False


def test_labels_may_be_links_and_links_labels(before, tmp_path):
    """A reviewed file of pairs goes to both."""
    reviewed = [row for row in rows(before / "pairs.jsonl") if row["level"] == "event"]
    file = tmp_path / "reviewed.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in reviewed))
    assert call_here("tune", file, "--articles", before, "--json").returncode == 0
    assert Counter(link.same for link in links_file.load(file).links) == Counter(
        row["same"] for row in reviewed
    )


def index_run(tmp_path, records, links=(), level="event"):
    """One run into the index; the groups of the whole of it, and the output folder."""
    (tmp_path / "batch.jsonl").write_text("".join(json.dumps(row) + "\n" for row in records), "utf-8")
    file = str(write(tmp_path / "links.jsonl", links)) if links else None
    out = tmp_path / "out"
    settings = Settings(level=level, workers=1, links=file)
    report = pipeline.collapse_files(tmp_path / "batch.jsonl", out, settings, index=tmp_path / "index")
    done = call_here("index", "export", tmp_path / "index", "-o", tmp_path / "export")
    assert done.returncode == 0, done.stderr
    assert call_here("index", "verify", tmp_path / "index").returncode == 0
    return groups(tmp_path / "export"), report


@pytest.mark.parametrize("level", ["exact", "near", "event"])
def test_an_index_keeps_links_and_holds_to_them(articles, before, tmp_path, level):
    records = [json.loads(line) for line in articles.read_text("utf-8").splitlines()]
    relation = {row["id"]: row for row in rows(before / "merged.jsonl")}
    exact, near, event = (
        next(row for row in relation.values() if row["relation"] == kind) for kind in ("exact", "near", "event")
    )
    others = [row["id"] for row in rows(before / "corpus.jsonl") if row["story"]["size"] == 1][:3]
    links = [(row["id"], row["into"], False) for row in (exact, near, event)]
    links += [(others[0], others[1], True), (others[1], exact["id"], True), ("nobody", others[0], True)]
    file = str(write(tmp_path / "all.jsonl", links))
    pipeline.collapse_files(articles, tmp_path / "whole", Settings(level=level, workers=1, links=file))
    late = {others[1], near["into"]}
    soon = [row for row in records if row["id"] not in late]
    _, report = index_run(tmp_path, soon, level=level)
    assert not report.links
    # Links come with a batch that brings nothing else: what they name is linked anew.
    now, report = index_run(tmp_path, soon[:1], links, level)
    assert report.links["unknown_ids"] == {"count": 3, "examples": sorted({"nobody", *late})}
    story = {one: group for group in now for one in group}
    for left, right, same in links:
        assert not {left, right} <= story.keys() or (story[left] == story[right]) == same
    # They hold for what comes later, in runs that are not told of them.
    now, _ = index_run(tmp_path, [row for row in records if row["id"] in late], level=level)
    assert now == groups(tmp_path / "whole")
    merged = {row["id"]: row for row in rows(tmp_path / "export" / "merged.jsonl")}
    assert any("linked_to" in row["evidence"] for row in merged.values())
    said = call_here("explain", tmp_path / "export", exact["id"], others[1]).stdout.decode()
    assert "a link says that they are of one story" in said
    # And an index forgets them.
    now, _ = index_run(tmp_path, records[:1], [(left, right, None) for left, right, _ in links], level)
    pipeline.collapse_files(articles, tmp_path / "plain", Settings(level=level, workers=1))
    assert now == groups(tmp_path / "plain")


def test_links_that_contradict_those_of_the_index_change_nothing(articles, tmp_path):
    records = [json.loads(line) for line in articles.read_text("utf-8").splitlines()][:4]
    a, b, c, _ = (row["id"] for row in records)
    before, _ = index_run(tmp_path, records, [(a, b, True), (b, c, True)], "near")
    with pytest.raises(UsageError, match="not to be one story, but links make them one"):
        index_run(tmp_path, records, [(a, c, False)], "near")
    now, _ = index_run(tmp_path, records[:1], [(b, c, False)], "near")
    assert before == {frozenset([a, b, c]), frozenset([records[3]["id"]])}
    assert now == {frozenset([a, b]), frozenset([c]), frozenset([records[3]["id"]])}
