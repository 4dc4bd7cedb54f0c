"""Whole books as one page: what a person would read from the first chapter to the last stays."""

from __future__ import annotations

import html
import random

import pytest

import cleaner

WHO = [
    "the ferryman",
    "Odile",
    "her brother",
    "the harbour master",
    "old Brask",
    "the widow",
    "a boy from the mill",
    "Nell",
]
DID = [
    "waited for",
    "looked at",
    "had never seen",
    "would not speak of",
    "carried",
    "left behind",
    "remembered",
    "counted",
]
WHAT = [
    "the lamps along the quay",
    "a letter",
    "the grey boat",
    "the last winter",
    "nine sacks of flour",
    "the bell",
    "a map",
]
WHERE = [
    "by the weir",
    "in the long shed",
    "under the second bridge",
    "on the stairs",
    "at the edge of the marsh",
    "at home",
]
WHEN = [
    "that morning",
    "for eleven years",
    "when the wind turned",
    "before the bells rang",
    "all through August",
    "at night",
]
SAID = ["said", "asked", "whispered", "answered"]


def book(seed: int, chapters: int = 12, paragraphs: int = 25) -> list[list[str]]:
    """The paragraphs of an invented novel, chapter by chapter; some are dialogue of a few words."""
    rng = random.Random(seed)

    def sentence() -> str:
        words = f"{rng.choice(WHO)} {rng.choice(DID)} {rng.choice(WHAT)} {rng.choice(WHERE)} {rng.choice(WHEN)}"
        return f"{words[0].upper()}{words[1:]}{rng.choice('..!')}"

    def paragraph() -> str:
        if rng.random() < 0.2:
            return f"“{sentence()[:-1]},” {rng.choice(SAID)} {rng.choice(WHO)}."
        return " ".join(sentence() for _ in range(rng.randint(2, 7)))

    return [[paragraph() for _ in range(paragraphs)] for _ in range(chapters)]


def page(chapters: list[list[str]], title: str) -> str:
    """A book as one page: a menu, the chapters under headings, a footer."""
    parts = []
    for number, paragraphs in enumerate(chapters, 1):
        parts.append(f"<h2>Chapter {number}</h2>" + "".join(f"<p>{html.escape(one)}</p>" for one in paragraphs))
    return (
        f"<html lang=en><head><title>{title} | Free books</title></head><body><div><a href=/>Home</a> <a href=/b>Books</a></div>"
        f"<h1>{title}</h1>{''.join(parts)}<div><a href=/c>Contact</a> <a href=/p>Privacy policy</a></div></body></html>"
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_paragraph_of_a_book_is_lost(seed):
    chapters = book(seed)
    article = cleaner.strip_html(page(chapters, "The Ferry at Willow Weir"))
    lines = set(article.text.splitlines())
    assert [one for chapter in chapters for one in chapter if one not in lines] == []
    assert article.title == "The Ferry at Willow Weir"
    assert not {"Home Books", "Contact Privacy policy"} & lines


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_paragraph_of_a_stored_book_is_lost(seed):
    chapters = book(seed)
    heads = [f"Chapter {number}" for number in range(1, len(chapters) + 1)]
    texts = ["\n\n".join([head, *paragraphs]) for head, paragraphs in zip(heads, chapters, strict=True)]
    lines = set(cleaner.strip_text("\n\n".join(["The Ferry at Willow Weir", *texts])).text.splitlines())
    assert [one for chapter in chapters for one in chapter if one not in lines] == []
