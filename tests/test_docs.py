"""README and docs tell the truth: what they show is run and compared, what they name is there."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from conftest import ROOT, SAMPLES

import cleaner
from cleaner import cli
from cleaner.sinks.parquet import KNOWN

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$(?:\n\n```output\n(.*?)^```$)?", re.M | re.S)
LATE = re.compile(r"^[\w: ]+: .* (?:a second|/s)(?:, .*)?$|records of .* files?,.*/s", re.M)
"""Lines that a slow machine adds."""
SHELL = f'cleaner() {{ "{sys.executable}" -m cleaner "$@"; }}\n'
MORE = "…"
"""Ends a shown line that goes on, or stands for lines that are left out."""


def blocks(kind: str) -> list:
    """(page, its blocks of one kind)."""
    found = [(page, [match for match in BLOCK.finditer(page.read_text(encoding="utf-8")) if match[1] == kind]) for page in PAGES]
    return [pytest.param(page, one, id=page.name) for page, one in found if one]


def plain(text: str) -> list[str]:
    """Lines without what differs from one machine to the next: times, and what a model's bits decide."""
    lines = [line.rstrip() for line in text.splitlines() if not LATE.search(line)]
    return [re.sub(r"\b\d+\.\d+ s\b", "N s", re.sub(r"\b0\.\d{2,}\b", "0.N", line)) for line in lines]


def agrees(shown: list[str], real: list[str]) -> str:
    """The first shown line that the real ones do not have in its place; empty where all are there."""
    at = 0
    skipping = False
    for line in shown:
        if line == MORE:
            skipping = True
            continue
        fits = [line == other or (line.endswith(MORE) and other.startswith(line[:-1].rstrip())) for other in real[at:]]
        if not any(fits) or (not skipping and not fits[0]):
            return line
        at += fits.index(True) + 1
        skipping = False
    return "" if skipping or at == len(real) else f"(end, but then: {real[at]})"


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    """A folder with the samples in it, where commands are given."""
    folder = tmp_path_factory.mktemp("docs")
    (folder / "samples").symlink_to(SAMPLES)
    return folder


@pytest.mark.skipif(os.name != "posix", reason="bash")
@pytest.mark.parametrize(("page", "found"), blocks("console"))
def test_what_is_shown_is_what_comes(page, found, place):
    for block in found:
        for given in re.split(r"^\$ ", block[2], flags=re.M)[1:]:
            command, _, shown = given.partition("\n")
            environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100"}
            done = subprocess.run(
                ["bash", "-c", f"{SHELL}{command}"], cwd=place, env=environment, text=True, encoding="utf-8", check=False,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300,
            )  # fmt: skip
            assert agrees(plain(shown), plain(done.stdout)) == "", f"{page.name}: $ {command}\n{done.stdout}"


@pytest.mark.parametrize(("page", "found"), blocks("python"))
def test_python_runs_and_prints_what_is_shown(page, found, place):
    for block in found:
        done = subprocess.run(
            [sys.executable, "-c", block[2]], cwd=place, env={**os.environ, "PYTHONPATH": str(ROOT)}, text=True,
            capture_output=True, encoding="utf-8", check=False, timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert done.stdout == block[3], f"{page.name}:\n{block[2]}"


def test_commands_that_are_only_named_are_commands():
    named = 0
    for page in PAGES:
        for line in re.findall(r"^ {4}(?:\$ )?(cleaner .*)$", page.read_text(encoding="utf-8"), re.M):
            written = re.split(r"\s{3,}|\s#|\s2?[|>]", line)[0]
            if any(mark in written for mark in ("...", "[", "|", " X")):  # a form, not a command
                continue
            words = shlex.split(written)
            if "--print-completion" in words:
                continue
            cli.parser().parse_args(words[1:])
            named += 1
    assert named > 15


def test_every_option_that_is_named_is_one_and_links_lead_somewhere():
    parsers = [cli.parser()]
    known = {"--help", "--peer-size", "--only", "--config-file", "--ouput"}
    while parsers:
        for action in parsers.pop()._actions:
            known |= set(action.option_strings)
            parsers += (action.choices or {}).values() if hasattr(action, "add_parser") else []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", text)) <= known, page.name
        for target in re.findall(r"\]\(([^)#:]+)\)", text):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_names_and_columns_are_all_in_the_docs():
    python = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    assert [name for name in cleaner.__all__ if f"`{name}" not in python and name != "__version__"] == []
    formats = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
    for file in ("corpus", "merged", "rejected", "cuts"):
        (row,) = re.findall(rf"^\| `{file}` \| (.*) \|$", formats, re.M)
        assert [name for name in KNOWN[file] if f"`{name}`" not in row] == []


def test_the_readme_is_short_and_the_docs_are_a_site():
    assert len((ROOT / "README.md").read_text(encoding="utf-8").split()) < 1_100
    site = (ROOT / "docs" / "mkdocs.yml").read_text(encoding="utf-8")
    assert set(re.findall(r"^  - (\S+\.md)$", site, re.M)) == {page.name for page in PAGES[1:]}
    assert (ROOT / "docs" / "report.png").stat().st_size < 150_000
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert any("mkdocs-material" in one for one in project["optional-dependencies"]["docs"])
