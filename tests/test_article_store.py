"""A store on disk gives back what was put on it, as one in memory does."""

from __future__ import annotations

import dataclasses
import multiprocessing

from hypothesis import given
from hypothesis import strategies as st

from cleaner.article_store import ArticleStore, FileArticleStore
from cleaner.collapse import levels
from cleaner.records import Article

texts = st.text(st.characters(), max_size=40)
articles = st.builds(
    Article,
    id=st.sampled_from(["a", "b", "a#2", "ä", "\ud800"]),
    text=texts,
    url=st.none() | texts,
    title=st.none() | texts,
    date=st.none() | st.sampled_from(["2026-03-02", "2026-03-02T08:00"]),
    lang=st.none() | st.sampled_from(["en", "de"]),
    site=st.none() | st.sampled_from(["one.example", "two.example"]),
    origin=texts,
    extra=st.dictionaries(texts, st.none() | st.integers() | texts | st.lists(st.booleans())),
)


def both(folder, found):
    on_disk, in_memory = FileArticleStore(folder), ArticleStore(found)
    for article in found:
        on_disk.add(article)
    return on_disk, in_memory


@given(st.lists(articles, max_size=8), st.integers(1, 4))
def test_what_is_put_on_it_comes_back(tmp_path_factory, found, size):
    on_disk, in_memory = both(tmp_path_factory.mktemp("store"), found)
    assert list(on_disk) == list(in_memory) == found
    assert on_disk.headers == in_memory.headers
    assert [article for portion in on_disk.portions(size) for article in portion] == found
    assert on_disk[1:3] == found[1:3]
    on_disk.close()


@given(st.lists(articles, max_size=8), st.randoms(use_true_random=False))
def test_both_are_put_in_one_order_with_ids_apart(tmp_path_factory, found, draw):
    shuffled = draw.sample(found, len(found))
    stores = both(tmp_path_factory.mktemp("store"), shuffled)
    changed = [levels.ordered(store) for store in stores]
    assert changed[0] == changed[1]
    assert list(stores[0]) == list(stores[1])
    again = ArticleStore(found)
    levels.ordered(again)
    assert list(again) == list(stores[1])
    assert len({article.id for article in again}) == len(found)
    for store in stores:
        store.close()


def test_a_replaced_article_is_the_new_one_in_other_processes_too(tmp_path):
    store = FileArticleStore(tmp_path)
    for number in range(5):
        store.add(Article(f"a{number}", f"text {number}"))
    store.replace(2, dataclasses.replace(store[2], text="another"))
    store.rename(3, "renamed")
    store.arrange([4, 3, 2])
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        (seen,) = pool.map(list, store.portions())
    assert [(article.id, article.text) for article in seen] == [("a4", "text 4"), ("renamed", "text 3"), ("a2", "another")]
    assert [(header.id, header.length) for header in store.headers] == [("a4", 6), ("renamed", 6), ("a2", 7)]
    assert [article.id for article in store.some([2, 0])] == ["a2", "a4"]
    store.close()
