"""Starts worker processes, and the fork server that they come from."""

from __future__ import annotations

import json
import os
import pickle
import socket
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from cleaner.engines import fork_server
from cleaner.errors import RunFailed

_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[2]);"
    "from cleaner.engines.fork_server import main; main(sys.argv[1])"
)
_STANDARD = 3
"""Files below are stdin, stdout and stderr."""
_PATIENCE = 2.0
"""Seconds in which the server ends by itself."""
_ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""A process with threads is not to be forked; and the workers are as many as the cores already."""


class Launcher:
    """Worker processes on demand, from one server that is started with the first of them.

    Not ``multiprocessing``: its children import the caller's ``__main__`` anew, which a script without a guard does not
    bear; a daemonic process may have none (a run inside a ``Pool`` could not start any); others hold up the
    interpreter's end; and its fork server is one for the whole process, so its preload is the caller's to choose.
    A context manager; when it ends, so do its processes.
    """

    def __init__(self, forks: bool = hasattr(os, "fork")) -> None:
        """Without ``forks`` every worker is a process that was started anew."""
        self.forks = forks
        self._owner = os.getpid()
        self._calls: list[bytes] = []
        self._used = b""
        """What the server was last told that workers do."""
        self._started = 0
        self._server: tuple[subprocess.Popen[bytes], socket.socket] | None = None
        self._single: dict[int, subprocess.Popen[bytes]] = {}

    def __reduce__(self) -> tuple[type[Launcher], tuple[bool]]:
        """In another process it is another one."""
        return Launcher, (self.forks,)

    def __enter__(self) -> Launcher:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def call(self, function: Callable[[], Any]) -> None:
        """Have ``function`` called before any worker that is started from now on: it loads what all of them need."""
        self._calls.append(fork_server.message(fork_server.CALL, 0, pickle.dumps(function)))
        if self._server is not None:
            self._tell(self._calls[-1])
        elif self.forks:
            self._serve()

    def start(self, packed: bytes) -> tuple[int, socket.socket, bytes]:
        """Start a worker that does what ``packed`` says, as ``packing.pack`` gives it.

        Returns its number, this end of its socket, and what is to be sent there before anything else.
        """
        self._started += 1
        number = self._started
        mine, theirs = socket.socketpair()
        with theirs:
            asked = fork_server.message(fork_server.START, number)
            if not self.forks:
                self._single[number] = _process(theirs, forks=False)
                return number, mine, b"".join([*self._calls, fork_server.message(fork_server.USE, 0, packed), asked])
            for _ in range(2):
                if self._server is None:
                    self._serve()
                self._use(packed)
                if self._tell(asked, theirs):
                    break
        return number, mine, b""

    def forget(self) -> None:
        """What the last workers did will not be asked for again: give back what it takes."""
        if self._server is not None:
            self._use(b"")

    def _use(self, packed: bytes) -> None:
        if packed != self._used and self._tell(fork_server.message(fork_server.USE, 0, packed)):
            self._used = packed

    def kill(self, number: int) -> None:
        """End a worker, whatever it does."""
        if os.getpid() != self._owner:  # a process that was forked with this one's objects in it
            return
        if self.forks:
            self._tell(fork_server.message(fork_server.KILL, number))
        elif process := self._single.pop(number, None):
            process.kill()
            process.wait()

    def close(self) -> None:
        """End all processes."""
        for number in list(self._single):
            self.kill(number)
        if self._server is not None:
            process, channel = self._server
            self._server = None
            channel.close()
            if os.getpid() == self._owner:
                _end(process)

    def _serve(self) -> None:
        channel, theirs = socket.socketpair()
        with theirs:
            self._server = _process(theirs, forks=True), channel
        self._used = b""
        for told in self._calls:
            self._tell(told)

    def _tell(self, told: bytes, along: socket.socket | None = None) -> bool:
        """Send the server a message; False if it has ended, and another one will be started."""
        if self._server is None:
            return False
        process, channel = self._server
        try:
            if along is not None:
                socket.send_fds(channel, [told], [along.fileno()])
            else:
                channel.sendall(told)
        except OSError:
            self._server = None
            channel.close()
            process.kill()
            process.wait()
            return False
        return True


def _process(channel: socket.socket, forks: bool) -> subprocess.Popen[bytes]:
    """A process that serves at ``channel``. It is in a session of its own: a terminal's signals are the parent's.

    Raises RunFailed if the machine cannot start one.
    """
    path = json.dumps(sys.path)
    environment = {**os.environ, **_ONE_THREAD}
    try:
        if sys.platform == "win32":
            command = [sys.executable, "-P", "-c", _START, "-", path]
            group = subprocess.CREATE_NEW_PROCESS_GROUP
            process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, env=environment, creationflags=group
            )
            if process.stdin is not None:
                with process.stdin as stream:
                    stream.write(channel.share(process.pid))
            return process
        number = _above_standard(channel)
        try:
            name = str(number) if forks else f"{number}-"
            return subprocess.Popen(
                [sys.executable, "-P", "-c", _START, name, path],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=None if _is_open(2) else subprocess.DEVNULL,
                env=environment, pass_fds=[number], start_new_session=True,
            )  # fmt: skip
        finally:
            os.close(number)
    except OSError as error:
        raise RunFailed(f"no worker process can be started: {error}") from error


def _end(process: subprocess.Popen[bytes]) -> None:
    """Wait for a server whose socket was closed; end it if it is still loading something."""
    try:
        process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _above_standard(channel: socket.socket) -> int:
    """The socket as a file that is none of the standard ones, which the process gets of its own."""
    import fcntl

    return fcntl.fcntl(channel.fileno(), fcntl.F_DUPFD_CLOEXEC, _STANDARD)


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True
