"""What CONTRIBUTING says of the folders holds: imports point one way."""

import ast
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from conftest import ROOT

PACKAGE = ROOT / "cleaner"
LAYERS = """
    version plurals html_start text_key package_files langid scripts sentence_marks
    urls store_faults errors plain_rows records settings remote input_progress progress
    staging encoded_article article_store site_memory report
    sources | strip | collapse | sinks | engines
    settings_file inputs links_file library output_rows
    ingest
    tasks index
    indexed driver
    pipeline
    evaluate review
    commands
    cli train
    __init__ __main__ arrow integrations
"""
"""Folders and modules of the package, the lowest first: each may know those above it here, and in its own line those
before it. Those with bars between them know nothing of each other: the stages of a page, and what carries the work."""
CALLED = ("cleaner.strip", "cleaner.ingest")
"""The one import against the order: the folder ``strip`` is a function too (``cleaner.strip(pages)``), whose work is
done by worker processes, and only the folder itself can be made callable."""
STAGES = "rules weights reading features models metadata structure decisions".split()
"""Folders of strip, each of which knows those before it."""


def name_of(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(file): file for file in PACKAGE.rglob("*.py")}


def is_of_types(node: ast.AST) -> bool:
    """Whether a branch is for the type checker only, which runs nothing."""
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def imported(node: ast.AST, types: bool) -> set[str]:
    """The modules of the package that a piece of code imports, in functions too; ``types`` are those of types alone."""
    found: set[str] = set()
    if isinstance(node, ast.Import):
        found = {alias.name for alias in node.names}
    elif isinstance(node, ast.ImportFrom) and node.module:
        found = {f"{node.module}.{alias.name}" for alias in node.names}
    known = {name if name in MODULES else name.rpartition(".")[0] for name in found}
    inner = ast.iter_child_nodes(node) if types or not is_of_types(node) else iter(node.orelse)
    return (known & MODULES.keys()).union(*(imported(child, types) for child in inner))


@cache
def graph(types: bool = False) -> dict[str, set[str]]:
    """What each module imports."""
    read = {name: ast.parse(file.read_text(encoding="utf-8")) for name, file in MODULES.items()}
    return {name: {one for one in imported(tree, types) - {name} if (name, one) != CALLED} for name, tree in read.items()}


def room_of(name: str) -> str:
    return [*name.split("."), "__init__"][1]


def test_no_modules_import_each_other():
    try:
        TopologicalSorter(graph()).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_imports_follow_the_layers():
    order = LAYERS.replace("|", " ").split()
    assert len(order) == len(set(order)) and {*map(room_of, MODULES)} == set(order)
    wrong = [
        (name, other)
        for name, others in graph().items()
        for other in others
        if order.index(room_of(other)) > order.index(room_of(name))
    ]
    assert not wrong


def test_stages_of_a_page_know_nothing_of_each_other_nor_of_what_leads_it_through():
    (line,) = (line for line in LAYERS.splitlines() if "|" in line)
    stages = line.replace("|", " ").split()
    below = LAYERS.partition(line)[0].split()
    known = {(name, other) for name, others in graph(types=True).items() if room_of(name) in stages for other in others}
    assert {room_of(name) for name, _ in known} == set(stages)
    assert not [(name, other) for name, other in known if room_of(other) not in (*below, room_of(name))]


@pytest.mark.parametrize("stage", STAGES)
def test_stages_of_strip_know_only_earlier_ones(stage):
    later = STAGES[STAGES.index(stage) + 1 :]
    known = {(name, other) for name, others in graph(types=True).items() if name.startswith(f"cleaner.strip.{stage}") for other in others}
    assert known and not [(name, other) for name, other in known if other.startswith("cleaner.strip.") and other.split(".")[2] in later]


def test_every_folder_of_strip_is_one_of_its_stages():
    assert {path.name for path in (PACKAGE / "strip").iterdir() if (path / "__init__.py").is_file()} == set(STAGES)
