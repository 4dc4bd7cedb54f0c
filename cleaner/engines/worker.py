"""One worker process, its socket, and the tasks that were handed to it.

A message is its length and then a pickle of our own records. The parent's end never blocks: what the socket
does not take now is sent when it can be. So a worker that hangs, or one whose answers nobody reads yet, does
not stop the others.
"""

from __future__ import annotations

import ctypes
import gc
import multiprocessing
import os
import pickle
import signal
import socket
import struct
import sys
import traceback
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

_LENGTH = struct.Struct("!Q")
_PIECE = 256 * 1024
_PR_SET_PDEATHSIG = 1
"""Linux, prctl(2): the signal to get when the parent ends."""
Answer = tuple[bool, Any]
"""(True, result) or (False, the exception that the task raised)."""


class Handed(NamedTuple):
    """A task as it was handed out."""

    number: int
    task: Any
    message: bytes


class Worker:
    """A process that does ``function``, and the tasks under way there in order."""

    def __init__(self, function: Callable[[Any], Any], others: Iterable[Worker]) -> None:
        method = "fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn"
        context: Any = multiprocessing.get_context(method)  # forked, a script needs no ``__main__`` guard
        self.socket, theirs = socket.socketpair()
        mine = [self.socket, *(other.socket for other in others)] if method == "fork" else []
        self.process = context.Process(target=_serve, args=(function, theirs, mine, os.getpid()), daemon=True)
        self.process.start()
        theirs.close()
        self.socket.setblocking(False)
        self.tasks: deque[Handed] = deque()
        self.bytes_handed = 0
        self.watched = 0.0
        """Seconds for which the parent has seen no sign of it while it had something to do."""
        self._unsent = bytearray()
        self._received = bytearray()

    def hand(self, handed: Handed) -> None:
        """Hand it a task."""
        if not self.tasks:
            self.watched = 0.0
        self.tasks.append(handed)
        self.bytes_handed += len(handed.message)
        self._unsent += _LENGTH.pack(len(handed.message))
        self._unsent += handed.message
        self.send()

    def send(self) -> None:
        """Send what the socket takes."""
        try:
            while self._unsent:
                del self._unsent[: self.socket.send(memoryview(self._unsent)[:_PIECE])]
        except (BlockingIOError, InterruptedError):
            pass
        except OSError:
            self._unsent.clear()  # it ended; receive() tells

    @property
    def is_sending(self) -> bool:
        """Whether something is left to send."""
        return bool(self._unsent)

    def receive(self) -> tuple[list[tuple[Handed, Answer]], bool]:
        """Answers that have come, and whether the process is still there."""
        there = True
        try:
            while piece := self.socket.recv(_PIECE):
                self._received += piece
                self.watched = 0.0
            there = False
        except (BlockingIOError, InterruptedError):
            pass
        except OSError:
            there = False
        return list(self._answers()), there

    def _answers(self) -> Iterable[tuple[Handed, Answer]]:
        at = 0
        while len(self._received) - at >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._received, at)
            end = at + _LENGTH.size + length
            if len(self._received) < end:
                break
            answer: Answer = pickle.loads(self._received[at + _LENGTH.size : end])  # noqa: S301 - from our own process
            handed = self.tasks.popleft()
            self.bytes_handed -= len(handed.message)
            yield handed, answer
            at = end
        del self._received[:at]

    def end(self) -> None:
        """End the process, whatever it does."""
        self.socket.close()
        self.process.kill()
        self.process.join()


def _serve(function: Callable[[Any], Any], channel: socket.socket, others: list[socket.socket], parent: int) -> None:
    """What the process does: take a task, do it, answer, until the parent closes its end."""
    for other in others:
        other.close()  # else it would hold the ends that tell its sisters of the parent's end
    _detach(parent)
    gc.freeze()  # collections then leave alone, and so do not copy, what is shared with the parent
    while message := _read(channel):
        try:
            answer: Answer = (True, function(pickle.loads(message)))  # noqa: S301 - from our own parent
        except Exception as error:  # noqa: BLE001 - raised again in the parent
            error.add_note("in a worker process:\n" + traceback.format_exc())
            answer = (False, error)
        try:
            sent = pickle.dumps(answer, pickle.HIGHEST_PROTOCOL)
            if not answer[0]:
                pickle.loads(sent)  # noqa: S301 - an exception may pickle and not come back
        except Exception as error:  # noqa: BLE001 - what cannot be pickled raises anything
            sent = pickle.dumps((False, RuntimeError(f"the answer cannot be sent: {answer[1]!r}: {error}")))
        try:
            channel.sendall(_LENGTH.pack(len(sent)))
            channel.sendall(sent)
        except OSError:
            break  # the parent ended
    os._exit(0)


def _detach(parent: int) -> None:
    """Leave Ctrl-C to the parent, end on SIGTERM without its handler, and do not outlive it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it ended before the signal was asked for
            os._exit(1)


def _read(channel: socket.socket) -> bytes | bytearray | None:
    head = _exactly(channel, _LENGTH.size)
    return None if head is None else _exactly(channel, _LENGTH.unpack(head)[0])


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
