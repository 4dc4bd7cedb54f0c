"""Files of links: a line of JSON says of two ids whether they are of one story.

    {"left": "a17", "right": "a40", "same": false}
    {"left": "a17", "right": "b3", "same": true}

With ``null`` an index forgets what it was told of the two. Such lines are what ``cleaner tune`` takes as labelled
pairs too, and rows of the file ``pairs`` that a run writes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cleaner.collapse.links import Link, Links
from cleaner.errors import UsageError, no_file
from cleaner.remote import place
from cleaner.settings import Limits
from cleaner.sources.faults import Fault
from cleaner.sources.opening import open_stream
from cleaner.urls import shown

_ANSWERS = {"true": True, "yes": True, "y": True, "1": True, "false": False, "no": False, "n": False, "0": False}
Given = str | os.PathLike[str] | Iterable[Mapping[str, Any] | tuple[str, str, bool]]
"""A file, or rows of one, or (id, id, whether they are of one story)."""


def answer(value: Any) -> bool | None:
    """What ``same`` says, None where it says nothing that is known."""
    return _ANSWERS.get(str(value).strip().casefold())


def load(path: str | os.PathLike[str]) -> Links:
    """The links of a file (also .gz .zst .bz2 .xz). Raises UsageError, with the line, for one that is none."""
    return Links(_of_file(os.fspath(path)))


def links(given: Given) -> Links:
    """Links as the library's functions take them. Raises UsageError and TypeError."""
    if isinstance(given, (str, os.PathLike)):
        return load(given)
    if not isinstance(given, Iterable):
        raise TypeError(f"links are a file of them or a list, not {type(given).__name__}")
    return Links(_given(one, f"link {number}") for number, one in enumerate(given, 1))


def _given(one: Any, place: str) -> Link:
    if isinstance(one, tuple) and len(one) == 3:
        return _link(dict(zip(("left", "right", "same"), one, strict=True)), place)
    if not isinstance(one, Mapping):
        raise TypeError(f"{place} is neither a mapping nor (left, right, same) but {type(one).__name__}")
    return _link(one, place)


def _of_file(path: str) -> Iterator[Link]:
    number = 0
    try:
        if not (found := place(path)).is_file():
            raise UsageError(f"links {shown(path)}: {no_file(found)}")
        with open_stream(path, Limits()) as stream:
            for number, line in enumerate(stream, 1):
                if line.strip():
                    yield _link(_object(line, f"{shown(path)}:{number}"), f"{shown(path)}:{number}")
    except (OSError, ValueError) as error:
        raise UsageError(f"{shown(path)}:{number + 1} cannot be read: {' '.join(str(error).split())[:200]}") from error
    except Fault as fault:
        raise UsageError(f"{shown(path)}:{number + 1} cannot be read: {fault.reason}, {fault.detail}") from fault


def _object(line: bytes | str, place: str) -> Mapping[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{place} is no JSON: {' '.join(str(error).split())[:100]}") from error
    if not isinstance(row, dict):
        raise UsageError(f"{place} is no JSON object")
    return row


def _link(row: Mapping[str, Any], place: str) -> Link:
    left, right = (_id(row.get(name), name, place) for name in ("left", "right"))
    same = answer(row.get("same"))
    if same is None and not ("same" in row and row["same"] is None):
        raise UsageError(f"{place}: same must be true or false, not '{row.get('same')}'")
    return Link(min(left, right), max(left, right), same, place)


def _id(value: Any, name: str, place: str) -> str:
    if isinstance(value, Mapping):  # an article, as labelled pairs may have it
        value = value.get("id")
    if type(value) is int:
        value = str(value)
    if not isinstance(value, str) or not value:
        raise UsageError(f"{place}: {name} must be the id of a record")
    return value
