"""What must be the same for an index to be used on: format, rules and models, settings."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from typing import Any, NoReturn

import xxhash

from cleaner import package_files
from cleaner.collapse import bands, pair_scores, signing, sketch
from cleaner.collapse.event import packed_bags
from cleaner.errors import UsageError
from cleaner.settings import Require, Settings

FORMAT = 7
"""Raised with every change to files, tables or to what is stored in them."""
NO_INFLUENCE = ("format", "fields", "limits", "workers", "index", "max_rejected",
                "keep_merged_text", "keep_scores", "annotate", "against", "links")  # fmt: skip
"""Settings that change no stored result."""


_ANEW = "build it anew from the pages with --index NEW_DIR, or use the cleaner that made it"


class DamagedIndex(UsageError):
    """A file of an index is not what was written."""

    def __init__(self, what: str) -> None:
        self.what = what
        """Which file, and what is wrong with it."""
        super().__init__(f"index damaged: {what}; restore the folder from a copy, or build a new index")


def identity(settings: Settings, stage: str) -> dict[str, str]:
    """By name, all that decides what an index holds, as text. ``stage`` is ``run`` or ``collapse``."""
    plain: dict[str, Any] = {name: value for name, value in settings.as_dict().items() if name not in NO_INFLUENCE}
    plain["near_threshold"] = settings.near_threshold or pair_scores.DEFAULT_THRESHOLD
    found = {name: json.dumps(value, sort_keys=True, default=str) for name, value in plain.items()}
    found["format"] = str(FORMAT)
    found["collapse rules"] = _collapse_rules()
    found["strip rules"] = _data_of("strip") if stage == "run" else ""
    return found


def settings(stored: Mapping[str, str]) -> Settings:
    """The settings of the runs that made an index of ``stored`` identity."""
    names = {field.name for field in dataclasses.fields(Settings)} - set(NO_INFLUENCE)
    plain: dict[str, Any] = {name: json.loads(value) for name, value in stored.items() if name in names}
    if "require" in plain:
        plain["require"] = Require(**plain["require"])
    return Settings(**plain)


def refuse(found: str, folder: str) -> NoReturn:
    """Raise UsageError for an index of another format."""
    raise UsageError(f"index {folder} has format {found}, this cleaner reads {FORMAT}; {_ANEW}")


def check(stored: dict[str, str], wanted: dict[str, str], folder: str) -> None:
    """Raise UsageError unless an index of ``stored`` identity may take a run of the ``wanted`` one.

    An index whose pages came stripped (``collapse``) knows no strip rules until a ``run`` brings some.
    """
    if stored.get("format") != wanted["format"]:
        refuse(str(stored.get("format")), folder)
    for name in sorted(wanted):
        mine, theirs = wanted[name], stored.get(name)
        if mine == theirs or (name == "strip rules" and "" in (mine, theirs)):
            continue
        if name.endswith("rules"):
            raise UsageError(
                f"index {folder} was made with other {name} (models, word lists) than this cleaner has; {_ANEW}"
            )
        option = name.replace("_", "-")
        raise UsageError(
            f"index {folder} was made with {option} {theirs}, this run has {mine}; "
            f"give the run the index's {option}, or build another index with --index NEW_DIR"
        )


def _collapse_rules() -> str:
    constants = (
        signing.SHINGLE_WORDS,
        signing.PERMUTATIONS,
        signing.SEED,
        bands.BANDS,
        bands.ROWS,
        sketch.SCALE,
        packed_bags.RECORD.descr,
    )
    return xxhash.xxh3_64_hexdigest((_data_of("collapse") + repr(constants)).encode())


def _data_of(stage: str) -> str:
    """A digest of a stage's data files: models, rules and word lists."""
    return package_files.digest([f"{stage}/**/*"], without=".py")
