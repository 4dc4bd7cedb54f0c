"""The side of the processes: a fork server, and the workers that are forked from it.

The server is started as a command, so nothing of the program that asked for it is inherited but its ``sys.path``:
no thread, no lock, no ``__main__``. It loads what it is told to and forks a worker whenever it is asked for one, which
takes milliseconds. Where there is no fork, a process of the same kind becomes the worker itself. A message is its
kind, a number, its length and then a pickle of our own records.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import pickle
import select
import signal
import socket
import struct
import sys
import traceback
from collections.abc import Callable
from typing import Any, NamedTuple, NoReturn

from cleaner.engines.limits import OutOfTime, within
from cleaner.engines.packing import unpack

HEAD = struct.Struct("!cQQ")
CALL, USE, START, KILL = b"C", b"U", b"S", b"K"
"""To the server: call a function, use this one for workers, start worker number n, end it."""
TASK = b"T"
READY, RESULT, ERROR, LATE, UNUSABLE = b"H", b"R", b"E", b"L", b"X"
"""From a worker: its process id once it listens, what came of its next task, or why it can do none."""
_SHARED = "-"
"""Stands for a socket that comes on stdin (Windows)."""
_LOOK = 2.0
"""Seconds between two looks at whether the parent is there: its end of the socket may live on in another child."""
_PR_SET_PDEATHSIG = 1
"""Linux, prctl(2): the signal to get when the parent ends."""


class Message(NamedTuple):
    """One message as it was read."""

    kind: bytes
    number: int
    payload: bytearray
    socket: socket.socket | None


def message(kind: bytes, number: int, payload: bytes = b"") -> bytes:
    """A message as it is sent."""
    return HEAD.pack(kind, number, len(payload)) + payload


def main(channel: str) -> None:
    """Serve at the socket that ``channel`` names until the parent ends or closes it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's
    if channel == _SHARED:
        shared = socket.fromshare(sys.stdin.buffer.read())  # type: ignore[attr-defined]
        _Server(shared, forks=False).serve()
    else:
        own = socket.socket(fileno=int(channel.rstrip(_SHARED)))
        _Server(own, forks=not channel.endswith(_SHARED)).serve()


class _Server:
    def __init__(self, channel: socket.socket, forks: bool) -> None:
        self.channel, self.forks = channel, forks
        self.parent = os.getppid()
        self.used: tuple[Callable[[Any], Any], float | None] | None = None
        self.fault = ""
        """Why there is nothing to use."""
        self.workers: dict[int, int] = {}
        """Process id of each by its number, until it was waited for."""

    def serve(self) -> None:
        try:
            while self._waits() and (got := _read(self.channel)):
                self._do(got)
        finally:
            for process in self.workers.values():
                os.kill(process, signal.SIGKILL)
                os.waitpid(process, 0)

    def _waits(self) -> bool:
        """Wait for a message; False when the parent ended."""
        while self.forks and not select.select([self.channel], [], [], _LOOK)[0]:
            self._bury()
            if os.getppid() != self.parent:
                return False
        return True

    def _bury(self) -> None:
        for number, process in list(self.workers.items()):
            if os.waitpid(process, os.WNOHANG)[0]:
                del self.workers[number]

    def _do(self, got: Message) -> None:
        if got.kind == CALL:
            with contextlib.suppress(Exception):  # what cannot be loaded is told by the task that needs it
                pickle.loads(got.payload)()  # noqa: S301 - from our own parent
        elif got.kind == USE:
            self._use(got.payload)
        elif got.kind == START:
            self._start(got)
        elif got.kind == KILL:
            self._bury()
            if got.number in self.workers:  # not waited for yet, so the number is still its own
                os.kill(self.workers[got.number], signal.SIGKILL)

    def _use(self, payload: bytearray) -> None:
        self.used, self.fault = None, "nothing to do"
        if payload:
            try:
                self.used = unpack(bytes(payload))
            except Exception:  # noqa: BLE001 - unpickling raises anything; told by the next worker
                self.fault = traceback.format_exc()

    def _start(self, got: Message) -> None:
        if not self.forks:
            self._work(self.channel)
        self._bury()
        if got.socket is None:
            return
        try:
            process = os.fork()
        except OSError:
            got.socket.close()  # the parent sees a worker that ended
            return
        if process:
            self.workers[got.number] = process
            got.socket.close()
            return
        self.channel.close()
        if sys.platform == "linux":
            server = os.getppid()
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() != server:  # it ended before the signal was asked for
                os._exit(1)
        gc.freeze()  # collections then leave alone, and so do not copy, what is shared with the server
        self._work(got.socket)

    def _work(self, channel: socket.socket) -> NoReturn:
        """Be a worker until the parent closes its end."""
        try:
            if self.used is None:
                channel.sendall(message(UNUSABLE, 0, self.fault.encode("utf-8", "replace")))
            else:
                channel.sendall(message(READY, os.getpid()))
                _work(channel, *self.used)
        except OSError:
            pass  # the parent ended
        finally:
            os._exit(0)


def _work(channel: socket.socket, function: Callable[[Any], Any], seconds: float | None) -> None:
    """Take a task, do it, answer. A task that was late ends the worker: what it broke off may be half done."""
    while got := _read(channel):
        try:
            kind, answer = RESULT, _done(function, got.payload, seconds)
        except OutOfTime:
            channel.sendall(message(LATE, 0))
            return
        except Exception as error:  # noqa: BLE001 - raised again in the parent
            error.add_note("in a worker process:\n" + traceback.format_exc())
            kind, answer = ERROR, error
        try:
            sent = pickle.dumps(answer, pickle.HIGHEST_PROTOCOL)
            if kind == ERROR:
                pickle.loads(sent)  # noqa: S301 - an exception may pickle and not come back
        except Exception as error:  # noqa: BLE001 - what cannot be pickled raises anything
            kind, sent = ERROR, pickle.dumps(RuntimeError(f"the answer cannot be sent: {answer!r}: {error}"))
        channel.sendall(HEAD.pack(kind, 0, len(sent)))
        channel.sendall(sent)


def _done(function: Callable[[Any], Any], payload: bytearray, seconds: float | None) -> Any:
    task = pickle.loads(payload)  # noqa: S301 - from our own parent
    return function(task) if seconds is None else within(seconds, function, task)


def _read(channel: socket.socket) -> Message | None:
    """The next message with the socket that came along, None when the other end was closed."""
    taken: socket.socket | None = None
    head = bytearray()
    while len(head) < HEAD.size:
        try:
            if hasattr(socket, "recv_fds") and not head:
                got, numbers, _, _ = socket.recv_fds(channel, HEAD.size, 1)
                taken = socket.socket(fileno=numbers[0]) if numbers else None
            else:
                got = channel.recv(HEAD.size - len(head))
        except OSError:
            return None
        if not got:
            return None
        head += got
    kind, number, length = HEAD.unpack(head)
    payload = _exactly(channel, length)
    return None if payload is None else Message(kind, number, payload, taken)


def _exactly(channel: socket.socket, size: int) -> bytearray | None:
    found = bytearray(size)
    view = memoryview(found)
    at = 0
    while at < size:
        try:
            got = channel.recv_into(view[at:])
        except OSError:
            return None  # the parent ended with answers unread
        if not got:
            return None
        at += got
    return found
