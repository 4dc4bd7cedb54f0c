"""The optional encoder: a local model's cosine as one more piece of evidence."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest
from conftest import call_here, rows

from cleaner.collapse.event import Encoder, EventIndex
from cleaner.collapse.event.encoder import Blend, beginning, check
from cleaner.errors import UsageError
from cleaner.records import Article
from cleaner.settings import Settings

needs_model2vec = pytest.mark.skipif(
    importlib.util.find_spec("model2vec") is None, reason="needs the extra [encoder]"
)
SEA = "harbour board dredge channel trawler tide skipper boats dredging winter light"
LAND = "earthquake chimney governor hall families magnitude village shook"
ARTICLES = [
    Article("a", "The harbour board votes to dredge the channel; a trawler had met the tide near Brackhaven light."),
    Article("b", "Skipper of a trawler welcomes dredging of the channel at Brackhaven before winter comes to boats."),
    Article("c", "An earthquake shook the village near Brackhaven; the governor opened a hall for families."),
]


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> Path:
    """A model2vec folder with two directions, sea and land, and small noise for all other words."""
    pytest.importorskip("model2vec")
    from model2vec import StaticModel
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

    words = ["[UNK]", *SEA.split(), *LAND.split(), "the", "a", "of", "at", "and", "was", "in", "from"]
    noise = np.random.default_rng(5).normal(0, 0.2, (len(words), 8))
    noise[1 : 1 + len(SEA.split()), 0] += 1
    noise[1 + len(SEA.split()) : -8, 1] += 1
    tokenizer = Tokenizer(models.WordLevel({word: i for i, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.normalizer, tokenizer.pre_tokenizer = normalizers.Lowercase(), pre_tokenizers.Whitespace()
    folder = tmp_path_factory.mktemp("encoder") / "tiny"
    config = {"model_type": "model2vec", "architectures": ["StaticModel"]}
    StaticModel(noise.astype(np.float32), tokenizer, config=config, normalize=True).save_pretrained(folder)
    return folder


@needs_model2vec
def test_texts_on_one_thing_become_more_alike_and_others_less(model):
    encoder = Encoder.load(str(model))
    encoder.blend = Blend(1.0, 1.0, 0.0)
    plain, helped = EventIndex(ARTICLES), EventIndex(ARTICLES, encoder=encoder)
    assert helped.probability(0, 1) > plain.probability(0, 1)
    same = helped.evidence(0, 1)["encoder_deviations"]
    other = helped.evidence(0, 2)["encoder_deviations"]
    assert same > other
    assert "encoder_deviations" not in plain.evidence(0, 1)
    pairs = helped.pairs()
    found = dict(zip(zip(pairs.left.tolist(), pairs.right.tolist(), strict=True), pairs.probability, strict=True))
    assert all(value == helped.probability(i, j) for (i, j), value in found.items())


@needs_model2vec
def test_a_run_uses_it_and_explain_too(tmp_path, model):
    stdin = "".join(json.dumps({"id": one.id, "text": one.text}) + "\n" for one in ARTICLES).encode()
    done = call_here("collapse", "-", "-o", tmp_path / "out", "--encoder", model, "--threshold", "0.999999", stdin=stdin)
    assert done.returncode == 0, done.stderr.decode()
    assert json.loads((tmp_path / "out" / "report.json").read_text())["settings"]["encoder"] == str(model)
    assert len(rows(tmp_path / "out" / "corpus.jsonl")) == 3
    told = call_here("explain", tmp_path / "out", "a", "c")
    assert "encoder deviations" in told.stdout.decode(), told.stderr.decode()


@needs_model2vec
def test_encoder_and_index_do_not_go_together(tmp_path, model):
    stdin = json.dumps({"id": "a", "text": ARTICLES[0].text}).encode()
    done = call_here("collapse", "-", "-o", tmp_path / "o", "--encoder", model, "--index", tmp_path / "i", stdin=stdin)
    assert done.returncode == 2
    assert "keeps no vectors" in done.stderr.decode()
    assert not (tmp_path / "i").exists()


@needs_model2vec
def test_a_folder_that_only_looks_like_a_model(tmp_path, model):
    for file in model.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "model.safetensors").write_bytes(b"not tensors")
    with pytest.raises(UsageError, match="not a model that can be loaded"):
        Encoder.load(str(tmp_path))
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(UsageError, match=r"config\.json"):
        Encoder.load(str(tmp_path))


def test_only_local_safetensors_are_read(tmp_path):
    with pytest.raises(UsageError, match="no such folder"):
        check(str(tmp_path / "org/some-model"))
    (tmp_path / "pytorch_model.bin").write_bytes(b"\x80\x04")
    with pytest.raises(UsageError, match=r"no \*\.safetensors"):
        check(str(tmp_path))
    with pytest.raises(UsageError, match="encoder"):
        Settings(encoder="")


@pytest.mark.skipif(importlib.util.find_spec("model2vec") is not None, reason="the extra [encoder] is installed")
def test_the_missing_extra_is_named(tmp_path):
    (tmp_path / "model.safetensors").write_bytes(b"")
    (tmp_path / "config.json").write_text('{"model_type": "model2vec"}')
    with pytest.raises(UsageError, match=r"pip install 'onestory\[encoder\]'"):
        check(str(tmp_path))


def test_blending_is_monotone_and_bounded():
    encoder = Encoder(lambda texts: np.array([[len(text), 7.0 * (i % 3)] for i, text in enumerate(texts)]))
    encoder.blend = Blend(0.9, 0.5, -0.5)
    probability, short = np.array([0.001, 0.2, 0.5, 0.8, 1.0]), np.full(5, 20, np.int32)
    rising = encoder.blended(probability, np.zeros(5), short)
    assert (np.diff(rising) > 0).all()
    assert (encoder.blended(probability, np.full(5, 4.0), short) > rising).all()
    assert ((rising >= 0) & (rising <= 1)).all()


def test_what_is_encoded_is_the_beginning():
    long = Article("a", "word " * 5000, title="Title")
    assert beginning(long).startswith("Title\nword word")
    assert len(beginning(long).split()) == 201
    assert len(beginning(Article("b", "字" * 9000))) == 1500


def field(number: int, value: bytes | int) -> bytes:
    """A field of a protocol buffer, as ONNX files are."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def varint(value: int) -> bytes:
    low, rest = value & 127, value >> 7
    return bytes([low | 128]) + varint(rest) if rest else bytes([low])


@pytest.fixture(scope="module")
def onnx_folder(tmp_path_factory) -> Path:
    """A model that gives each word its row of a table: sea, land, and noise for all others."""
    pytest.importorskip("onnxruntime")
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

    words = ["[UNK]", *SEA.split(), *LAND.split()]
    table = np.random.default_rng(5).normal(0, 0.2, (len(words), 8)).astype(np.float32)
    table[1 : 1 + len(SEA.split()), 0] += 1
    table[1 + len(SEA.split()) :, 1] += 1
    tokenizer = Tokenizer(models.WordLevel({word: i for i, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.normalizer, tokenizer.pre_tokenizer = normalizers.Lowercase(), pre_tokenizers.Whitespace()
    folder = tmp_path_factory.mktemp("onnx")
    tokenizer.save(str(folder / "tokenizer.json"))

    def described(name: bytes, kind: int, *shape: bytes) -> bytes:
        sizes = b"".join(field(1, field(2, size)) for size in shape)
        return field(1, name) + field(2, field(1, field(1, kind) + field(2, sizes)))

    node = field(1, b"table") + field(1, b"input_ids") + field(2, b"states") + field(4, b"Gather")
    weights = field(1, table.shape[0]) + field(1, table.shape[1]) + field(2, 1) + field(8, b"table")
    graph = field(1, node) + field(2, b"g") + field(5, weights + field(9, table.tobytes()))
    graph += field(11, described(b"input_ids", 7, b"batch", b"pieces"))
    graph += field(12, described(b"states", 1, b"batch", b"pieces", b"size"))
    (folder / "model.onnx").write_bytes(field(1, 8) + field(7, graph) + field(8, field(2, 13)))
    return folder


def test_a_model_in_onnx_is_read_and_a_vector_depends_on_its_text_alone(onnx_folder):
    encoder = Encoder.load(str(onnx_folder))
    together, alone = encoder.vectors(ARTICLES), np.concatenate([encoder.vectors([one]) for one in ARTICLES])
    assert (together == alone).all()
    assert together[0] @ together[1] > together[0] @ together[2]


def test_only_pairs_with_a_brief_are_changed_and_none_that_is_impossible():
    encoder = Encoder(lambda texts: np.eye(len(texts)), Blend(1.0, 1.0, 0.0))
    found = encoder.blended(np.array([0.2, 0.2, 0.0]), np.full(3, 2.0), np.array([20, 300, 20], np.int32))
    assert found[0] > 0.2
    assert found[1:].tolist() == [0.2, 0.0]
