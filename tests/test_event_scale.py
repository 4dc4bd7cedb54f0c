"""The event stage on many articles: the same result however they are read, and pairs found within bounds."""

import gzip
import json
import multiprocessing
import os
import random
import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from cleaner.collapse.checkpoints import AS_KEPT
from cleaner.collapse.event import EventIndex, candidates, document_frequencies, features, names, opened, term_matrix
from cleaner.collapse.event.candidates import BEST, WINDOW_FROM, WINDOW_HOURS, candidate_pairs
from cleaner.collapse.event.document import Reader
from cleaner.collapse.event.index import build_corpus
from cleaner.collapse.event.packed_bags import pack, read_chunk, term_hash
from cleaner.collapse.event.term_matrix import heaviest
from cleaner.collapse.event.terms import tokenize
from cleaner.records import Article
from cleaner.tasks.checkpoints import FileCheckpoints
from cleaner.train import scale

SYLLABLES = [c + v for c in "bdfgklmnprstvz" for v in "aeiou"]
FIRST_DAY = date(2025, 1, 1)


def made(stories: int, seed: int, words: int = 60) -> tuple[list[Article], list[int]]:
    """Reports of invented stories, one to four each, in random order, and their stories.

    Those of one story share half of their rarer words, three names, a number and the day; stories share
    topics of forty words, and every text draws on common words.
    """
    rng = random.Random(seed)
    lexicon = ["".join(rng.choices(SYLLABLES, k=3)) for _ in range(8_000)]
    topics = [rng.sample(lexicon[:3_000], 40) for _ in range(max(4, stories // 12))]
    rows = []
    for story in range(stories):
        own, topic = rng.sample(lexicon[1_000:], 16), rng.choice(topics)
        who = [word.capitalize() for word in rng.sample(lexicon, 3)]
        count = f"{rng.randrange(10, 900)} people"
        day = FIRST_DAY + timedelta(days=rng.randrange(300))
        for _ in range(rng.choice((1, 1, 2, 2, 3, 4))):
            parts = rng.sample(own, 8) + rng.choices(topic, k=words // 3) + rng.choices(lexicon[:400], k=words // 3)
            rng.shuffle(parts)
            parts[2:2], parts[9:9], parts[15:15] = [who[0]], [count], who[1:]
            told = (day + timedelta(days=rng.randrange(2))).isoformat()
            title = f"{rng.choice(who)} {rng.choice(own)} {rng.choice(topic)}"
            rows.append((Article(f"{len(rows):06d}", " ".join(parts), title=title, date=told, lang="en"), story))
    rng.shuffle(rows)
    return [article for article, _ in rows], [story for _, story in rows]


SOME, _ = made(60, seed=1)
SOME += [
    Article("zh-1", "青岚市周二清晨发生化工厂爆炸，造成七人死亡，二十多人受伤。", lang="zh"),
    Article("zh-2", "化工厂爆炸后，青岚市附近居民已经撤离，爆炸造成七人死亡。", lang="zh"),
    Article("broken", "half a character \ud83d stands in this text of a page", date="2025-02-30", lang="en"),
    Article("empty", ""),
]


def true_pairs(stories: Sequence[int]) -> int:
    sizes = np.unique(np.array(stories), return_counts=True)[1]
    return int((sizes * (sizes - 1) // 2).sum())


def same(first: EventIndex, second: EventIndex) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(first.pairs(), second.pairs(), strict=True))


@pytest.mark.parametrize("size", [1, 7, 100])
def test_the_size_of_portions_changes_nothing(size):
    def in_pieces(function, portions):
        for portion in portions:
            yield from (function(portion[start : start + size]) for start in range(0, len(portion), size))

    whole, pieces = EventIndex(SOME), EventIndex(SOME, mapped=in_pieces)
    assert len(whole.pairs().left) > 0
    assert same(whole, pieces)
    assert whole.evidence(0, 1) == pieces.evidence(0, 1)


def test_worker_processes_change_nothing():
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        assert same(EventIndex(SOME), EventIndex(SOME, mapped=pool.map))


def test_the_size_of_tiles_changes_nothing(monkeypatch):
    monkeypatch.setattr(features, "TILE", 3)
    monkeypatch.setattr(candidates, "_GROUP", 2)
    monkeypatch.setattr(candidates, "WINDOW_FROM", 0)
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        index = EventIndex(SOME)
        pieces = index.pairs(mapped=pool.map)
    monkeypatch.setattr(features, "TILE", 10**6)
    monkeypatch.setattr(candidates, "_GROUP", 10**6)
    assert len(pieces.left)
    assert all(np.array_equal(*columns) for columns in zip(pieces, index.pairs(), strict=True))


def test_documents_read_before_change_nothing():
    assert same(EventIndex(SOME), EventIndex(SOME, documents=map(Reader().read, SOME)))


def test_bounds_of_memory_change_nothing(monkeypatch):
    whole = EventIndex(SOME)
    monkeypatch.setattr(document_frequencies, "_RANGE", 500)
    monkeypatch.setattr(term_matrix, "_ROWS", 5)
    assert same(whole, EventIndex(SOME))


@pytest.mark.skipif(sys.platform == "win32", reason="has no such bound")
def test_files_of_reports_and_weights_are_not_all_open_at_once(tmp_path, monkeypatch):
    import resource

    monkeypatch.setattr(document_frequencies, "_RANGE", 70)
    monkeypatch.setattr(opened, "_OPEN", 3)
    files = FileCheckpoints(tmp_path, "", str)
    portions = list(files.mapped("reports", map, AS_KEPT)(read_chunk, [[one] for one in SOME[:30]]))
    bounds = resource.getrlimit(resource.RLIMIT_NOFILE)
    with ExitStack() as stack:
        highest, last = max(int(each.name) for each in Path("/dev/fd").iterdir()), 0
        while last < highest:  # what else the process has open counts too, and numbers that are free below it
            last = stack.enter_context(Path(os.devnull).open("rb")).fileno()
        resource.setrlimit(resource.RLIMIT_NOFILE, (last + 15, bounds[1]))
        try:
            corpus = build_corpus(portions, kept=files)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, bounds)
    assert len(corpus) == len(portions) > 14 < len(list(tmp_path.glob("frequencies-*.json")))


class FromDisk(Sequence[Article]):
    """Articles that are made anew whenever they are asked for."""

    def __init__(self, articles):
        self.articles, self.passes = articles, 0

    def __len__(self):
        return len(self.articles)

    def __getitem__(self, i):
        return replace(self.articles[i])

    def __iter__(self):
        self.passes += 1
        return map(replace, self.articles)


def test_articles_are_gone_over_once_and_asked_for_when_needed():
    articles = FromDisk(SOME)
    index = EventIndex(articles)
    pairs = index.pairs()
    assert articles.passes == 1
    assert same(index, EventIndex(SOME))
    best = int(np.argmax(pairs.probability))
    i, j = int(pairs.left[best]), int(pairs.right[best])
    assert index.evidence(i, j) == EventIndex(SOME).evidence(i, j)
    assert index.evidence(i, j)["names"]
    assert articles.passes == 1


@settings(deadline=None, max_examples=10)
@given(st.randoms(use_true_random=False))
def test_probabilities_do_not_depend_on_the_order(rng):
    order = list(range(len(SOME)))
    rng.shuffle(order)
    plain, shuffled = EventIndex(SOME), EventIndex([SOME[i] for i in order])
    place = np.argsort(order)
    left, right, probability = plain.pairs()
    a, b = place[left], place[right]
    assert np.array_equal(shuffled.probabilities(np.minimum(a, b), np.maximum(a, b)), probability)


def test_candidates_of_a_large_corpus_are_bounded_and_keep_the_true_pairs():
    articles, stories = made(3_000, seed=2)
    assert len(articles) >= WINDOW_FROM
    index = EventIndex(articles)
    story = np.array(stories)
    left, right, probability = index.pairs()
    own = story[left] == story[right]
    assert own.sum() >= 0.99 * true_pairs(stories)
    assert len(left) <= BEST * len(articles)
    assert np.median(probability[own]) > 0.9 > 0.1 > np.median(probability[~own])
    assert np.nanmax(np.abs(index.hours()[left] - index.hours()[right])) <= WINDOW_HOURS


@cache
def planted(rows: int, seed: int) -> csr_matrix:
    """Unit rows, two to a story, that share six rare terms and hold twenty of 200 common ones."""
    rng = np.random.default_rng(seed)
    column, weight = [], []
    for story in range(rows // 2):
        rare = 200 + 6 * story + np.arange(6)
        for _ in range(2):
            column += [*rng.choice(200, 20, replace=False), *rare]
            weight += [0.1] * 20 + [0.3] * 6
    starts = np.arange(0, len(column) + 1, 26)
    return csr_matrix((np.array(weight), np.array(column), starts), shape=(rows, 200 + 3 * rows))


@pytest.mark.parametrize("budget", [12, 500, 10_000])
def test_rare_terms_are_looked_up_first(budget):
    """Looking up common terms would cost 100 times as much; with little to spend the true pairs are found too."""
    rows = 1_000
    left, right = candidate_pairs(planted(rows, 3), np.ones(rows, dtype=bool), budget=budget)
    found = set(zip(left.tolist(), right.tolist(), strict=True))
    assert found >= {(row, row + 1) for row in range(0, rows, 2)}
    if budget == 12:
        assert len(found) == rows // 2


def test_the_window_of_a_large_corpus():
    """Of 1,000 stories told twice 40 days apart none is found, unless a report is undated."""
    rows = WINDOW_FROM
    hours = np.repeat(np.arange(rows // 2) % 5_000, 2).astype(np.float64)
    hours[1:2_000:2] += 40 * 24
    hours[1:400:2] = np.nan
    usable = np.ones(rows, dtype=bool)
    left, right = candidate_pairs(planted(rows, 4), usable, hours, budget=12)
    assert left.tolist() == [row for row in range(0, rows, 2) if not 400 <= row < 2_000]
    assert (right == left + 1).all()
    few = 1_000
    left, _ = candidate_pairs(planted(few, 4), usable[:few], hours[:few], budget=12)
    assert left.tolist() == list(range(0, few, 2))


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 16))
def test_any_parts_of_the_documents_find_the_pairs_of_all(seed, parts):
    """What a document looks up depends on its date, and not on who is looked for with it."""
    rows = WINDOW_FROM
    rng = np.random.default_rng(seed)
    hours = rng.uniform(0, 3_000, rows)
    hours[rng.random(rows) < 0.1] = np.nan
    terms, usable, part = planted(rows, 6), np.ones(rows, dtype=bool), rng.integers(0, parts, rows)
    whole = set(zip(*map(np.ndarray.tolist, candidate_pairs(terms, usable, hours, 400)), strict=True))
    found = set()
    for number in range(parts):
        found.update(zip(*map(np.ndarray.tolist, candidate_pairs(terms, usable, hours, 400, part == number)), strict=True))
    assert found == whole


@pytest.mark.parametrize("days", [5, 120])
def test_a_task_of_a_crowded_week_is_a_part_of_it(days):
    """Work is divided by the calendar, and what a few days hold is divided further."""
    rows, tasks = 4 * WINDOW_FROM, []

    def mapped(function, every):
        for task in every:
            tasks.append(sum(len(own) for own, _ in task))
            yield function(task)

    hours = np.random.default_rng(7).uniform(0, 24 * days, rows)
    hours[:300] = np.nan
    terms, usable = planted(rows, 4), np.ones(rows, dtype=bool)
    left, right = candidate_pairs(terms, usable, hours, 12)
    pieces = candidate_pairs(terms, usable, hours, 12, mapped=mapped)
    assert np.array_equal(left, pieces[0]) and np.array_equal(right, pieces[1]) and len(left)
    assert sum(tasks) == rows and len(tasks) > 16 and max(tasks) < rows / 8


def test_candidates_do_not_depend_on_the_order():
    rows = WINDOW_FROM
    rng = np.random.default_rng(5)
    hours = np.floor(rng.uniform(0, 3_000, rows) / 24) * 24
    terms, usable = planted(rows, 5), np.ones(rows, dtype=bool)
    order = rng.permutation(rows)
    plain = set(zip(*(part.tolist() for part in candidate_pairs(terms, usable, hours, budget=400)), strict=True))
    left, right = candidate_pairs(terms[order], usable, hours[order], budget=400)
    a, b = order[left], order[right]
    shuffled = set(zip(np.minimum(a, b).tolist(), np.maximum(a, b).tolist(), strict=True))
    true = {(row, row + 1) for row in range(0, rows, 2) if abs(hours[row] - hours[row + 1]) <= WINDOW_HOURS}
    assert plain >= true <= shuffled


@given(st.lists(st.lists(st.integers(0, 9), max_size=12), min_size=1, max_size=9), st.integers(1, 6))
def test_heaviest_entries_of_every_row(rows, most):
    width = 12
    matrix = csr_matrix(np.array([row + [0] * (width - len(row)) for row in rows], dtype=np.float32))
    best = heaviest(matrix, most).toarray()
    for row, kept in zip(matrix.toarray(), best, strict=True):
        wanted = sorted((column for column in range(width) if row[column]), key=lambda column: (-row[column], column))
        assert {column: row[column] for column in wanted[:most]} == {c: kept[c] for c in range(width) if kept[c]}


PLAIN = st.text(alphabet=st.one_of(st.sampled_from("ab9.'’ -\n"), st.characters(max_codepoint=0x52F)), max_size=60)


@given(PLAIN)
def test_both_ways_to_find_tokens_agree(text):
    """A Chinese character at the end makes the general pattern read the text."""
    general = tokenize(text + " 中")
    assert tuple(part[:-1] for part in general) == tokenize(text)


@given(st.text(alphabet="0123456789.,$€ -%a५²Ж中年人\n\u00a0", max_size=40))
def test_numbers_are_found_as_by_the_pattern_alone(text):
    found = [match.span() for match in names._numbers(text)]
    assert found == [match.span() for match in regex.finditer(names._NUMBER, text)]


def test_what_a_task_leaves_holds_every_term_once():
    articles, _ = made(5, seed=6)
    documents = [Reader().read(replace(article, lang=lang)) for article in articles for lang in ("en", "de")]
    packed = pack(documents)
    for kind in ("terms", "bigrams", "names"):
        keys, sizes, columns, halves = (packed[f"{kind} {name}"] for name in ("keys", "sizes", "columns", "halves"))
        wanted = [getattr(document, kind) for document in documents]
        assert keys.tolist() == sorted({term_hash(term) for counts in wanted for term in counts})
        found = zip(keys[columns].tolist(), (halves / 2).tolist(), strict=True)
        ends = np.cumsum(sizes)
        for counts, own in zip(wanted, np.split(np.array(list(found), object), ends[:-1]), strict=True):
            assert own.tolist() == sorted([term_hash(term), weight] for term, weight in counts.items())
        held = zip(*(packed[f"{kind} held {name}"].tolist() for name in ("column", "language", "count")), strict=True)
        assert {(keys[column], language): count for column, language, count in held} == Counter(
            (term_hash(term), ("de", "en").index(document.language))
            for document, counts in zip(documents, wanted, strict=True)
            for term in counts
        )


def test_a_large_corpus_made_of_labelled_sets(tmp_path, capsys):
    for seed, name in enumerate(scale.SETS):
        articles, stories = made(20, seed)
        rows = [
            {"id": one.id, "text": one.text, "title": one.title, "lang": "en", "cluster": str(story)}
            for one, story in zip(articles, stories, strict=True)
        ]
        with gzip.open(tmp_path / f"{name}.dev.jsonl.gz", "wt", encoding="utf-8") as lines:
            lines.writelines(json.dumps(row) + "\n" for row in rows)
    found = list(scale.enlarged(tmp_path, 300))
    assert found == list(scale.enlarged(tmp_path, 300))
    assert len({article.text for article, _ in found}) == len({article.id for article, _ in found}) == 300
    days: dict[str, list[date]] = {}
    for article, event in found:
        days.setdefault(event, []).append(date.fromisoformat(article.date))
    assert max((max(own) - min(own)).days for own in days.values()) <= 3
    assert scale.main([str(tmp_path), "300"]) == 0
    assert "dated, budget" in capsys.readouterr().out
    with pytest.raises(SystemExit, match="2"):
        scale.main([str(tmp_path / "none"), "300"])
    assert "no such folder" in capsys.readouterr().err
