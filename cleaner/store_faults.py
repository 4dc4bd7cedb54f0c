"""What a store's library raises, as an OSError of one line."""

from __future__ import annotations

import errno

from cleaner.urls import shown_in


def as_os_error(error: Exception, about: str) -> OSError:
    """An error of a store: number, one line, and the file it is about."""
    if isinstance(error, OSError) and error.filename == about:
        return error
    if isinstance(error, FileNotFoundError):
        return OSError(errno.ENOENT, "no such file or folder", about)
    number = (isinstance(error, OSError) and error.errno) or errno.EIO
    if isinstance(error, PermissionError):
        number = errno.EACCES
    return OSError(number, line_of(error), about)


def line_of(error: Exception) -> str:
    """What an error says, in one line and without what a URL in it keeps secret."""
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    text = " ".join((said or type(error).__name__).split())
    return shown_in(text)[:300]
