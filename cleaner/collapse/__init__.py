"""Collapse: articles in, one story per event out, with who else told it and why each was merged.

``levels`` is the entry, ``folding`` its three steps: texts become hashes (``signing/``, kept in ``ragged`` rows);
exact copies (``exact``); near copies (``near``: ``templates``, ``bands``, ``verify``, ``linkage``); articles on one
event (``reports``, ``event/``). Then the choice of the canonical (``canonical``, ``body``) and the story with its
members (``stories``).

This module imports nothing: ``cleaner.collapse`` is also the name of the library's function.
"""
