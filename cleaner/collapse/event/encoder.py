"""An optional sentence encoder of the user's own: the cosine of two articles as one more piece of evidence.

Encoders differ in scale, so a cosine counts in standard deviations above the mean cosine of texts that have
nothing to do with each other (invented ones, in ``encoder.json``). Only local folders are read, and only
weights in safetensors or ONNX: nothing is downloaded or unpickled. Needs the extra [encoder] or [onnx].
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaner.collapse.event.brief import MOST
from cleaner.errors import MissingExtra, UsageError
from cleaner.records import Article

FILE = "encoder.json"
WORDS = 200
CHARACTERS = 1500
"""Title and so much of the text is encoded: what an article is about stands at its beginning."""
_LEAST, _DECIMALS = 1e-6, 6
_PAIRS = 20_000
"""Pairs compared at once: bounds the memory."""
_STATIC = "model2vec"
ONNX, TOKENIZER = "model.onnx", "tokenizer.json"
"""Of a folder with a model in ONNX."""
MOST_PIECES = 256
"""Pieces of words that a model in ONNX reads of a text."""
_WHAT = "--encoder"

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Blend:
    """log odds = ``base`` * log odds without the encoder + ``cosine`` * deviations of the cosine + ``intercept``.

    Of a pair of which one text is a brief: there words are few. With all pairs the sets of longer texts lose .7 and .9
    points of F (see ``docs/measuring.md``).
    """

    base: float
    cosine: float
    intercept: float


class Encoder:
    """A local model and the scale of its cosines."""

    def __init__(self, encode: Callable[[list[str]], Any], blend: Blend | None = None) -> None:
        self._encode = encode
        stored = _stored()
        self.blend = blend or Blend(**stored["weights"])
        vectors = self._unit([str(text) for text in stored["unrelated"]])
        found = (vectors @ vectors.T)[np.triu_indices(len(vectors), 1)]
        self._mean, self._deviation = float(found.mean()), max(float(found.std()), _LEAST)

    @classmethod
    def load(cls, path: str) -> Encoder:
        """Load a folder of model2vec, of a model in ONNX with its tokenizer, or of sentence-transformers.

        Raises UsageError when the folder holds no such model, MissingExtra when its library is not installed.
        """
        check(path)
        folder = Path(path)
        try:
            if _is_static(folder):
                return cls(_static(folder))
            return cls(_onnx(folder) if _is_onnx(folder) else _transformer(folder))
        except Exception as error:  # the libraries raise what they like for a folder that is not one of theirs
            raise UsageError(f"{_WHAT} {path}: not a model that can be loaded: {error}") from error

    def __getstate__(self) -> dict[str, Any]:
        """Without the model: another process asks for deviations only."""
        return {**vars(self), "_encode": None}

    def vectors(self, articles: Sequence[Article]) -> NDArray[np.float32]:
        """Unit vectors of the articles, shape (articles, dimensions)."""
        return self._unit([beginning(article) for article in articles])

    def deviations(
        self, vectors: NDArray[np.float32], left: NDArray[np.int64], right: NDArray[np.int64]
    ) -> Floats:
        """How far each pair's cosine is above that of unrelated texts, in standard deviations."""
        cosine = np.empty(len(left))
        for start in range(0, len(left), _PAIRS):
            part = slice(start, start + _PAIRS)
            cosine[part] = np.einsum("ij,ij->i", vectors[left[part]], vectors[right[part]], dtype=np.float64)
        return np.asarray((cosine - self._mean) / self._deviation)

    def blended(self, probability: Floats, deviations: Floats, shorter: NDArray[np.int32]) -> Floats:
        """The probability of one event with the encoder's evidence, to six decimals.

        ``shorter`` is the number of tokens of the shorter text of each pair. What is impossible stays so.
        """
        safe = np.clip(probability, _LEAST, 1 - _LEAST)
        score = self.blend.base * np.log(safe / (1 - safe)) + self.blend.cosine * deviations + self.blend.intercept
        found = np.round(1 / (1 + np.exp(-np.clip(score, -60, 60))), _DECIMALS)
        return np.where((shorter < MOST) & (probability > 0), found, probability)

    def _unit(self, texts: list[str]) -> NDArray[np.float32]:
        if not texts:
            return np.zeros((0, 1), np.float32)
        found = np.asarray(self._encode(texts), dtype=np.float32)
        length = np.linalg.norm(found, axis=1, keepdims=True)
        return np.asarray(found / np.maximum(length, np.float32(_LEAST)), dtype=np.float32)


def check(path: str) -> None:
    """Raise what ``Encoder.load`` would raise for a wrong path or a missing library, without loading the model."""
    folder = Path(path)
    if not folder.is_dir():
        raise UsageError(f"{_WHAT} {path}: no such folder; models are not downloaded")
    if _is_onnx(folder):
        for library in ("onnxruntime", "tokenizers"):
            if find_spec(library) is None:
                raise MissingExtra(library, "onnx", _WHAT)
        return
    if not any(folder.rglob("*.safetensors")):
        raise UsageError(
            f"{_WHAT} {path}: no *.safetensors in it, nor {ONNX} with {TOKENIZER}; other formats are not loaded"
        )
    if _is_static(folder):
        if find_spec("model2vec") is None:
            raise MissingExtra("model2vec", "encoder", _WHAT)
    elif find_spec("sentence_transformers") is None:
        raise UsageError(
            f"{_WHAT} {path}: no model2vec folder; for others install sentence-transformers: "
            "pip install sentence-transformers"
        )


def beginning(article: Article) -> str:
    """What of an article is encoded."""
    return f"{article.title or ''}\n{' '.join(article.text[: 4 * CHARACTERS].split()[:WORDS])[:CHARACTERS]}".strip()


@cache
def _stored() -> dict[str, Any]:
    text = (resources.files(__package__) / FILE).read_text(encoding="utf-8")
    stored: dict[str, Any] = json.loads(text)
    return stored


def _is_static(folder: Path) -> bool:
    config = folder / "config.json"
    if not config.is_file():
        return False
    try:
        found = json.loads(config.read_text(encoding="utf-8"))
    except ValueError as error:
        raise UsageError(f"{_WHAT} {folder}: {config.name} cannot be read: {error}") from error
    return isinstance(found, dict) and found.get("model_type") == _STATIC


def _static(folder: Path) -> Callable[[list[str]], Any]:
    from model2vec import StaticModel

    model = StaticModel.from_pretrained(folder)
    return lambda texts: model.encode(texts, use_multiprocessing=False)


def _is_onnx(folder: Path) -> bool:
    return (folder / ONNX).is_file() and (folder / TOKENIZER).is_file()


def _onnx(folder: Path) -> Callable[[list[str]], Any]:
    """Means of the last layer, one text at a time: int8 models scale by batch, a vector must depend on no other."""
    import onnxruntime
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MOST_PIECES)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(folder / ONNX), options, providers=["CPUExecutionProvider"])
    names = [one.name for one in session.get_inputs()]

    def encode(text: str) -> Floats:
        pieces = tokenizer.encode(text)
        given = {"input_ids": pieces.ids, "attention_mask": pieces.attention_mask, "token_type_ids": pieces.type_ids}
        found = session.run(None, {name: np.array([given[name]], np.int64) for name in names})[0][0]
        return np.asarray(found.mean(axis=0) if found.ndim == 2 else found)

    return lambda texts: np.stack([encode(text) for text in texts])


def _transformer(folder: Path) -> Callable[[list[str]], Any]:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(
        str(folder), device="cpu", local_files_only=True, model_kwargs={"use_safetensors": True}
    )
    return lambda texts: model.encode(texts, show_progress_bar=False)
