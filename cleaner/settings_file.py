"""Settings in a TOML file: the names are those of ``Settings``, its parts are tables.

    event_threshold = 0.42
    prefer = ["reuters.com"]

    [require]
    lang = ["en"]
    min_words = 50
"""

from __future__ import annotations

import dataclasses
import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cleaner.errors import UsageError
from cleaner.settings import Fields, Limits, Require, Settings

PARTS = {"fields": Fields, "limits": Limits, "require": Require}
Values = Mapping[str, Any]


def load(path: str) -> dict[str, Any]:
    """What a file sets, checked. Raises UsageError when it cannot be read, or for an unknown name or a bad value."""
    try:
        with Path(path).open("rb") as file:
            values = tomllib.load(file)
    except (OSError, ValueError, RecursionError) as error:
        reason = " ".join(str(error).split())[:200]
        raise UsageError(f"{path}: not readable as TOML settings: {reason}") from error
    try:
        settings(values)
    except UsageError as error:
        raise UsageError(f"{path}: {error}") from error
    return values


def settings(*layers: Values) -> Settings:
    """Settings from several layers, of which a later one wins value by value. Raises UsageError."""
    flat: dict[str, Any] = {}
    parts: dict[str, dict[str, Any]] = {name: {} for name in PARTS}
    for layer in layers:
        for name, value in layer.items():
            if name not in PARTS:
                flat[_known(name, Settings)] = value
                continue
            if not isinstance(value, Mapping):
                raise UsageError(f"{name} must be a table: [{name}] and its values below")
            parts[name].update({_known(key, PARTS[name], f"{name}."): one for key, one in value.items()})
    return Settings(**flat, **{name: kind(**parts[name]) for name, kind in PARTS.items()})


def _known(name: str, kind: type, before: str = "") -> str:
    names = [field.name for field in dataclasses.fields(kind)]
    if name not in names:
        shown = " ".join(name.split())[:60]
        raise UsageError(f"unknown setting '{before}{shown}'; known are {', '.join(before + one for one in names)}")
    return name


def dump(path: str, values: Values, comment: str) -> None:
    """Write values that ``load`` reads, with a comment above them; the file appears whole or not at all.

    Raises UsageError where it cannot be written.
    """
    lines = [f"# {line}".rstrip() for line in comment.splitlines()]
    lines += _lines({name: value for name, value in values.items() if name not in PARTS})
    for name in PARTS:
        if values.get(name):
            lines += ["", f"[{name}]", *_lines(values[name])]
    from cleaner.sinks.streams import output_stream  # loads what compresses, and few commands write settings

    with output_stream(path) as stream:
        stream.write("\n".join(lines) + "\n")


def _lines(values: Values) -> list[str]:
    # JSON writes numbers, strings, true and lists of strings as TOML does.
    return [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in values.items()]
