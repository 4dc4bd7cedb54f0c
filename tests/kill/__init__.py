"""Runs that are killed, at random and at every rename, and what must be true afterwards: ``make kill``.

``scenarios`` are runs over samples/ with the state before and after them, ``victim`` is the process that is killed at
a rename, ``trying`` kills and looks, ``__main__`` counts.
"""
