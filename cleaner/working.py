"""The working folder of a run: the part files of the plan, their marks, and by which plan they were made.

It is what a run that was ended goes on from: started again with the same inputs and settings, it does the tasks that
have no mark. A file that is not as its mark says is made anew, and another plan starts over.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from cleaner.errors import TooManyRejected, UsageError
from cleaner.plan import Plan
from cleaner.remote import local_folder
from cleaner.sinks import scratch
from cleaner.sinks.files import PARTS, OutputFolder
from cleaner.tasks import marks
from cleaner.tasks.sections import ASIDE

PLAN = "plan.json"
_TRANSIENT = "transient"
_DONE = re.compile(r"[a-z]+-\d{5,}(\.json)?")
_OURS = re.compile(rf"^(?:{re.escape(PLAN)}|{_DONE.pattern}|.*{re.escape(ASIDE)}|{_TRANSIENT}|{scratch.LOCK})")


class WorkFolder:
    """The working folder of one run. A context manager: when it is left, what nobody can go on from is removed."""

    def __init__(self, out: OutputFolder, named: str | None, keep: bool) -> None:
        """``named`` is the folder that the user wants, else it is one aside in the output folder.

        ``keep`` leaves the files of a run that ended well, or was refused.
        """
        self.path = Path(local_folder("work", named) if named else out.scratch / PARTS).absolute()
        self._out = out
        self._is_named = named is not None
        self._keep = keep
        self._lock: scratch.Scratch | None = None
        self._made = False
        self._plan: Plan | None = None

    def __enter__(self) -> Self:
        try:
            if not self.path.is_dir():
                self.path.mkdir(parents=True)
                self._made = True
            if self._is_named:
                names = {path.name for path in self.path.iterdir()}
                others = not all(map(_OURS.fullmatch, names))
                if others or (any(map(_DONE.fullmatch, names)) and PLAN not in names):
                    raise UsageError(f"work {self.path} holds other files; name a new or an empty folder")
                self._lock = scratch.held(self.path)
        except scratch.Busy as error:
            raise UsageError(f"another run works in {self.path}; wait until it has ended") from error
        except OSError as error:
            raise UsageError(f"cannot write to {self.path}: {error.strerror or error}") from error
        return self

    @property
    def transient(self) -> Path:
        """A folder for what is not to be held in memory; it goes when the run ends, however that is."""
        if not self._is_named:
            return self._out.workspace.absolute()
        folder = self.path / _TRANSIENT
        folder.mkdir(exist_ok=True)
        return folder

    def begin(self, plan: Plan, fresh: bool, tell: Callable[[str], None]) -> set[int]:
        """Start with a plan; returns the numbers of the parts that were done before, none where ``fresh``.

        ``tell`` is told what is taken over. Raises OSError.
        """
        earlier = self._earlier()
        done: set[int] = set()
        if fresh or earlier != plan.fingerprint:
            self._clear(all_of_it=True)
            if earlier and not fresh:
                tell("other input or other settings than those of the unfinished run: started over")
            marks.put(self.path / PLAN, {"fingerprint": plan.fingerprint})
        else:
            self._clear(all_of_it=False)
            marked = [number for number in plan.parts if marks.read(plan.file("strip", number))]
            done = {number for number in marked if marks.is_done(plan.file("strip", number))}
            damaged = f", {len(marked) - len(done)} damaged and made anew" if len(marked) > len(done) else ""
            if marked:
                tell(f"resumed: {len(done)} of {len(plan.parts)} parts were done{damaged}")
        self._plan = plan
        return done

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):
            if self._is_kept(error):
                self._clear(all_of_it=False)
                self._out.goes_on = error is not None
            else:
                self._clear(all_of_it=True)
                if self._made or not self._is_named:
                    shutil.rmtree(self.path, ignore_errors=True)
        if self._lock is not None:
            self._lock.give_up(remove=not (self.path / PLAN).exists())
            if self._made:
                with suppress(OSError):
                    self.path.rmdir()

    def _is_kept(self, error: BaseException | None) -> bool:
        """Whether a later run can go on from here; what is refused will not be started again as it is."""
        if error is None:
            return self._keep
        plan = self._plan
        if plan is None:
            return bool(self._earlier())
        stays = self._is_named or isinstance(self._out.folder, Path)  # a store's output is made in a folder that goes
        refused = isinstance(error, (UsageError, TooManyRejected)) and not self._keep
        if refused or not stays or not plan.can_be_resumed:
            return False
        return any(marks.read(plan.file("strip", number)) for number in plan.parts)

    def _earlier(self) -> str | None:
        """The fingerprint of the plan by which the files there were made."""
        fingerprint = marks.told_in(self.path / PLAN).get("fingerprint")
        return None if fingerprint is None else str(fingerprint)

    def _clear(self, all_of_it: bool) -> None:
        """Remove files that were begun, or all of ours."""
        for path in self.path.iterdir():
            name = path.name
            if name == _TRANSIENT:
                shutil.rmtree(path, ignore_errors=True)
            elif name.endswith(ASIDE) or (all_of_it and name != scratch.LOCK and _OURS.fullmatch(name)):
                path.unlink(missing_ok=True)
