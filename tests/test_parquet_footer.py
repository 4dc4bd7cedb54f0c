"""Parquet whose footer lies: what it says of its columns, and a run that goes on behind it."""

import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
from conftest import call_here, rows
from hypothesis import given
from hypothesis import strategies as st

from cleaner.sources import parquet_footer
from cleaner.sources.faults import Fault

BODY = "The council of Varn voted on Monday to close the old bridge for repairs until the spring."
VALUES = st.lists(st.one_of(st.none(), st.text(max_size=20)), min_size=1, max_size=40)


@given(text=VALUES, nested=st.booleans(), row_group_size=st.integers(1, 50), dictionary=st.booleans())
def test_the_figures_are_those_that_arrow_reads(text, nested, row_group_size, dictionary):
    columns = {"id": pa.array(range(len(text))), "text": pa.array(text, pa.string())}
    if nested:
        columns |= {
            "tags": pa.array([[{"name": value}] * (number % 3) for number, value in enumerate(text)]),
            "seen": pa.array([number % 2 == 0 for number in range(len(text))]),
            "score": pa.array([number / 3 for number in range(len(text))]),
        }
    written = io.BytesIO()
    table = pa.table(columns).replace_schema_metadata({"made": "x" * 300})
    pq.write_table(table, written, row_group_size=row_group_size, use_dictionary=dictionary, write_page_index=nested)
    metadata = pq.ParquetFile(written).metadata
    groups = [metadata.row_group(number) for number in range(metadata.num_row_groups)]
    expected = [
        parquet_footer.RowGroup(
            group.num_rows,
            group.total_byte_size,
            [
                parquet_footer.Chunk(
                    parquet_footer.BYTE_ARRAY if chunk.physical_type == "BYTE_ARRAY" else -1,
                    chunk.num_values,
                    chunk.total_uncompressed_size,
                    chunk.total_compressed_size,
                    chunk.data_page_offset,
                    chunk.dictionary_page_offset,
                )
                for chunk in (group.column(number) for number in range(group.num_columns))
            ],
        )
        for group in groups
    ]
    found = parquet_footer.row_groups(written)
    for group in found:
        text_or_not = [
            chunk if chunk.physical_type == parquet_footer.BYTE_ARRAY else chunk._replace(physical_type=-1)
            for chunk in group.chunks
        ]
        group.chunks[:] = text_or_not
    assert found == expected


@given(at=st.integers(0, 10_000), bit=st.integers(0, 7), cut=st.integers(0, 400))
def test_a_damaged_footer_is_read_or_is_a_fault(at, bit, cut):
    written = io.BytesIO()
    pq.write_table(pa.table({"id": ["a", "b"], "text": ["one", None], "tags": [[1, 2], []]}), written)
    content = bytearray(written.getvalue())
    size = int.from_bytes(content[-8:-4], "little")
    content[-8 - size + at % size] ^= 1 << bit
    content[-4 - size // 2 : -4 - size // 2 + cut] = b""
    try:
        found = parquet_footer.row_groups(io.BytesIO(content))
    except Fault as fault:
        assert fault.reason == "corrupt"
    else:
        assert all(isinstance(group.rows, int) for group in found)


def test_a_footer_that_contradicts_itself_costs_one_file(tmp_path):
    # A column that says it has no empty values, and counts them: pyarrow 26 ends the process over its figures.
    pq.write_table(pa.table({"id": ["a", None], "text": [BODY, None]}), tmp_path / "odd.parquet")
    whole = (tmp_path / "odd.parquet").read_bytes()
    optional, required = b"\x25\x02\x18\x04text", b"\x25\x00\x18\x04text"
    assert whole.count(optional) == 1
    (tmp_path / "odd.parquet").write_bytes(whole.replace(optional, required))
    (tmp_path / "good.jsonl").write_text(json.dumps({"id": "good", "text": BODY}) + "\n", encoding="utf-8")
    done = call_here("run", tmp_path, "--output", tmp_path / "out", "--workers", "1", "--max-rejected", "100")
    assert done.returncode == 0, done.stderr
    assert b"1 story, " in done.stderr
    kept = [member["id"] for row in rows(tmp_path / "out" / "corpus.jsonl") for member in row["story"]["members"]]
    refused = {row["origin"]: row["reason"] for row in rows(tmp_path / "out" / "rejected.jsonl")}
    assert "good" in kept
    assert all(origin.startswith(str(tmp_path / "odd.parquet")) for origin in refused)
    assert len(kept) + len(refused) >= 2
