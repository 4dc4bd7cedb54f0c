"""Odd values of options and settings files: one line and exit code 2, never a traceback."""

import argparse
from importlib import import_module
from pathlib import Path

import pytest
from conftest import call, call_here
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner import cli, collapse, settings_file, train
from cleaner.commands.option_settings import settings_from
from cleaner.commands.terminal_text import printable
from cleaner.errors import UsageError
from cleaner.settings import Fields, Limits, Require, Settings

ODD = [
    "",
    " ",
    "0",
    "-1",
    "1e-12",
    "1e-9",
    "1e300",
    "1e999",
    "nan",
    "inf",
    "-inf",
    "1_0",
    "9" * 400,
    "x",
    "\N{ARABIC-INDIC DIGIT TWO}",
    "a\nb",
    "\0",
    "[]",
    "lang=",
    "lang=en,,",
    "min-words=-1",
    "min-words=" + "9" * 30,
    "lang=en\n",
]

TRAINING = [
    path.stem
    for path in sorted(Path(train.__file__).parent.glob("*.py"))
    if "__main__" in path.read_text(encoding="utf-8")
]


def _commands() -> dict[str, argparse.ArgumentParser]:
    (subparsers,) = (one for one in cli.parser()._actions if isinstance(one, argparse._SubParsersAction))
    return dict(subparsers.choices)


CASES = [
    (name, action.option_strings[-1])
    for name in ("run", "collapse", "strip")
    for action in _commands()[name]._actions
    if action.option_strings and action.nargs is None
]


@pytest.mark.parametrize(("command", "option"), CASES)
def test_every_option_takes_a_value_or_refuses_it_in_one_line(command, option, capsys):
    base, parser = [command, "in", "--output", "out"], cli.parser()
    for value in ODD:
        try:
            made = settings_from(parser.parse_args([*base, f"{option}={value}"]))
        except UsageError as error:
            assert "\n" not in printable(str(error))
        except SystemExit as ended:
            assert ended.code == 2
            assert capsys.readouterr().err.count("\n") == 1
        else:
            assert isinstance(made, Settings)


toml_values = st.recursive(
    st.booleans() | st.integers() | st.floats() | st.text(max_size=6) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=4,
)
names = [*Settings.__dataclass_fields__, "unknown\nname"]
part_names = [*Fields.__dataclass_fields__, *Limits.__dataclass_fields__, *Require.__dataclass_fields__]


@settings(max_examples=400, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(names),
        toml_values | st.dictionaries(st.sampled_from(part_names), toml_values, max_size=2),
        max_size=2,
    )
)
def test_any_settings_file_is_taken_or_refused_in_one_line(values):
    try:
        made = settings_file.settings(values)
    except UsageError as error:
        assert "\n" not in printable(str(error))
    else:
        assert isinstance(made, Settings)


def test_a_number_of_thousands_of_digits_is_refused_in_one_line():
    for name in ("event_threshold", "event_span", "workers"):
        with pytest.raises(UsageError):
            Settings(**{name: -(10**5000)})


def _every_value(command: argparse.ArgumentParser) -> list[list[str]]:
    """For each argument of a command that takes a value, the words that give it an empty one and the others some."""
    found = []
    for action in command._actions:
        if isinstance(action, argparse._SubParsersAction):
            found += [[name, *words] for name, below in action.choices.items() for words in _every_value(below)]
        elif action.nargs in (None, "+"):
            others = [
                (other.choices or ["3"])[0] if other is not action else ""
                for other in command._actions
                if not other.option_strings and other.nargs in (None, "+")
            ]
            found.append([*others, f"{action.option_strings[0]}="] if action.option_strings else others)
    return found


def test_no_option_and_no_argument_takes_an_empty_value(capsys):
    words = [[name, *words] for name, command in _commands().items() for words in _every_value(command)]
    assert len(words) > 100
    parser = cli.parser()
    for written in words:
        with pytest.raises(SystemExit) as ended:
            parser.parse_args(written)
        error = capsys.readouterr().err
        assert (ended.value.code, error.count("\n")) == (2, 1)
        assert "empty" in error, (written, error)


def test_an_option_that_decides_nothing_at_the_level_is_refused_and_a_settings_file_may_have_it(tmp_path, articles):
    one = next(iter(articles.read_text(encoding="utf-8").splitlines()))
    (tmp_path / "in.jsonl").write_text(one, encoding="utf-8")
    (tmp_path / "s.toml").write_text('level = "near"\nevent_threshold = 0.4\ngrain = "report"\n', encoding="utf-8")
    run = ["run", "in.jsonl", "-o", "out"]
    for level, option, value in (
        ("exact", "--near-threshold", "0.5"),
        ("exact", "--threshold", "0.5"),
        ("near", "--threshold", "0.5"),
        ("near", "--event-span", "3"),
        ("near", "--grain", "report"),
        ("near", "--opinions", "apart"),
        ("near", "--encoder", "model"),
    ):
        with pytest.raises(UsageError, match=f"decides nothing at the level {level}; leave it out"):
            settings_from(cli.parser().parse_args([*run, "--level", level, option, value]))
    assert settings_from(cli.parser().parse_args([*run, "--near-threshold", "0.5"])).near_threshold == 0.5
    assert settings_from(cli.parser().parse_args([*run, "--level", "near", "--grain", "story"])).grain == "story"
    made = settings_from(cli.parser().parse_args([*run, "--settings", str(tmp_path / "s.toml")]))
    assert (made.level, made.event_threshold, made.grain) == ("near", 0.4, "report")
    with pytest.raises(UsageError, match="grain decides nothing"):
        settings_from(cli.parser().parse_args([*run, "--settings", str(tmp_path / "s.toml"), "--grain", "report"]))
    with pytest.raises(UsageError, match="event threshold decides nothing at the level near"):
        collapse([], level="near", event_threshold=0.4)
    assert collapse([], level="near", near_threshold=0.4, opinions="together") == []


@pytest.mark.parametrize("name", TRAINING)
def test_a_training_command_answers_a_wrong_folder_by_a_line(name, tmp_path, capsys):
    main = import_module(f"cleaner.train.{name}").main
    empty, nowhere, file = (str(tmp_path / one) for one in ("", "nowhere", "file"))
    Path(file).write_text("", encoding="utf-8")
    for data in (empty, nowhere, file, "") if name != "encoder" else (nowhere, f"{nowhere}=model", f"{empty}=model"):
        try:
            code = main([data, "9"] if name == "scale" else [data])
        except SystemExit as ended:
            code = ended.code
        said = capsys.readouterr()
        assert (code, said.err.count("\n"), said.out) == (2, 1, ""), said.err
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_through_the_real_command(tmp_path):
    article = '{"text": "The bridge will be closed for three weeks, the mayor said."}\n'
    (tmp_path / "in.jsonl").write_text(article, encoding="utf-8")
    (tmp_path / "empty.jsonl").write_text("", encoding="utf-8")
    (tmp_path / "wrong.toml").write_text("prefer = 5\n", encoding="utf-8")
    (tmp_path / "loop").symlink_to("loop")
    run = ["collapse", "in.jsonl", "--output", "out"]
    for arguments, said in (
        ([*run, "--threshold", "1e-12"], "threshold"),
        ([*run, "--settings", "wrong.toml"], "prefer"),
        (["evaluate", "events", "empty.jsonl"], "empty.jsonl"),
        (["evaluate", "near", "in.jsonl", "--threshold", "0.5"], "--threshold is for events"),
        (["tune", "."], "it is a folder; name a file"),
        ([*run, "--links", "/dev/null"], "it is no regular file"),
        (["strip", "in.jsonl", "--output", "loop"], "cannot write to loop"),
        ([*run, "--level", "near", "--threshold", "0.5"], "event threshold decides nothing at the level near"),
        ([*run, "--prefer", "https://a.example/x"], "is no domain"),
        ([*run, "--workers", "1.5"], "'1.5' is not a whole number"),
        ([*run, "--output", ""], "empty"),
        (["index", "remove", "ix", "a", "--format", "parquet"], "--output"),
    ):
        process = call if said in ("threshold", "prefer", "cannot write to loop") else call_here
        done = process(*arguments, cwd=tmp_path)
        error = done.stderr.decode()
        assert (done.returncode, error.count("\n"), done.stdout) == (2, 1, b""), error
        assert said in error
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty.jsonl", "in.jsonl", "loop", "wrong.toml"]
