"""Invented languages that look like English, Russian, Vietnamese and Chinese: function words, content words by Zipf's
law, names.

A text has as many words in each of them, as long as such words are: Vietnamese writes the syllables of a word apart, a
syllable of Chinese is one character (1.7 characters a word; 1.6 are in the Penn Chinese Treebank).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

CONTENT = 40_000
"""Distinct content words."""
FUNCTION_SHARE = 0.45
"""Of all words of a text, as in English news."""
PLAIN, CAPITAL, STOP, COMMA, END = range(5)
"""Ways to write a word; the last is a full stop that ends a paragraph."""
POOL = 1 << 21
_BODIES = ("Institute", "Council", "Bank", "Party", "University", "Railways", "Union", "Ministry", "Group", "Port")


@dataclass(frozen=True)
class Tongue:
    """What the words of a language are made of."""

    function: tuple[str, ...]
    """Its commonest words."""
    onsets: tuple[str, ...]
    nuclei: tuple[str, ...]
    codas: tuple[str, ...] = ("",)
    endings: tuple[str, ...] = ("",)
    bodies: tuple[str, ...] = _BODIES
    """Kinds of bodies that have a name."""
    units: tuple[str, ...] = ("", "", " percent", " million", " people", " metres")
    linking: tuple[str, str] = ("and", "in")
    marks: tuple[str, str] = (".", ",")
    space: str = " "
    """What stands between two words."""
    joint: str = ""
    """What stands between two syllables of a word."""


ENGLISH = Tongue(
    function=tuple(
        (
            "the of and to in a is that for it was on with as be by at from are this has had were which said not but "
            "his they an her or will been more who their its would also two one after when all about there up out than "
            "first into over he she we year last people could other time some only may between under most before "
            "during since while where against many these because both each through no if so what can then them him "
            "our now such still"
        ).split()
    ),
    onsets=tuple("b br bl c ch cr d dr f fl g gr h j k l m n p pl pr qu r s sh sl st str t tr v w".split()),
    nuclei=tuple("a a e e e i i o o u u ai ea ee oo ou".split()),
    codas=("", "", "", "", "", "n", "r", "l", "s", "t", "nd", "rt", "ck", "m", "st", "p"),
    endings=("", "", "", "", "", "", "", "", "s", "s", "ed", "ing", "er", "ly", "ment", "ness", "ation", "able", "ity"),
)
RUSSIAN = Tongue(
    function=tuple(
        (
            "и в не на что с по как это он из к для но его у за от так же о она было все бы они мы уже после также до "
            "или только при года который если есть был ее где их может году нет ещё быть под когда их том более между "
            "чем один два время во со перед через своих этого лет человек день"
        ).split()
    ),
    onsets=tuple("б бр в вл г гр д др ж з к кр л м н п пр р с ск ст т тр ф х ц ч ш щ".split()),
    nuclei=tuple("а а е е и и о о о у ы я ю".split()),
    codas=("", "", "", "", "н", "р", "л", "с", "т", "в", "й", "к", "м", "ст"),
    endings=("", "", "", "а", "ы", "ом", "ого", "ами", "ия", "ения", "ость", "ский", "ать", "ал"),
    bodies=("институт", "совет", "банк", "партия", "университет", "дорога", "союз", "министерство", "группа", "порт"),
    units=("", "", " процентов", " миллионов", " человек", " метров"),
    linking=("и", "в"),
)
VIETNAMESE = Tongue(
    function=tuple(
        (
            "và của là có cho không được trong với các một những người này đã khi từ đến ra năm về cũng như để ở vào "
            "nhiều tại theo ông sẽ trên nhưng sau lại bị còn phải đó hai làm việc thì do nước nhà ngày mới nên hơn đang "
            "bà chỉ qua thể rất trước"
        ).split()
    ),
    onsets=tuple("b c ch d đ g gh gi h kh l m n ng nh ph qu r s t th tr v x".split()),
    nuclei=tuple(
        "a á à ả ã ạ ă ắ ằ â ấ ầ ậ e é è ê ế ề ệ i í ì ị o ó ò ọ ô ố ồ ộ ơ ớ ờ ợ u ú ù ụ ư ứ ừ ự iê ươ".split()
    ),
    codas=("", "", "n", "ng", "nh", "m", "t", "c", "ch", "p", "i", "o"),
    bodies=("viện", "hội đồng", "ngân hàng", "đảng", "đại học", "đường sắt", "liên đoàn", "bộ", "tập đoàn", "cảng"),
    units=("", "", " phần trăm", " triệu", " người", " mét"),
    linking=("và", "ở"),
    joint=" ",
)
_CHARACTERS = tuple(bytes((high, low)).decode("gb2312") for high in range(0xB0, 0xD7) for low in range(0xA1, 0xFF))
"""The 3,666 commonest ones: level one of GB 2312, but for its last row."""
CHINESE = Tongue(
    function=tuple(
        (
            "的 在 是 了 和 一 有 不 将 为 与 对 中 上 也 这 到 说 他 就 等 并 后 从 被 我们 他们 表示 进行 已经 可以 以及 因为 "
            "所以 但是 如果 没有 通过 其中 目前 由于 同时 一些 这些 这个 一个 自己 什么 之后 之前 以来 期间 方面 对于 关于 根据 "
            "按照 以上 以下 此外 另外 仍然 仍 已 还 而 或 及 把 让 给 向 由 于 以 更 最 都 很 只 又 再 才 却 她 我 你 它 其 该 各 每 "
            "那 些 个 年 月 日 时 会 能 要 应 可 去 来"
        ).split()
    ),
    onsets=_CHARACTERS,
    nuclei=("",),
    bodies=("研究所", "委员会", "银行", "党", "大学", "铁路", "联盟", "部", "集团", "港"),
    units=("", "", "万", "亿", "人", "米"),
    linking=("和", "在"),
    marks=("。", "，"),
    space="",
)
TONGUES = {"en": ENGLISH, "ru": RUSSIAN, "vi": VIETNAMESE, "zh": CHINESE}
_TOPIC_WORDS = 150


def _stems(count: int, seed: int, lang: str) -> list[str]:
    """Distinct stems of one to three syllables, the same for one seed."""
    tongue = TONGUES[lang]
    onsets, nuclei, codas = tongue.onsets, tongue.nuclei, tongue.codas
    least = 3 if lang == "en" else 2
    draw = np.random.default_rng(seed)
    found: dict[str, None] = {}
    while len(found) < count:
        size = count
        syllables = draw.choice(3, size, p=[0.35, 0.5, 0.15]) + 1
        parts = draw.integers(0, 1 << 20, (size, 3, 3))
        for number, part in zip(syllables.tolist(), parts.tolist(), strict=True):
            word = tongue.joint.join(
                onsets[a % len(onsets)] + nuclei[b % len(nuclei)] + codas[c % len(codas)] for a, b, c in part[:number]
            )
            if len(word) >= least:
                found[word] = None
    return list(found)[:count]


@cache
def vocabulary(lang: str = "en") -> NDArray[np.object_]:
    """All words, function words first, once for each way to write them: object, (5 * words(lang),)."""
    tongue = TONGUES[lang]
    draw = np.random.default_rng(1)
    endings = draw.integers(0, len(tongue.endings), CONTENT).tolist()
    content = [stem + tongue.endings[end] for stem, end in zip(_stems(CONTENT, 2, lang), endings, strict=True)]
    content.sort(key=lambda word: len(word) // 3)  # frequent words are short
    plain = [*tongue.function, *content]
    stop, comma = tongue.marks
    written = [*plain, *(word.capitalize() for word in plain)]
    for mark in (stop, comma, f"{stop}\n"):
        written += [word + mark for word in plain]
    return np.array(written, dtype=object)


def words(lang: str = "en") -> int:
    """Distinct words."""
    return len(TONGUES[lang].function) + CONTENT


@cache
def background(lang: str = "en") -> NDArray[np.int32]:
    """A pool of words as texts hold them; a text draws places of it."""
    draw = np.random.default_rng(3)
    function = 1 / (np.arange(len(TONGUES[lang].function)) + 2.0)
    content = 1 / (np.arange(CONTENT) + 40.0)
    weights = np.r_[FUNCTION_SHARE * function / function.sum(), (1 - FUNCTION_SHARE) * content / content.sum()]
    return draw.choice(len(weights), POOL, p=weights).astype(np.int32)


@cache
def topic(number: int, lang: str = "en") -> NDArray[np.int32]:
    """A pool of words that texts on one topic have more often than others."""
    draw = np.random.default_rng((4, number))
    chosen = len(TONGUES[lang].function) + draw.integers(200, CONTENT, _TOPIC_WORDS)
    weights = 1 / (np.arange(_TOPIC_WORDS) + 5.0)
    return draw.choice(chosen, 1024, p=weights / weights.sum()).astype(np.int32)


@cache
def _names(lang: str) -> tuple[list[str], list[str], list[str]]:
    stems = [stem.capitalize() for stem in _stems(24_000, 5, lang) if len(stem) > (3 if lang != "zh" else 1)]
    if lang == "en":
        return stems[:600], stems[600:4600], [stem + "ov" if stem[-1] not in "aeiou" else stem for stem in stems[4600:]]
    return stems[:600], stems[600:4600], stems[4600:]


def person(number: int, lang: str = "en") -> str:
    """First name and surname; small numbers do not mean anything."""
    first, _, last = _names(lang)
    return f"{first[number % len(first)]}{TONGUES[lang].space}{last[(number // len(first)) % len(last)]}"


def place(number: int, lang: str = "en") -> str:
    """A town; of a skewed choice, for some are in the news daily."""
    _, places, _ = _names(lang)
    return places[int(len(places) ** ((number % 100_003) / 100_003)) - 1]


def organisation(number: int, lang: str = "en") -> str:
    """A body with a name of two words."""
    tongue = TONGUES[lang]
    names = _names(lang)[2]
    return f"{names[(number // 10) % len(names)]}{tongue.space}{tongue.bodies[number % 10]}"
