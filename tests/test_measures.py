"""Measures against values worked out by hand, and the properties their papers state."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.evaluate.measures import (
    Scores,
    adjusted_rand,
    bcubed,
    corpus_shingle_scores,
    corpus_word_scores,
    duplicates_left,
    events_lost,
    longest_canonicals,
    pair_scores,
    shingle_scores,
)

LABELS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=25)

# gold, predicted, B-cubed P, R, pair P, R, adjusted Rand
CASES = [
    ("aabb", "aabb", 1, 1, 1, 1, 1),
    ("aabb", "xxxx", 1 / 2, 1, 2 / 6, 1, 0),
    ("aabb", "wxyz", 1, 1 / 2, 1, 0, 0),
    # x = {a, a, b}, y = {b, b}: precision (2*(2/3) + 1/3 + 2*1)/5, recall (2*1 + 1/3 + 2*(2/3))/5
    ("aabbb", "xxxyy", 11 / 15, 11 / 15, 2 / 4, 2 / 4, (2 - 4 * 4 / 10) / (4 - 4 * 4 / 10)),
    # one of three torn off
    ("aaa", "xxy", 1, (2 * 2 / 3 + 1 / 3) / 3, 1, 1 / 3, 0),
]


@pytest.mark.parametrize(("gold", "predicted", "bp", "br", "pp", "pr", "ari"), CASES)
def test_worked_by_hand(gold, predicted, bp, br, pp, pr, ari):
    assert bcubed(gold, predicted)[:2] == pytest.approx((bp, br))
    assert pair_scores(gold, predicted)[:2] == pytest.approx((pp, pr))
    assert adjusted_rand(gold, predicted) == pytest.approx(ari)


def test_f1_is_the_harmonic_mean():
    assert bcubed("aabb", "xxxx").f1 == pytest.approx(2 / 3)
    assert pair_scores("aabb", "wxyz") == Scores(1.0, 0.0, 0.0)


def test_labels_may_be_of_any_hashable_type():
    assert bcubed([("a", 1), ("a", 1), None], [3, 3, "x"]).f1 == 1


@given(LABELS)
def test_swapping_gold_and_predicted_swaps_precision_and_recall(labels):
    gold, predicted = zip(*labels, strict=True)
    for measure in (bcubed, pair_scores):
        there, back = measure(gold, predicted), measure(predicted, gold)
        assert there[:2] == pytest.approx((back.recall, back.precision))
    assert adjusted_rand(gold, predicted) == pytest.approx(adjusted_rand(predicted, gold))


@given(LABELS)
def test_bounds_and_perfection(labels):
    gold, predicted = zip(*labels, strict=True)
    scores = bcubed(gold, predicted)
    assert all(0 < value <= 1 for value in scores)
    assert adjusted_rand(gold, predicted) <= 1 + 1e-12
    same = [f"cluster {label}" for label in gold]
    assert bcubed(gold, same) == Scores(1, 1, 1)
    assert pair_scores(gold, same) == Scores(1, 1, 1)
    assert adjusted_rand(gold, same) == pytest.approx(1)
    assert bcubed(gold, range(len(gold))).precision == 1
    assert bcubed(gold, [0] * len(gold)).recall == 1


@settings(deadline=None)
@given(LABELS)
def test_bcubed_equals_its_definition_item_by_item(labels):
    gold, predicted = zip(*labels, strict=True)
    n = len(labels)
    precision = recall = 0.0
    for i in range(n):
        same_gold = {j for j in range(n) if gold[j] == gold[i]}
        same_predicted = {j for j in range(n) if predicted[j] == predicted[i]}
        precision += len(same_gold & same_predicted) / len(same_predicted) / n
        recall += len(same_gold & same_predicted) / len(same_gold) / n
    assert bcubed(gold, predicted)[:2] == pytest.approx((precision, recall))


def test_events_lost_and_duplicates_left():
    gold, predicted = "aabbbc", "xxxyyy"
    # x keeps item 0 (a), y keeps item 3 (b): c is lost, nothing is twice
    assert (events_lost(gold, predicted, [0, 3]), duplicates_left(gold, predicted, [0, 3])) == (1, 0)
    # x keeps item 2 (b) as well: a and c are lost, b is there twice
    assert (events_lost(gold, predicted, [2, 3]), duplicates_left(gold, predicted, [2, 3])) == (2, 1)


@given(LABELS, st.randoms(use_true_random=False))
def test_kept_is_events_less_lost_plus_duplicates(labels, random):
    gold, predicted = zip(*labels, strict=True)
    canonical = longest_canonicals(predicted, [random.random() for _ in gold])
    assert len(canonical) == len(set(predicted))
    lost, left = events_lost(gold, predicted, canonical), duplicates_left(gold, predicted, canonical)
    assert len(canonical) == len(set(gold)) - lost + left


def test_longest_canonicals_prefers_the_first_of_equal_ones():
    assert longest_canonicals("xyxyx", [3, 1, 5, 1, 5]) == [1, 2]


@pytest.mark.parametrize("canonical", [[0], [0, 1], [0, 2, 2]])
def test_a_cluster_has_exactly_one_canonical(canonical):
    with pytest.raises(ValueError, match="exactly one"):
        events_lost("aab", "xxy", canonical)


@pytest.mark.parametrize("measure", [bcubed, pair_scores, adjusted_rand, corpus_shingle_scores])
def test_lists_of_different_lengths_are_refused(measure):
    with pytest.raises(ValueError, match="2 gold"):
        measure(["a", "b"], ["a"])


def test_no_items_at_all():
    assert bcubed([], []) == pair_scores([], []) == Scores(1, 1, 1)
    assert adjusted_rand([], []) == 1


# gold, text, precision, recall
SHINGLES = [
    ("one two three four", "one two three four", 1, 1),
    ("one two three four", "one, two - three: four!", 1, 1),
    ("One two three four", "one two three four", 0, 0),  # case counts
    ("a b c d e", "a b c d e f g", 2 / 4, 1),
    ("a b c d e f g", "a b c d e", 1, 2 / 4),
    ("a b c", "a b c", 1, 1),  # fewer than four tokens are one shingle
    ("a b c", "a b", 0, 0),
    ("a b c d a b c d", "a b c d", 1, 1 / 5),  # the shingle a b c d is in the gold twice
    ("a b c d", "", 1, 0),  # nothing found: there is no precision to speak of
]


@pytest.mark.parametrize(("gold", "text", "precision", "recall"), SHINGLES)
def test_shingles_by_hand(gold, text, precision, recall):
    assert shingle_scores(gold, text)[:2] == pytest.approx((precision, recall))


def test_shingle_scores_of_a_corpus_are_means_over_pages():
    golds = ["a b c d e", "a b c d e f g", "a b c d"]
    texts = ["a b c d e f g", "a b c d e", ""]
    # precision 1/2 and 1 (the empty page has none), recall 1, 1/2 and 0
    scores = corpus_shingle_scores(golds, texts)
    assert scores == pytest.approx(Scores(3 / 4, 1 / 2, 3 / 5))


@given(st.text(alphabet="ab \n.", max_size=40), st.text(alphabet="ab \n.", max_size=40))
def test_shingle_scores_are_symmetric_and_perfect_on_themselves(gold, text):
    there, back = shingle_scores(gold, text), shingle_scores(text, gold)
    assert there[:2] == pytest.approx((back.recall, back.precision))
    assert shingle_scores(gold, gold) == Scores(1, 1, 1)


def test_words_are_compared_as_bags():
    golds, texts = ["One two two three", "", "", "a"], ["three, TWO two four", "", "x", ""]
    found = [corpus_word_scores([gold], [text]) for gold, text in zip(golds, texts, strict=True)]
    assert found == [pytest.approx((3 / 4, 3 / 4, 3 / 4)), (1, 1, 1), (0, 0, 0), (0, 0, 0)]
    assert corpus_word_scores(golds, texts).f1 == pytest.approx((3 / 4 + 1) / 4)
    with pytest.raises(ValueError, match="labels"):
        corpus_word_scores(["a"], [])
