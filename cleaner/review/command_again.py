"""The command that makes a run again, from what its report says of it."""

from __future__ import annotations

import dataclasses
import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from cleaner.commands.option_settings import OPTIONS
from cleaner.settings import LEVELS, Fields, Limits, Settings, unused
from cleaner.sinks import ownership

_MEGABYTES = {"max_record_bytes": "max-record-mb", "memory_per_page": "memory-per-page"}
_SHOWN_ONLY = ("max_expansion",)
"""Settings of the library that no option sets."""


def command_again(report: Mapping[str, Any], output: str) -> str:
    """One line for a shell; ``INPUT...`` stands for inputs that the report does not name."""
    called = report.get("invocation") or {}
    inputs = [shlex.quote(str(one)) for one in called.get("inputs") or ()] or ["INPUT..."]
    words = ["cleaner", str(called.get("command") or "run"), *inputs, "--output", shlex.quote(output)]
    if called.get("index"):
        words += ["--index", shlex.quote(str(called["index"]))]
    shards = sum(name.startswith("corpus-") for name in ownership.shards_in(report))
    if shards > 1:
        words += ["--partitions", str(shards)]
    return " ".join([*words, *_options(report.get("settings") or {})])


def _options(settings: Mapping[str, Any]) -> Iterator[str]:
    usual = dataclasses.asdict(Settings())
    level = settings.get("level")
    idle = unused(level) if level in LEVELS else {}  # of a settings file, or of a run of the library
    for name, value in settings.items():
        if name not in usual or name in idle or _same(value, usual[name]):
            continue
        if name == "require":
            yield from _required(value)
        elif name == "fields":
            for field, column in value.items():
                if column != getattr(Fields(), field, column):
                    yield f"--{field}-field {shlex.quote(str(column))}"
        elif name == "limits":
            yield from _limits(value)
        else:
            yield from _plain(OPTIONS.get(name, name.replace("_", "-")), value)


def _plain(name: str, value: Any) -> Iterator[str]:
    if isinstance(value, bool):
        yield f"--{name}"
    elif isinstance(value, (list, tuple)):
        yield from (f"--{name} {shlex.quote(str(one))}" for one in value)
    elif isinstance(value, float):
        yield f"--{name} {value:g}"
    else:
        yield f"--{name} {shlex.quote(str(value))}"


def _required(value: Mapping[str, Any]) -> Iterator[str]:
    if value.get("lang"):
        yield f"--require {shlex.quote('lang=' + ','.join(map(str, value['lang'])))}"
    if value.get("min_words"):
        yield f"--require min-words={value['min_words']}"


def _limits(value: Mapping[str, Any]) -> Iterator[str]:
    usual = dataclasses.asdict(Limits())
    for name, limit in value.items():
        if name in usual and limit != usual[name] and name not in _SHOWN_ONLY:
            if name in _MEGABYTES:
                yield f"--{_MEGABYTES[name]} {limit / 1024**2:g}"
            else:
                yield f"--{name.replace('_', '-')} {limit:g}"


def _same(value: Any, usual: Any) -> bool:
    if isinstance(usual, Mapping) and isinstance(value, Mapping):
        return all(_same(value.get(name), one) for name, one in usual.items())
    return (list(value) if isinstance(value, (list, tuple)) else value) == (
        list(usual) if isinstance(usual, (list, tuple)) else usual
    )
