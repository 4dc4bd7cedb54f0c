"""What is published: a wheel with all data files and no tests, a source archive with everything a packager needs."""

import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

import cleaner
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
    wanted = ["LICENSE", "Makefile", "CHANGELOG.md", "CONTRIBUTING.md", "CITATION.cff", "tests/conftest.py", "samples/pages/feed.jsonl"]
    assert [name for name in wanted if name not in names] == []
    tests = {path.relative_to(ROOT).as_posix() for path in (ROOT / "tests").rglob("*.py")}
    assert tests <= names


def test_version_is_said_in_one_place():
    assert cleaner.__version__ == VERSION
    assert f"\nversion: {VERSION}\n" in (ROOT / "CITATION.cff").read_text()
    assert 'version = "' not in (ROOT / "pyproject.toml").read_text().split("[project.optional-dependencies]")[0]
