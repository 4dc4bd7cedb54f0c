"""Average link over sparse pairs: against the plain definition, and whatever the order of the list."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cleaner.collapse.constrained_linkage import divided
from cleaner.collapse.linkage import average_link


def plain_average_link(n, pairs, threshold):
    """The definition, cubic: merge the best pair of clusters until none is good enough."""
    matrix = np.zeros((n, n), dtype=object)
    for (i, j), thousandths in pairs.items():
        matrix[i, j] = matrix[j, i] = thousandths
    clusters = [[i] for i in range(n)]
    while True:
        best = None
        for x, a in enumerate(clusters):
            for b in clusters[x + 1 :]:
                total, size = sum(matrix[i, j] for i in a for j in b), len(a) * len(b)
                if total >= threshold * size:
                    # compare total/size exactly; of equal means the smaller labels go first
                    key = (-total * 10**6 // size, min(a[0], b[0]), max(a[0], b[0]))
                    if best is None or key < best[0]:
                        best = key, a, b
        if best is None:
            break
        _, a, b = best
        clusters = [c for c in clusters if c is not a and c is not b] + [sorted(a + b)]
        clusters.sort()
    labels = [0] * n
    for cluster in clusters:
        for item in cluster:
            labels[item] = cluster[0]
    return labels


@st.composite
def graphs(draw):
    n = draw(st.integers(1, 9))
    possible = [(i, j) for i in range(n) for j in range(i + 1, n)]
    chosen = draw(st.lists(st.sampled_from(possible), unique=True)) if possible else []
    return n, {pair: draw(st.integers(0, 1000)) for pair in chosen}


def link(n, pairs, threshold):
    left, right = [i for i, _ in pairs], [j for _, j in pairs]
    return average_link(n, left, right, [s / 1000 for s in pairs.values()], threshold / 1000).tolist()


@settings(deadline=None, max_examples=300)
@given(graphs(), st.integers(1, 1000))
def test_equals_the_definition(graph, threshold):
    n, pairs = graph
    assert link(n, pairs, threshold) == plain_average_link(n, pairs, threshold)


@settings(deadline=None)
@given(graphs(), st.integers(1, 1000), st.randoms(use_true_random=False))
def test_order_and_orientation_of_the_list_do_not_matter(graph, threshold, random):
    n, pairs = graph
    shuffled = list(pairs.items())
    random.shuffle(shuffled)
    turned = {(pair if random.random() < 0.5 else pair[::-1]): score for pair, score in shuffled}
    assert link(n, turned, threshold) == link(n, pairs, threshold)


@settings(deadline=None)
@given(graphs(), st.integers(1, 1000))
def test_a_label_is_the_smallest_index_of_its_cluster(graph, threshold):
    n, pairs = graph
    labels = link(n, pairs, threshold)
    for item, label in enumerate(labels):
        assert label <= item
        assert labels[label] == label


def test_a_chain_is_not_one_cluster():
    """0-1, 1-2, 2-3 are alike, but 0 and 3 share nothing: single link would chain all four."""
    labels = average_link(4, [0, 1, 2], [1, 2, 3], [0.9, 0.8, 0.9], 0.5)
    assert labels.tolist() == [0, 0, 2, 2]


def test_pairs_below_the_threshold_hold_a_cluster_together():
    """Three items with means of 0.6: the third joins only because the weak pair counts for 0.4, not 0."""
    assert average_link(3, [0, 0, 1], [1, 2, 2], [0.9, 0.4, 0.7], 0.5).tolist() == [0, 0, 0]
    assert average_link(3, [0, 1], [1, 2], [0.9, 0.7], 0.5).tolist() == [0, 0, 2]


def test_of_equal_pairs_the_smaller_indices_merge_first():
    assert average_link(3, [1, 0], [2, 1], [0.8, 0.8], 0.5).tolist() == [0, 0, 2]


def test_components_are_independent():
    left = np.arange(0, 2000, 2)
    labels = average_link(2001, left, left + 1, np.full(1000, 0.7), 0.5)
    assert labels.tolist() == [i - i % 2 for i in range(2001)]


@settings(deadline=None)
@given(graphs(), st.integers(1, 1000), st.data())
def test_no_cluster_is_longer_than_the_span(graph, threshold, data):
    n, pairs = graph
    place = [data.draw(st.one_of(st.just(float("nan")), st.integers(0, 20).map(float))) for _ in range(n)]
    span = data.draw(st.integers(0, 25))
    left, right = [i for i, _ in pairs], [j for _, j in pairs]
    scores = [s / 1000 for s in pairs.values()]
    labels = average_link(n, left, right, scores, threshold / 1000, (place, span)).tolist()
    for label in set(labels):
        placed = [place[i] for i in range(n) if labels[i] == label and place[i] == place[i]]
        assert not placed or max(placed) - min(placed) <= span
    if span >= 20:
        assert labels == link(n, pairs, threshold)


def test_stories_do_not_chain_over_the_span():
    """Four in a row, each two days from the next: pairs join, but neither pair takes in a third."""
    labels = average_link(4, [0, 1, 2, 0, 1], [1, 2, 3, 2, 3], [0.9] * 5, 0.3, ([0.0, 48.0, 96.0, 144.0], 48.0))
    assert labels.tolist() == [0, 0, 2, 2]
    loose = average_link(3, [0, 1], [1, 2], [0.9, 0.8], 0.3, ([0.0, float("nan"), 96.0], 48.0))
    assert loose.tolist() == [0, 0, 2]


@pytest.mark.parametrize("within", [([0.0], 1.0), ([0.0, 1.0], -1.0), ([0.0, 1.0], float("nan"))])
def test_wrong_spans_are_refused(within):
    with pytest.raises(ValueError, match=r"plac|span"):
        average_link(2, [0], [1], [0.5], 0.5, within)


def test_a_pair_listed_twice_counts_once_with_its_higher_score():
    assert average_link(2, [0, 1, 0], [1, 0, 1], [0.2, 0.6, 0.3], 0.5).tolist() == [0, 0]


def test_no_items_and_no_pairs():
    assert average_link(0, [], [], [], 0.5).tolist() == []
    assert average_link(3, [], [], [], 0.5).tolist() == [0, 1, 2]
    assert average_link(2, [1], [1], [1.0], 0.5).tolist() == [0, 1]


def test_a_threshold_of_one_merges_only_certain_pairs():
    assert average_link(4, [0, 2], [1, 3], [1.0, 0.999], 1.0).tolist() == [0, 0, 2, 3]


@pytest.mark.parametrize(
    ("n", "left", "right", "score", "threshold"),
    [
        (2, [0], [2], [0.5], 0.5),
        (2, [-1], [1], [0.5], 0.5),
        (2, [0, 1], [1], [0.5], 0.5),
        (2, [0], [1], [float("nan")], 0.5),
        (2, [0], [1], [0.5], 0.0),
        (2, [0], [1], [0.5], float("nan")),
    ],
)
def test_wrong_arguments_are_refused(n, left, right, score, threshold):
    with pytest.raises(ValueError, match=r".+"):
        average_link(n, left, right, score, threshold)


@settings(deadline=None)
@given(graphs(), st.integers(1, 1000), st.integers(0, 500))
def test_discord_is_what_a_pair_that_is_not_listed_counts(graph, threshold, discord):
    n, pairs = graph
    left, right = [i for i, _ in pairs], [j for _, j in pairs]
    scores = [score / 1000 for score in pairs.values()]
    every = {(i, j): pairs.get((i, j), -discord) for i in range(n) for j in range(i + 1, n)}
    found = average_link(n, left, right, scores, threshold / 1000, discord=discord / 1000)
    assert found.tolist() == plain_average_link(n, every, threshold)


@settings(deadline=None)
@given(graphs(), st.integers(1, 1000), st.data())
def test_what_is_to_be_apart_is_apart_whatever_lies_between(graph, threshold, data):
    n, pairs = graph
    assume(pairs)
    foes = data.draw(st.lists(st.sampled_from(sorted(pairs)), unique=True, min_size=1))
    listed = list(pairs.items())
    data.draw(st.randoms()).shuffle(listed)
    scored = np.array([i for (i, _), _ in listed]), np.array([j for (_, j), _ in listed]), np.array([s for _, s in listed])
    rivals = {item: {a + b - item for a, b in foes if item in (a, b)} for pair in foes for item in pair}
    parts = divided(range(n), {item: item for item in rivals}, rivals, (*scored[:2], scored[2] / 1000), threshold / 1000)
    assert sorted(item for part in parts for item in part) == list(range(n))
    assert not any({a, b} <= set(part) for a, b in foes for part in parts)
    assert all(rivals.keys() & set(part) for part in parts)


@pytest.mark.parametrize("wrong", [{"discord": -0.1}, {"discord": float("nan")}])
def test_wrong_discord_is_refused(wrong):
    with pytest.raises(ValueError, match=r".+"):
        average_link(2, [0], [1], [0.5], 0.5, **wrong)
