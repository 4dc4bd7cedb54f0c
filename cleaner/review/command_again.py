"""The command that makes a run again, from what its report says of it."""

from __future__ import annotations

import dataclasses
import shlex
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from cleaner.settings import LEVELS, OF_PAGES, OPTIONS, Fields, Limits, Settings, unused
from cleaner.sinks import ownership

_MEGABYTES = {"max_record_bytes": "max-record-mb", "memory_per_page": "memory-per-page"}
_SHOWN_ONLY = ("max_expansion",)
"""Settings of the library that no option sets."""


def command_again(report: Mapping[str, Any], output: str) -> str:
    """One line for a shell; ``INPUT...`` stands for inputs that the report does not name."""
    called = report.get("invocation") or {}
    inputs = [shlex.quote(str(one)) for one in called.get("inputs") or ()] or ["INPUT..."]
    command = str(called.get("command") or "run")
    words = ["cleaner", command, *inputs, "--output", shlex.quote(output)]
    if called.get("index"):
        words += ["--index", shlex.quote(str(called["index"]))]
    shards = sum(name.startswith("corpus-") for name in ownership.shards_in(report))
    if shards > 1:
        words += ["--partitions", str(shards)]
    without = OF_PAGES if command == "collapse" else ()  # a settings file may have them, for it serves several runs
    return " ".join([*words, *_options(report.get("settings") or {}, without)])


def _options(settings: Mapping[str, Any], without: Collection[str]) -> Iterator[str]:
    usual = dataclasses.asdict(Settings())
    level = settings.get("level")
    idle = unused(level) if level in LEVELS else {}  # of a settings file, or of a run of the library
    for name, value in settings.items():
        if name not in usual or name in idle or name in without or _same(value, usual[name]):
            continue
        if name == "require":
            yield from _required(value)
        elif name == "fields":
            for field, column in value.items():
                if column != getattr(Fields(), field, column):
                    yield f"--{field}-field {shlex.quote(str(column))}"
        elif name == "limits":
            yield from _limits(value, without)
        else:
            yield from _plain(OPTIONS.get(name, name.replace("_", "-")), value)


def _plain(name: str, value: Any) -> Iterator[str]:
    if isinstance(value, bool):
        yield f"--{name}"
    elif isinstance(value, (list, tuple)):
        yield from (f"--{name} {shlex.quote(str(one))}" for one in value)
    elif isinstance(value, float):
        yield f"--{name} {_number(value)}"
    else:
        yield f"--{name} {shlex.quote(str(value))}"


def _required(value: Mapping[str, Any]) -> Iterator[str]:
    if value.get("lang"):
        yield f"--require {shlex.quote('lang=' + ','.join(map(str, value['lang'])))}"
    if value.get("min_words"):
        yield f"--require min-words={value['min_words']}"


def _limits(value: Mapping[str, Any], without: Collection[str]) -> Iterator[str]:
    usual = dataclasses.asdict(Limits())
    for name, limit in value.items():
        if name in usual and limit != usual[name] and name not in (*_SHOWN_ONLY, *without):
            if name in _MEGABYTES:
                yield f"--{_MEGABYTES[name]} {_number(limit / 1024**2)}"
            else:
                yield f"--{name.replace('_', '-')} {_number(limit)}"


def _number(value: float) -> str:
    """A number with all its digits: a threshold that is rounded makes another run."""
    return repr(value).removesuffix(".0")


def _same(value: Any, usual: Any) -> bool:
    if isinstance(usual, Mapping) and isinstance(value, Mapping):
        return all(_same(value.get(name), one) for name, one in usual.items())
    return (list(value) if isinstance(value, (list, tuple)) else value) == (
        list(usual) if isinstance(usual, (list, tuple)) else usual
    )
