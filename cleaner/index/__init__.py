"""The collapse with a memory: tomorrow's articles are collapsed against all that came before.

An index is a folder: immutable segments of sorted arrays (``segment``) and one SQLite file, the manifest
(``manifest``), that names the segments with sizes and checksums and holds what changes: which record is in
which text, which texts are copies, which copies tell one story. ``session`` is the entry.

Words used here. A *record* is an article with its id. A *text* is a sequence of words; exact copies have one
text. A *version* of a text is what is signed of it once templates are out. A *cluster* holds the texts that
are near copies. A *report* is what the event stage reads of a cluster: its kept copy with its first date.
A *story* holds clusters. Texts, versions and reports are only ever added; one that no longer stands is
listed as dead until a compaction drops it.

This package knows ``cleaner.collapse`` as if it were one room with it: it calls its stages on what a run
touches.
"""
