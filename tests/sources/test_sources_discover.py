"""Which files the inputs name, and what they are called."""

import itertools
import os

import pytest
from making_sources import short, write

from cleaner.errors import UsageError
from cleaner.settings import Settings
from cleaner.sources import InputFile, discover, read


@pytest.fixture
def tree(tmp_path):
    for name in (
        "pages/b.html",
        "pages/a.htm",
        "pages/deep/er/c.txt",
        "pages/.hidden.html",
        "pages/.git/d.html",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        write(tmp_path / name, "<p>x</p>")
    return tmp_path


def names(*inputs):
    return [file.name for file in discover([str(given) for given in inputs])]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.html", "html"),
        ("a.HTM", "html"),
        ("a.xhtml", "html"),
        ("a.html.gz", "html"),
        ("a.txt", "text"),
        ("a.text", "text"),
        ("a.txt.gz", "text"),
        ("a.jsonl", "jsonl"),
        ("a.ndjson", "jsonl"),
        ("a.jsonl.gz", "jsonl"),
        ("a.b.ndjson.zst", "jsonl"),
        ("a.parquet", "parquet"),
        ("a.warc", "warc"),
        ("a.warc.gz", "warc"),
        ("a.warc.zst", "warc"),
    ],
)
def test_the_name_tells_the_kind(tmp_path, name, kind):
    path = write(tmp_path / name, "x")
    assert discover([str(path)]) == [InputFile(str(path), kind, name)]


def test_folders_are_read_with_subfolders_and_without_hidden_files(tree):
    assert names(tree / "pages") == ["a.htm", "b.html", "deep/er/c.txt"]


def test_names_are_relative_to_the_folder_that_was_given(tree):
    assert names(tree / "pages" / "deep") == ["er/c.txt"]
    assert names(tree / "pages" / "deep" / "er" / "c.txt") == ["c.txt"]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("pages/*.htm*", ["a.htm", "b.html"]),
        ("pages/[b-z].html", ["b.html"]),
        ("pages/**/*.txt", ["deep/er/c.txt"]),
        ("pages/**", ["a.htm", "b.html", "deep/er/c.txt"]),
        ("p*/deep", ["pages/deep/er/c.txt"]),
        ("**/?.htm", ["pages/a.htm"]),
    ],
)
def test_globs(tree, monkeypatch, pattern, expected):
    assert names(tree / pattern) == expected
    monkeypatch.chdir(tree)
    assert names(pattern) == expected


def test_a_file_whose_name_looks_like_a_glob_is_a_file(tmp_path):
    path = write(tmp_path / "page[1].html", "x")
    assert names(path) == ["page[1].html"]


def test_the_order_of_inputs_does_not_matter_and_a_file_named_twice_is_read_once(tree):
    inputs = [str(tree / "pages"), str(tree / "pages/deep/er/c.txt"), str(tree / "p*/*.htm"), "-"]
    results = [discover(list(order)) for order in itertools.permutations(inputs)]
    assert all(result == results[0] for result in results)
    assert [file.name for file in results[0]] == ["-", "b.html", "deep/er/c.txt", "pages/a.htm"]


def test_links_give_one_entry_a_real_file_and_loops_end(tree):
    (tree / "pages" / "deep" / "loop").symlink_to(tree / "pages")
    (tree / "pages" / "link.html").symlink_to(tree / "pages" / "b.html")
    other = tree / "other"
    other.mkdir()
    write(other / "e.html", "x")
    (tree / "pages" / "linked").symlink_to(other)
    expected = ["a.htm", "b.html", "deep/er/c.txt", "linked/e.html"]
    assert names(tree / "pages") == expected
    assert names(tree / "pages" / "**" / "*") == expected


def test_two_files_of_one_name_are_both_kept(tmp_path):
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        write(tmp_path / folder / "a.html", folder)
    files = discover([str(tmp_path / "two"), str(tmp_path / "one")])
    assert [(file.name, file.path) for file in files] == [
        ("a.html", str(tmp_path / "one" / "a.html")),
        ("a.html", str(tmp_path / "two" / "a.html")),
    ]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("missing", "no such file or folder"),
        ("missing.html", "no such file or folder"),
        ("*.nothing", "matches no file"),
        ("missing/**/*.html", "matches no file"),
        ("picture.png", "not known"),
        ("table.parquet.gz", "not known"),
        ("hollow", "holds no file"),
    ],
)
def test_inputs_that_lead_nowhere_are_refused_in_one_line(tmp_path, given, message):
    (tmp_path / "hollow").mkdir()
    write(tmp_path / "picture.png", "x")
    write(tmp_path / "table.parquet.gz", "x")
    with pytest.raises(UsageError, match=message) as caught:
        discover([str(tmp_path / given)])
    assert "\n" not in str(caught.value)


def test_no_input_is_refused():
    with pytest.raises(UsageError, match="no input"):
        discover([])


def test_files_of_unknown_kind_in_a_folder_are_reported(tree):
    write(tree / "pages" / "picture.png", "x")
    write(tree / "pages" / "README", "x")
    files = discover([str(tree / "pages")])
    unknown = [record for file in files for record in read(file, Settings()) if file.kind == "unknown"]
    assert short(unknown) == ["unknown-kind", "unknown-kind"]
    assert [record.origin.rpartition("/")[2] for record in unknown] == ["README", "picture.png"]


def test_a_pipe_in_a_folder_does_not_block(tree):
    os.mkfifo(tree / "pages" / "pipe.html")
    (file,) = [file for file in discover([str(tree / "pages")]) if file.name == "pipe.html"]
    assert short(read(file, Settings())) == ["unknown-kind"]


def test_what_vanishes_or_leads_nowhere_is_rejected_as_unreadable(tree):
    (tree / "pages" / "dangling.html").symlink_to(tree / "gone")
    files = discover([str(tree / "pages")])
    (tree / "pages" / "b.html").unlink()
    found = [record for file in files for record in read(file, Settings())]
    assert short(found) == ["a.htm", "unreadable", "unreadable", "deep/er/c.txt"]
    assert found[1].detail


@pytest.mark.parametrize("kind", ["html", "jsonl", "parquet", "warc"])
def test_an_unreadable_file_is_one_rejection(tmp_path, kind):
    found = list(read(InputFile(str(tmp_path), kind, "x"), Settings()))
    assert short(found) == ["unreadable"]
    assert found[0].origin == str(tmp_path)
