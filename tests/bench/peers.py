"""The libraries that cleaner is measured against, and how each is asked to do the same work.

They come with the extra ``[bench]``; a line whose peer is missing is skipped and says how to install it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec

INSTALL = "pip install -e '.[bench]'"
PERMUTATIONS = 128
WORDS = 5
"""Words in a shingle, as cleaner has them."""


DATATROVE = ("datatrove", "spacy", "orjson", "tokenizers")
"""What its MinHash steps and readers import."""


def missing(*modules: str) -> str | None:
    """Why a peer cannot be measured, or None when all its modules are there."""
    absent = [module for module in modules if find_spec(module) is None]
    return f"{' and '.join(absent)} not installed; {INSTALL}" if absent else None


def shingles(text: str) -> list[str]:
    """Shingles in plain Python, as users of these libraries write them."""
    words = text.split()
    return [" ".join(words[i : i + WORDS]) for i in range(max(1, len(words) - WORDS + 1))]


def datasketch_loop(texts: Sequence[str]) -> list[object]:
    """One ``update`` a shingle: what datasketch's own documentation shows."""
    from datasketch import MinHash

    made: list[object] = []
    for text in texts:
        signature = MinHash(num_perm=PERMUTATIONS)
        for shingle in shingles(text):
            signature.update(shingle.encode())
        made.append(signature)
    return made


def datasketch_batch(texts: Sequence[str]) -> list[object]:
    """One ``update_batch`` a text."""
    from datasketch import MinHash

    made: list[object] = []
    for text in texts:
        signature = MinHash(num_perm=PERMUTATIONS)
        signature.update_batch([shingle.encode() for shingle in shingles(text)])
        made.append(signature)
    return made


def datasketch_bulk(texts: Sequence[str]) -> object:
    """One ``bulk`` for all."""
    from datasketch import MinHash

    return MinHash.bulk(
        [[shingle.encode() for shingle in shingles(text)] for text in texts], num_perm=PERMUTATIONS
    )


def rensa_update(texts: Sequence[str]) -> object:
    """rensa's R-MinHash, one object a text."""
    from rensa import RMinHash

    made = []
    for text in texts:
        signature = RMinHash(PERMUTATIONS, 42)
        signature.update(shingles(text))
        made.append(signature.digest())
    return made


def rensa_matrix(texts: Sequence[str]) -> object:
    """rensa's call for many texts at once."""
    from rensa import RMinHash

    return RMinHash.digest_matrix_from_token_sets([shingles(text) for text in texts], PERMUTATIONS, 42)


def datatrove_config() -> object:
    """MinHash as datatrove does it, with cleaner's sizes. Its xxhash needs a version below 4; else SHA-1."""
    import xxhash
    from datatrove.pipeline.dedup.minhash import MinhashConfig
    from datatrove.utils.hashing import HashConfig

    old = int(xxhash.VERSION.split(".")[0]) < 4
    return MinhashConfig(
        n_grams=WORDS,
        num_buckets=16,
        hashes_per_bucket=PERMUTATIONS // 16,
        hash_config=HashConfig(hash_fc="xxhash" if old else "sha1"),
    )


def datatrove_signer(folder: str) -> Callable[[Sequence[str]], object]:
    """The signature step of datatrove's MinHash: its tokenizer, shingles and permutations."""
    from datatrove.pipeline.dedup import MinhashDedupSignature

    quiet()
    step = MinhashDedupSignature(folder, config=datatrove_config())
    return lambda texts: [step.get_signature(step.get_shingles(text)) for text in texts]


def quiet() -> None:
    """Keep datatrove's and trafilatura's logs off the table."""
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    if find_spec("loguru"):
        from loguru import logger

        logger.remove()


def near_with_datasketch(
    texts: Sequence[str], sign: Callable[[Sequence[str]], list[object]], threshold: float = 0.5
) -> list[int]:
    """Copies as ``MinHashLSH`` finds them: sign, query, insert, union of all that a query gives; labels."""
    from datasketch import MinHashLSH

    index = MinHashLSH(threshold=threshold, num_perm=PERMUTATIONS)
    parent = list(range(len(texts)))

    def root(one: int) -> int:
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    for number, signature in enumerate(_signed(texts, sign)):
        for other in index.query(signature):
            parent[root(number)] = root(other)
        index.insert(number, signature, check_duplication=False)
    return [root(one) for one in range(len(texts))]


def _signed(texts: Sequence[str], sign: Callable[[Sequence[str]], list[object]]) -> Iterator[object]:
    for start in range(0, len(texts), 1000):
        yield from sign(texts[start : start + 1000])
