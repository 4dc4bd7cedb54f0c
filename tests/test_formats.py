"""Output formats: the same rows in each, the same bytes each time, read back by us and by the tools people use."""

from __future__ import annotations

import datetime
import gzip
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import zstandard
from conftest import SAMPLES, call_here, rows

from cleaner.plain_rows import moment
from cleaner.settings import FORMATS
from cleaner.sinks.reading import read_rows

NAMES = ("corpus", "merged", "pairs", "rejected", "cuts")
UNPACK = {"gz": gzip.decompress, "zst": lambda data: zstandard.ZstdDecompressor().decompressobj().decompress(data)}


@pytest.fixture(scope="module")
def outputs(articles: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The same articles collapsed into each format."""
    folder = tmp_path_factory.mktemp("formats")
    for form in FORMATS:
        done = call_here("collapse", articles, "-o", folder / form, "--format", form, "--keep-scores", "-q")
        assert done.returncode == 0, done.stderr.decode()
    return {form: folder / form for form in FORMATS}


@pytest.mark.parametrize("pack", UNPACK)
def test_compressed_files_hold_the_bytes_of_the_others(outputs, articles, tmp_path, pack):
    packed, plain = outputs[f"jsonl.{pack}"], outputs["jsonl"]
    files = json.loads((packed / "report.json").read_text("utf-8"))["files"].keys()
    assert files == {path.name for path in packed.iterdir()} and f"corpus.jsonl.{pack}" in files
    for name in (*NAMES, "articles", "scores"):
        found = (packed / f"{name}.jsonl.{pack}").read_bytes()
        assert UNPACK[pack](found) == (plain / f"{name}.jsonl").read_bytes()
    if pack == "gz":
        check_again(packed, articles, tmp_path / "again")


def check_again(packed, articles, again):
    """Another folder, another time: the same bytes; and other formats go when the run's own files do."""
    assert call_here("collapse", articles, "-o", again, "--format", "jsonl.gz", "-q").returncode == 0
    for name in NAMES:
        file = f"{name}.jsonl.gz"
        assert (again / file).read_bytes() == (packed / file).read_bytes()
    assert call_here("collapse", articles, "-o", again, "-q").returncode == 0
    assert {path.name for path in again.iterdir()} == {f"{name}.jsonl" for name in NAMES} | {"report.json"}


def test_what_reads_an_output_reads_it_compressed(outputs, articles, tmp_path):
    packed, plain = outputs["jsonl.zst"], outputs["jsonl"]
    known = next(read_rows(plain, "merged"))["id"]
    told = [call_here("explain", outputs[form], known).stdout for form in ("jsonl", "jsonl.zst", "jsonl.gz")]
    assert told[0] == told[1] == told[2] != b""
    labels = tmp_path / "labels.jsonl"
    labels.write_text("".join(json.dumps({"id": row["id"], "cluster": row["id"]}) + "\n" for row in rows(articles)), "utf-8")
    evaluated = call_here("evaluate", "events", labels, "--articles", packed, "--json")
    assert evaluated.returncode == 0 and json.loads(evaluated.stdout)[0]["articles"] == len(rows(articles))
    done = call_here("collapse", articles, "-o", tmp_path / "new", "--against", packed, "-q", "--max-rejected", "100")
    assert done.returncode == 0 and (tmp_path / "new" / "corpus.jsonl").read_bytes() == b""
    done = call_here("rethreshold", packed, "--threshold", "0.99", "-o", tmp_path / "other", "-q")
    assert done.returncode == 0 and len(list(read_rows(tmp_path / "other", "corpus"))) > len(list(read_rows(plain, "corpus")))
    damaged = packed / "merged.jsonl.zst"
    whole = damaged.read_bytes()
    damaged.write_bytes(whole[: len(whole) // 2])
    told = call_here("explain", packed, known)
    damaged.write_bytes(whole)
    assert told.returncode == 2 and told.stderr.count(b"\n") == 1


def test_strip_compresses_by_the_name_of_its_output(articles, tmp_path):
    written = {pack: tmp_path / f"a.jsonl.{pack}" for pack in UNPACK}
    done = call_here("strip", SAMPLES / "pages", "--no-cuts", "-q", "-o", written["gz"])
    assert done.returncode == 0 and gzip.decompress(written["gz"].read_bytes()) == articles.read_bytes()
    assert call_here("strip", SAMPLES / "pages" / "feed.jsonl", "-q", "-o", written["zst"]).returncode == 0
    assert UNPACK["zst"](written["zst"].read_bytes()).count(b"\n") == 6


@pytest.mark.parametrize(
    ("date", "told"),
    [
        ("2026-03-12", "2026-03-12T00:00:00+00:00"),
        ("2026-03-12T10:30", "2026-03-12T10:30:00+00:00"),
        ("2026-03-12T10:30:00+02:00", "2026-03-12T08:30:00+00:00"),
        ("2026-03-12T10:30:00Z", "2026-03-12T10:30:00+00:00"),
        ("2026-03", None),
        ("0001-01-01T00:00:00+05:00", None),
        ("last week", None),
        (None, None),
    ],
)
def test_a_date_as_a_moment(date, told):
    assert moment(date) == (told and datetime.datetime.fromisoformat(told))


def expected(outputs) -> list[tuple]:
    return [(row["id"], moment(row["date"])) for row in read_rows(outputs["jsonl"], "corpus")]


def test_published_is_a_time_and_columns_have_one_order(outputs):
    corpus, merged = (pq.read_table(outputs["parquet"] / f"{name}.parquet") for name in ("corpus", "merged"))
    assert corpus.column_names[:6] == ["id", "url", "title", "date", "published", "date_source"]
    assert str(corpus.schema.field("published").type) == "timestamp[us, tz=UTC]"
    assert list(zip(corpus["id"].to_pylist(), corpus["published"].to_pylist(), strict=True)) == expected(outputs)
    assert merged["published"].null_count < merged.num_rows
    assert pq.read_schema(outputs["parquet"] / "articles.parquet").names[:5] == ["id", "url", "title", "date", "date_source"]


def test_a_field_called_published_of_the_users_stays(tmp_path):
    feed = tmp_path / "feed.jsonl"
    own = {"id": "a", "text": "The board met on Tuesday.", "date": "2026-03-02"}
    given = [own | {"published": "2026-03-02T00:00:00+00:00"}, own | {"id": "b", "text": "Nobody came.", "published": None}]
    feed.write_text("".join(json.dumps(row) + "\n" for row in given), "utf-8")
    for form in ("parquet", "jsonl"):
        assert call_here("collapse", feed, "-o", tmp_path / "out", "--format", form, "-q").returncode == 0
        found = {row["id"]: row["published"] for row in read_rows(tmp_path / "out", "corpus")}
        assert found == {"a": "2026-03-02T00:00:00+00:00", "b": None}


def test_pandas_reads_it(outputs):
    table = pytest.importorskip("pandas").read_parquet(outputs["parquet"] / "corpus.parquet")
    assert str(table["published"].dtype) == "datetime64[us, UTC]"
    dated = table.dropna(subset=["published"])
    assert [(one.id, one.published.to_pydatetime()) for one in dated.itertuples()] == [
        pair for pair in expected(outputs) if pair[1]
    ]


def test_polars_reads_it(outputs):
    polars = pytest.importorskip("polars")
    table = polars.read_parquet(outputs["parquet"] / "corpus.parquet")
    assert table.schema["published"] == polars.Datetime("us", "UTC")
    assert list(zip(table["id"], table["published"], strict=True)) == expected(outputs)
    assert table["story"].struct.field("size").sum() == len(list(read_rows(outputs["jsonl"], "articles")))


def test_duckdb_reads_it(outputs):
    duckdb = pytest.importorskip("duckdb")
    query = f"SELECT id, epoch_us(published), story.size FROM '{outputs['parquet']}/corpus.parquet'"
    found = [(name, micro) for name, micro, _ in duckdb.sql(query).fetchall()]
    assert found == [(name, when and int(when.timestamp() * 1e6)) for name, when in expected(outputs)]
    days = duckdb.sql(f"SELECT count(*) FROM '{outputs['parquet']}/corpus.parquet' WHERE year(published) = 2026").fetchall()
    assert days == [(sum(when is not None and when.year == 2026 for _, when in expected(outputs)),)]
    packed = duckdb.sql(f"SELECT count(*) FROM read_json('{outputs['jsonl.gz']}/corpus.jsonl.gz')").fetchall()
    assert packed == [(len(expected(outputs)),)]


@pytest.mark.parametrize("form", FORMATS)
def test_datasets_loads_a_file_of_the_folder(outputs, tmp_path, form):
    datasets = pytest.importorskip("datasets")
    folder = str(outputs[form])
    kind = "parquet" if form == "parquet" else "json"
    loaded = datasets.load_dataset(kind, data_files=f"{folder}/corpus.{form}", split="train", cache_dir=str(tmp_path))
    assert loaded["id"][:] == [name for name, _ in expected(outputs)]
    assert {"text", "story", "title"} <= set(loaded.column_names)
