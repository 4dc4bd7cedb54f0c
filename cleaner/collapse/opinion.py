"""Whether an article is an opinion piece: it may be told in a story, but not as its canonical while a report is there.

Conservative: a label in the path of the address or before the title, or a text that speaks of its writer all along.
"""

from __future__ import annotations

import re

import regex

from cleaner.collapse.words import tokens
from cleaner.records import Article

_LABELS = (
    "opinion|opinions|op-ed|oped|commentary|editorial|editorials|columnists|leitartikel|kommentar|kommentare|meinung|"
    "gastbeitrag|opinie|opinies|commentaar|opinión|editoriales|tribuna|chronique|chroniques|tribune|tribunes|éditorial|"
    "opinião|editoriale|editoriali|commento|commenti|åsikt|ledare|debatt|felieton|komentarz|мнение|мнения|колонка|"
    "колонки|думка|погляд|yorum|köşe-yazısı|görüş|opini|tajuk|ý-kiến|quan-điểm|رأي|افتتاحية|مقال-رأي|یادداشت|سرمقاله|"
    "संपादकीय|राय|사설|칼럼|오피니언|社説|コラム|社论|社評|บทความ|บทบรรณาธิการ|maoni|tahariri|γνώμη|άποψη"
)
"""In twenty languages, as they stand in addresses and before titles."""
_SECTIONS = frozenset(_LABELS.split("|"))
_BEFORE_TITLE = regex.compile(rf"^\s*+[\[【(]?(?:{_LABELS})\s*+[\]】)]?\s*+[:|：｜–—-]", regex.IGNORECASE)
_QUOTED = re.compile(
    r'"[^"]{1,600}"|“[^”]{1,600}”|„[^“”]{1,600}[“”]|»[^«»]{1,600}«|‘[^’]{1,600}’|«[^»]{1,600}»' r"|``[^`]{1,600}?''"
)
_FIRST_PERSON = {
    language: frozenset(words.split())
    for language, words in {
        "en": "i my me mine myself",
        "de": "ich mich mir mein meine meinen meinem meiner meines",
        "nl": "ik mij mijn",
        "sv": "jag mig mej min mitt mina",
        "da": "jeg mig min mit mine",
        "no": "jeg meg min mitt mine",
        "fr": "je j me m moi mon ma mes",
        "es": "yo me mi mis mí conmigo",
        "pt": "eu me mim meu minha meus minhas comigo",
        "it": "io mi mio mia miei mie",
        "ro": "eu mă mie meu mea mei mele",
        "pl": "ja mnie mi mną mój moja moje moi mojej mojego moim moją",
        "cs": "já mě mne mi mnou můj moje má mého mojí",
        "ru": "я меня мне мной мой моя моё мое мои моей моего моему моих моим мою",
        "uk": "я мене мені мною мій моя моє мої моєї мого моєму моїх мою",
        "fi": "minä minun minua minulle minusta minulla",
        "hu": "én engem nekem velem",
        "tr": "ben bana beni benim bende",
        "el": "εγώ μου εμένα μένα",
        "vi": "tôi",
        "id": "saya aku",
        "ko": "나는 내가 내 나의 저는 제가",
    }.items()
}
"""Words that speak of the writer, by language; in one that is not here no text is personal."""
_WRITTEN_ALIKE = {"nb": "no", "nn": "no"}
_SIGNS = {language: tuple(f" {word} " for word in words) for language, words in _FIRST_PERSON.items()}
_SIGNS["en"] = (" I ", " I'", " I’", " my ", " me ")
_SIGNS["fr"] += (" j'", " j’", " J'", " J’")
"""What hardly a text lacks that speaks of its writer: looked for first, as it is found quickly."""
FIRST_PERSON = 0.02
"""Share of the words outside quotations that speak of the writer; in reports it is nearly none."""
OPENING = 25
"""Words among the first of which one does: a report whose quotations are not marked begins with what happened. Of
5,087 development articles (``cleaner.train.events``) 5 pass; by their first lines four are of
writers about themselves, one opens with what somebody said."""
_OPENING_CHARS, _MOST_CHARS = 1_000, 20_000


def is_opinion(article: Article) -> bool:
    """Whether an article says of itself that it is an opinion piece, or speaks of its writer as such pieces do."""
    path = (article.url or "").partition("://")[2].casefold().partition("?")[0]
    if not _SECTIONS.isdisjoint(path.split("/")[1:-1]):
        return True
    return bool(article.title and _BEFORE_TITLE.match(article.title)) or is_personal(article)


def is_personal(article: Article) -> bool:
    """Whether an article speaks of its writer from beginning to end: it reports no event, whatever it is about."""
    text = article.text[:_MOST_CHARS]
    language = (article.lang or "en").partition("-")[0]
    language = _WRITTEN_ALIKE.get(language, language)
    words = _FIRST_PERSON.get(language)
    if words is None or not any(sign in text for sign in _SIGNS[language]):
        return False
    opening = tokens(_QUOTED.sub(" ", text[:_OPENING_CHARS]))[:OPENING]
    if words.isdisjoint(opening):
        return False
    own = [word in words for word in tokens(_QUOTED.sub(" ", text))]
    if sum(own) < max(4, FIRST_PERSON * len(own)) or not any(own[:OPENING]):
        return False
    third = len(own) // 3
    return any(own[:third]) and any(own[third : 2 * third]) and any(own[2 * third :])
