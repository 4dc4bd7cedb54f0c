"""The trained models of HTML pages: how likely a block is body.

``python -m cleaner.train.strip DATA_DIR`` makes the weights for articles (``html``), ``python -m
cleaner.train.other_pages DATA_DIR`` those for pages of other kinds (``other_pages``, and ``page_networks``, which read
each block amid its page), ``python -m cleaner.train.page_types DATA_DIR`` those that tell the kind. Columns that grow
with a page are cut off (``features.GROWING``), so that the body of a book is told like that of an article.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from resiliparse.extract.html2text import extract_plain_text

from cleaner.strip import features
from cleaner.strip.models import declared, page_type
from cleaner.strip.reading.blocks import Block, Outline
from cleaner.strip.rules import Rule
from cleaner.strip.weights import convolutions, trees, weight_files
from cleaner.strip.weights.convolutions import Network
from cleaner.strip.weights.trees import share_of

HTML_GROUPS = (
    "text words rules neighbours windows position tags ancestors names levels bodies candidates signatures member"
).split()
OTHER_GROUPS = (
    "text words rules neighbours windows position tags ancestors names levels bodies candidates signatures declared "
    "kind"
).split()
ALONE_THRESHOLD = 0.5
"""Probability from which a block is body by the articles' model alone. Tuned on the four page sets, each held out
whole."""
BOTH_KINDS = frozenset(("collection",))
"""Kinds other than articles that are judged by both models too: word F1 of collections +.007 on sites held out, while
that of forums and listings would fall."""
ALONE_KINDS = frozenset(("forum",))
"""Kinds of which a page that may be an article is judged as one by that model alone: with the other one too, on sites
held out, wcxb's articles lose .04 points of F1 and magic_forum gains .07, within noise, and invented pages whose menus
and teasers are cells of one table keep more of these."""
HTML_THRESHOLD = 0.55
"""Probability from which a block of an article is body by both models. On sites held out, against .5, fundus_eval and
magic_article gain .3 points of F1, readability loses .1, wcxb's articles .02."""
LEAST_LEFT = 0.5
"""Share of the words that the articles' model keeps which both must leave, else it alone is heard: a page that one
model holds for body and the other not is kept. 2 of 1,800 development pages."""
ARTICLE = 0.3
"""Probability from which a page is judged as an article. Invented pages with little of their own among others' teasers
are told as articles with .3 to .5, and it is the articles' model that drops these."""
SURE_ARTICLE = 0.8
"""Probability from which an article is taken for one and nothing else: its blocks are judged by one threshold."""
OPEN_ODDS = 1.5
"""Log-odds of a block up to which the other model is asked too: 16 of 100 blocks of an article. Beyond, on sites held
out, the mean of both never falls on the other side of .5."""
NETWORK_SHARE = 0.3
"""What the log-odds by the networks weigh beside those by the trees, on a page that may be no article. On sites held
out that brings word F1 of magic_forum +.019, of wcxb's other kinds +.008 (products and forums .015, listings .01); with
.4 forums and collections gain less. On articles it gains nothing (fundus_eval .000, magic_article -.001)."""
LOWEST, HIGHEST = 0.05, 0.6
"""Between them lies the probability from which a block is body of a page that is, or may be, of another kind. Tuned on
sites held out, with EASE: against .25 and no ease they bring word F1 of wcxb's collections +.065, listings +.02,
services and forums of magic_forum +.007, and cost other forums .001."""
EASE = {"listing": 0.7, "collection": 0.7, "documentation": 0.8, "service": 0.8}
OTHER_EASE = 0.9
"""What the threshold of largest expected F1 is lowered by, for what a page most likely is: the probabilities of such
pages are further from 0 and 1 than they should be, and more so where nobody would draw the body alike."""
MEMBER_START = 40
"""Characters by which a block is found in the extractor's text when its lines are cut otherwise."""
MEMBER_WORK = 500_000_000
"""Characters of the extractor's text that are looked through for such blocks, in all; a page of 1,000 of them and
as many characters as a book has needs that."""


def membership(html: str, blocks: Sequence[Block]) -> NDArray[np.float64]:
    """How much of each block resiliparse takes for main content: 1 as a line of its own, 0.8 inside one.

    A second parse of the page, and worth it: without these columns the articles' model alone, sites held out, loses .7
    points of F1 on fundus_eval, .9 on magic_article, .6 on readability, and gains .1 on wcxb's articles.
    """
    kept = extract_plain_text(
        html, main_content=True, comments=False, alt_texts=False, list_bullets=False, post_meta=False
    )
    lines: dict[str, int] = {}
    for line in kept.split("\n"):
        line = line.strip()
        if line:
            lines[line] = lines.get(line, 0) + 1
    member = np.zeros(len(blocks))
    looked = MEMBER_WORK
    for at, block in enumerate(blocks):
        left = lines.get(block.text, 0)
        if left:
            lines[block.text] = left - 1
            member[at] = 1.0
        elif len(block.text) >= MEMBER_START and looked > 0:
            found = kept.find(block.text[:MEMBER_START])
            looked -= len(kept) if found < 0 else found
            member[at] = 0.8 if found >= 0 else 0.0
    return member


@dataclass(frozen=True, slots=True)
class Judged:
    """What the models say of an HTML page."""

    probability: NDArray[np.float64]
    """For each block, that it is body."""
    threshold: float = HTML_THRESHOLD
    """Probability from which a block of this page is body."""
    article: bool = True
    """Whether it is judged as an article; else as a page of another kind."""
    page_type: str | None = None
    """The likeliest of ``page_type.TYPES``; None for a page without blocks."""
    page_type_probability: float | None = None


def judge(
    page: Outline, html: str, url: str | None, rules: Sequence[Rule | None], outside: Sequence[int] = ()
) -> Judged:
    """How likely each block of an HTML page is body, and what kind of page it is.

    ``html`` is the page's source, ``url`` its address, ``rules`` for each block the rule that matches it anywhere,
    ``outside`` the blocks that are known to be none of its own: the threshold is found without them.
    """
    if not page.blocks:
        return Judged(np.zeros(0))
    groups = features.of_html(page, rules)
    types = page_type.probabilities(page_type.of_page(page, html, url, groups))
    units = groups["text"][:, features.UNITS]

    def by_article() -> NDArray[np.float64]:
        own = features.of_article(groups, membership(html, page.blocks))
        return weight_files.trees("html").quick_log_odds(features.stack(own, HTML_GROUPS))

    def as_other(numbers: NDArray[np.intp] | None) -> NDArray[np.float32]:
        said = declared.columns(html, [block.text for block in page.blocks], units)
        own = {**features.of_other_page(groups, said), "kind": features.of_kind(types, len(page.blocks))}
        return features.stack(own if numbers is None else features.of_rows(own, numbers), OTHER_GROUPS)

    weighed = units
    if outside:
        weighed = units.copy()
        weighed[list(outside)] = 0
    def networks() -> tuple[Network, ...]:
        return weight_files.networks("page_networks")

    return by_both(types, weighed, by_article, as_other, weight_files.trees("other_pages"), networks)


def by_both(
    types: NDArray[np.float64],
    units: NDArray[np.float64],
    by_article: Callable[[], NDArray[np.float64]],
    as_other: Callable[[NDArray[np.intp] | None], NDArray[np.float32]],
    others: trees.Trees,
    networks: Callable[[], tuple[Network, ...]],
) -> Judged:
    """What the block models say of a page together.

    ``types`` are the probabilities of its kinds, ``units`` its blocks' words. ``by_article`` gives the log-odds of all
    blocks by the articles' model, ``as_other`` the features of the blocks with these numbers (None: of all) for the
    model of ``others``; each is asked only where it is needed, and so are the ``networks``, which see all rows of
    these; where there are none they are left out.
    """
    best = int(types.argmax())
    told = page_type.TYPES[best], round(float(types[best]), 4)
    article = float(types[page_type.ARTICLE])
    every = as_other(None) if article < SURE_ARTICLE else None

    def in_context(odds: NDArray[np.float64]) -> NDArray[np.float64]:
        if every is None or not networks():
            return odds
        return (1 - NETWORK_SHARE) * odds + NETWORK_SHARE * convolutions.mean_log_odds(networks(), every)

    if every is not None and article < ARTICLE:
        if told[0] in BOTH_KINDS:
            odds = (by_article() + others.log_odds(every)) / 2
        else:
            odds = others.quick_log_odds(every)
        body = share_of(in_context(odds))
        return Judged(body, threshold_of(body, units, told[0]), False, *told)

    def by_other(numbers: NDArray[np.intp]) -> NDArray[np.float64]:
        return others.log_odds(as_other(numbers) if every is None else every[numbers])

    body, threshold = of_article(by_article(), by_other, in_context, units, article, told[0])
    return Judged(body, threshold, True, *told)


def of_article(
    odds: NDArray[np.float64],
    by_other: Callable[[NDArray[np.intp]], NDArray[np.float64]],
    in_context: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    units: NDArray[np.float64],
    article: float,
    kind: str,
) -> tuple[NDArray[np.float64], float]:
    """For each block of a page that is judged as an article the probability that it is body, and from which it is.

    ``odds`` are the log-odds by the articles' model. Where these leave it open the other model is asked, ``by_other``
    with the blocks' numbers, and the two are averaged. ``in_context`` gives log-odds as what the networks say makes
    them. ``units`` are the blocks' words, ``article`` the probability that the page is one, ``kind`` what it most
    likely is. One that may well be something else gets the threshold of such pages where that is lower. On sites held
    out that is worth, in word F1, .5 to 1 point on magic_article and readability, .2 on wcxb's articles, 5 on its
    listings, 2 on its collections, 1 on its forums and services.
    """
    if kind in ALONE_KINDS:
        return share_of(in_context(odds)), ALONE_THRESHOLD
    rows = np.flatnonzero(np.abs(odds) < OPEN_ODDS)
    both = odds.copy()
    if len(rows):
        both[rows] = (odds[rows] + by_other(rows)) / 2
    body, alone = share_of(in_context(both)), share_of(odds)
    threshold = HTML_THRESHOLD
    if article < SURE_ARTICLE:
        threshold = min(threshold_of(body, units, kind), HTML_THRESHOLD)
    words = units + 1
    if words @ (body >= threshold) < LEAST_LEFT * (words @ (alone >= ALONE_THRESHOLD)):
        return alone, ALONE_THRESHOLD
    return body, threshold


def threshold_of(body: NDArray[np.float64], units: NDArray[np.float64], kind: str | None = None) -> float:
    """The probability from which the blocks of a page that is no article are body.

    Those are kept that give the largest expected F1 in words, as far as the probabilities are right (Lewis,
    "Evaluating and optimizing autonomous text classification systems", SIGIR 1995): such pages have bodies that nobody
    would draw alike. ``kind`` is what the page most likely is.
    """
    order = np.argsort(-body, kind="stable")
    words = units[order] + 1
    right = np.cumsum(body[order] * words)
    expected = 2 * right / (np.cumsum(words) + right[-1])
    best = float(body[order[int(np.argmax(expected))]]) * EASE.get(kind or "", OTHER_EASE)
    return min(max(best, LOWEST), HIGHEST)


def without(judged: Judged, blocks: Collection[int], units: Sequence[float]) -> Judged:
    """What is said of a page of another kind when these blocks are known to be no body: its threshold is another."""
    numbers = sorted(blocks)
    words, body = np.array(units, np.float64), judged.probability.copy()
    words[numbers] = body[numbers] = 0.0
    return replace(judged, threshold=threshold_of(body, words, judged.page_type))
