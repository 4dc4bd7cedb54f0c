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
_QUOTED = re.compile(r'"[^"]{1,600}"|“[^”]{1,600}”|‘[^’]{1,600}’|«[^»]{1,600}»' r"|``[^`]{1,600}?''")
_SIGNS = (" I ", " I'", " I’", " my ", " me ")
"""What hardly a text lacks that speaks of its writer: looked for first, as it is found quickly."""
_FIRST_PERSON = frozenset(("i", "my", "me", "mine", "myself"))
FIRST_PERSON = 0.02
"""Share of the words outside quotations that speak of the writer, in English; in reports it is nearly none."""
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
    if not any(sign in text for sign in _SIGNS):
        return False
    opening = tokens(_QUOTED.sub(" ", text[:_OPENING_CHARS]))[:OPENING]
    if _FIRST_PERSON.isdisjoint(opening):
        return False
    own = [word in _FIRST_PERSON for word in tokens(_QUOTED.sub(" ", text))]
    if sum(own) < max(4, FIRST_PERSON * len(own)) or not any(own[:OPENING]):
        return False
    third = len(own) // 3
    return any(own[:third]) and any(own[third : 2 * third]) and any(own[2 * third :])
