"""The working folder of a run: the part files of the plan, their marks, and by which plan they were made.

It is what a run that was ended goes on from: started again with the same inputs and settings, it does the tasks that
have no mark. A file that is not as its mark says is made anew, and another plan starts over.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from cleaner.driver.plan import later_fingerprint
from cleaner.errors import TooManyRejected, UsageError
from cleaner.remote import RemotePath
from cleaner.sinks import scratch, store
from cleaner.sinks.files import PARTS, OutputFolder
from cleaner.staging import marks, sender
from cleaner.staging.sections import ASIDE
from cleaner.tasks.checkpoints import FileCheckpoints
from cleaner.tasks.task import Plan
from cleaner.urls import is_url, without_scheme

PLAN = "plan.json"
_TRANSIENT = "transient"
_DONE = re.compile(r"\b[a-z]+-\d{5,}(\.json)?")
_STAGED = re.compile(rf"{sender.PREFIX}[0-9a-f]+")
_OURS = re.compile(
    rf"^(?:{re.escape(PLAN)}|{_STAGED.pattern}|{re.escape(marks.STORE)}|{_DONE.pattern}|.*{re.escape(ASIDE)}|{_TRANSIENT}|{scratch.LOCK})"
)


class WorkFolder:
    """The working folder of one run. A context manager: when it is left, what nobody can go on from is removed."""

    def __init__(self, out: OutputFolder, named: str | None, keep: bool) -> None:
        """``named`` is the folder that the user wants, else it is one aside in the output folder.

        It may be the URL of one in a store. ``keep`` leaves the files of a run that ended well, or was refused.
        """
        self.store = RemotePath(named) if named and is_url(named) else None
        self._is_named = named is not None and self.store is None
        self.path = Path(without_scheme(named) if named and self._is_named else out.scratch / PARTS).absolute()
        self._out = out
        self._keep = keep
        self._lock: scratch.Scratch | None = None
        self._made = False
        self._plan: Plan | None = None
        self._tell: Callable[[str], None] = lambda _: None

    def __enter__(self) -> Self:
        try:
            if not self.path.is_dir():
                self.path.mkdir(parents=True)
                self._made = True
            if self._is_named:
                _check_ours({path.name for path in self.path.iterdir()}, self.path)
                self._lock = scratch.held(self.path)
            elif self.store is not None:
                store.check(self.store)
                _check_ours(self.store.entries().keys() - {scratch.RUN}, self.store)
                self._clear(all_of_it=True, here_only=True)
        except scratch.Busy as error:
            raise UsageError(f"another run works in {self.path}; wait until it has ended") from error
        except OSError as error:
            raise UsageError(f"cannot write to {self.store or self.path}: {error.strerror or error}") from error
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
        if self.store is not None:
            for name in self.store.entries():
                if _STAGED.fullmatch(name):  # of a run that was killed
                    (self.store / name).unlink(missing_ok=True)
            if not fresh:
                self._bring_all(self.store, plan)
        earlier = self._earlier()
        done: set[int] = set()
        if fresh or earlier != plan.fingerprint:
            self._clear(all_of_it=True)
            if earlier and not fresh:
                tell("other input or other settings than those of the unfinished run: started over")
            marks.put(self.path / PLAN, {"fingerprint": plan.fingerprint})
            if self.store is not None:
                (self.store / PLAN).put(self.path / PLAN)
        else:
            self._clear(all_of_it=False)
            marked = [number for number in plan.parts if marks.read(plan.file("strip", number))]
            done = {number for number in marked if marks.is_done(plan.file("strip", number))}
            for number in set(marked) - done:  # else it would stand for what another machine makes anew
                plan.file("strip", number).unlink(missing_ok=True)
            damaged = f", {len(marked) - len(done)} damaged and made anew" if len(marked) > len(done) else ""
            if marked:
                tell(f"resumed: {len(done)} of {len(plan.parts)} parts were done{damaged}")
        if self.store is not None:
            marks.stand_for(self.path, self.store.url)
        self._plan, self._tell = plan, tell
        return done

    def bring(self, part: Path) -> None:
        """See to it that a part that is done, wherever, is here. Raises OSError."""
        if self.store is not None and not part.exists():
            marks.fetch(self.store, part.name, self.path)

    def _bring_all(self, folder: RemotePath, plan: Plan) -> None:
        """All parts that were done with the same plan, and of the later stages the marks."""
        names = folder.entries().keys()
        if PLAN not in names:
            return
        (folder / PLAN).fetch(self.path / PLAN)
        if self._earlier() == plan.fingerprint:
            for name in sorted(name for name in names if f"{name}.json" in names):
                (marks.fetch if name.startswith("strip-") else marks.fetch_mark)(folder, name, self.path)

    def checkpoints(self, beside: str = "") -> FileCheckpoints:
        """What keeps the results of the stages behind the first, once the plan is begun.

        ``beside`` is what decides them but the plan.
        """
        if self._plan is None:
            raise RuntimeError("no plan was begun")
        return FileCheckpoints(self.path, later_fingerprint(self._plan) + beside, self._tell, self.store)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):
            if self._is_kept(error) and self.store is not None:
                shutil.rmtree(self.path, ignore_errors=True)
                self._out.goes_on = error is not None
            elif self._is_kept(error):
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
            return self.store is not None or bool(self._earlier())
        # The output of a store is made in a folder that goes.
        stays = self._is_named or self.store is not None or isinstance(self._out.folder, Path)
        refused = isinstance(error, (UsageError, TooManyRejected)) and not self._keep
        if refused or not stays or not plan.can_be_resumed:
            return False
        return any(marks.read(plan.file("strip", number)) for number in plan.parts)

    def _earlier(self) -> str | None:
        """The fingerprint of the plan by which the files there were made."""
        fingerprint = marks.told_in(self.path / PLAN).get("fingerprint")
        return None if fingerprint is None else str(fingerprint)

    def _clear(self, all_of_it: bool, here_only: bool = False) -> None:
        """Remove files that were begun, or all of ours; those in a store unless ``here_only``."""
        if self.store is not None and all_of_it and not here_only:
            for name in sorted(filter(_OURS.fullmatch, self.store.entries()), key=PLAN.__eq__):
                (self.store / name).unlink(missing_ok=True)
        for path in self.path.iterdir():
            name = path.name
            if name == _TRANSIENT:
                shutil.rmtree(path, ignore_errors=True)
            elif name.endswith(ASIDE) or name == marks.STORE or (all_of_it and _is_left(name)):
                path.unlink(missing_ok=True)


def _is_left(name: str) -> bool:
    """Whether a file is of a run, and no lock."""
    return name != scratch.LOCK and _OURS.fullmatch(name) is not None


def _check_ours(names: Collection[str], folder: Path | RemotePath) -> None:
    """Raise UsageError for a folder that holds what no run left."""
    others = not all(map(_OURS.fullmatch, names))
    if others or (any(map(_DONE.fullmatch, names)) and PLAN not in names):
        raise UsageError(f"work {folder} holds other files; name a new or an empty folder")
