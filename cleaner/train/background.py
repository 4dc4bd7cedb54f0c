"""Builds the background of the event stage: ``python -m cleaner.train.background COUNTS.tsv.gz``.

COUNTS holds document frequencies of case-folded English words, one ``word<TAB>count`` a line, after a
first line with the number of documents. Writes the frequencies of terms (stemmed, without function words)
beside the event stage.
"""

from __future__ import annotations

import argparse
import gzip
import io
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from cleaner.collapse.event.background import FILE
from cleaner.collapse.event.languages import Languages
from cleaner.collapse.event.terms import Analyzer, Token
from cleaner.errors import UsageError

LEAST = 3
"""Terms of fewer documents are as good as unseen."""


def term_frequencies(lines: Sequence[str]) -> tuple[int, dict[str, int]]:
    """Number of documents, and of those that hold each term: words of one stem are taken as independent.

    Raises ValueError for lines that are not word and count.
    """
    documents = int(lines[0].split("\t")[1])
    analyzer = Analyzer(Languages().get("en"))
    without: defaultdict[str, float] = defaultdict(lambda: 1.0)
    for line in lines[1:]:
        word, count = line.split("\t")
        if term := analyzer.term(Token(word, 0, len(word), False)):
            without[term] *= 1 - min(int(count), documents) / documents
    counts = {term: round(documents * (1 - share)) for term, share in without.items()}
    return documents, {term: count for term, count in sorted(counts.items()) if count >= LEAST}


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m cleaner.train.background", description=__doc__)
    parser.add_argument("counts", type=Path, help="gzipped document frequencies of words")
    default = Path(__file__).resolve().parent.parent / "collapse" / "event" / FILE
    parser.add_argument("--output", type=Path, default=default, help="where the terms go")
    options = parser.parse_args(arguments)
    try:
        with gzip.open(options.counts, "rt", encoding="utf-8") as lines:
            documents, counts = term_frequencies(lines.read().splitlines())
    except (OSError, EOFError, ValueError, IndexError) as error:
        raise UsageError(f"{options.counts} holds no document frequencies: {error}") from error
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=9, mtime=0) as file:
        rows = [f"#documents\t{documents}", *(f"{term}\t{count}" for term, count in counts.items())]
        file.write(("\n".join(rows) + "\n").encode("utf-8"))
    options.output.write_bytes(packed.getvalue())
    print(f"{len(counts)} terms of {documents} documents, {len(packed.getvalue())} bytes")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except UsageError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
