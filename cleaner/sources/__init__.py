"""Inputs to pages: finds the files, opens their containers, decodes their bytes.

``discover`` turns what the user named into files; ``read`` turns one file into ``Page`` and ``Rejected``
records, streaming. Bad content never raises: every record ends as one or the other.

One module a container: ``page_file`` (HTML and text files), ``jsonl`` (with ``json_stream``), ``parquet``,
``warc``. They share ``opening`` (compression), ``decode`` (bytes to text) and ``record`` (a mapping to a page, with
``dates``). ``kinds`` is what names tell. ``ranges`` divides a large file, so that several can read it at a time.
"""

from cleaner.sources.discover import discover
from cleaner.sources.input_file import InputFile
from cleaner.sources.reading import read

__all__ = ["InputFile", "discover", "read"]
