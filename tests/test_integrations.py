"""Pages inside other tools' pipelines: a row out for each row in, the articles that the command makes."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pyarrow as pa
import pytest
from conftest import SAMPLES, rows

import cleaner.arrow
from cleaner.errors import UsageError
from cleaner.plain_rows import moment

PAGES = sorted((SAMPLES / "pages" / "harbour-post.example").rglob("*.html"))[:4]
COLUMNS = ("id", "url", "title", "date", "lang", "author", "site", "text")


@pytest.fixture(scope="module")
def table() -> pa.Table:
    """Pages as bytes among rows that are none, in two batches."""
    names = [str(path.relative_to(SAMPLES / "pages")) for path in PAGES]
    given = {
        "key": [*names[:2], "empty", "none", *names[2:]],
        "page": pa.array([*(path.read_bytes() for path in PAGES[:2]), b" ", None, *(path.read_bytes() for path in PAGES[2:])]),
        "crawl": [1, 2, 3, 4, 5, 6],
    }
    whole = pa.table(given)
    return pa.Table.from_batches([*whole.slice(0, 4).to_batches(), *whole.slice(4).to_batches()])


FIELDS = cleaner.Fields(id="key", html="page")


def expected(articles: Path) -> dict[str, dict]:
    return {row["id"]: row for row in rows(articles)}


def check(found: list[dict], articles: Path) -> None:
    assert [row["reason"] for row in found] == [None, None, "empty", "no-text", None, None]
    assert [row["id"] for row in found][2:4] == ["empty", "none"]
    wanted = expected(articles)
    for row in found[:2] + found[4:]:
        assert {name: row[name] for name in COLUMNS} == {name: wanted[row["id"]][name] for name in COLUMNS}


def test_a_row_out_for_each_row_in(table, articles):
    found = cleaner.arrow.strip_table(table, FIELDS, keep=["crawl"])
    assert found.schema == pa.schema([*cleaner.arrow.SCHEMA, table.schema.field("crawl")])
    assert found["crawl"].to_pylist() == [1, 2, 3, 4, 5, 6]
    assert found["published"].to_pylist()[:2] == [moment(date) for date in found["date"].to_pylist()[:2]]
    check(found.to_pylist(), articles)


def test_batches_go_through_one_by_one(table, articles):
    batches = [batch.slice(0, 0) for batch in table.to_batches()[:1]] + table.to_batches()
    found = list(cleaner.arrow.strip_batches(iter(batches), FIELDS))
    assert [batch.num_rows for batch in found] == [0, 4, 2]
    check(pa.Table.from_batches(found).to_pylist(), articles)
    assert list(cleaner.arrow.strip_batches([])) == []


def test_wrong_tables_are_told(table):
    with pytest.raises(TypeError, match="pyarrow Table or RecordBatch, not list"):
        cleaner.arrow.strip_table([1])
    for name, told in (("url", "a column of the result"), ("nothing", "no column of the table")):
        with pytest.raises(UsageError, match=told):
            cleaner.arrow.strip_table(table.slice(2, 1), FIELDS, keep=[name])
    kept = cleaner.arrow.strip_table(table.slice(2, 1).to_batches()[0], FIELDS)
    assert isinstance(kept, pa.RecordBatch) and kept.schema == cleaner.arrow.SCHEMA


def test_datasets_maps_it(table, articles, tmp_path):
    datasets = pytest.importorskip("datasets")
    pages = datasets.Dataset(table)
    found = pages.with_format("arrow").map(
        cleaner.arrow.strip_table, batched=True, fn_kwargs={"fields": FIELDS}, remove_columns=pages.column_names,
        cache_file_name=str(tmp_path / "cache.arrow"),
    )  # fmt: skip
    check(found.with_format(None).to_list(), articles)


def test_spark_maps_it(table, articles, monkeypatch, tmp_path):
    pytest.importorskip("pyspark")
    if not shutil.which("java"):
        pytest.skip("Spark needs Java")
    from pyspark.sql import SparkSession
    from pyspark.sql.pandas.types import from_arrow_schema

    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    builder = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
    spark = builder.config("spark.sql.warehouse.dir", str(tmp_path)).getOrCreate()
    try:
        spark.sparkContext.setLogLevel("ERROR")
        given = [tuple(row.values()) for row in table.to_pylist()]
        pages = spark.createDataFrame(given, "key string, page binary, crawl long").coalesce(1)
        schema = from_arrow_schema(cleaner.arrow.SCHEMA)
        found = pages.mapInArrow(lambda batches: cleaner.arrow.strip_batches(batches, FIELDS), schema).collect()
    finally:
        spark.stop()
    check([row.asDict() for row in found], articles)


def test_datatrove_runs_it(articles, tmp_path):
    pytest.importorskip("datatrove")
    pytest.importorskip("orjson")
    from datatrove.data import Document
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.writers import JsonlWriter

    from cleaner.integrations.datatrove import Strip

    wanted = expected(articles)
    names = [str(path.relative_to(SAMPLES / "pages")) for path in PAGES]
    documents = [
        Document(path.read_text("utf-8"), name, metadata={"date": "2026-11-01T00:00:00Z", "crawl": "c1"})
        for name, path in zip(names, PAGES, strict=True)
    ]
    documents.insert(2, Document("404 - page not found", "gone"))
    stored = SAMPLES / "pages" / "stored" / "stored-lady-maren.txt"
    documents.append(Document(stored.read_text("utf-8"), "stored/stored-lady-maren.txt"))
    writers = {
        name: JsonlWriter(str(tmp_path / name), output_filename="${rank}.jsonl", compression=None) for name in ("kept", "out")
    }
    pipeline = [documents, Strip(exclusion_writer=writers["out"]), writers["kept"]]
    stats = LocalPipelineExecutor(pipeline, tasks=1, logging_dir=str(tmp_path / "logs")).run()
    kept, out = ([json.loads(line) for line in (tmp_path / name / "00000.jsonl").open("rb")] for name in ("kept", "out"))
    assert [row["id"] for row in kept] == [*names, "stored/stored-lady-maren.txt"]
    assert [row["text"] for row in kept] == [wanted[row["id"]]["text"] for row in kept]
    assert kept[0]["metadata"]["date"] == wanted[names[0]]["date"]
    assert kept[0]["metadata"]["crawl_date"] == "2026-11-01T00:00:00Z" and kept[0]["metadata"]["crawl"] == "c1"
    assert [(row["id"], row["metadata"]["reason"]) for row in out] == [("gone", "no-article")]
    assert stats.stats[0].stats["dropped_no-article"].total == 1
