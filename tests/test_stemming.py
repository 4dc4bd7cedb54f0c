"""Stems are the same whether PyStemmer is installed or not."""

from __future__ import annotations

import importlib
import re
import sys
from pathlib import Path

import pytest
from conftest import SAMPLES
from hypothesis import given
from hypothesis import strategies as st

from cleaner.collapse.event import stemming
from cleaner.collapse.event.languages import _STEMMERS, Languages

ALGORITHMS = sorted(name for name in set(_STEMMERS.values()) if stemming.exists(name))


def test_the_versions_that_share_their_algorithms():
    assert stemming.same_algorithms("3.1.0", "3.1.1") and stemming.same_algorithms("2.2.0", "2.2.0.3")
    assert not stemming.same_algorithms("3.0.0", "3.1.0") and not stemming.same_algorithms("2.2.0", "3.2.0")


def test_a_language_without_an_algorithm_keeps_its_words():
    assert len(ALGORITHMS) > 20 and not stemming.exists("klingon")
    assert Languages().get("tlh").stem_function()("houses") == "houses"
    assert Languages().get("en").stem_function()("houses") == "hous"


@given(st.sampled_from(ALGORITHMS), st.data())
def test_stems_are_those_of_the_library_in_python(algorithm, data):
    module = importlib.import_module(f"snowballstemmer.{algorithm}_stemmer")
    parts = st.sampled_from(re.findall(r'Among\(u?"([^"\\]+)"', Path(module.__file__).read_text(encoding="utf-8")) or ["s"])
    word = data.draw(st.lists(parts, max_size=4).map("".join) | st.text(max_size=12))
    assert stemming.stem_function(algorithm)(word) == stemming.pure(algorithm)(word)


def test_words_of_the_samples_have_the_same_stems_in_c():
    pytest.importorskip("Stemmer", reason="needs PyStemmer")
    words = {word for path in SAMPLES.glob("pages/**/*.html") for word in re.findall(r"\w+", path.read_text(encoding="utf-8", errors="replace"))}
    for algorithm in ALGORITHMS:
        ours, pure = stemming.stem_function(algorithm), stemming.pure(algorithm)
        assert [ours(word) for word in sorted(words)] == [pure(word) for word in sorted(words)]


def test_a_pystemmer_of_other_algorithms_is_passed_over(tmp_path, monkeypatch):
    text = "def version(): return '0.9'\ndef algorithms(): return ['english']\nclass Stemmer:\n    def __init__(self, name): raise AssertionError\n"
    (tmp_path / "Stemmer.py").write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "Stemmer", raising=False)
    stemming._compiled.cache_clear()
    try:
        assert stemming.stem_function("english")("houses") == "hous"
    finally:
        sys.modules.pop("Stemmer", None)
        stemming._compiled.cache_clear()
