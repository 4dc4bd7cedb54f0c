"""Snowball stemmers: those in C (PyStemmer, extra ``[fast]``) where they give the same stems, else those in Python.

``snowballstemmer.stemmer`` takes whichever PyStemmer is there, also one of other algorithms: then the stories would
depend on what is installed. Both libraries are made from the same sources and carry the number of them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module, metadata
from importlib.util import find_spec
from types import ModuleType


def exists(algorithm: str) -> bool:
    """Whether the installed ``snowballstemmer`` has an algorithm (``english``)."""
    return find_spec(f"snowballstemmer.{algorithm}_stemmer") is not None


def stem_function(algorithm: str) -> Callable[[str], str]:
    """A new stemming function; it keeps state, so none is to be shared by threads."""
    compiled = _compiled()
    stem: Callable[[str], str] = compiled.Stemmer(algorithm).stemWord if compiled else pure(algorithm)
    return stem


def pure(algorithm: str) -> Callable[[str], str]:
    """The one that is written in Python."""
    module = import_module(f"snowballstemmer.{algorithm}_stemmer")
    stem: Callable[[str], str] = getattr(module, f"{algorithm.title()}Stemmer")().stemWord
    return stem


@cache
def _compiled() -> ModuleType | None:
    """PyStemmer if it is there and of the same minor version; 3.1 gave equal stems of 34,000 words in each language."""
    try:
        module = import_module("Stemmer")
    except ImportError:
        return None
    return module if same_algorithms(module.version(), metadata.version("snowballstemmer")) else None


def same_algorithms(one: str, other: str) -> bool:
    """Whether two versions of Snowball have the same algorithms: a patch changes none."""
    return one.split(".")[:2] == other.split(".")[:2]
