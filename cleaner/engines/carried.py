"""A function that is carried to other machines: packed once, unpacked once by each process that does its tasks."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from cleaner.engines import packing

AS_FILE = 64 * 1024
"""Bytes from which it goes by file: a message goes with every task."""
Handle = TypeVar("Handle")
Answer = tuple[bool, Any]
"""Whether a task was done, and its result, or the exception."""


class Here:
    """What an engine is to a task that it carries: the process that does it."""

    def map(self, function: Callable[[Any], Any], tasks: Iterable[Any], ahead: int | None = None) -> Iterator[Any]:
        """``function`` over ``tasks`` as they are asked for."""
        return map(function, tasks)


class Carrying:
    """An engine that stays where it is: what is carried may refer to it, and finds ``Here``."""

    def __reduce__(self) -> tuple[type[Here], tuple[()]]:
        return Here, ()


@contextmanager
def packed(function: Callable[[Any], Any], folder: Path) -> Iterator[bytes]:
    """What ``call`` takes in place of a function; the file that may belong to it (in ``folder``) goes at the end."""
    message, file = packing.pack(function, folder, AS_FILE)
    try:
        yield message
    finally:
        if file is not None:
            file.unlink(missing_ok=True)


def call(message: bytes, task: Any) -> Answer:
    """Do one task. An exception is an answer: every engine wraps those that are raised in its own."""
    try:
        return True, _unpacked(message)(task)
    except Exception as error:  # noqa: BLE001 - raised again where the results are taken
        return False, error


def in_order(
    tasks: Iterable[Any],
    begin: Callable[[Any], Handle],
    answer: Callable[[Handle], Answer],
    cancel: Callable[[Handle], Any],
    ahead: int | None,
) -> Iterator[Any]:
    """The results of ``tasks`` in their order, at most ``ahead`` of them under way.

    ``begin`` hands a task over, ``answer`` waits for what came of it. What is under way when the results are no longer
    asked for, or one is an error, is cancelled.
    """
    waiting: deque[Handle] = deque()
    try:
        for task in tasks:
            waiting.append(begin(task))
            if len(waiting) == ahead:
                yield result(answer(waiting.popleft()))
        while waiting:
            yield result(answer(waiting.popleft()))
    finally:
        for one in waiting:
            cancel(one)


def result(answer: Answer) -> Any:
    """What came of a task."""
    done, value = answer
    if not done:
        raise value
    return value


@lru_cache(maxsize=2)
def _unpacked(message: bytes) -> Callable[[Any], Any]:
    """Kept from one task to the next: to unpack what is known of a million articles takes seconds."""
    function: Callable[[Any], Any] = packing.unpack(message)
    return function
