"""Signatures, bands and near copies: the same answers as the reference, and no lumping."""

from __future__ import annotations

import json
import pickle
import random

import numpy as np
import pytest
from bench import made
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner import Settings, pipeline
from cleaner.article_store import ArticleStore
from cleaner.collapse import (
    bands,
    exact,
    frequent_shingles,
    pair_scores,
    signing,
    sketch,
    task_sizes,
    templates,
    verdicts,
    verify,
)
from cleaner.collapse.levels import collapse
from cleaner.collapse.linkage import average_link
from cleaner.collapse.near import NearIndex
from cleaner.collapse.ragged import Ragged, RaggedWriter
from cleaner.collapse.reports import Rows
from cleaner.collapse.signing.vectorised import finalise
from cleaner.collapse.words import count, tokens
from cleaner.records import Article

hash_sets = st.sets(st.integers(0, 2**32 - 1), max_size=80).map(lambda s: np.array(sorted(s), dtype=np.uint32))
words = st.lists(st.text("abcdefg", min_size=1, max_size=3), max_size=60)
rows = st.lists(st.lists(st.integers(0, 40), max_size=30).map(lambda row: np.array(row, np.uint32)), max_size=20)


def index_of(sequences, sites=None, **options):
    """The near index of texts given as words."""
    return NearIndex.of_texts([" ".join(one) for one in sequences], sites, **options)


@given(hash_sets, hash_sets)
def test_overlap_is_that_of_the_sets(first, second):
    if not len(first) or not len(second):
        return
    found = verify.overlaps(Ragged.of([first, second]), np.array([0]), np.array([1]))
    shared = set(first.tolist()) & set(second.tolist())
    union = set(first.tolist()) | set(second.tolist())
    assert found.shared[0] == len(shared)
    assert found.jaccard[0] == pytest.approx(len(shared) / len(union))
    assert found.jaccard[0] <= found.containment[0] <= 1


@given(words, words)
def test_containment_is_one_for_a_part_and_zero_for_strangers(first, second):
    index = index_of([first, first + second, [f"other-{word}" for word in first]])
    if len(first) >= 5:
        assert index.overlap(0, 1)[0] == 1.0
        assert index.overlap(0, 2)[0] == 0.0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Don't STOP, naïve café!", ["don", "t", "stop", "naïve", "café"]),
        ("東京で地震", ["東", "京", "で", "地", "震"]),
        ("Ｆｕｌｌ ｗｉｄｔｈ 3", ["full", "width", "3"]),
        ("हिन्दी में समाचार", ["हिन्दी", "में", "समाचार"]),
        ("GPU卡 price", ["gpu", "卡", "price"]),
        ("", []),
    ],
)
def test_tokens(text, expected):
    assert tokens(text) == expected


@given(st.text(st.sampled_from("abÄ京9.,'-_ ́"), max_size=8))
def test_a_word_counts_the_tokens_it_has(word):
    assert count(word) == len(tokens(word))


def exact_groups(texts):
    hashed = signing.hash_texts(texts)
    return exact.groups(b"".join(hashed.digests), hashed.words, texts.__getitem__)


def test_exact_folds_case_and_punctuation_but_not_words():
    same = ["The bridge is closed, they said.", "the BRIDGE is closed -- they said", "The bridge is open, they said."]
    assert exact_groups(same) == [[0, 1]]


def test_equal_digests_of_different_words_are_no_copies():
    texts = ["one two three four five", "Five six seven eight nine", "five, six; seven: eight - nine!"]
    assert exact.groups(b"x" * 16 * 3, np.full(3, 5), texts.__getitem__) == [[1, 2]]


def test_short_texts_are_copies_of_their_like_only_and_never_near_copies():
    assert exact_groups(["Page not found", "page not found", "Page found", ""]) == [[0, 1]]
    articles = [Article(str(i), "Read more", title=title) for i, title in enumerate(("A fire", "A flood", "a FIRE"))]
    stories = collapse(articles, level="exact")
    assert sorted(sorted(member.id for member in story.members) for story in stories) == [["0", "2"], ["1"]]
    assert index_of([["page", "not", "found"]] * 3).labels().tolist() == [0, 1, 2]


def random_module(seed):
    return random.Random(seed)


def vocabulary(seed: int, size: int = 4000) -> list[str]:
    draw = random.Random(seed)
    return ["".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=6)) for _ in range(size)]


@pytest.mark.parametrize("count", [40, 150, 2000])
def test_pages_of_one_template_stay_apart(count):
    draw = random.Random(5)
    stock = vocabulary(1)
    template = draw.choices(stock, k=300)
    pages = [template[:150] + draw.choices(stock, k=100) + template[150:] for _ in range(count)]
    assert len(set(index_of(pages).labels().tolist())) == count


def test_copies_in_other_templates_come_together():
    draw = random.Random(6)
    stock = vocabulary(2)
    stories = [draw.choices(stock, k=300) for _ in range(30)]
    copies, truth = [], []
    for number, story in enumerate(stories):
        for _ in range(6):
            edited = [word for word in story if draw.random() > 0.02]
            start = draw.choices(stock, k=draw.randrange(40))
            end = draw.choices(stock, k=draw.randrange(40))
            copies.append(start + edited + end)
            truth.append(number)
    labels = index_of(copies).labels()
    assert len({(a, b) for a, b in zip(truth, labels.tolist(), strict=True)}) == len(set(labels.tolist())) == 30


def test_a_wire_story_printed_by_hundreds_is_not_taken_for_a_template():
    draw = random.Random(7)
    stock = vocabulary(3)
    wire = draw.choices(stock, k=300)
    copies = [wire + draw.choices(stock, k=20) for _ in range(300)]
    assert len(set(index_of(copies).labels().tolist())) == 1


@pytest.mark.parametrize("site", [None, "one.example"])
@pytest.mark.parametrize(("count", "own", "edits"), [(150, 60, 0.0), (300, 0, 0.05), (12, 0, 0.003)])
def test_copies_of_one_story_are_not_taken_for_a_template(count, own, edits, site):
    """With leftovers of each site, with edits, on one site or many: one story."""
    draw = random.Random(9)
    stock = vocabulary(5)
    wire = draw.choices(stock, k=300)
    copies = [
        [draw.choice(stock) if draw.random() < edits else word for word in wire] + draw.choices(stock, k=own)
        for _ in range(count)
    ]
    assert len(set(index_of(copies, [site] * count).labels().tolist())) == 1


def test_a_text_that_is_all_template_keeps_its_shingles():
    draw = random.Random(10)
    stock = vocabulary(6)
    frame = draw.choices(stock, k=200)
    pages = [frame] * 5 + [frame[:100] + draw.choices(stock, k=120) + frame[100:] for _ in range(200)]
    index = index_of(pages)
    assert index.whole[0]
    assert all(len(core) <= 130 for core in list(index.cores)[5:])


def test_thousands_of_near_copies_are_one_story():
    draw = random.Random(11)
    stock = vocabulary(7)
    wire = draw.choices(stock, k=200)
    copies = [[*wire[:i], draw.choice(stock), *wire[i + 1 :]] for i in draw.choices(range(200), k=1500)]
    assert len(set(index_of(copies).labels().tolist())) == 1


def test_an_excerpt_of_a_long_article_is_found():
    draw = random.Random(8)
    stock = vocabulary(4)
    long_texts = [draw.choices(stock, k=1200) for _ in range(40)]
    excerpts = [text[100:220] for text in long_texts]
    labels = index_of(long_texts + excerpts).labels().tolist()
    assert sum(labels[i] == labels[40 + i] for i in range(40)) >= 38


@given(rows)
def test_rows_in_a_file_are_the_rows_in_memory(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("rows")
    plain = Ragged.of(rows)
    writer = RaggedWriter(folder)
    for row in rows:
        writer.add(row, np.array([len(row)]))
    stored = writer.finish()
    assert [row.tolist() for row in stored] == [row.tolist() for row in plain] == [row.tolist() for row in rows]
    order = np.arange(len(rows))[::-1]
    for one in (stored.take(order), stored.taken(order), plain.taken(order, folder)):
        assert [row.tolist() for row in one] == [row.tolist() for row in rows[::-1]]
    for most in (1, 7, 10**6):
        blocks = list(stored.blocks(most))
        assert [row.tolist() for _, block in blocks for row in block] == [row.tolist() for row in rows]
        assert all(len(block) == 1 or block.starts[-1] <= most for _, block in blocks)


@given(rows)
def test_distinct_rows_are_the_sets(rows):
    assert [row.tolist() for row in templates.distinct(Ragged.of(rows))] == [sorted(set(row.tolist())) for row in rows]


@given(st.lists(st.integers(0, 8), max_size=40), st.integers(1, 4))
def test_buckets_give_all_pairs_of_equal_keys(column, step):
    texts = np.arange(0, len(column) * step, step)
    codes = [part for part, _ in bands.bucket_pairs(np.array(column, np.uint64), texts)]
    found = np.sort(np.concatenate([np.empty(0, np.int64), *codes]))
    wanted = [
        (int(texts[i]), int(texts[j]))
        for i in range(len(column))
        for j in range(i + 1, len(column))
        if column[i] == column[j]
    ]
    assert list(zip(*(side.tolist() for side in bands.decoded(found)), strict=True)) == sorted(wanted)


def test_a_full_bucket_gives_near_neighbours_only():
    size = bands.FULL_BUCKET + 100
    met = bands.bucket_pairs(np.zeros(size, np.uint64), np.arange(size))
    left, right = bands.decoded(np.concatenate([codes for codes, _ in met]))
    assert len(left) < bands.NEXT * size
    assert set((right - left).tolist()) == set(range(1, bands.NEXT + 1))


buckets = st.lists(st.lists(st.integers(0, 2), min_size=12, max_size=12), min_size=1, max_size=6)


@given(buckets, st.randoms(), st.integers(1, 12))
def test_what_a_text_meets_depends_on_its_buckets_alone(columns, random, parts):
    """Bands in any order give the same pairs; pairs from full buckets are chosen for each text apart."""
    texts = np.arange(0, 36, 3)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bands, "FULL_BUCKET", 3)
        patch.setattr(bands, "NEIGHBOURS", 2)
        keys = [np.array(column, np.uint64) for column in columns]
        whole = bands.pairs(keys, texts).tolist()
        random.shuffle(keys)
        assert bands.pairs(keys, texts).tolist() == whole
        met = np.concatenate([part for own in keys for part, _ in bands.bucket_pairs(own, texts)])
        left = bands.decoded(met)[0] // 3 % parts
        found = [bands.nearest(met[left == part]) for part in range(parts)]
        assert np.sort(np.concatenate(found)).tolist() == bands.nearest(met).tolist()


def made_copies(draw):
    """Stories of a few copies: edited, cut, with other numbers; ids in no order."""
    stock = vocabulary(15)
    articles = []
    for story in range(draw.randrange(2, 6)):
        body = draw.choices(stock, k=90)
        for copy in range(draw.randrange(1, 7)):
            own = [str(draw.randrange(99)) if draw.random() < 0.06 else word for word in body[draw.randrange(30) :]]
            articles.append(Article(f"{draw.randrange(10**6)}-{story}-{copy}", " ".join(own).capitalize() + "."))
    return articles


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.randoms(), st.integers(1, 5))
def test_scores_and_stories_do_not_depend_on_the_order(seed, random, parts):
    """Pairs listed in any order have the same scores, in parts with one first look too; so have shuffled articles."""
    articles = sorted(made_copies(random_module(seed)), key=lambda article: article.id)
    hashed = signing.hash_texts([article.text for article in articles])
    ordered = Ragged(hashed.shingles, hashed.starts)
    cores = templates.distinct(ordered)
    left, right = bands.all_pairs(np.arange(len(articles)))

    def comparer():
        return pair_scores.Comparer(cores, ordered, lambda rows: (articles[row] for row in rows))

    scores, standing = comparer().scored(left, right)
    order = np.array(random.sample(range(len(left)), len(left)))
    assert comparer().scored(left[order], right[order])[0].tolist() == scores[order].tolist()
    fresh = comparer()
    for part in range(parts):
        some = np.arange(len(left)) % parts == part
        own = fresh.scored(left[some], right[some], standing)[0]
        assert own.tolist() == scores[some].tolist()
    stories = [sorted(m.id for m in story.members) for story in collapse(articles, "near")]
    random.shuffle(articles)
    assert [sorted(m.id for m in story.members) for story in collapse(articles, "near")] == stories


def carried(function, tasks):
    """Like ``map``, by functions and tasks as another process gets them."""
    packed = pickle.dumps(function)
    return (pickle.loads(packed)(pickle.loads(pickle.dumps(task))) for task in tasks)  # noqa: S301 - our own


@pytest.mark.parametrize("seed", [1, 2])
def test_how_the_work_falls_into_tasks_changes_nothing(monkeypatch, seed):
    articles = sorted(made_copies(random.Random(seed)), key=lambda article: article.id)
    hashed = signing.hash_texts([article.text for article in articles])
    ordered = Ragged(hashed.shingles, hashed.starts)

    def index(mapped):
        return NearIndex(ordered, None, None, mapped, Rows(ArticleStore(articles), range(len(articles))))

    whole = index(map)
    labels = whole.labels().tolist()
    for module, name, size in (
        (verdicts, "TOGETHER", 2), (pair_scores, "TILE", 3), (pair_scores, "FEW_TILES", 0), (bands, "TASK_BANDS", 5)
    ):  # fmt: skip
        monkeypatch.setattr(module, name, size)
    pieces = index(carried)
    assert pieces.labels().tolist() == labels and len(set(labels)) < len(labels)
    assert all(np.array_equal(*columns) for columns in zip(pieces.compared(), whole.compared(), strict=True))
    left, right, _ = whole.compared()
    assert pieces.apart(left, right).tolist() == whole.apart(left, right).tolist()


@given(st.integers(0, 10**10), st.integers(1, 10**5))
def test_the_size_of_tasks_follows_what_there_is(total, usual):
    each = task_sizes.size(total, usual)
    tasks = -(-total // each)
    assert each >= 1 and tasks <= task_sizes.MANY
    assert each >= usual // task_sizes.LEAST  # none is too small
    assert tasks <= task_sizes.FEW or each >= min(usual, total / task_sizes.FEW)
    if task_sizes.FEW * usual <= total <= task_sizes.MANY * usual:
        assert each == usual


def test_files_give_the_labels_of_memory(tmp_path):
    """With a folder, with other workers, in blocks of another size: the same clusters."""
    texts, sites = framed_texts()
    hashed = signing.hash_texts(texts)
    plain = Ragged(hashed.shingles, hashed.starts)
    writer = RaggedWriter(tmp_path)
    writer.add(hashed.shingles, np.diff(hashed.starts))
    labels = [
        NearIndex(plain, sites).labels().tolist(),
        NearIndex(writer.finish(), sites, tmp_path).labels().tolist(),
    ]
    assert labels[0] == labels[1]
    assert len(set(labels[0])) == 150 + 60 + 1


def framed_texts() -> tuple[list[str], list[str]]:
    """Bodies in the frame of one template, edited copies, and the sites of all."""
    draw = random.Random(14)
    stock = vocabulary(10)
    frame = draw.choices(stock, k=250)
    texts = [" ".join(frame[:120] + draw.choices(stock, k=100) + frame[120:]) for _ in range(150)]
    for _ in range(60):
        body = draw.choices(stock, k=250)
        texts += [" ".join(word for word in body if draw.random() > 0.03) for _ in range(draw.randrange(1, 6))]
    return [*texts, "too short"], [f"site{i % 7}.example" for i in range(len(texts) + 1)]


@pytest.mark.parametrize("in_files", [False, True])
def test_hashes_of_64_bits_give_the_clusters_of_those_of_32(tmp_path, in_files):
    texts, sites = framed_texts()
    found = []
    for wide in (False, True):
        hashed = signing.hash_texts(texts, wide=wide)
        writer = RaggedWriter(tmp_path if in_files else None)
        writer.add(hashed.shingles, np.diff(hashed.starts))
        index = NearIndex(writer.finish(), sites, tmp_path if in_files else None)
        assert index.ordered.values.dtype == (np.uint64 if wide else np.uint32)
        found.append((index.labels().tolist(), index.cores.sizes.tolist(), [part.tolist() for part in index.compared()]))
    assert found[0] == found[1] and not index.whole.all()
    assert len(set(found[0][0])) == 150 + 60 + 1


@pytest.mark.parametrize(("count", "wide"), [(1_000, False), (20_000, False), (20_000, True)])
def test_templates_are_the_same_however_many_hashes_a_task_counts(monkeypatch, count, wide):
    texts, sites = framed_texts()
    hashed = signing.hash_texts(texts, wide=wide)
    ordered = Ragged(hashed.shingles, hashed.starts)
    own = templates.distinct(ordered)
    whole = templates.cores(ordered, own, sites)
    monkeypatch.setattr(frequent_shingles, "COUNTED", count)
    parts = templates.cores(ordered, own, sites, None, carried)
    assert np.array_equal(parts.values, whole.values) and np.array_equal(parts.starts, whole.starts)
    assert len(whole.values) < len(own.values)


def test_a_huge_corpus_is_collapsed_by_hashes_of_64_bits(tmp_path, monkeypatch):
    rows = tmp_path / "in.jsonl"
    rows.write_text("".join(json.dumps(row) + "\n" for row in made.articles(300, 60, seed=5)), "utf-8")
    for name, least in (("small", signing.WIDE_FROM), ("huge", 300)):
        monkeypatch.setattr(signing, "WIDE_FROM", least)
        pipeline.collapse_files(rows, tmp_path / name, Settings(workers=1))
    for name in ("corpus", "merged", "pairs"):
        assert (tmp_path / "huge" / f"{name}.jsonl").read_bytes() == (tmp_path / "small" / f"{name}.jsonl").read_bytes()


def test_what_hashes_of_32_bits_share_by_chance_those_of_64_do_not():
    """As in a corpus of 1e9 texts, where so many hold any hash of 32 bits."""
    draw = np.random.default_rng(3)
    own = draw.integers(0, 2**64, (150, 200), np.uint64)
    own[:, :40] &= np.uint64(2**32 - 1)
    own[:, :40] |= draw.integers(0, 2**32, 40, np.uint64) << np.uint64(32)  # the same first halves in all texts
    kinds = [Ragged(values, np.arange(151) * 200) for values in (own.ravel(), signing.narrow(own.ravel()))]
    wide, narrow = map(templates.distinct, kinds)
    assert templates.cores(kinds[0], wide).sizes.tolist() == [200] * 150
    assert templates.cores(kinds[1], narrow).sizes.tolist() == [160] * 150
    few, many = (rows.take(np.arange(50)) for rows in (wide, narrow))
    assert len(sketch.candidate_pairs(few)[0]) == 0 < len(sketch.candidate_pairs(many)[0])


def test_the_clusters_are_those_of_all_pairs():
    """What bands, sketch and components leave out changes nothing: every pair compared gives the same clusters."""
    draw = random.Random(13)
    stock = vocabulary(9)
    texts = []
    for _ in range(40):
        body = draw.choices(stock, k=200)
        for _ in range(draw.randrange(1, 5)):
            kept = body[: draw.choice([200, 200, 80])]
            texts.append(" ".join(word for word in kept if draw.random() > 0.05))
    index = NearIndex.of_texts(texts)
    left, right = bands.all_pairs(np.arange(len(texts)))
    scores = NearIndex.of_texts(texts).scored(left, right)
    every = average_link(len(texts), left, right, scores, pair_scores.DEFAULT_THRESHOLD)
    assert index.labels().tolist() == every.tolist()


def test_one_story_of_more_copies_than_are_compared_each_with_each():
    draw = random.Random(14)
    stock = vocabulary(10)
    wire = draw.choices(stock, k=120)
    copies = []
    for _ in range(12_000):
        at = draw.randrange(115)
        copies.append([*wire[:at], *draw.choices(stock, k=5), *wire[at + 5 :], *draw.choices(stock, k=8)])
    others = [draw.choices(stock, k=120) for _ in range(50)]
    labels = index_of(copies + others).labels().tolist()
    assert len(set(labels[:12_000])) == 1
    assert len(set(labels)) == 51


@given(st.lists(st.lists(st.integers(0, 60), max_size=30, unique=True).map(sorted), max_size=20), st.integers(1, 50))
def test_the_sketch_finds_pairs_that_share_sampled_shingles(rows, together):
    cores = Ragged.of([np.array(row, np.uint32) for row in rows])
    chosen = set(np.arange(61, dtype=np.uint32)[finalise(np.arange(61, dtype=np.uint32)) < 2**32 // sketch.SCALE])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sketch, "_TOGETHER", together)
        found = list(zip(*(side.tolist() for side in sketch.candidate_pairs(cores)), strict=True))
    wanted = [
        (i, j)
        for i in range(len(rows))
        for j in range(i + 1, len(rows))
        if len(chosen & set(rows[i]) & set(rows[j])) >= sketch.SHARED
    ]
    assert found == wanted
