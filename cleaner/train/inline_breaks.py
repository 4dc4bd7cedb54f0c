"""Trains what tells lines broken at links and bold words: ``python -m cleaner.train.inline_breaks DATA_DIR``.

DATA_DIR as for ``cleaner.train.strip``; of its labelled pages only the HTML is read. Each page is a text twice: with a
line for each of its text nodes, where one goes on in the next if both stand in one block, and with a line for each
block, where none does. Writes ``inline_breaks.npz`` and ``break_words.npz`` beside strip (the same bytes from the same
data on one machine) and prints how the ends of lines are told of sites not seen. Needs the extra [train]; takes a
quarter of an hour on one core, a quarter of it with ``--weights-only``.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import lxml.etree
import lxml.html
import numpy as np
import xxhash
from numpy.typing import NDArray

from cleaner.records import Page
from cleaner.strip.features import break_features
from cleaner.strip.features.break_features import Words
from cleaner.strip.models import inline_breaks
from cleaner.strip.reading.blocks import squeeze
from cleaner.strip.weights import convolutions
from cleaner.strip.weights.convolutions import Network
from cleaner.train import networks, page_types, unknown_words
from cleaner.train.command import make_weights
from cleaner.train.pages import FOLDS, fold_of, group_of, opened

SETTINGS = networks.Settings(size=32, hidden=32, epochs=5, decay=0.02, dropped=0.1, unseen=0.05)
"""Judged by pages of sites not seen: of 100 lines that go on 74 are told, of 100 that are told 88 do. Trees upon the
same columns and those of two lines more told 71 of 100 likewise, and without ``Words`` 85 of 100 told were right."""
SEEDS = (0,)
MOST_ENDS = 300
"""Line ends of a text from which on it weighs no more in training."""
ANOTHER_SHARE = 0.5
"""What a page weighs in another script; most labelled pages are English."""
MOST_WORDS, LINK_WORDS = 9, 3
"""Words before and in a link that a line is broken at further, at most."""
PRIOR = 5.0
"""Times that every word has stood at the beginnings, ends and inside of blocks as all words do, besides its own."""
MOST_TIMES = 20
"""Times that one page says so of a word."""
MARK = "\ue123"
"""Stands before each text node of a page while its blocks are read; a private character of no page."""
UNREAD = frozenset(("script", "style", "title", "textarea", "noscript", "template", "option"))
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Broken(NamedTuple):
    """One page as two texts."""

    lines: list[str]
    """Its text nodes."""
    goes_on: NDArray[np.bool_]
    """For the end of each but the last whether its sentence goes on in the next."""
    blocks: list[str]
    fold: int


def nodes(html: str) -> tuple[list[str], list[int]]:
    """The text nodes of a page that it shows, as strip reads it, and the number of the block that each stands in."""
    clean = _NOT_XML.sub(" ", html)
    parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=True)
    try:
        root = lxml.html.document_fromstring(clean.encode(), parser=parser)
    except lxml.etree.ParserError:
        return [], []
    for element in root.iter():
        if isinstance(element.tag, str) and element.tag not in UNREAD:
            element.text = _marked(element.text)
        element.tail = _marked(element.tail)
    found = opened(Page("", "", html=lxml.html.tostring(root, encoding="unicode")))
    blocks = found.outline.blocks if found is not None else []
    parts = ((part, at) for at, block in enumerate(blocks) for part in block.text.split(MARK))
    pairs = [(line, at) for part, at in parts if (line := squeeze(part))]
    return [line for line, _ in pairs], [at for _, at in pairs]


def _marked(text: str | None) -> str | None:
    return MARK + _NOT_XML.sub(" ", text) if text and not text.isspace() else text


def pages(folder: Path) -> list[Broken]:
    """The labelled pages that show some text."""
    return [page for _, _, row in page_types.rows(folder) if (page := _broken(row)).lines]


def _broken(row: dict[str, Any]) -> Broken:
    html = str(row["html"])
    lines, block = nodes(html)
    number = np.array(block, np.intp)
    ends = np.flatnonzero(np.diff(number))
    blocks = [" ".join(lines[at] for at in own) for own in np.split(np.arange(len(lines)), ends + 1)]
    return Broken(lines, number[1:] == number[:-1], blocks, fold_of(group_of(str(row["id"]), row.get("url"), html)))


def words(found: Iterable[Broken]) -> Words:
    """How often words begin and end the blocks of these pages."""
    beginning, behind, ending, before = (np.zeros(2**break_features.BITS) for _ in range(4))
    for page in found:
        own = [block.split(" ") for block in dict.fromkeys(page.blocks)]
        first, last = break_features.first_bucket, break_features.last_bucket
        _count(beginning, [first(line[0]) for line in own])
        _count(behind, [first(word) for line in own for word in line[1:]])
        _count(ending, [last(line[-1]) for line in own])
        _count(before, [last(word) for line in own for word in line[:-1]])
    return Words(_odds(behind, beginning), _odds(before, ending))


def _count(times: NDArray[np.float64], buckets: Sequence[int]) -> None:
    times += np.minimum(np.bincount(np.array(buckets, np.intp), minlength=len(times)), MOST_TIMES)


def _odds(inside: NDArray[np.float64], outside: NDArray[np.float64]) -> NDArray[np.float32]:
    """For each bucket the log-odds of the inside beside those of all words."""
    share = inside.sum() / (inside.sum() + outside.sum())
    odds = np.log((inside + PRIOR * share) / (outside + PRIOR * (1 - share)))
    return np.asarray(odds - np.log(share / (1 - share)), np.float32)


def texts_of(page: Broken, known: Words) -> Iterator[networks.Text]:
    """The texts of a page that the network is asked about: by its text nodes, by its blocks."""
    none = np.zeros(max(0, len(page.blocks) - 1), bool)
    for lines, goes_on in ((page.lines, page.goes_on), (page.blocks, none)):
        if inline_breaks.may_begin_amid(lines):
            weight = np.full(len(goes_on), min(1.0, MOST_ENDS / len(goes_on)))
            yield networks.Text(break_features.of_breaks(lines, known), goes_on, weight)


def in_another_script(page: Broken) -> Broken:
    """A page in words that nobody knows: of a script without capitals, of one without spaces either, or of a language
    that sets capitals to nouns, as is told by what it says."""
    kind = xxhash.xxh3_64_intdigest("\n".join(page.blocks).encode()) % 3
    lines, blocks = (unknown_words.in_letters(part, kind == 2, kind != 1) for part in (page.lines, page.blocks))
    return page._replace(lines=lines, blocks=blocks)


def broken_further(page: Broken) -> Broken:
    """A page whose longer lines are broken at two places more, which their words tell: as links might be set."""
    lines: list[str] = []
    goes_on: list[bool] = []
    for line, on in zip(page.lines, [*page.goes_on.tolist(), False], strict=True):
        words = line.split(" ")
        chance = xxhash.xxh3_64_intdigest(line.encode())
        start = 1 + chance % MOST_WORDS
        stop = start + 1 + chance // MOST_WORDS % LINK_WORDS
        parts = [words[:start], words[start:stop], words[stop:]] if len(words) > stop else [words]
        lines += map(" ".join, parts)
        goes_on += [*[True] * (len(parts) - 1), on]
    return page._replace(lines=lines, goes_on=np.array(goes_on[:-1], bool))


def fit(found: Sequence[Broken]) -> tuple[tuple[Network, ...], Words]:
    """The networks of these pages, and the words. A page's words are counted on pages of other sites."""
    texts: list[networks.Text] = []
    for fold in sorted({page.fold for page in found}):
        known = words(page for page in found if page.fold != fold)
        for page in (page for page in found if page.fold == fold):
            texts += texts_of(page, known)
            variants = texts_of(in_another_script(broken_further(page)), known)
            texts += [text._replace(weight=ANOTHER_SHARE * text.weight) for text in variants]
    unbounded = np.full(texts[0].rows.shape[1], np.inf)
    return networks.fit(texts, unbounded, SEEDS, SETTINGS), words(found)


def make(found: Sequence[Broken], folder: Path) -> None:
    """Write the weights."""
    fitted, known = fit(found)
    convolutions.save(fitted, folder / "inline_breaks.npz")
    known.save(folder / "break_words.npz")


def measure(found: Sequence[Broken]) -> None:
    """Print how the line ends of sites not seen are told."""
    broken: list[NDArray[np.bool_]] = []
    whole: list[NDArray[np.bool_]] = []
    for fold in range(FOLDS):
        fitted, known = fit([page for page in found if page.fold != fold])
        for page in (page for page in found if page.fold == fold):
            for text in texts_of(page, known):
                told = convolutions.mean_log_odds(fitted, text.rows) >= inline_breaks.LEAST_ODDS
                (broken if text.told.any() else whole).append(np.stack([told, text.told]))
    told, true = np.concatenate(broken, axis=1)
    print(f"{len(broken)} texts by text nodes: of {int(true.sum())} lines that go on {told[true].mean():.3f} are told,")
    print(f"of those told {true[told].mean():.3f} are right; {len(whole)} texts without such lines: of ", end="")
    told, _ = np.concatenate(whole, axis=1)
    print(f"{len(told)} lines {told.mean():.5f} are told")


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    return make_weights(
        "cleaner.train.inline_breaks",
        __doc__,
        pages,
        make,
        measure,
        arguments,
    )


if __name__ == "__main__":
    sys.exit(main())
