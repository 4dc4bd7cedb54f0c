"""Blocks of an HTML page that are of no part of what it is about, by the elements that they stand in."""

from __future__ import annotations

from collections.abc import Sequence

from cleaner.strip.models import page_models
from cleaner.strip.models.page_models import Judged
from cleaner.strip.reading.blocks import Outline
from cleaner.strip.rules import count_words
from cleaner.strip.structure.outside import below_declared, consent_boxes, next_article, side_boxes, signatures


def of_page(
    outline: Outline, html: str, judged: Judged, titles: Sequence[str], consent: Sequence[int]
) -> tuple[Judged, dict[int, str]]:
    """The blocks that are outside, by their numbers, and the rule that says so of each; and what the models say of the
    page once boxes beside its subject are left out of account.

    ``html`` is the page's source, ``titles`` are the wordings of its headline, ``consent`` the blocks of boxes that ask
    for consent.
    """
    texts = [block.text for block in outline.blocks]
    kept = (judged.probability >= judged.threshold).tolist()
    if consent and not consent_boxes.leave_enough(outline, consent, kept):
        consent = []
    beyond = below_declared.blocks(html, texts, kept) if judged.article else range(0)
    others = next_article.blocks_of_others(outline, titles if judged.article else [])
    found = dict.fromkeys(beyond, "outside.below-declared") | dict.fromkeys(others, "outside.next-article")
    found |= dict.fromkeys(consent, "outside.consent")
    if not judged.article and (beside := side_boxes.boxes_in(outline, judged.page_type)):
        boxed = set(consent)
        units = [0 if i in boxed else count_words(text) for i, text in enumerate(texts)]
        if aside := side_boxes.doubtful(beside, units, judged.probability.tolist(), judged.threshold):
            judged = page_models.without(judged, [*aside, *consent], units)
            found = {i: f"outside.{what}" for i, what in aside.items()} | found
    if judged.page_type == "forum" and (judged.page_type_probability or 0.0) >= signatures.SURE_FORUM:
        found |= dict.fromkeys(signatures.blocks(outline), "outside.signature")
    return judged, found
