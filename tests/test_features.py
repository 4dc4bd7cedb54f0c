"""Blocks of pages, their features, and the probabilities that the shipped models give them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cleaner
from cleaner.strip import features
from cleaner.strip.decisions import decide
from cleaner.strip.features import gram_features, text_features
from cleaner.strip.models import line_models, page_models
from cleaner.strip.reading import blocks, outlines, parsing, wrapped
from cleaner.strip.reading.blocks import Block, Outline

SENTENCE = "The harbour board said on Monday that the old quay would be closed for repairs until the spring. "


def page(html: str) -> Outline:
    root = parsing.parse(html)
    assert root is not None
    return outlines.outline(root)


def probabilities(html: str) -> dict[str, float]:
    outline = page(html)
    found = page_models.judge(outline, html, None, [None] * len(outline.blocks)).probability
    assert len(found) == len(outline.blocks)
    return dict(zip((block.text for block in outline.blocks), found.tolist(), strict=True))


# ---- blocks


def test_the_outline_says_where_a_block_stands():
    outline = page(
        "<title>Quay closed</title><body><div class='wrap' id=top><p>One <b>two</b></p>"
        "<aside hidden><p><a href=x>Three</a></p></aside></div>"
    )
    one, three = outline.blocks
    assert (one.text, one.tag, one.link_share) == ("One two", "p", 0.0)
    assert one.bold_share == pytest.approx(3 / 7)
    assert (three.text, three.link_share) == ("Three", 1.0)
    wrap = outline.parents[one.container]
    assert (outline.tags[wrap], outline.classes[wrap], outline.names[wrap]) == ("div", "wrap", "top")
    assert (outline.starts[wrap], outline.ends[wrap]) == (0, 2)
    assert outline.hidden[three.container] and not outline.hidden[one.container]
    assert outline.title == "Quay closed"


def test_the_outline_is_a_tree_in_document_order():
    outline = page("<body>a<div>b<ul><li>c<li>d</ul>e</div><table><tr><td>f<td>g</table>h")
    for at, parent in enumerate(outline.parents):
        assert parent < at
        if parent >= 0:
            assert outline.starts[parent] <= outline.starts[at] <= outline.ends[at] <= outline.ends[parent]
    for at, block in enumerate(outline.blocks):
        assert outline.starts[block.container] <= at < outline.ends[block.container]
    assert [block.text for block in outline.blocks] == ["a", "b", "c", "d", "e", "f | g", "h"]


def test_a_row_of_empty_cells_is_no_block():
    assert [b.text for b in page("<body><table><tr><td><td><td></tr><tr><td>a<td>b</tr></table>").blocks] == ["a | b"]


def test_deep_nesting_needs_no_recursion():
    outline = page("<body>" + "<div>" * 1500 + "deep" + "</div>" * 1500)
    assert [block.text for block in outline.blocks] == ["deep"]


def test_control_characters_and_noncharacters_are_left_out():
    assert [b.text for b in page("<body><p>a\x00b\x0bc\ufffe\uffffd</p>").blocks] == ["abcd"]


# ---- characters and words


@pytest.mark.parametrize(
    ("line", "units", "last", "sentences"),
    [
        ("ฝายเก่าพัง", 2, text_features.UNSPACED, 0),
        ("ฝายเก่าของบ้านริมคลองพังลงเมื่อเช้ามืดวันอังคารที่ผ่านมา น้ำไหลออกหมด", 13.6, text_features.STOP, 0),
        ("Հին ամբարտակը փլվեց։", 3, text_features.STOP, 1),
        ("Hello World, this is (fine).”", 5, text_features.STOP, 0),
        ("One. Two! Three", 3, text_features.LETTER, 2),
        ("Version 2.5 of it:", 5, text_features.COLON, 0),
        ("他们说很好。我们也说", 4.5, text_features.WIDE, 1),
        ("— —", 0, text_features.OTHER, 0),
        ("😀 ok", 1, text_features.LETTER, 0),
    ],
)
def test_what_is_counted(line, units, last, sentences):
    texts = text_features.read([line])
    assert (round(texts.units[0], 3), texts.last[0], texts.sentences[0]) == (units, last, sentences)


def test_upper_and_lower_case_are_one_word_and_order_makes_another():
    key = text_features.read(["Übung übung gnubü"]).words.key
    assert key[0] == key[1] != key[2]


# ---- both models


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(min_size=1, max_size=60), max_size=30))
def test_any_lines_have_probabilities(lines):
    stored = blocks.from_text("\n".join(lines))
    found = line_models.line_probability(stored, [None] * len(stored))
    assert found.shape == (len(stored),)
    assert ((found >= 0) & (found <= 1)).all()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["<p>", "<div class='a b'>", "<li>", "</div>", "<table><td>", "<a>", "<h1>", "<br>"]),
            st.text(max_size=20),
        ),
        max_size=30,
    )
)
def test_any_page_has_probabilities(pieces):
    html = "<body>x" + "".join(tag + text for tag, text in pieces)
    outline = page(html)
    found = page_models.judge(outline, html, None, [None] * len(outline.blocks)).probability
    assert found.shape == (len(outline.blocks),)
    assert ((found >= 0) & (found <= 1)).all()


def test_no_blocks_no_probabilities():
    assert page_models.judge(Outline(), "", None, []).probability.shape == (0,)
    assert line_models.line_probability([], []).shape == (0,)


def test_paragraphs_of_an_article_are_body_and_its_menu_is_not():
    menu = "".join(f"<li><a href=/{name}>{name}</a></li>" for name in ("Home", "Sport", "Weather", "Contact us"))
    paragraphs = [SENTENCE * 2 + f"Ship number {number} had to leave." for number in range(8)]
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    found = probabilities(
        f"<html><head><title>Quay closed</title></head><body><nav class=menu><ul>{menu}</ul></nav><h1>Quay closed</h1>"
        f"<article class=story-body>{body}</article><footer><a href=/terms>Terms of use</a></footer></body></html>"
    )
    assert min(found[text] for text in paragraphs) > page_models.HTML_THRESHOLD
    assert max(found[name] for name in ("Home", "Sport", "Weather", "Contact us", "Terms of use")) < 0.2


def test_lines_of_an_article_are_body_and_the_menu_above_is_not():
    paragraphs = [SENTENCE * 2 + f"Ship number {number} had to leave." for number in range(8)]
    lines = [
        "Home",
        "Sport",
        "Weather",
        "Contact us",
        "Old quay closed until spring",
        *paragraphs,
        "Terms of use",
        "© 2026",
    ]
    stored = [Block(line, gap=False) for line in lines]
    found = line_models.line_probability(stored, decide.anywhere(lines, "en"))
    assert found[5:13].min() > line_models.LINE_THRESHOLD
    assert max(*found[:4], *found[13:]) < line_models.LINE_THRESHOLD


def grown(times: int) -> list[str]:
    """Ten paragraphs of an article, then as many times more of the same kind."""
    nouns = "quay harbour ferry warehouse chapel mill orchard ropewalk lighthouse granary".split()
    verbs = "closed reopened flooded burned painted sold rented moved mended counted".split()
    return [
        f"The {nouns[number % 10]} of berth {number} was {verbs[number // 10 % 10]} on Monday, the board said, and the "
        f"owners of {number % 7 + 2} boats, who had asked for more time, were told that nothing could be done before spring."
        for number in range(10 * times)
    ]


@pytest.mark.parametrize("times", [1, 10, 100])
@pytest.mark.parametrize("between", ["<p>", "<br><br>", None])
def test_what_was_body_stays_body_when_the_page_grows(between, times):
    paragraphs = grown(times)
    menu, foot = (
        ["Home", "Sport", "Weather", "Contact us"],
        ["Share this article", "Related stories", "Terms of use", "© 2026 The Ledger"],
    )
    if between is None:
        kept = cleaner.strip_text("\n".join([*menu, "Old quay closed until spring", *paragraphs, *foot])).text
    else:
        links = "".join(f"<li><a href=/{name}>{name}</a></li>" for name in menu)
        end = "".join(f"<a href=/{name}>{name}</a><br>" for name in foot)
        kept = cleaner.strip_html(
            f"<title>Old quay closed until spring</title><body><nav><ul>{links}</ul></nav><h1>Old quay closed until spring</h1><div class=text>"
            f"{between.join(['', *paragraphs])}</div><footer>{end}</footer>"
        ).text
    assert [line for line in kept.split("\n") if line] == paragraphs


def test_the_same_paragraph_a_thousand_times_is_kept_a_thousand_times():
    assert cleaner.strip_text("\n".join([SENTENCE.strip()] * 1000)).text.count("harbour board") == 1000


def test_large_pages_are_bounded():
    stored = [Block(f"line {number} of a long list", gap=False) for number in range(20_000)]
    stored.append(Block("word " * 20_000, gap=False))
    assert line_models.line_probability(stored, [None] * len(stored)).shape == (20_001,)


def test_groups_join_in_the_order_asked_for():
    groups = features.of_text([Block("One line."), Block("Another one.")], [None, None])
    joined = features.stack(groups, ("words", "text"))
    assert joined.dtype == np.float32
    assert np.array_equal(joined[:, :2], groups["words"].astype(np.float32))
    assert np.array_equal(joined[:, 2:], groups["text"].astype(np.float32))


WRAPPED = """\
Nobody had counted the pear trees of Vessel for as long as anyone who
lives there can think back. A class of the school did it in one week
and came to eleven thousand, which is more than the town has people.

The mayor wants to know who owns them, and has put the question to a
lawyer in the county town. The lawyer has asked for a map, and there
is none. A pupil of the class has offered to draw one by Easter, if
somebody lends her a ladder.
"""


def test_hard_wrapped_paragraphs_are_read_as_one_and_kept_as_they_were_stored():
    lines = blocks.from_text(WRAPPED)
    joined, into = wrapped.joined(lines)
    assert [line.text for line in joined] == [" ".join(part.split()) for part in WRAPPED.strip().split("\n\n")]
    assert into == [0, 0, 0, 1, 1, 1, 1]
    assert wrapped.spread(["keep", "cut"], into) == ["keep"] * 3 + ["cut"] * 4


@pytest.mark.parametrize("text", ["", "one line", "Home\nNews\nSport\nA longer line of the menu, with a comma\n" * 5])
def test_lines_that_were_not_wrapped_stay_apart(text):
    lines = blocks.from_text(text)
    assert wrapped.joined(lines) == (lines, list(range(len(lines))))


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\n"), min_size=1, max_size=90), max_size=30))
@settings(max_examples=60, deadline=None)
def test_joining_loses_no_word(lines):
    stored = blocks.from_text("\n".join(lines))
    joined, into = wrapped.joined(stored)
    assert len(into) == len(stored)
    assert " ".join(b.text for b in joined).split() == " ".join(b.text for b in stored).split()


# ---- wording


@given(st.lists(st.text(max_size=120), min_size=1, max_size=20))
@settings(max_examples=50, deadline=None)
def test_the_wording_of_a_line_is_read_by_itself(lines):
    """Whatever stands around a line, its n-grams and their log-odds are its own."""
    weights = gram_features.shipped()
    together = gram_features.log_odds(lines, weights)
    alone = [gram_features.log_odds([line], weights)[0] for line in lines]
    assert together == pytest.approx(alone)


def test_wording_counts_in_english_only():
    stored = [Block(line) for line in (SENTENCE, "Subscribe to our newsletter", SENTENCE, SENTENCE)]
    rules = [None] * len(stored)
    plain, english = line_models.line_probability(stored, rules), line_models.line_probability(stored, rules, "en")
    assert (line_models.line_probability(stored, rules, "fi") == plain).all()
    prose, plea = gram_features.log_odds([SENTENCE, "Subscribe to our newsletter"], gram_features.shipped())
    assert prose > plea
    assert (english != plain).any() and english[2:].min() > max(english[1], line_models.LINE_THRESHOLD)
    plea, *prose = ["Subscribe to our newsletter", SENTENCE.strip(), SENTENCE.replace("quay", "mole").strip()]
    assert cleaner.strip_text("\n".join((prose[0], plea, prose[1]))).text.split("\n") == prose


def test_lines_of_a_short_text_need_be_less_sure():
    short = [Block("The mayor opened the mill on Sunday.")] * 3
    long = [Block(SENTENCE)] * 30
    even = np.full(33, 0.5)
    assert line_models.threshold_of(even[:3], short) == line_models.SHORT_THRESHOLD
    assert line_models.threshold_of(even[:30], long) == line_models.LINE_THRESHOLD
    assert line_models.threshold_of(np.full(33, 0.01), [*short, *long]) == line_models.SHORT_THRESHOLD
