"""One worker process as the parent sees it: its socket, and the tasks that were handed to it.

The parent's end never blocks: what the socket does not take now is sent when it can be. So a worker that hangs, or
one whose answers nobody reads yet, does not stop the others.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from cleaner.engines import fork_server
from cleaner.engines.launcher import Launcher

_PIECE = 256 * 1024
_STATE, _USER, _SYSTEM = 0, 11, 12
"""Fields of /proc/PID/stat behind the name of the command, proc(5)."""
_ASLEEP = "SD"


class Handed(NamedTuple):
    """A task as it was handed out."""

    number: int
    message: bytes


class Answer(NamedTuple):
    """What a worker said: its kind (``fork_server.RESULT`` and others) and a pickle."""

    kind: bytes
    payload: bytes


class Worker:
    """A process that was started by ``launcher``, and the tasks under way there in order."""

    def __init__(self, launcher: Launcher, packed: bytes, loaded: bool) -> None:
        """``packed`` is what it does, ``loaded`` whether all that a task may need is there before its first one."""
        self.loaded = loaded
        self.number, self.socket, first = launcher.start(packed)
        self.socket.setblocking(False)
        self.tasks: deque[Handed] = deque()
        self.bytes_handed = 0
        self.process: int | None = None
        """Its process id, once it said that it is ready."""
        self._since: float | None = None
        self._waited = 0.0
        self._unsent = deque([memoryview(first)] if first else [])
        self._received = bytearray()

    def hand(self, handed: Handed) -> None:
        """Hand it a task."""
        if not self.tasks:
            self._is_alive()
        self.tasks.append(handed)
        self.bytes_handed += len(handed.message)
        head = fork_server.HEAD.pack(fork_server.TASK, handed.number, len(handed.message))
        self._unsent += memoryview(head), memoryview(handed.message)
        self.send()

    def send(self) -> None:
        """Send what the socket takes."""
        try:
            while self._unsent:
                if rest := self._unsent[0][self.socket.send(self._unsent[0][:_PIECE]) :]:
                    self._unsent[0] = rest
                else:
                    self._unsent.popleft()
        except (BlockingIOError, InterruptedError):
            pass
        except OSError:
            self._unsent.clear()  # it ended; receive() tells

    @property
    def is_sending(self) -> bool:
        """Whether something is left to send."""
        return bool(self._unsent)

    def receive(self) -> tuple[list[Answer], bool]:
        """Answers that have come, and whether the process is still there."""
        there = True
        try:
            while piece := self.socket.recv(_PIECE):
                self._received += piece
                self._is_alive()
            there = False
        except (BlockingIOError, InterruptedError):
            pass
        except OSError:
            there = False
        return list(self._answers()), there

    def _answers(self) -> Iterator[Answer]:
        at = 0
        while len(self._received) - at >= fork_server.HEAD.size:
            kind, number, length = fork_server.HEAD.unpack_from(self._received, at)
            end = at + fork_server.HEAD.size + length
            if len(self._received) < end:
                break
            if kind == fork_server.READY:
                self.process = number
            else:
                with memoryview(self._received) as view:
                    yield Answer(kind, bytes(view[at + fork_server.HEAD.size : end]))
            at = end
        del self._received[:at]

    def done(self) -> Handed:
        """The task that an answer is to: the first of those under way."""
        handed = self.tasks.popleft()
        self.bytes_handed -= len(handed.message)
        return handed

    def _is_alive(self) -> None:
        self._since, self._waited = None, 0.0

    def is_late(self, passed: float, seconds: float, asleep: float) -> bool:
        """Whether its task has used more than so many seconds of CPU time, or slept for ``asleep``.

        To be asked again and again; ``passed`` are the seconds since it was asked last. A process that is stopped, or
        for which the machine has no time, does not sleep. Where CPU time is not known (other systems than Linux), all
        time counts as sleep.
        """
        if not self.tasks or self.process is None:
            return False
        used, sleeping = _usage(self.process)
        if self._since is None:
            self._since = used
        self._waited += passed if sleeping else 0.0
        return used - self._since > seconds or self._waited > asleep


def _usage(process: int) -> tuple[float, bool]:
    """CPU seconds of a process, and whether it sleeps."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0, True
    ticks = int(fields[_USER]) + int(fields[_SYSTEM])
    return ticks / os.sysconf("SC_CLK_TCK"), fields[_STATE] in _ASLEEP
