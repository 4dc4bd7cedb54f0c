"""An HTML page's own title: the choice among what it shows and what it declares.

Candidates are the page's h1, its og:title and its ``<title>``, each of these also without parts at its ends (the
site's name, a section, a kicker). Each is weighed by a few named cues; the heaviest is the title.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache, partial
from html import unescape
from itertools import islice
from urllib.parse import unquote, urlsplit

import lxml.html
import regex

from cleaner.strip.metadata import title_words
from cleaner.strip.metadata.extract import Said
from cleaner.strip.reading.blocks import Outline, squeeze
from cleaner.strip.rules import count_words
from cleaner.text_key import key

WEIGHTS = {
    "bar": -2.13,
    "bar-off": -0.26,
    "capitals": -0.24,
    "colon-off": -2.10,
    "cut-off": -0.38,
    "first-h1": 1.00,
    "h1": -1.01,
    "h1-as-shown": 0.51,
    "h1-named-site": -0.34,
    "h1-named-title": 0.78,
    "h1-of-many": -1.53,
    "in-h1": 0.72,
    "og": 1.24,
    "og-part": 1.44,
    "shown-above-body": 0.85,
    "site-name": -0.50,
    "site-off": 0.89,
    "title": 0.13,
    "words": 1.33,
    "words-in-address": 2.29,
    "words-in-body": 1.18,
}
"""What each cue adds to a candidate's weight: a conditional logit (ridge 1) on the titles of 941 development pages
(wcxb), of which it gets 86 % right with a fifth of the sites held out at a time; by cleaner.train.titles."""
MAX_H1S = 12
"""Headings of a page that are candidates."""
MAX_TITLE = 500
"""Characters of a declared title that are read."""
MAX_PARTS = 8
"""Places at which a declared title is parted."""
MIN_PART = 3
"""Letters and digits of a candidate that is a part of a declared title."""
MIN_HEADLINE, MAX_KICKER = 12, 30
"""Letters and digits of a part that may be a headline with a section name or a date glued in front, and of these."""
MAX_WORDS = 16
"""Words above which a longer title is no better."""
MIN_NAME = 4
"""Letters and digits from which a part of a site's name stands for it."""
LOOK_BACK = 40
"""Lines above the body in which a headline is shown."""
BODY = 0.5
"""Probability from which a line is body."""
BODY_CHARS = 4_000
"""Characters of the body whose words a title is compared with."""
BODY_WORDS = 15
"""Words of the line that starts the body."""
_SEPARATOR = regex.compile(r"\s+[|\-–—•·»›:_/]{1,2}\s+|\s*[|｜]\s*|(?<=\w):\s+|\s*_(?=\p{Han})")
_ORNAMENTS = " \u00b6»«›‹|•·#⋆★"
"""What themes put beside a headline: links to itself, bullets."""
_NAMED_TITLE = re.compile(r"title|headline|entry|heading")
_NAMED_SITE = re.compile(r"site-?title|logo|menu|brand|screen-reader|sr-only")
_BAR = re.compile(r"[|｜·•]")


@dataclass(slots=True)
class Candidate:
    """A text that may be the title, and how much of each cue it has (mostly 0 or 1)."""

    text: str
    key: str
    words: list[str]
    cues: dict[str, float] = field(default_factory=dict)


@dataclass(slots=True, frozen=True)
class Named:
    """What is known of whose page it is."""

    site_name: str | None = None
    host: str | None = None
    url: str | None = None
    others: frozenset[str] = frozenset()
    """Keys of what the page shows as the site's name."""


def headings(page: Outline) -> list[tuple[str, int]]:
    """The first h1 of a page, each as one line, with the index of its element in the outline."""
    found: list[tuple[str, int]] = []
    done = 0
    for at, tag in enumerate(page.tags):
        if tag == "h1" and page.starts[at] >= done and len(found) < MAX_H1S:
            done = page.ends[at]
            if text := " ".join(block.text for block in page.blocks[page.starts[at] : done]):
                found.append((text, at))
    return found


def choose(page: Outline, root: lxml.html.HtmlElement, said: Said, named: Named, body: Sequence[float]) -> str | None:
    """The heaviest candidate; None when a page has none, or no more than the name that its copyright line has.

    ``body`` says for each block the probability that it is body.
    """
    offered = candidates(page, root, said, named, body)
    best = max(offered, key=_weight, default=None)
    if best is None:
        return None
    if best.text.isupper():  # a style of the page's
        best = next((one for one in offered if one.key == best.key and not one.text.isupper()), best)
    owners = (key(block.text) for block in page.blocks if "©" in block.text)
    return best.text if "h1" in best.cues or not any(best.key in owner for owner in owners) else None


def candidates(
    page: Outline, root: lxml.html.HtmlElement, said: Said, named: Named, body: Sequence[float]
) -> list[Candidate]:
    """What may be the page's title, each with its cues."""
    og = squeeze(unescape(said.og_title or ""))[:MAX_TITLE]
    title = squeeze(unescape(said.head_title or ("" if og else said.title) or ""))[:MAX_TITLE]
    own = [og, title, *(kept for whole in (og, title) for kept, *_ in _parts(whole))]
    glued = cache(partial(kickers, root))
    keys = {whole: key(whole) for whole in own}
    h1s = [(_without_kicker(squeeze(unescape(text)), keys, glued), at) for text, at in headings(page)]
    if others := frozenset(key(text) for text, at in h1s if _is_of_site(page, at)):
        named = replace(named, others=others)
    return _candidates(page, h1s, (og, title), named, body)


def _weight(candidate: Candidate) -> float:
    return sum(WEIGHTS[cue] * value for cue, value in candidate.cues.items())


def is_name(text: str, named: Named) -> bool:
    """Whether a text is no more than the name of the site."""
    mine, host = key(text), key(named.host or "")
    if not mine:
        return True
    name = key(named.site_name or "")
    if mine in named.others:
        return True
    if len(name) >= MIN_NAME and (mine in name or (name in mine and len(mine) < 2 * len(name))):
        return True
    return len(mine) >= MIN_PART and mine in host


def _candidates(
    page: Outline, h1s: Sequence[tuple[str, int]], declared: tuple[str, str], named: Named, body: Sequence[float]
) -> list[Candidate]:
    og, title = declared
    found: dict[str, Candidate] = {}

    def offer(text: str, *cues: str) -> None:
        text = text.strip(_ORNAMENTS) or text
        if text not in found and len(mine := key(text)) >= (1 if "h1" in cues else MIN_PART):
            found[text] = Candidate(text, mine, title_words.words(text))
        if text in found:
            found[text].cues.update(dict.fromkeys(cues, 1.0))

    for text, _ in h1s:
        offer(text, "h1-as-shown")
    for source, whole in (("og", og), ("title", title)):
        if whole:
            offer(whole, source)
            for kept, dropped, colon, bar in _parts(whole):
                cues = {
                    "site-off": is_name(dropped, named),
                    "colon-off": colon,
                    "bar-off": bar,
                    "og-part": source == "og" or not og,
                }
                offer(kept, *(cue for cue, holds in cues.items() if holds))
    _add_cues(list(found.values()), page, h1s, (key(og), key(title)), named, body)
    return list(found.values())


@lru_cache(maxsize=8)
def _parts(whole: str) -> Sequence[tuple[str, str, bool, bool]]:
    """What a declared title is without what stands before or behind one of its separators. Asked twice for each."""
    parts: list[tuple[str, str, bool, bool]] = []
    for mark in list(_SEPARATOR.finditer(whole))[:MAX_PARTS]:
        first, second = whole[: mark.start()], whole[mark.end() :]
        colon, bar = mark.group().startswith(":"), _BAR.search(mark.group()) is not None
        parts += [(first, second, colon, bar), (second, first, colon, bar)]
    return parts


def _add_cues(
    candidates: list[Candidate],
    page: Outline,
    h1s: Sequence[tuple[str, int]],
    declared: tuple[str, str],
    named: Named,
    body: Sequence[float],
) -> None:
    texts = [block.text for block in page.blocks]
    inside = [text for text, share in zip(texts, body, strict=True) if share >= BODY]
    start = next(
        (i for i, share in enumerate(body) if share >= BODY and count_words(texts[i]) >= BODY_WORDS), len(texts)
    )
    shown = {key(text) for text in texts[max(0, start - LOOK_BACK) : start] if len(text) <= MAX_TITLE}
    spoken = title_words.spoken(" ".join(inside)[:BODY_CHARS], {word for one in candidates for word in one.words})
    slug = _slug(named.url)
    keys = [key(text) for text, _ in h1s]
    many = len(set(keys)) > 3
    for one in candidates:
        size = max(1, len(one.words))
        one.cues["words"] = math.log1p(min(len(one.words), MAX_WORDS))
        one.cues["words-in-body"] = sum(word in spoken for word in one.words) / size
        one.cues["words-in-address"] = sum(word in slug for word in one.words) / size
        one.cues["shown-above-body"] = float(one.key in shown or one.key in keys)
        one.cues["og"] = float(one.key == (declared[0] or declared[1]))
        one.cues["title"] = float(one.key == declared[1])
        one.cues["bar"] = float("|" in one.text)
        one.cues["cut-off"] = float(one.text.endswith(("…", "...")))
        one.cues["capitals"] = float(one.text.isupper())
        one.cues["site-name"] = float(is_name(one.text, named))
        one.cues["in-h1"] = float(any(one.key in mine for mine in keys))
        if one.key in keys:
            at = keys.index(one.key)
            element = h1s[at][1]
            names = f"{page.classes[element]} {page.names[element]}".lower()
            one.cues["h1"] = 1.0
            one.cues["first-h1"] = float(at == 0)
            one.cues["h1-of-many"] = float(many)
            of_site = _is_of_site(page, element)
            one.cues["h1-named-site"] = float(of_site)
            one.cues["h1-named-title"] = float(not of_site and _NAMED_TITLE.search(names) is not None)


def _is_of_site(page: Outline, element: int) -> bool:
    """Whether an element is named after the site, its logo or its menu."""
    return _NAMED_SITE.search(f"{page.classes[element]} {page.names[element]}".lower()) is not None


def _slug(url: str | None) -> set[str]:
    """The words of the part of an address that names the page."""
    try:
        path = unquote(urlsplit(url or "").path)
    except ValueError:
        return set()
    parts = [title_words.words(part) for part in path.split("/") if part]
    return set(max(parts[-2:], key=lambda words: sum(1 for _ in words), default=[]))


def _without_kicker(h1: str, titles: Mapping[str, str], kickers: Callable[[], Collection[str]]) -> str:
    """An h1 without what is glued in front of the title that the page declares; ``titles`` come with their keys.

    That is an element of its own, or one of a few words that a sign ends and no declared title has. What stands in an
    element of its own behind it goes as well.
    """
    whole = key(h1)
    for title, mine in titles.items():
        if len(mine) >= MIN_HEADLINE and whole.startswith(mine) and 0 < len(whole) - len(mine) <= MAX_KICKER:
            bare = h1[: len(title)] if key(h1[: len(title)]) == mine else title
            if key(h1[len(bare) :]) in kickers():
                return bare
        if len(mine) < MIN_HEADLINE or not whole.endswith(mine) or not 0 < len(whole) - len(mine) <= MAX_KICKER:
            continue
        bare = h1[-len(title) :] if key(h1[-len(title) :]) == mine else title
        front = h1[: len(h1) - len(bare)].strip()
        signed = front.endswith((":", "|", "：", "｜", "»", "›")) and not any(whole in one for one in titles.values())
        if signed or key(front) in kickers():
            return bare
    return h1


def kickers(root: lxml.html.HtmlElement) -> set[str]:
    """The keys of what stands in an element of its own at the start or the end of an h1."""
    h1s = list(islice(root.iter("h1"), MAX_H1S))
    ends = [next(iter(h1), None) for h1 in h1s if not (h1.text or "").strip()]
    ends += [h1[-1] for h1 in h1s if len(h1) and not (h1[-1].tail or "").strip()]
    return {key(element.text_content()) for element in ends if element is not None} - {""}
