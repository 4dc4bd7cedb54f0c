"""README and docs tell the truth: what they show is run and compared, what they name is there."""

from __future__ import annotations

import ast
import os
import re
import shlex
import subprocess
import sys
import tomllib
from html import unescape
from importlib.util import find_spec
from pathlib import Path

import pytest
from conftest import ROOT, SAMPLES

import cleaner
from cleaner import cli, site_memory
from cleaner.sinks.parquet import KNOWN
from cleaner.strip.structure.outside import side_boxes

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
    lines = [re.sub(r"─+", "─", re.sub(r" +│", " │", line)) if line[:1] in tuple("┌│└") else line for line in lines]
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


@pytest.fixture
def days(tmp_path) -> Path:
    """A folder with a day that has a page, and one that has none."""
    for day in ("2026-01-01", "2026-01-02"):
        (tmp_path / "crawl" / day).mkdir(parents=True)
    page = SAMPLES / "pages" / "stored" / "stored-brockhollow-fire.txt"
    (tmp_path / "crawl" / "2026-01-01" / page.name).write_bytes(page.read_bytes())
    (tmp_path / "crawl" / "2026-01-02" / "a.css").touch()
    return tmp_path


def recipe(kind: str, word: str) -> str:
    """The block of the recipes with this word."""
    text = (ROOT / "docs" / "recipes.md").read_text(encoding="utf-8")
    (found,) = [match[2] for match in BLOCK.finditer(text) if match[1] == kind and word in match[2]]
    return found


def shell(command: str, folder: Path) -> int:
    """The exit code of a command line with ``cleaner`` in it."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(["bash", "-c", f"{SHELL}{command}"], cwd=folder, env=environment, capture_output=True, check=False).returncode


@pytest.mark.skipif(os.name != "posix", reason="bash")
def test_what_schedulers_run_gives_the_exit_codes_that_they_act_on(days):
    block = recipe("py", "BashOperator")
    command = re.search(r'bash_command="(.*)"', block)[1]
    for day, code in (("2026-01-01", 0), ("2026-01-02", 3), ("2026-01-03", 2)):
        assert shell(command.replace("{{ ds }}", day), days) == code
    assert "skip_on_exit_code=3" in block
    words = ast.literal_eval(re.search(r"command = (\[.*\])", recipe("py", "prefect"))[1].replace(', f"', ', "'))
    for day, code in (("2026-01-01", 0), ("2026-01-03", 2)):
        assert shell(shlex.join(word.replace("{day}", day) for word in words), days) == code


def test_the_airflow_example_is_a_graph():
    pytest.importorskip("airflow.providers.standard", reason="needs Airflow")
    found: dict = {}
    exec(compile(recipe("py", "BashOperator"), "recipe", "exec"), found)
    assert [task.skip_on_exit_code for task in found["dag"].tasks] == [[3]]


def test_the_prefect_example_runs(days, monkeypatch):
    pytest.importorskip("prefect", reason="needs Prefect")
    monkeypatch.chdir(days)
    binaries = days / "bin"
    binaries.mkdir()
    (binaries / "cleaner").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m cleaner "$@"\n')
    (binaries / "cleaner").chmod(0o755)
    monkeypatch.setenv("PATH", f"{binaries}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    found: dict = {}
    exec(compile(recipe("py", "prefect"), "recipe", "exec"), found)
    assert found["clean"].fn("2026-01-01") == "out/2026-01-01"
    with pytest.raises(ValueError, match="2026-01-03"):
        found["clean"].fn("2026-01-03")


def test_the_tables_of_a_warehouse_are_read_from_the_output_folder(place, monkeypatch):
    duckdb = pytest.importorskip("duckdb", reason="needs DuckDB")
    monkeypatch.chdir(place)
    assert cli.main(["run", "samples/pages", "--output", "out", "--format", "parquet", "--quiet"]) == 0
    text = (ROOT / "docs" / "recipes.md").read_text(encoding="utf-8")
    stories, members, rejected = (duckdb.sql(match[2]).fetchall() for match in BLOCK.finditer(text) if match[1] == "sql")
    assert len(stories) == 35 and len(members) == sum(row[5] for row in stories) == 86 and rejected == [("skipped-records", 1)]


@pytest.fixture(scope="module")
def written(place) -> dict[str, Path]:
    """Folders by format in which ``out`` is a run's output of that format."""
    folders = {form: place / form for form in ("parquet", "jsonl.gz")}
    for form, folder in folders.items():
        assert cli.main(["run", str(SAMPLES / "pages" / "stored"), "-o", str(folder / "out"), "--format", form, "-q"]) == 0
    return folders


READERS = re.findall(r"^ {4}((pandas|polars|duckdb|datasets)\..*)$", (ROOT / "docs" / "formats.md").read_text("utf-8"), re.M)


@pytest.mark.parametrize(("line", "tool"), READERS, ids=[f"{tool}-{number}" for number, (_, tool) in enumerate(READERS)])
def test_what_is_written_for_other_tools_runs_in_them(line, tool, written, monkeypatch):
    module = pytest.importorskip(tool)
    monkeypatch.chdir(written["jsonl.gz" if ".jsonl.gz" in line else "parquet"])
    if tool == "datasets":
        monkeypatch.setattr(module.config, "HF_DATASETS_CACHE", written["parquet"] / "cache")
    found = eval(line, {tool: module})
    found = found.collect() if tool == "polars" else found.fetchall() if tool == "duckdb" else found
    assert 0 < len(found) <= 6


def test_targets_of_make_and_modules_that_are_named_are_there():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    for page in [*PAGES, ROOT / "CONTRIBUTING.md"]:
        text = page.read_text(encoding="utf-8")
        assert set(re.findall(r"(?:^ {4}|`)make ([a-z-]+)", text, re.M)) <= targets, page.name
        for module in re.findall(r"python -m ([a-z_.]+)", text):
            assert find_spec(module.removeprefix("tests.")), f"{page.name}: {module}"


def test_the_table_of_reasons_names_all_that_strip_gives_and_who_does():
    table = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").split("| Reason |")[1].split("\n\n")[0]
    sources = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "cleaner" / "strip").rglob("*.py"))]
    given = {name for text in sources for name in re.findall(r'Verdict\("([\w.-]+)"\)|"((?:outside|model)\.[\w-]+)"', text)}
    reasons = {name for pair in given for name in pair if name} | {site_memory.RULE}
    assert {name for text in sources for name in re.findall(r'Verdict\(f"(\w+)\.', text)} == {"headline"}
    reasons |= {f"outside.{what}" for kinds in side_boxes.KINDS.values() for what in kinds}
    reasons |= {f"headline.{how}" for how in ("repeated", "glued")}
    assert set(re.findall(r"`([a-z]+\.[a-z-]+)`", table)) == reasons
    for module in re.findall(r"`([\w/]+\.py)`", table):
        assert (ROOT / "cleaner" / module).is_file(), module


def test_the_picture_of_the_help_shows_every_option():
    picture = unescape(re.sub(r"<[^>]*>", "", (ROOT / "docs" / "help.svg").read_text(encoding="utf-8")))
    (commands,) = (action.choices for action in cli.parser()._actions if hasattr(action, "add_parser"))
    options = {option for action in commands["run"]._actions for option in action.option_strings}
    assert [option for option in sorted(options) if option not in picture] == []


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
    known = {"--help", "--check", "--peer-size", "--only", "--config-file", "--ouput", "--rm", "--user"}
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
    assert len((ROOT / "README.md").read_text(encoding="utf-8").split()) < 1_000
    site = (ROOT / "docs" / "mkdocs.yml").read_text(encoding="utf-8")
    assert set(re.findall(r"^  - (\S+\.md)$", site, re.M)) == {page.name for page in PAGES[1:]}
    pictures = [path for path in (ROOT / "docs").iterdir() if path.suffix in (".png", ".svg")]
    assert len(pictures) >= 6 and all(path.stat().st_size < 150_000 for path in pictures)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert any("mkdocs-material" in one for one in project["optional-dependencies"]["docs"])
