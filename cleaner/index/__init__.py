"""The collapse with a memory: tomorrow's articles are collapsed against all that came before.

An index is a folder: immutable ``segments``, each the arrays of one run in a file of named sections (``segment``; what
they are says ``layout``), and one SQLite file, the ``manifest``, that names the segments with sizes and digests and
holds what changes: which record is in which text, which texts are copies, which copies tell one story. ``session`` is
the entry.

What a run does here are the stages of a batch, by their kernels and in their forms: a run signs, verifies, scores and
links what it brings and what hangs together with that, and asks the hierarchy of it for its stories; reports are kept
as a batch packs them, and weighed and scored from there. Of its own the index has what a memory needs and a batch does
not: known content told from new (``new_records``), templates that show late (``template_memory``), look-ups among what
came before (``signatures``, ``event_candidates``: a batch sorts the keys of a whole corpus, which a run of one day
cannot afford), scores that are kept, and a threshold that follows from them (``reports``, ``threshold``), clusters that
are known again (``clusters``), ids of stories that last and what changed (``changes``), links that are kept
(``kept_links``), removal, merging of segments (``compact``), and one writer at a time.

Words used here. A *record* is an article with its id. A *text* is a sequence of words; exact copies have one
text. A *version* of a text is what is signed of it once templates are out. A *cluster* holds the texts that
are near copies. A *report* is what the event stage reads of a cluster: its kept copy with its first date.
A *story* holds clusters. Texts, versions and reports are only ever added; one that no longer stands is
listed as dead until a compaction drops it.
"""
