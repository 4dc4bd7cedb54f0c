"""Speed as ratios against peers in the same run, on data this file makes itself: ``make bench``.

Prints for each step our time, the peer's and the ratio; process time, the best of three rounds, taken in
turn so that a drift of the machine's speed meets both. Nothing here passes or fails.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path

import trafilatura
from datasketch import MinHash, MinHashLSH

from cleaner import sources, strip
from cleaner.collapse import signatures
from cleaner.collapse.near import NearIndex
from cleaner.collapse.words import tokens
from cleaner.records import Page
from cleaner.settings import Settings

ROUNDS = 3
PAGES = Path(__file__).parent.parent / "samples" / "pages"


def texts(count: int, words: int = 500, copies: float = 0.1) -> list[str]:
    """Made-up articles over a skewed vocabulary, some of them near copies of others."""
    draw = random.Random(11)
    stock = ["".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=draw.randint(2, 9))) for _ in range(20_000)]
    weights = [1 / (rank + 3) for rank in range(len(stock))]
    made = [draw.choices(stock, weights, k=words) for _ in range(int(count * (1 - copies)))]
    while len(made) < count:
        made.append([word for word in made[draw.randrange(len(made))] if draw.random() > 0.03])
    return [" ".join(words) for words in made]


def compare(name: str, ours: Callable[[], object], peer: Callable[[], object], share: float = 1.0) -> None:
    """Print one line; ``share`` is the part of the work that the peer was given."""
    best = [float("inf"), float("inf")]
    for _ in range(ROUNDS):
        for which, work in enumerate((ours, peer)):
            started = time.process_time()
            work()
            best[which] = min(best[which], time.process_time() - started)
    theirs = best[1] / share
    print(f"{name:<58} ours {best[0]:7.2f} s   peer {theirs:7.2f} s   {theirs / best[0]:6.1f} times", flush=True)


def sign_with_datasketch(articles: list[str]) -> None:
    for text in articles:
        words = text.split()
        signature = MinHash(num_perm=128)
        for i in range(len(words) - 4):
            signature.update(" ".join(words[i : i + 5]).encode())


def near_with_datasketch(articles: list[str]) -> None:
    index = MinHashLSH(threshold=0.5, num_perm=128)
    for number, text in enumerate(articles):
        words = text.split()
        signature = MinHash(num_perm=128)
        signature.update_batch([" ".join(words[i : i + 5]).encode() for i in range(len(words) - 4)])
        index.query(signature)
        index.insert(str(number), signature)


def main() -> None:
    articles = texts(2_000)
    few = articles[:100]
    compare(
        "sign 2,000 articles of 500 words, against an update loop",
        lambda: [signatures.signature(signatures.shingle_hashes(tokens(text))) for text in articles],
        lambda: sign_with_datasketch(few),
        share=len(few) / len(articles),
    )
    compare(
        "near copies among 2,000, verified, against MinHashLSH",
        lambda: NearIndex([tokens(text) for text in articles]).labels(),
        lambda: near_with_datasketch(articles),
    )
    records = [record for file in sources.discover([str(PAGES)]) for record in sources.read(file, Settings())]
    pages = [record for record in records if isinstance(record, Page) and record.html]
    compare(
        f"strip {len(pages)} HTML samples, against trafilatura with metadata",
        lambda: [strip.verdicts_of(page) for page in pages],
        lambda: [trafilatura.bare_extraction(page.html, with_metadata=True) for page in pages],
    )


if __name__ == "__main__":
    main()
