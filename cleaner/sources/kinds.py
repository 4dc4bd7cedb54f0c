"""What a file's name tells: the kind of its content, and the fields that its folders hold."""

from __future__ import annotations

from urllib.parse import unquote

import regex

KINDS = {
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".txt": "text",
    ".text": "text",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".parquet": "parquet",
    ".warc": "warc",
}
COMPRESSED = (".gz", ".zst", ".bz2", ".xz")
KNOWN = (
    ".html .htm .xhtml .txt .text .jsonl .ndjson .json .parquet .warc, all but .parquet also with .gz .zst .bz2 or .xz"
)
UNKNOWN = "unknown"
_TABLE = "a table; convert it to JSONL or Parquet"
_ARCHIVE = "an archive of files; unpack it and name the folder"
_DOCUMENT = "a document; save its text as .txt or .html"
_OTHER = {
    **dict.fromkeys((".csv", ".tsv", ".xls", ".xlsx", ".ods", ".arrow", ".feather", ".orc", ".avro"), _TABLE),
    **dict.fromkeys((".sqlite", ".db", ".duckdb", ".pickle", ".pkl"), _TABLE),
    **dict.fromkeys((".zip", ".tar", ".tgz", ".tbz2", ".txz", ".7z", ".rar"), _ARCHIVE),
    **dict.fromkeys((".pdf", ".doc", ".docx", ".odt", ".rtf", ".epub", ".md"), _DOCUMENT),
    **dict.fromkeys((".xml", ".rss", ".atom"), "XML; convert its records to JSONL, a page to .html"),
    **dict.fromkeys((".mhtml", ".mht", ".wacz", ".arc", ".har"), "a web archive of another format; convert it to WARC"),
    **dict.fromkeys((".lz4", ".br", ".lzma", ".z", ".sz", ".snappy", ".zstd", ".gzip"), "compressed in another way"),
    **dict.fromkeys((".yaml", ".yml", ".toml"), "settings or data that are not read; convert them to JSONL"),
}
"""Kinds that are met and not read, and what to do."""
_MARKERS = ("_SUCCESS", "_metadata", "_common_metadata")
_MARKER_STARTS = ("_committed_", "_started_")
_MARKER_FOLDERS = ("_temporary", "_delta_log", "_spark_metadata")
_PARTITION = regex.compile(r"([^=/\\]{1,200})=([^/\\]{0,1000})")
_NO_VALUE = "__HIVE_DEFAULT_PARTITION__"


def kind_of(name: str) -> str:
    """The kind a file's name tells, ``unknown`` if none. Upper and lower case are the same."""
    stem, suffix = _split(name.lower())
    compressed = suffix in COMPRESSED
    kind = KINDS.get(_split(stem)[1] if compressed else suffix, UNKNOWN)
    return UNKNOWN if compressed and kind == "parquet" else kind


def _split(name: str) -> tuple[str, str]:
    """A name without its suffix, and the suffix with its dot. A folder may have a hundred thousand of them."""
    stem, dot, suffix = name.rpartition(".")
    return (stem, dot + suffix) if stem.strip(".") else (name, "")


def what_is(name: str) -> str:
    """What a file of unknown kind is and what could be done about it, for a person."""
    stem, suffix = _split(name.lower())
    inner = _split(stem)[1] if suffix in COMPRESSED else ""
    if inner == ".parquet":
        return f"a Parquet file is compressed within; unpack the {suffix} around it"
    if suffix in COMPRESSED and inner not in _OTHER:
        return f"the name does not tell what {suffix} holds; name it .jsonl{suffix}, .html{suffix}, .warc{suffix} ..."
    if not suffix:
        return "no suffix that tells its kind"
    known = _OTHER.get(inner or suffix)
    return f"cannot read {inner}{suffix} files: {known}" if known else f"cannot read {suffix} files"


def is_marker(name: str) -> bool:
    """Whether a file is one that Spark, Hive or Hadoop lay beside the data and that holds no record."""
    return name in _MARKERS or name.startswith(_MARKER_STARTS) or name.lower().endswith(".crc")


def is_marker_folder(name: str) -> bool:
    """The same for a folder: unfinished writes, and the log of a table."""
    return name in _MARKER_FOLDERS


def partition_of(path: str) -> dict[str, str]:
    """Values of the Hive partition that a file's folders name (``dt=2026-03-02/part-0.parquet``), decoded.

    The layout is Hive's: https://spark.apache.org/docs/latest/sql-data-sources-parquet.html#partition-discovery
    """
    found = {}
    for folder in path.replace("\\", "/").split("/")[:-1] if "=" in path else ():
        match = _PARTITION.fullmatch(folder)
        if match and match[2] != _NO_VALUE:
            found[unquote(match[1])] = unquote(match[2])
    return found
