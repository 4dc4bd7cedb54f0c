"""What is published: a wheel with all data files and no tests, a source archive with everything a packager needs."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

import cleaner
from cleaner import cli, report
from cleaner.version import DISTRIBUTION, VERSION

ROOT = Path(__file__).parents[1]
BUILD = "import sys; from setuptools import build_meta as b; print(getattr(b, 'build_' + sys.argv[1])(sys.argv[2]))"
NOT_COPIED = shutil.ignore_patterns(".venv*", ".git", "out", "build", "dist", "*.egg-info", "__pycache__", ".*cache", ".hypothesis")


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("package")
    shutil.copytree(ROOT, folder / "tree", ignore=NOT_COPIED)
    for kind in ("wheel", "sdist"):
        done = subprocess.run(
            [sys.executable, "-c", BUILD, kind, folder / kind], cwd=folder / "tree", capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
    return {kind: next((folder / kind).iterdir()) for kind in ("wheel", "sdist")}


def test_wheel_has_all_of_the_package_and_nothing_else(built):
    with zipfile.ZipFile(built["wheel"]) as wheel:
        names = {name for name in wheel.namelist() if not name.startswith(f"{DISTRIBUTION}-{VERSION}.dist-info/")}
        said = wheel.read(f"{DISTRIBUTION}-{VERSION}.dist-info/METADATA").decode()
    own = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "cleaner").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert names == own
    assert f"Name: {DISTRIBUTION}\nVersion: {VERSION}\n" in said
    assert "License-Expression: MIT" in said


def test_source_archive_has_what_a_packager_needs(built):
    with tarfile.open(built["sdist"]) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    wanted = ["LICENSE", "Makefile", "Dockerfile", "CHANGELOG.md", "CONTRIBUTING.md", "CITATION.cff", ".ci/run", ".github/workflows/ci.yml"]
    folders = [ROOT / name for name in ("cleaner", "tests", "samples", "docs")]
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file() and not {"__pycache__", ".hypothesis"} & {*path.parts}]
    wanted += [path.relative_to(ROOT).as_posix() for path in files if path.suffix != ".pyc"]
    assert len(wanted) > 600 and [name for name in wanted if name not in names] == []


def test_tests_run_from_the_source_archive(built, tmp_path):
    with tarfile.open(built["sdist"]) as archive:
        archive.extractall(tmp_path, filter="data")
    (folder,) = tmp_path.iterdir()
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    pytest_there = [sys.executable, "-P", "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:xdist", "-q"]
    ask = {"cwd": folder, "env": environment, "capture_output": True, "text": True, "check": False, "timeout": 300}
    done = subprocess.run([*pytest_there, "--collect-only"], **ask)
    assert done.returncode == 0, done.stdout
    done = subprocess.run([*pytest_there, "tests/test_samples_files.py", "tests/test_docs.py", "-k", "samples or named or short"], **ask)
    assert done.returncode == 0, done.stdout


def test_the_image_is_made_of_what_is_there():
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    copied = [name for line in re.findall(r"^COPY (?!--)(.*) \S+$", text, re.M) for name in line.split()]
    assert "cleaner" in copied and all((ROOT / name).exists() for name in copied)
    (run,) = re.findall(r"^# docker run .* cleaner (run .*)$", text, re.M)
    assert cli.parser().parse_args(shlex.split(run)).command == "run"
    (code,) = re.findall(r"python -c '(.*)'", text)
    exec(code, {})
    for said in (run, "docker build -t cleaner ."):
        assert said in (ROOT / "docs" / "recipes.md").read_text(encoding="utf-8")


def test_every_library_that_is_installed_with_it_decides_results_or_only_shows_them():
    shows = {"rich", "rich-argparse", "shtab", "jinja2"}  # on the terminal, or the page of cleaner report
    with (ROOT / "pyproject.toml").open("rb") as file:
        wanted = tomllib.load(file)["project"]["dependencies"]
    installed = {re.split("[^A-Za-z0-9_.-]", one)[0] for one in wanted}
    assert installed - shows == set(report.LIBRARIES) and shows <= installed
    assert report.versions().keys() == {"python", "cleaner", *report.LIBRARIES}
    assert "unknown" not in report.versions().values()


def test_version_is_said_in_one_place():
    assert cleaner.__version__ == VERSION
    assert f"\nversion: {VERSION}\n" in (ROOT / "CITATION.cff").read_text()
    assert 'version = "' not in (ROOT / "pyproject.toml").read_text().split("[project.optional-dependencies]")[0]
