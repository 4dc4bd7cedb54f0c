"""Output files in pieces, whose rows one after the other are those of the one file: ``corpus-00000.jsonl`` ..."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import BinaryIO, TypeVar

from cleaner.remote import RemotePath
from cleaner.sinks.ownership import SHARD

Folder = Path | RemotePath
Anywhere = TypeVar("Anywhere", Path, RemotePath, Folder)

_PIECE = 1024 * 1024


def stem(name: str, number: int) -> str:
    """The name of a shard without its suffix."""
    return f"{name}-{number:05d}"


def names(stems: Collection[str], form: str, count: int) -> list[str]:
    """Names of the files that rows of these names go to, one each, or with a ``count`` above 1 so many."""
    if count <= 1:
        return [f"{one}.{form}" for one in stems]
    return [f"{stem(one, number)}.{form}" for one in stems for number in range(count)]


def found(folder: Anywhere, name: str, form: str) -> list[Anywhere]:
    """The file of one name in a folder, or its shards in their order; none where there is neither. Raises OSError."""
    whole = folder / f"{name}.{form}"
    if whole.is_file():
        return [whole]
    entries: Iterable[str] = ()
    if isinstance(folder, RemotePath):
        entries = folder.entries()
    elif folder.is_dir():
        entries = [path.name for path in folder.iterdir()]
    matches = [match for match in map(SHARD.fullmatch, entries) if match and (match[1], match[3]) == (name, form)]
    return [folder / match[0] for match in sorted(matches, key=lambda match: int(match[2]))]


def split(path: Path, count: int) -> list[Path]:
    """Cut a file of lines into so many of about equal bytes, beside it; some may be empty. The file stays."""
    size = path.stat().st_size
    pieces = [path.with_name(f"{stem(path.stem, number)}{path.suffix}") for number in range(count)]
    with path.open("rb") as source:
        at = 0
        for number, piece in enumerate(pieces, 1):
            end = max(at, _line_end(source, size * number // count))
            source.seek(at)
            with piece.open("wb") as target:
                _copy(source, target, end - at)
            at = end
    return pieces


def _line_end(source: BinaryIO, place: int) -> int:
    """Where the line ends that holds the byte before ``place``."""
    if not place:
        return 0
    source.seek(place - 1)
    source.readline()
    return source.tell()


def _copy(source: BinaryIO, target: BinaryIO, size: int) -> None:
    while size and (piece := source.read(min(size, _PIECE))):
        target.write(piece)
        size -= len(piece)


class Joined:
    """Files read as if they were one."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = paths

    def lines(self) -> Iterable[bytes]:
        """All lines in order."""
        for path in self._paths:
            with path.open("rb") as stream:
                yield from stream

    def read(self, begin: int, end: int) -> bytes:
        """The bytes between two places."""
        parts = []
        for path in self._paths:
            size = path.stat().st_size
            if begin < size and end > 0:
                with path.open("rb") as stream:
                    stream.seek(max(0, begin))
                    parts.append(stream.read(min(end, size) - max(0, begin)))
            begin, end = begin - size, end - size
        return b"".join(parts)
