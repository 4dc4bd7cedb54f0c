"""The settings that the options of a command make, over those of a settings file."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping
from typing import Any

from cleaner import settings_file
from cleaner.errors import UsageError
from cleaner.settings import Fields, Limits, Settings, refuse_unused

_PLAIN = [name for name in Settings.__dataclass_fields__ if name not in settings_file.PARTS]


def settings_from(options: argparse.Namespace) -> Settings:
    """Settings as the options say; what no option says is as the settings file says, or else the default.

    Raises UsageError for an option that decides nothing at the level of the run and is not what it is anyway.
    """
    given: dict[str, Any] = {name: getattr(options, name, None) for name in _PLAIN}
    fields = {name: getattr(options, f"{name}_field") for name in Fields.__dataclass_fields__}
    limits = {name: getattr(options, name, None) for name in Limits.__dataclass_fields__}
    layers = [given, {"fields": _said(fields), "limits": _said(limits)}]
    layers.append({"require": required(getattr(options, "require", None) or ())})
    file = getattr(options, "settings", None)
    made = settings_file.settings(settings_file.load(file) if file else {}, *map(_said, layers))
    usual = Settings()
    refuse_unused((name for name, value in _said(given).items() if value != getattr(usual, name)), made.level)
    return made


def required(conditions: Iterable[str]) -> dict[str, Any]:
    """Values of ``Require`` from ``lang=en,de`` and ``min-words=50``, each at most once. Raises UsageError."""
    found: dict[str, Any] = {}
    for condition in conditions:
        name, _, value = (part.strip() for part in condition.partition("="))
        if name not in ("lang", "min-words") or not value:
            raise UsageError(f"--require '{condition}' is not known; use lang=en,de or min-words=50")
        key = name.replace("-", "_")
        if key in found:
            raise UsageError(f"--require {name} is given twice; several languages are written lang=en,de")
        if key == "lang":
            found[key] = tuple(one.strip() for one in value.split(","))
        else:
            found[key] = int(value) if value.isdecimal() and len(value) < 20 else value
    return found


def _said(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
