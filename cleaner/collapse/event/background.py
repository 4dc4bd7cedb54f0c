"""How many of a large number of ordinary articles hold a term: what makes words rare in a small corpus.

``background.en.tsv.gz`` holds, for 34,136 English news articles, the document frequency of every term that
at least three of them hold (only counts; skewed to US politics). Its first line gives the number of
articles. ``python -m cleaner.train.background COUNTS`` rebuilds it.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from importlib import resources

from cleaner.collapse.event.languages import Languages
from cleaner.collapse.event.terms import Analyzer, Token

FILE = "background.en.tsv.gz"


@dataclass(frozen=True, slots=True)
class Background:
    """Document frequencies of English terms among ``documents`` articles."""

    documents: int
    terms: dict[str, int]
    analyzer: Analyzer

    def term(self, term: str) -> float:
        """Document frequency of a term."""
        return self.terms.get(term, 0)

    def name(self, name: str) -> float:
        """Upper bound of a name's document frequency: that of its rarest word, function words aside."""
        terms = (self.analyzer.term(Token(word, 0, len(word), False)) for word in name.split())
        return min((self.terms.get(term, 0) for term in terms if term), default=0)


def load_background() -> Background:
    """Read the shipped counts."""
    packed = (resources.files(__package__) / FILE).read_bytes()
    lines = gzip.decompress(packed).decode("utf-8").splitlines()
    rows = (line.split("\t") for line in lines[1:])
    counts = {term: int(count) for term, count in rows}
    return Background(int(lines[0].split("\t")[1]), counts, Analyzer(Languages().get("en")))
