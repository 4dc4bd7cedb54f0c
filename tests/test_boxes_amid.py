"""Short articles with one small element in their middle that is body: a quotation, a section, some facts.

Sites put their letters, polls and teasers into elements of the same form, so that it is what they say that tells.
"""

from __future__ import annotations

import html
import itertools
import re
import tomllib
from pathlib import Path

import pytest

import cleaner

CASES = tomllib.loads((Path(__file__).parent / "cases" / "boxes_amid.toml").read_text(encoding="utf-8"))
BOXES = CASES["box"]
ARTICLES = CASES["article"]


def page(article: dict, box: str) -> str:
    """The article with the box after half of its paragraphs."""
    paragraphs = [f"<p>{html.escape(text, quote=False)}</p>" for text in article["paragraphs"]]
    half = len(paragraphs) // 2
    body = "".join([*paragraphs[:half], box, *paragraphs[half:]])
    title = article["title"]
    return (
        f"<!DOCTYPE html><html lang={article['lang']}><head><title>{title} | {article['site']}</title></head><body>"
        f"<nav><a href=/>{article['menu'][0]}</a> <a href=/n>{article['menu'][1]}</a></nav>"
        f"<article><h1>{title}</h1>{body}</article><footer>© 2025 {article['site']}</footer></body></html>"
    )


def lines_of(box: str) -> list[str]:
    return [html.unescape(text) for text in re.findall(r">([^<>]+)<", box)]


@pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article["lang"])
@pytest.mark.parametrize("frame", BOXES, ids=lambda box: box["name"])
def test_body_in_a_small_element_stays(article: dict, frame: dict) -> None:
    lost = []
    for head, (first, second) in itertools.product(article["heads"], article["said"]):
        box = frame["html"].format(h=html.escape(head), a=html.escape(first), b=html.escape(second))
        text = cleaner.strip_html(page(article, box)).text.split("\n")
        lost += [line for line in [*article["paragraphs"], *lines_of(box)] if line not in text]
    assert lost == []


@pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article["lang"])
def test_what_is_no_body_goes_from_a_small_element(article: dict) -> None:
    for box in article["goes"]:
        text = cleaner.strip_html(page(article, box)).text.split("\n")
        assert [line for line in lines_of(box) if line in text] == []
        assert [line for line in article["paragraphs"] if line not in text] == []
