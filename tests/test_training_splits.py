"""What the commands that train the models hold out: a page's site is never on both sides."""

from __future__ import annotations

from collections import Counter

import lxml.html
import numpy as np
import pytest
import regex as re
from hypothesis import given
from hypothesis import strategies as st

import cleaner
from cleaner.strip.reading.blocks import Block
from cleaner.train import (
    ablate,
    block_models,
    known_lines,
    made_languages,
    made_lines,
    made_pages,
    page_types,
    splits,
    strip,
    unknown_words,
    variants,
)
from cleaner.train.pages import SETS, Example, trained_on

SITES = st.lists(st.tuples(st.sampled_from(SETS), st.integers(0, 8)), max_size=30)


def page(source: str, group: str) -> Example:
    """A page of one block and four columns, the last of which grows."""
    rows = np.arange(4, dtype=np.float32)[None, :]
    return Example(f"{source}/{group}", source, "article", group, [], rows, np.ones(1, bool), "", True, [3])


@given(SITES)
def test_a_site_is_never_on_both_sides(found: list[tuple[str, int]]):
    pages = [page(source, f"site{site}") for source, site in found]
    for split in (splits.by_site, splits.by_set):
        tested: Counter[int] = Counter()
        for train, test in split(pages):
            assert not {one.group for one in train} & {one.group for one in test}
            tested.update(map(id, test))
        assert tested == Counter(map(id, pages))  # each page once


def test_what_grows_is_known_by_its_new_place_when_a_group_is_left_out():
    left = ablate.without(page("wcxb", "a.example"), ["text", "rules"], {"text": 2, "rules": 2}, "text")
    assert left.rows.tolist() == [[2.0, 3.0]]
    assert left.growing == [1]
    assert ablate.without(page("wcxb", "a.example"), ["text", "rules"], {"text": 2, "rules": 2}, "rules").growing == []


def site_of(number: int, lacking: bool = False) -> block_models.Labelled:
    """A page whose blocks are body where the first column is 1; the gold text may be ``lacking`` two of these."""
    rows = np.tile(np.array([[1.0, 0, 0, 2], [0.0, 0, 0, 2]], np.float32), (20, 1))
    body = rows[:, 0] == 1
    body[[20, 38]] = not lacking  # one amid the others, one behind them
    group = f"site{number}.example"
    blocks = [Block("This block has eight words and a stop.")] * len(rows)
    own = Example(f"wcxb/{group}", "wcxb", "article", group, blocks, rows, body, "", True, [3])
    kind = page_types.Example("wcxb", "article", group, rows[0], 1.0)
    return block_models.Labelled(own, own, kind, np.full(len(rows), 8.0))


@given(st.lists(st.booleans(), max_size=30))
def test_what_stands_amid_the_body_has_some_before_and_behind(body: list[bool]):
    near = block_models.AMID
    wanted = [any(body[max(0, at - near) : at]) and any(body[at + 1 : at + 1 + near]) for at in range(len(body))]
    assert block_models.amid(np.array(body, bool)).tolist() == wanted


def test_what_a_gold_text_seems_to_lack_does_not_train():
    pytest.importorskip("lightgbm")
    pages = [site_of(number, lacking=number == 7) for number in range(20)]
    found = block_models.with_doubts(pages, [])
    assert [page.group for page in found] == [page.group for page in pages]
    doubted = {page.group: np.flatnonzero(page.article.doubtful).tolist() for page in found}
    assert doubted == {page.group: [20] if page.group == "site7.example" else [] for page in pages}
    kept, weights = trained_on(found[7].article)
    assert np.flatnonzero(~kept).tolist() == [20]
    assert len(weights) == 39


def test_the_body_of_an_invented_page_stands_on_it():
    one_of_each = dict.fromkeys(made_pages.NUMBERS, 1)
    made = list(made_pages.pages(one_of_each))
    assert made == list(made_pages.pages(one_of_each))
    for page in made:
        article = cleaner.strip_html(page.html.encode())
        shown = "\n".join(cleaner.strip.restore(article))
        at = 0
        for line in page.gold.split("\n"):
            assert (at := shown.find(line.strip(), at) + 1), line
        assert article.title in page.html


def test_invented_lines_are_the_same_every_time_and_of_both_kinds():
    made = list(made_languages.pages(1))
    assert made == list(made_languages.pages(1))
    assert len({language for language, _, _ in made}) > 40
    english = [("en", *page) for page in made_lines.pages(20)]
    assert english == [("en", *page) for page in made_lines.pages(20)]
    for _, lines, kept in (*made, *english):
        assert len(lines) == len(kept)
        assert any(kept)
        assert all(line.strip() for line in lines)
    assert sum(not all(kept) for _, _, kept in english) >= 15


def test_a_variant_shows_the_same_and_says_nothing_by_its_names():
    html = (
        "<html><body><main id='story'><article class=\"post body\"><h1 class=title>Weir</h1><p class='body'>It broke.</p>"
        "</article></main><aside class='related'><p>More</p></aside></body></html>"
    )
    shown = lxml.html.fromstring(html).text_content()
    seen = set()
    for name in map(str, range(8)):
        made = variants.variant(html, name)
        assert made == variants.variant(html, name)
        page = lxml.html.fromstring(made)
        assert page.text_content() == shown
        (post,), (body,) = (page.xpath(path) for path in ("//*[*[1][self::h1]]", "//p[.='It broke.']"))
        assert post.get("class").split()[1] == body.get("class") and len(post.get("class").split()) == 2
        assert not {"post", "body", "story", "related"} & {
            word for element in page.iter() for value in element.values() for word in value.split()
        }
        seen.add(post.tag)
    assert seen == {"article", "div"}


LINES = ["Old Weir, at the 3rd lock", "Water fell: 4.5 metres in 2026. Nobody knew why."]


@pytest.mark.parametrize("capitals", [False, True])
@pytest.mark.parametrize("spaces", [False, True])
@pytest.mark.parametrize("shift", [0, 5])
def test_lines_in_other_letters_differ_from_their_own_in_the_letters_alone(capitals, spaces, shift):
    found = unknown_words.in_letters(LINES, capitals, spaces, shift)
    for line, other in zip(LINES, found, strict=True):
        own = line if spaces else line.replace(" ", "")
        assert len(other) == len(own)
        assert all(a == b if not a.isalpha() else a != b and b.isalpha() for a, b in zip(own, other, strict=True))
    assert any(letter.isupper() for letter in "".join(found)) is capitals


def test_lines_in_han_have_the_marks_and_no_spaces_of_such_a_language():
    head, text = unknown_words.in_han(LINES)
    assert unknown_words.in_han(LINES) == [head, text]
    assert re.fullmatch(r"\p{Han}{2,8}，\p{Han}{2,8} 3\p{Han}{2,8}", head, re.V1)
    assert re.fullmatch(r"\p{Han}+：4\.5 \p{Han}+ 2026。\p{Han}+。", text.replace("： ", "："), re.V1)


def test_a_page_in_unknown_words_has_the_labels_and_the_site_of_its_own():
    lines = ["Home", "Sport", "The weir at the old lock broke in the night, and the water fell by half.", "Share this"]
    page = strip.example("some", "en", lines, [False, False, True, False])
    found = known_lines.unknown(page)
    assert found is not None and found.fold == page.fold and found.body.tolist() == page.body.tolist()
    assert found.share < page.share and not {block.text for block in found.blocks} & set(lines)
    assert [one.name for one in known_lines.Variants.of([page]).unknown] == [found.name]
