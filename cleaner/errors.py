"""Errors a user can cause; the command line prints their message as one line and exits with code 2."""

import errno
from typing import Any

from cleaner.version import DISTRIBUTION

OF_WRITING = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""Faults for which the system names no file: those of writing into one that is open."""


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


def no_file(path: Any) -> str:
    """What a ``Path`` (or one of a store) is that names no file to read."""
    try:
        if path.is_dir():
            return "it is a folder; name a file"
        return "it is no regular file; write it to one first" if path.exists() else "no such file"
    except (OSError, ValueError):  # a loop of links, a name that is too long
        return "no such file"


def name_fault(error: BaseException | None, path: str) -> None:
    """Say of a full disk, quota or file what was being written, unless it says so itself."""
    if isinstance(error, OSError) and error.errno in OF_WRITING and error.filename is None:
        error.filename = path
