"""Errors a user can cause; the command line prints their message as one line and exits with code 2."""

from cleaner.version import DISTRIBUTION


class UsageError(Exception):
    """A wrong option, path or setting. The message says what is wrong and what to do about it."""


class RunFailed(Exception):
    """A run that cannot give a result although its inputs are fine; nothing was written."""


class TooManyRejected(RunFailed):
    """A run of whose records too many were refused, or that made nothing of them; nothing was written."""


class MissingExtra(UsageError):
    """An optional dependency is not installed. The message names the command that installs it."""

    def __init__(self, package: str, extra: str, what: str) -> None:
        super().__init__(f"{what} needs the package {package}: pip install '{DISTRIBUTION}[{extra}]'")
