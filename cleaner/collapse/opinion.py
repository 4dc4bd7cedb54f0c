"""Whether an article is an opinion piece: it may be told in a story, and is not its canonical while a report is there.

Conservative: a label in the path of the address or before the title, or a text that speaks of its writer.
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
_QUOTED = re.compile(r'"[^"]{1,600}"|“[^”]{1,600}”')
_FIRST_PERSON = frozenset(("i", "my", "me", "mine", "myself"))
FIRST_PERSON = 0.02
"""Share of the words outside quotations that speak of the writer, in English; in reports it is nearly none."""
_MOST_CHARS = 20_000


def is_opinion(article: Article) -> bool:
    """Whether an article says of itself that it is an opinion piece, or speaks of its writer as such pieces do."""
    path = (article.url or "").partition("://")[2].casefold().partition("?")[0]
    if not _SECTIONS.isdisjoint(path.split("/")[1:-1]):
        return True
    if article.title and _BEFORE_TITLE.match(article.title):
        return True
    said = tokens(_QUOTED.sub(" ", article.text[:_MOST_CHARS]))
    return sum(word in _FIRST_PERSON for word in said) >= max(3, FIRST_PERSON * len(said))
