"""An argument parser whose errors are one line with what may have been meant, its help in colours on a terminal."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, NoReturn

from cleaner.commands.terminal_text import printable

USAGE_ERROR = 2
ALIKE = 0.6
"""Similarity (difflib) from which a word may be what was meant."""


class CommandParser(argparse.ArgumentParser):
    """Parser of the command line and of each command."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **{"allow_abbrev": False, **options})  # an abbreviation breaks with a new option

    def error(self, message: str) -> NoReturn:
        """One line instead of the usage, which is long for a command of many options."""
        self.exit(USAGE_ERROR, f"{self.prog}: {printable(message)}; see {self.prog} --help\n")

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> tuple[Any, list[str]]:
        """As argparse has it, but an option that is not known is said before what it leaves missing."""
        written = sys.argv[1:] if args is None else list(args)
        for word in self._own(written):
            name, given, _ = word.partition("=")
            if not name.startswith("--") or len(name) == 2:
                continue
            if name not in self._option_string_actions:
                self.error(f"there is no option {name}{self._meant(name, self._option_string_actions)}")
            if given and self._option_string_actions[name].nargs == 0:
                self.error(f"{name} takes no value")
        found, rest = super().parse_known_args(written, namespace)
        if rest:
            self.error(f"unrecognized arguments: {' '.join(rest)}")
        return found, rest

    def _own(self, words: Sequence[str]) -> Iterable[str]:
        """The words up to where those of a command below begin, or nothing is an option any more."""
        has_commands = any(isinstance(action, argparse._SubParsersAction) for action in self._actions)
        for word in words:
            if word == "--" or (has_commands and not word.startswith("-")):
                return
            yield word

    def _get_values(self, action: argparse.Action, arg_strings: list[str]) -> Any:
        """As argparse has it, but an empty value, as of a shell's variable that is not set, is none."""
        if "" in arg_strings and not isinstance(action, argparse._SubParsersAction):
            raise argparse.ArgumentError(action, "an empty value says nothing; write one, or leave it out")
        return super()._get_values(action, arg_strings)  # type: ignore[misc]

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is None or value in action.choices:
            return
        known = [str(one) for one in action.choices]
        if isinstance(action, argparse._SubParsersAction):
            said = f"there is no command '{value}'{self._meant(value, known) or '; choose one of ' + ', '.join(known)}"
            self.error(said)
        meant = self._meant(str(value), known)
        raise argparse.ArgumentError(action, f"'{value}' is not known, choose one of {', '.join(known)}{meant}")

    @staticmethod
    def _meant(written: str, known: Iterable[str]) -> str:
        import difflib  # where a slip was made only

        close = difflib.get_close_matches(written, known, 1, ALIKE)
        return f"; did you mean {close[0]}?" if close else ""

    def print_help(self, file: Any = None) -> None:
        """Print the help. Raises OSError where it cannot be written, which argparse passes over."""
        (file or sys.stdout).write(self.format_help())

    def format_help(self) -> str:
        """The help, in colours where a person reads it (loaded then only)."""
        if not sys.stdout.isatty():
            return super().format_help()
        import rich_argparse

        plain = self.formatter_class
        raw = plain is argparse.RawDescriptionHelpFormatter
        kind = rich_argparse.RawDescriptionRichHelpFormatter if raw else rich_argparse.RichHelpFormatter
        self.formatter_class = partial(_coloured, kind)  # type: ignore[assignment]
        try:
            return super().format_help()
        finally:
            self.formatter_class = plain


def _coloured(kind: Any, prog: str) -> argparse.HelpFormatter:
    """A formatter of rich_argparse that takes no word of ours for markup."""
    unmarked = type("Coloured", (kind,), {"text_markup": False, "help_markup": False})
    formatter: argparse.HelpFormatter = unmarked(prog=prog)
    return formatter


class PrintCompletion(argparse.Action):
    """Prints what a shell completes the command line with."""

    def __call__(self, parser: argparse.ArgumentParser, _names: object, shell: Any, *_: object) -> None:
        """Print it and exit."""
        import shtab

        print(shtab.complete(parser, shell))
        parser.exit()


class Version(argparse.Action):
    """Prints the version."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        """Print it and exit."""
        from cleaner.version import VERSION

        print(f"cleaner {VERSION}")
        parser.exit()
