"""What the event stage knows of a language: its function words, units and stemmer.

One TOML a language in ``words/``; a language without one still gets its Snowball stemmer, and a language
without either is read as plain case-folded words.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from importlib import resources

import regex

from cleaner.collapse.event import stemming

_STEMMERS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek",
    "en": "english", "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish",
    "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian",
    "it": "italian", "lt": "lithuanian", "nb": "norwegian", "ne": "nepali", "nl": "dutch", "no": "norwegian",
    "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish",
    "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
"""ISO 639-1 code to the name Snowball gives the algorithm; which exist depends on the installed version."""

_TWO_LETTERS = dict(
    pair.split(":")
    for pair in (
        "ara:ar arb:ar ben:bn bul:bg cat:ca ces:cs cze:cs cmn:zh chi:zh zho:zh dan:da deu:de ger:de ell:el gre:el "
        "eng:en est:et eus:eu baq:eu fas:fa per:fa pes:fa fin:fi fra:fr fre:fr gle:ga heb:he hin:hi hrv:hr hun:hu "
        "hye:hy arm:hy ind:id isl:is ice:is ita:it jpn:ja kat:ka geo:ka kaz:kk khm:km kor:ko lao:lo lav:lv lit:lt "
        "mar:mr mkd:mk mac:mk msa:ms may:ms zsm:ms mya:my bur:my nep:ne npi:ne nld:nl dut:nl nob:nb nno:nn nor:no "
        "pol:pl por:pt ron:ro rum:ro rus:ru slk:sk slo:sk slv:sl spa:es sqi:sq alb:sq als:sq srp:sr swa:sw swh:sw "
        "swe:sv tam:ta tel:te tgl:tl tha:th tur:tr ukr:uk urd:ur vie:vi yid:yi"
    ).split()
)
"""ISO 639-2 and 639-3 codes to those of 639-1, of the languages that news is mostly written in."""
_FOREIGN = {"ru": frozenset("іїєґўјљњћђџѓќәғқңөұүһ"), "ar": frozenset("پچژگکیٹڈڑںےہۆێڵ")}
"""Letters of languages that share function words with a listed one, which has none of them: a text in which words with
such letters are not rare is not in the listed one."""
_FOREIGN_SHARE = 0.04
_NO_LANGUAGE = frozenset(("und", "mul", "mis", "zxx", "xx", "unknown", "none", "null"))
_HAN = regex.compile(r"\p{Han}+")
"""Half the pairs of characters of a Chinese text and a third of those of a Japanese one are all Chinese characters."""
_HANGUL = regex.compile(r"\p{Hangul}")
"""Only Korean is written in it; particles and endings that are glued to its words keep these from the list."""
_GUESS_TOKENS = 200
_GUESS_SHARE = 0.13
"""Of English texts the function words are a fifth or more, of Russian ones an eighth with few exceptions; of Dutch,
Romanian or Ukrainian ones, which have no list, up to a ninth are words of another language's list."""


@dataclass(frozen=True, slots=True)
class Language:
    """Word lists (case-folded) and the stemmer of one language; all empty for one that is not known."""

    code: str
    stop: frozenset[str]
    not_names: frozenset[str]
    """Capitalised words that begin no name, the stop words among them."""
    units: frozenset[str]
    stemmer: str | None
    weekdays: Mapping[str, int] = field(default_factory=dict)
    """0 is Monday."""
    months: Mapping[str, int] = field(default_factory=dict)
    unsure_months: frozenset[str] = frozenset()
    """Forms that name a month only beside a number: ``May``, ``Mars``."""
    numerals: Mapping[str, str] = field(default_factory=dict)
    """Spelled numbers and ordinals in digits."""
    address: frozenset[str] = frozenset()
    """Words that speak to the reader: you, your."""

    def stem_function(self) -> Callable[[str], str]:
        """A new stemming function (Snowball stemmers keep state, so none is shared)."""
        return str if self.stemmer is None else stemming.stem_function(self.stemmer)


def primary(tag: str) -> str:
    """The language of a tag as ISO 639-1 has it where it has it; empty for one that names none."""
    code = tag.strip().casefold().replace("_", "-").split("-")[0]
    return "" if code in _NO_LANGUAGE else _TWO_LETTERS.get(code, code)


def two_letters(tag: str) -> str:
    """A tag with the language as ISO 639-1 has it: ``eng_Latn`` gives ``en-latn``; empty for one that names none."""
    _, _, rest = tag.strip().casefold().replace("_", "-").partition("-")
    code = primary(tag)
    return f"{code}-{rest}" if code and rest else code


def listed() -> list[str]:
    """Codes of the languages whose function words are known."""
    folder = resources.files(__package__) / "words"
    return sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml"))


class Languages:
    """Loads each language once; also names the language of a text that carries no code."""

    def __init__(self) -> None:
        self._loaded: dict[str, Language] = {}
        self._stops: dict[str, list[str]] = {}
        self._folder = resources.files(__package__) / "words"
        self._listed = listed()

    def get(self, code: str) -> Language:
        """The language of a BCP 47 tag or an ISO 639 code of two or three letters; other parts are ignored.

        ``eng_Latn`` and ``en-GB`` are English, ``und`` and codes that name no language the unknown one.
        """
        code = primary(code)
        if code not in self._loaded:
            self._loaded[code] = self._load(code)
        return self._loaded[code]

    def guess(self, tokens: Iterable[str]) -> Language:
        """The listed language whose stop words are most frequent among the first tokens (case-folded).

        Gives the unknown language when no list reaches a share of 13 %. Ties go to the first code.
        """
        head = [token for token, _ in zip(tokens, range(_GUESS_TOKENS), strict=False)]
        if not self._stops:
            for code in self._listed:
                for word in self.get(code).stop:
                    self._stops.setdefault(word, []).append(code)
        hits = Counter(code for token in head for code in self._stops.get(token, ()))
        chinese = self.get("zh").stop
        foreign = [token for token in head if not token.isascii() and token not in chinese]
        hits["zh"] += sum(not chinese.isdisjoint(token) for token in foreign)
        for code, letters in _FOREIGN.items():
            if hits[code] and sum(not letters.isdisjoint(token) for token in foreign) > _FOREIGN_SHARE * len(head):
                hits[code] = 0
        best, most = "", _GUESS_SHARE * len(head)
        for code in self._listed:
            if hits[code] > most:
                best, most = code, hits[code]
        if not best and 2 * sum(_HAN.fullmatch(token) is not None for token in head) > len(head):
            best = "zh"
        if not best and 2 * sum(_HANGUL.match(token) is not None for token in head) > len(head):
            best = "ko"
        return self.get(best)

    def _load(self, code: str) -> Language:
        algorithm = _STEMMERS.get(code)
        stemmer = algorithm if algorithm and stemming.exists(algorithm) else None
        if code not in self._listed:
            return Language(code, frozenset(), frozenset(), frozenset(), stemmer)
        lists = tomllib.loads((self._folder / f"{code}.toml").read_text(encoding="utf-8"))
        stop = frozenset(lists["stop"].split())
        return Language(
            code,
            stop,
            stop | frozenset(lists["not_names"].split()),
            frozenset(lists["units"].split()),
            stemmer,
            _places(lists["weekdays"], 0),
            _places(lists["months"].replace("?", ""), 1),
            frozenset(form[1:] for group in lists["months"].split() for form in group.split("|") if form[0] == "?"),
            {form: number for pair in lists["numerals"].split() for number, form in [pair.split(":")]},
            frozenset(lists["address"].split()),
        )


def _places(groups: str, first: int) -> dict[str, int]:
    """Every form and the number of its group; forms of a group are set apart by bars."""
    return {form: place for place, group in enumerate(groups.split(), first) for form in group.split("|")}
