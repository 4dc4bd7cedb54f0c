"""Hashing and signing: both back ends and datasketch give the same bits, over all scripts."""

from __future__ import annotations

import numpy as np
import pytest
from datasketch import MinHash
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.collapse import signing
from cleaner.collapse.signing import constants
from cleaner.collapse.words import in_lines, line_sizes, tokens

TEXTS = [
    "",
    "one",
    "The Harbour-master closed the port; the port stayed closed for 2 days.",
    "Straße und STRASSE, ﬁn de siècle, e\u0301te\u0301 été, İstanbul ıspanak",
    "港の船は二日間止まった。The ferry stayed. 漢字かな交じり文 한국어 낱말",
    "ทะเลสาบกำลังลดระดับ ພາສາລາວ မြန်မာ ភាសាខ្មែរ",
    "وَصَلَ القِطَارُ ಕನ್ನಡ हिन्दी ёжик Ёжик",
    "\u0301 lone mark, a\ufe0f selector \U000e0101 and 葛\U000e0100城 \U0001f600 \U00020000\U00030000",
    "Ёжик и ÁÉ — “Điện” ＡＢＣ，中文１２。",
    "tab\tline\nnul\x00 under_score \u200bzero\u00adsoft ①② ⅷ Ⅷ ½ x² \ud800 lone",
]
ANY_TEXT = st.text(st.characters(), max_size=200) | st.text("abc ABC \u0301é漢字กำ한\n", max_size=200)


def word_hash(word: str) -> int:
    """The definition in plain Python: a polynomial over the code points, mixed by MurmurHash3's finaliser."""
    value = 0
    for character in word:
        value = (value * constants.WORD_BASE + ord(character)) % 2**64
    for factor in constants.MIX_64:
        value = (value ^ value >> 33) * factor % 2**64
    return value ^ value >> 33


def backends() -> list[bool]:
    try:
        import numba  # noqa: F401
    except ImportError:
        return [False]
    return [False, True]


def same(left: signing.Hashed, right: signing.Hashed) -> bool:
    arrays = all(np.array_equal(getattr(left, n), getattr(right, n)) for n in ("shingles", "starts", "words"))
    return arrays and left.digests == right.digests


@pytest.mark.parametrize("compiled", backends())
@given(texts=st.lists(ANY_TEXT, max_size=5))
@settings(deadline=None, max_examples=150)
def test_words_are_the_tokens(compiled, texts):
    texts = TEXTS + texts
    words, starts = signing._backend(len(texts), compiled).hash_words([signing.folded(text) for text in texts])
    for text, start, stop in zip(texts, starts[:-1], starts[1:], strict=True):
        assert words[start:stop].tolist() == [word_hash(word) for word in tokens(text)]
    assert tokens("\n".join(texts)) == [word for text in texts for word in tokens(text)]


@given(texts=st.lists(ANY_TEXT | st.text("Ёж ế中文，Ａ１…ﬁ\n", max_size=80), max_size=5))
@settings(deadline=None, max_examples=150)
def test_the_words_of_lines_are_the_tokens(texts):
    for text in (*TEXTS, *texts, "\n".join(TEXTS + texts)):
        words, sizes = in_lines(text)
        assert words == tokens(text)
        assert sizes == line_sizes(text) == [len(tokens(line)) for line in text.split("\n")]


@pytest.mark.skipif(len(backends()) < 2, reason="numba is not installed")
@given(texts=st.lists(ANY_TEXT, max_size=6))
@settings(deadline=None, max_examples=150)
def test_both_back_ends_give_the_same_bits(texts):
    plain, compiled = (signing.hash_texts(TEXTS + texts, way) for way in (False, True))
    assert same(plain, compiled)
    signed = [signing.signatures(plain.shingles, plain.starts, way) for way in (False, True)]
    assert np.array_equal(*signed)


@pytest.mark.parametrize("compiled", backends())
def test_signatures_are_those_of_datasketch(compiled):
    texts = [*TEXTS, " ".join(f"word{i % 700}" for i in range(3_000))]
    hashed = signing.hash_texts(texts, compiled)
    signed = signing.signatures(hashed.shingles, hashed.starts, compiled)
    for row, start, stop in zip(signed, hashed.starts[:-1], hashed.starts[1:], strict=True):
        reference = MinHash(num_perm=signing.PERMUTATIONS, seed=signing.SEED, scheme="affine32", hashfunc=int)
        for value in hashed.shingles[start:stop].tolist():
            reference.update(value)
        assert np.array_equal(row, reference.hashvalues)


@pytest.mark.parametrize("compiled", backends())
def test_a_text_hashes_alone_as_in_company(compiled, monkeypatch):
    monkeypatch.setattr(signing, "BATCH_CHARS", 150)
    monkeypatch.setattr(signing, "TOGETHER_CHARS", 150)
    together = signing.hash_texts(TEXTS, compiled)
    for i, text in enumerate(TEXTS):
        alone = signing.hash_texts([text], compiled)
        assert alone.digests == [together.digests[i]]
        assert np.array_equal(alone.shingles, together.shingles[together.starts[i] : together.starts[i + 1]])
        assert alone.words[0] == together.words[i] == len(tokens(text))


def test_case_width_and_punctuation_do_not_count_but_order_does():
    texts = [
        "Storm closes the Harbour!",
        "ＳＴＯＲＭ closes — the harbour",
        "the harbour closes storm",
        "storm closes the",
    ]
    digests = signing.hash_texts(texts, False).digests
    assert digests[0] == digests[1]
    assert len(set(digests)) == 3
