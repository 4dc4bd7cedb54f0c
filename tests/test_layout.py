"""What CONTRIBUTING says of the folders holds: imports point one way."""

import ast
from pathlib import Path

import pytest
from conftest import ROOT

PACKAGE = ROOT / "cleaner"
APART = {"sources": set(), "strip": set(), "collapse": {"staging"}, "sinks": set(), "engines": {"staging"}}
"""Folders that a page passes through or that carry the work, and which others they may know."""
STAGES = "rules weights reading features models metadata structure decisions".split()
"""Folders of strip, each of which knows those before it."""
ROOMS = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").is_file()}


def imported(file: Path) -> set[str]:
    """The modules of the package that a file imports, by their full names."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in found if name.startswith("cleaner.")}


@pytest.mark.parametrize("room", APART)
def test_rooms_do_not_know_each_other(room):
    known = {(file, name) for file in (PACKAGE / room).rglob("*.py") for name in imported(file)}
    others = ROOMS - {room} - APART[room]
    assert known and not [(file.name, name) for file, name in known if name.split(".")[1] in others]


@pytest.mark.parametrize("stage", STAGES)
def test_stages_of_strip_know_only_earlier_ones(stage):
    folder = PACKAGE / "strip" / stage
    files = list(folder.rglob("*.py"))
    later = STAGES[STAGES.index(stage) + 1 :]
    names = {(file.name, name) for file in files for name in imported(file) if name.startswith("cleaner.strip.")}
    assert files and not [(file, name) for file, name in names if name.split(".")[2] in later]


def test_every_folder_of_strip_is_one_of_its_stages():
    assert {path.name for path in (PACKAGE / "strip").iterdir() if (path / "__init__.py").is_file()} == set(STAGES)
