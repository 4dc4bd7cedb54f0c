"""Signing from raw text, one core: documents a second of cleaner and of its peers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from cleaner.collapse import signing

from . import measure, peers
from .material import Made
from .table import Table

WORDS = 500
OURS = 3000
"""Texts that cleaner signs; a peer gets so many that a round takes about a second."""
ROUNDS = 3


def run(table: Table, data: Made, folder: Path) -> None:
    """Sign texts with every library that is there, in turn."""
    texts = data.texts(OURS, WORDS)
    table.heading(f"Signing texts of {sum(len(text.split()) for text in texts) // len(texts)} words, one core")
    ways: list[tuple[str, int, str | None, Callable[[Sequence[str]], object]]] = [
        ("cleaner, numba", OURS, peers.missing("numba"), lambda given: _ours(given, True)),
        ("cleaner, numpy", OURS, None, lambda given: _ours(given, False)),
        ("datasketch, update loop", 150, peers.missing("datasketch"), peers.datasketch_loop),
        ("datasketch, update_batch", 500, peers.missing("datasketch"), peers.datasketch_batch),
        ("datasketch, bulk", 500, peers.missing("datasketch"), peers.datasketch_bulk),
        ("rensa, Python shingles", 1500, peers.missing("rensa"), peers.rensa_update),
        ("rensa, matrix of all", 1500, peers.missing("rensa"), peers.rensa_matrix),
    ]
    absent = peers.missing(*peers.DATATROVE)
    signer = None if absent else peers.datatrove_signer(str(folder / "datatrove-signatures"))
    ways.append(("datatrove, MinHash signature step", 100, absent, signer or _nothing))
    for name, _, why, _ in ways:
        if why:
            table.skipped(name, why)
    there = [way for way in ways if way[2] is None]
    for _, _, _, sign in there:
        sign(texts[:10])  # loads what is loaded once
    methods = {name: _bound(sign, texts[:count]) for name, count, _, sign in there}
    seconds = measure.best_in_turn(methods, ROUNDS)
    rates = {name: min(count, len(texts)) / seconds[name] for name, count, _, _ in there}
    ours = rates.get("cleaner, numba")
    for name, rate in rates.items():
        times = ours / rate if ours and not name.startswith("cleaner") else None
        table.line(name, {"texts/s": rate, "numba is faster by": times})


def load() -> None:
    """Load the back ends, and compile what is not in the cache yet: done once a process, and not measured."""
    for compiled in (True, False):
        if not (compiled and peers.missing("numba")):
            _ours(["one two three four five six seven"], compiled)


def _ours(texts: Sequence[str], compiled: bool) -> object:
    hashed = signing.hash_texts(texts, compiled)
    return signing.signatures(hashed.shingles, hashed.starts, compiled)


def _bound(sign: Callable[[Sequence[str]], object], texts: Sequence[str]) -> Callable[[], object]:
    return lambda: sign(texts)


def _nothing(texts: Sequence[str]) -> object:
    return texts
