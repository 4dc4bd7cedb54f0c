"""One module a stage of the plan: files of named sections in, one file out, whole and then its mark.

A task is pure: the same inputs and settings give the same file on any engine, in any order, done twice or once.
"""

from __future__ import annotations

from cleaner.tasks.task import Done, Task

__all__ = ["Done", "Task"]
