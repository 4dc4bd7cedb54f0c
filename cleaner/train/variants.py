"""Variants of labelled pages, as sites would have them that say nothing by their names.

Of every page one: each class and id (in quotes) is another word without meaning, the same for the same name, and on
half of the pages ``article``, ``main``, ``aside`` and the like are ``div``. What a page shows, and so what of it is
body, stays as it was. A few hundred sites share the class names of a few systems; models that learn from these alone
lean on them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import xxhash

SHARE = 0.5
"""What a variant weighs beside a page in training. F1 on sites held out, by the models alone (fundus_eval,
magic_article, readability, wcxb's articles, its other kinds, magic_forum): pages only .9562 .8741 .9497 .9543 .7760
.7839; with invented ones .9519 .8812 .9456 .9530 .7770 .7781; with these and variants that weigh 1 .9541 .8838 .9474
.9547 .7752 .7769; variants that weigh 0.5, and invented ones in the articles' model only .9562 .8806 .9487 .9550 .7774
.7854; the last with the seeds of ``block_models``, as ``python -m cleaner.train.other_pages DATA_DIR`` prints it, .9535
.8807 .9463 .9536 .7752 .7899."""
_START = re.compile(r"<[a-zA-Z][^<>]*>")
_NAMED = re.compile(r"""(\s(?:class|id)\s*=\s*)(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_STRUCTURE = re.compile(r"(</?)(?:article|main|aside|section|header|footer|figure|nav)(?=[\s>/])", re.IGNORECASE)


def of_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row of a labelled page with the source of its variant."""
    return {**row, "html": variant(str(row["html"]), row["id"])}


def variant(html: str, name: str) -> str:
    """The source of a page's variant; ``name`` is the page's, which decides over its words and elements."""

    def word(old: str) -> str:
        return f"_{xxhash.xxh3_64_hexdigest(f'{name} {old}'.encode())[:6]}"

    def renamed(found: re.Match[str]) -> str:
        words = (found[2] or found[3] or "").split()
        return f'{found[1]}"{" ".join(map(word, words))}"'

    html = _START.sub(lambda found: _NAMED.sub(renamed, found[0]), html)
    plain = xxhash.xxh3_64_intdigest(name.encode()) % 2 == 1
    return _STRUCTURE.sub(r"\1div", html) if plain else html
