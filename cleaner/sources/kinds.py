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
    ".md": "text",
    ".markdown": "text",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".jl": "jsonl",
    ".json": "json",
    ".csv": "csv",
    ".tsv": "tsv",
    ".parquet": "parquet",
    ".arrow": "arrow",
    ".feather": "arrow",
    ".warc": "warc",
    ".wet": "warc",
    ".wat": "warc",
}
COMPRESSED = (".gz", ".zst", ".bz2", ".xz")
WITHIN = ("parquet", "arrow")
"""Kinds of files that are compressed within, if at all."""
KNOWN = (
    ".html .htm .xhtml .txt .md .jsonl .ndjson .jl .json .csv .tsv .parquet .arrow .feather .warc .wet, all but "
    ".parquet .arrow .feather also with .gz .zst .bz2 or .xz"
)
STDIN = "stdin"
"""Of what cannot be read twice."""
UNKNOWN = "unknown"
_OTHER = {
    **dict.fromkeys((".xls", ".xlsx", ".ods", ".numbers"), "a spreadsheet; save its sheet as CSV (UTF-8)"),
    ".orc": "a table; convert it: pyarrow.parquet.write_table(pyarrow.orc.read_table(FILE), 'FILE.parquet')",
    ".avro": "a table; convert it: duckdb -c \"INSTALL avro; LOAD avro; COPY (FROM 'FILE') TO 'FILE.parquet'\"",
    **dict.fromkeys(
        (".sqlite", ".sqlite3", ".db"),
        "a database; export its table: sqlite3 -header -csv FILE 'SELECT * FROM pages' > pages.csv",
    ),
    ".duckdb": "a database; export its table: duckdb FILE -c \"COPY pages TO 'pages.parquet'\"",
    ".sql": "a database's dump; load it there and export the table as CSV",
    **dict.fromkeys((".pickle", ".pkl"), "a pickle, which is a program; save its table as Parquet"),
    **dict.fromkeys((".npy", ".npz", ".h5", ".hdf5"), "arrays; save the table as Parquet"),
    ".zip": "an archive of files; unpack it (unzip FILE -d folder) and name the folder",
    **dict.fromkeys(
        (".tar", ".tgz", ".tbz2", ".txz"), "an archive of files; unpack it (tar -xf FILE -C folder) and name the folder"
    ),
    **dict.fromkeys((".7z", ".rar"), "an archive of files; unpack it (7z x FILE -ofolder) and name the folder"),
    ".pdf": "a document; save its text: pdftotext FILE.pdf FILE.txt",
    ".doc": "a document; save its text: soffice --headless --convert-to txt FILE.doc",
    **dict.fromkeys(
        (".docx", ".odt", ".rtf", ".epub", ".rst", ".tex"),
        "a document; save its text: pandoc FILE -t plain -o FILE.txt",
    ),
    **dict.fromkeys((".xml", ".rss", ".atom"), "XML; convert its records to JSONL, a page to .html"),
    **dict.fromkeys((".mhtml", ".mht"), "one page as a mail; save it from a browser as .html"),
    **dict.fromkeys((".eml", ".mbox", ".msg"), "mail; save the text of each as .txt, or its HTML part as .html"),
    ".wacz": "a packed web archive; unpack it (unzip FILE -d folder) and name the .warc.gz files in folder/archive",
    ".arc": "a web archive of the old format; convert it: warcio recompress FILE.arc.gz FILE.warc.gz",
    ".har": "a browser's log of a page; convert it: har2warc FILE.har FILE.warc.gz",
    ".cdx": "a list of what a web archive holds; name the .warc.gz files beside it",
    ".cdxj": "a list of what a web archive holds; name the .warc.gz files beside it",
    ".lz4": "compressed in another way; unpack it: lz4 -d FILE",
    ".br": "compressed in another way; unpack it: brotli -d FILE",
    ".lzma": "compressed in another way; unpack it: xz -d FILE",
    ".z": "compressed in another way; unpack it: gzip -d FILE",
    **dict.fromkeys((".sz", ".snappy"), "compressed in another way; unpack it: python -m snappy -d FILE OUT"),
    ".zstd": "compressed; name it .zst",
    ".gzip": "compressed; name it .gz",
    **dict.fromkeys((".yaml", ".yml", ".toml", ".ini"), "settings or data that are not read; convert them to JSONL"),
    **dict.fromkeys((".jpg", ".jpeg", ".png", ".gif", ".webp", ".svg", ".ico", ".bmp", ".tiff"), "a picture"),
    **dict.fromkeys((".mp3", ".mp4", ".wav", ".ogg", ".webm", ".mov", ".avi", ".mkv"), "sound or film"),
    **dict.fromkeys((".css", ".js", ".mjs", ".ts", ".py", ".sh", ".php", ".java"), "a program's text, no page's"),
    **dict.fromkeys((".woff", ".woff2", ".ttf", ".otf"), "a font"),
    **dict.fromkeys((".exe", ".dll", ".so", ".bin", ".iso"), "a program or an image of a disk"),
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
    return UNKNOWN if compressed and kind in WITHIN else kind


def _split(name: str) -> tuple[str, str]:
    """A name without its suffix, and the suffix with its dot. A folder may have a hundred thousand of them."""
    stem, dot, suffix = name.rpartition(".")
    return (stem, dot + suffix) if stem.strip(".") else (name, "")


def what_is(name: str) -> str:
    """What a file of unknown kind is and what could be done about it, for a person."""
    stem, suffix = _split(name.lower())
    inner = _split(stem)[1] if suffix in COMPRESSED else ""
    if KINDS.get(inner) in WITHIN:
        return f"a {inner} file is compressed within; unpack the {suffix} around it"
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
