"""Seeded fuzzing of readers, strip, collapse and the whole command: ``make fuzz``.

``seeds`` are good inputs, ``texts`` and ``containers`` break them, ``child`` puts one through the readers and strip
under a watchdog (``watching``), ``command`` puts a folder of them through ``cleaner run``, ``shrink`` makes a failing
input small, ``failures`` writes it down.
"""
