"""What a value of an option is: the types that the command line gives argparse, each with its own error."""

from __future__ import annotations

import argparse
import math

from cleaner.settings import MOST_BYTES


def whole(text: str) -> int:
    """A whole number."""
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text[:60]}' is not a whole number") from None


def number(text: str) -> float:
    """A number."""
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text[:60]}' is not a number") from None


def megabytes(text: str) -> int:
    """A size in MB of 2**20 bytes; gives the bytes, at least one."""
    size = above_zero(text) * 1024**2
    if not 1 <= size <= MOST_BYTES:
        raise argparse.ArgumentTypeError(f"'{text[:60]}' is not a size from 1 byte to {MOST_BYTES // 1024**2} MB")
    return int(size)


def above_zero(text: str) -> float:
    """A number above 0."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError(f"'{text[:60]}' is not a number above 0")
    return number


def percent(text: str) -> float:
    """A percentage; gives the share, 0 to 1."""
    return percentage(text) / 100


def percentage(text: str) -> float:
    """A percentage; gives the number, 0 to 100."""
    try:
        number = float(text.removesuffix("%"))
    except ValueError:
        number = math.nan
    if not 0 <= number <= 100:
        raise argparse.ArgumentTypeError(f"'{text[:60]}' is not a percentage, 0 to 100")
    return number
