"""Stored text broken at every link and bold word: what is joined for reading, and what is not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.strip.features import break_features
from cleaner.strip.models import inline_breaks
from cleaner.strip.reading import blocks
from cleaner.train import inline_breaks as training

PARAGRAPH = ["The council of", "Braunsburg", "voted for the", "new bridge", ", which will cost", "(", "almost", ") two million."]
WHOLE = "The council of Braunsburg voted for the new bridge, which will cost (almost) two million."


def joined(*lines):
    return inline_breaks.joined(blocks.from_text("\n".join(lines)))


def test_a_paragraph_is_one_line_and_what_stands_around_it_is_not():
    after = "The mayor had asked for it since the flood of last spring."
    whole, into = joined("Home", "Sport", "Council votes for bridge", *PARAGRAPH, after, "Share this article", "Facebook")
    lines = [line.text for line in whole]
    assert lines == ["Home", "Sport", "Council votes for bridge", WHOLE, after, "Share this article", "Facebook"]
    assert into == [0, 1, 2, *[3] * len(PARAGRAPH), 4, 5, 6]


def test_text_without_spaces_is_joined_without_any():
    lines = ["市議会は火曜日、", "新しい橋", "を架けることを決めた", "、市長が発表した。"]
    assert inline_breaks.together(lines) == "市議会は火曜日、新しい橋を架けることを決めた、市長が発表した。"


@pytest.mark.parametrize(
    "lines",
    [
        [],
        ["One line"],
        ["Home", "News", "Sport", "About us", "Contact"],
        ["Council votes for bridge", "By Anna Vogel", "12 March 2026", "The council of Braunsburg voted for the bridge."],
        ["The council voted for the bridge.", "„Wir haben lange gewartet“, sagte er.", "”Vi har väntat”, sade hon."],
    ],
)
def test_lines_of_their_own_stay_apart(lines):
    stored = blocks.from_text("\n".join(lines))
    assert inline_breaks.joined(stored) == (stored, list(range(len(stored))))


def test_nothing_is_joined_across_a_blank_line():
    whole, _ = joined("The council voted for the", "", "new bridge", ", which will cost two million.")
    assert whole[0].text == "The council voted for the"


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\n"), min_size=1, max_size=60), max_size=30))
@settings(max_examples=60, deadline=None)
def test_joining_loses_no_character(lines):
    stored = blocks.from_text("\n".join(lines))
    whole, into = inline_breaks.joined(stored)
    assert into == sorted(into) and len(into) == len(stored)
    after, before = ("".join(line.text for line in form).replace(" ", "") for form in (whole, stored))
    assert after == before


def test_a_file_that_holds_no_words_is_told(tmp_path):
    with (tmp_path / "words.npz").open("wb") as stream:
        np.savez(stream, steps=np.zeros((2, 3), np.int8))
    with pytest.raises(ValueError, match="holds no words"):
        break_features.read_words(tmp_path / "words.npz")


def test_words_are_saved_as_they_are_read(tmp_path):
    known = break_features.shipped_words()
    known.save(tmp_path / "words.npz")
    again = break_features.read_words(tmp_path / "words.npz")
    assert np.array_equal(again.begins, known.begins) and np.array_equal(again.ends, known.ends)
    assert known.ends[break_features.last_bucket("of")] > 2 > known.ends[break_features.last_bucket("Facebook")]


def test_training_sees_the_text_nodes_that_a_page_shows_and_the_blocks_they_stand_in():
    page = (
        "<html><head><title>T</title><style>p { color: red }</style></head><body><p>The <b>old</b> bridge &amp; "
        "the <a href='/x'>new one</a>.<!-- a comment --> Both stand.</p><script>var x = 1</script><p>More\x0c</p></body></html>"
    )
    lines, block = training.nodes(page)
    assert lines == ["The", "old", "bridge & the", "new one", ".", "Both stand.", "More"]
    assert block == [0] * 6 + [1]
    assert training.nodes("") == ([], [])


def test_a_page_in_another_script_has_as_many_lines_of_as_many_letters():
    pages = [
        training.Broken(["The Old", f"bridge {n}."], np.array([True]), [f"The Old bridge {n}."], 0) for n in range(30)
    ]
    found = [training.in_another_script(page) for page in pages]
    assert all(len("".join(page.lines).replace(" ", "")) == len("".join(page.blocks).replace(" ", "")) for page in found)
    assert [[len(line.replace(" ", "")) for line in page.lines] for page in found] == [
        [len(line.replace(" ", "")) for line in page.lines] for page in pages
    ]
    assert {any(map(str.isupper, page.lines[0])) for page in found} == {False, True}
    assert {" " in page.lines[0] for page in found} == {False, True}
    assert not any("bridge" in page.blocks[0].lower() for page in found)


def test_a_paragraph_has_an_end_and_so_has_what_the_network_is_asked_about():
    endless = ["the council of"] * 2_000
    _, into = joined(*endless)
    assert max(into.count(at) for at in set(into)) <= inline_breaks.MOST_JOINED and len(into) == len(endless)
    many = blocks.from_text("the council of\n" * (inline_breaks.MOST_LINES + 1))
    assert inline_breaks.joined(many)[0] == many
