"""How many of a large number of ordinary articles hold a word: what makes words rare in a small corpus.

``background.en.tsv.gz`` holds, for 34,136 English news articles, the document frequency of every
case-folded word that at least three of them hold (only counts; skewed to US politics). Its first line
gives the number of articles.
"""

from __future__ import annotations

import gzip
from collections import defaultdict
from dataclasses import dataclass
from importlib import resources

from cleaner.collapse.event.languages import Languages
from cleaner.collapse.event.terms import Analyzer, Token

_FILE = "background.en.tsv.gz"


@dataclass(frozen=True, slots=True)
class Background:
    """Document frequencies of words and of terms among ``documents`` articles."""

    documents: int
    words: dict[str, int]
    terms: dict[str, float]

    def name(self, name: str) -> float:
        """Upper bound of a name's document frequency: that of its rarest word."""
        return min((self.words.get(word, 0) for word in name.split()), default=0)


def load_background() -> Background:
    """Read the shipped counts. A term's frequency takes the words that share its stem as independent."""
    packed = (resources.files(__package__) / _FILE).read_bytes()
    lines = gzip.decompress(packed).decode("utf-8").splitlines()
    documents = int(lines[0].split("\t")[1])
    rows = (line.split("\t") for line in lines[1:])
    words = {word: int(count) for word, count in rows}
    analyzer = Analyzer(Languages().get("en"))
    without: defaultdict[str, float] = defaultdict(lambda: 1.0)
    for word, count in words.items():
        if term := analyzer.term(Token(word, 0, len(word), False)):
            without[term] *= 1 - min(count, documents) / documents
    return Background(documents, words, {term: documents * (1 - share) for term, share in without.items()})
