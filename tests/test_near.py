"""Signatures, bands and near copies: the same answers as the reference, and no lumping."""

from __future__ import annotations

import random

import numpy as np
import pytest
from datasketch import MinHash
from hypothesis import given
from hypothesis import strategies as st

from cleaner.collapse import exact, signatures, verify
from cleaner.collapse.near import NearIndex
from cleaner.collapse.words import tokens

hash_sets = st.sets(st.integers(0, 2**32 - 1), max_size=80).map(lambda s: np.array(sorted(s), dtype=np.uint32))
words = st.lists(st.text("abcdefg", min_size=1, max_size=3), max_size=60)


@given(hash_sets)
def test_a_signature_is_datasketchs(hashes):
    theirs = MinHash(num_perm=128, seed=1, scheme="affine32", hashfunc=lambda value: value)
    if len(hashes):
        theirs.update_batch(hashes.tolist())
    assert signatures.signature(hashes).tolist() == theirs.hashvalues.tolist()


def test_a_signature_loads_in_datasketch_and_estimates_jaccard():
    first, second = np.arange(0, 1000, dtype=np.uint32), np.arange(500, 1500, dtype=np.uint32)
    loaded = [
        MinHash(num_perm=128, hashvalues=signatures.signature(part), seed=1, scheme="affine32")
        for part in (first, second)
    ]
    assert loaded[0].jaccard(loaded[1]) == pytest.approx(1 / 3, abs=0.15)


@given(words)
def test_a_shingle_hash_depends_on_its_five_words_only(sequence):
    whole = signatures.shingle_hashes(sequence)
    assert len(whole) == max(0, len(sequence) - 4)
    for i, value in enumerate(whole.tolist()):
        assert signatures.shingle_hashes(sequence[i : i + 5]).tolist() == [value]


@given(hash_sets, hash_sets)
def test_overlap_is_that_of_the_sets(first, second):
    if not len(first) or not len(second):
        return
    found = verify.overlaps([first, second], np.array([0]), np.array([1]))
    shared = set(first.tolist()) & set(second.tolist())
    union = set(first.tolist()) | set(second.tolist())
    assert found.shared[0] == len(shared)
    assert found.jaccard[0] == pytest.approx(len(shared) / len(union))
    assert found.jaccard[0] <= found.containment[0] <= 1


@given(words, words)
def test_containment_is_one_for_a_part_and_zero_for_strangers(first, second):
    index = NearIndex([first, first + second, [f"other-{word}" for word in first]])
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


def test_exact_folds_case_and_punctuation_but_not_words():
    same = exact.digest(tokens("The bridge is closed, they said."))
    assert same == exact.digest(tokens("the BRIDGE is closed -- they said"))
    assert same != exact.digest(tokens("The bridge is open, they said."))


def test_short_texts_are_never_lumped_together():
    assert exact.groups([exact.digest(tokens("Page not found")) for _ in range(3)]) == [[0], [1], [2]]
    assert NearIndex([["page", "not", "found"]] * 3).labels().tolist() == [0, 1, 2]


def vocabulary(seed: int, size: int = 4000) -> list[str]:
    draw = random.Random(seed)
    return ["".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=6)) for _ in range(size)]


@pytest.mark.parametrize("count", [40, 150, 2000])
def test_pages_of_one_template_stay_apart(count):
    draw = random.Random(5)
    stock = vocabulary(1)
    template = draw.choices(stock, k=300)
    pages = [template[:150] + draw.choices(stock, k=100) + template[150:] for _ in range(count)]
    assert len(set(NearIndex(pages).labels().tolist())) == count


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
    labels = NearIndex(copies).labels()
    assert len({(a, b) for a, b in zip(truth, labels.tolist(), strict=True)}) == len(set(labels.tolist())) == 30


def test_a_wire_story_printed_by_hundreds_is_not_taken_for_a_template():
    draw = random.Random(7)
    stock = vocabulary(3)
    wire = draw.choices(stock, k=300)
    copies = [wire + draw.choices(stock, k=20) for _ in range(300)]
    assert len(set(NearIndex(copies).labels().tolist())) == 1


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
    assert len(set(NearIndex(copies, [site] * count).labels().tolist())) == 1


def test_a_text_that_is_all_template_keeps_its_shingles():
    draw = random.Random(10)
    stock = vocabulary(6)
    frame = draw.choices(stock, k=200)
    pages = [frame] * 5 + [frame[:100] + draw.choices(stock, k=120) + frame[100:] for _ in range(200)]
    index = NearIndex(pages)
    assert len(index.cores[0]) == len(index.distinct[0])
    assert all(len(core) <= 130 for core in index.cores[5:])


def test_thousands_of_near_copies_are_one_story():
    draw = random.Random(11)
    stock = vocabulary(7)
    wire = draw.choices(stock, k=200)
    copies = [[*wire[:i], draw.choice(stock), *wire[i + 1 :]] for i in draw.choices(range(200), k=1500)]
    assert len(set(NearIndex(copies).labels().tolist())) == 1


def test_an_excerpt_of_a_long_article_is_found():
    draw = random.Random(8)
    stock = vocabulary(4)
    long_texts = [draw.choices(stock, k=1200) for _ in range(40)]
    excerpts = [text[100:220] for text in long_texts]
    labels = NearIndex(long_texts + excerpts).labels().tolist()
    assert sum(labels[i] == labels[40 + i] for i in range(40)) >= 38
