"""What is signed of texts, and which of all versions may be near copies of the new ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cleaner.collapse import bands, sketch, templates
from cleaner.collapse.near import Signatures, signed
from cleaner.collapse.ragged import Ragged
from cleaner.index import layout
from cleaner.index.manifest import take_numbers
from cleaner.index.segment import Segment
from cleaner.index.store import Store
from cleaner.index.template_memory import TemplateMemory
from cleaner.index.texts import Added


@dataclass(slots=True)
class Versions:
    """Versions that a run made and those that it ended."""

    numbers: np.ndarray
    texts: list[int]
    signatures: Signatures
    loosened: set[int]
    """Versions that were compared with one that stands no more."""


def make_versions(store: Store, segment: Segment, added: Added) -> Versions:
    """Sign the new texts, and anew those that a new template was found in; end those of texts that are gone."""
    memory = TemplateMemory(store, added.texts)
    memory.learn()
    ended = [number for number, _ in _versions_of(store, added.gone).values()]
    ordered = {text: hashes for text, hashes in store.hashes(added.texts).items() if len(hashes)}
    sites = dict(store.rows("SELECT number, site FROM texts WHERE number IN (?)", sorted(ordered)))
    cores = {text: memory.core(text, sites[text], ordered[text]) for text in sorted(ordered)}
    old = _versions_of(store, sorted(memory.revealed - set(added.gone)))
    found = cores_of(store, [number for number, _ in old.values()])
    for text in sorted(old):
        number, site = old[text]
        before, hashes = found[number]
        core = memory.core(text, site, hashes)
        if not np.array_equal(core, before):
            ended.append(number)
            ordered[text], cores[text] = hashes, core
    loosened = set(store.partners("near", np.array(sorted(ended), dtype=np.int64)).right.tolist()) - set(ended)
    store.bury("version", ended)
    numbers = np.array(take_numbers(store.sql, "version", len(cores)), dtype=np.int64)
    own = Ragged.of(list(cores.values()))
    versions = Versions(numbers, list(cores), signed(bands.ROWS, None, own), loosened)
    _put(segment, versions, own, Ragged.of([ordered[text] for text in cores]))
    pairs = list(zip(numbers.tolist(), versions.texts, strict=True))
    store.sql.executemany("UPDATE texts SET version = ? WHERE number = ?", pairs)
    return versions


def _versions_of(store: Store, texts: Sequence[int]) -> dict[int, tuple[int, bytes | None]]:
    """By text, the version that stands and the text's site."""
    query = "SELECT number, version, site FROM texts WHERE version IS NOT NULL AND number IN (?)"
    return {text: (version, site) for text, version, site in store.rows(query, texts)}


def _put(segment: Segment, versions: Versions, cores: Ragged, ordered: Ragged) -> None:
    """Versions' hashes, band keys and samples, each sorted for look-up; ``ordered`` are the hashes in text order."""
    numbers, found = versions.numbers.astype(np.uint32), versions.signatures
    whole = cores.sizes == templates.distinct(ordered).sizes
    core = Ragged.of([core[:0] if full else core for full, core in zip(whole, cores, strict=True)])
    segment.put(layout.table("version", number=numbers, text=np.array(versions.texts), whole=whole, core=core))
    for name, keys in zip(layout.BANDS, found.keys, strict=True):
        segment.put(layout.table(name, key=keys, holder=numbers))
    segment.put(layout.table("sketch", key=found.sampled, holder=np.repeat(numbers, found.sizes)))


def cores_of(store: Store, versions: Sequence[int]) -> dict[int, tuple[np.ndarray, np.ndarray]]:
    """By version: its core, and its text's hashes in text order."""
    texts = store.column("version", "version_text", versions, np.int64).tolist()
    whole = store.column("version", "version_whole", versions, np.bool_).tolist()
    cut, ordered = store.ragged("version", "version_core", versions), store.hashes(sorted(set(texts)))
    return {
        number: (np.unique(ordered[text]) if full else cut[number], ordered[text])
        for number, text, full in zip(versions, texts, whole, strict=True)
    }


def candidates(store: Store, segment: Segment, versions: Versions) -> tuple[np.ndarray, np.ndarray]:
    """Pairs (left < right) of versions that may be near copies, at least one of them new."""
    if not len(versions.numbers):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    found = versions.signatures
    samples = Ragged(found.sampled, np.r_[0, np.cumsum(found.sizes)])
    among = [bands.pairs(found.keys, np.arange(len(versions.numbers))), *sketch.pairs(samples)]
    left, right = bands.decoded(np.concatenate(among))
    by_band = [_met(store, segment, name, bands.FULL_BUCKET, bands.NEIGHBOURS) for name in layout.BANDS]
    by_sketch, shared = np.unique(_met(store, segment, "sketch", sketch.FREQUENCY, 0), return_counts=True)
    old = np.unique(np.concatenate([*by_band, by_sketch[shared >= sketch.SHARED]]))
    old = old[store.alive("version", bands.decoded(old)[0])]
    return bands.decoded(np.union1d(bands.code(versions.numbers[left], versions.numbers[right]), old))


def _met(store: Store, new: Segment, name: str, most: int, latest: int) -> np.ndarray:
    """Old and new versions, coded, once for each key that both hold; of what more than ``most`` hold the latest old."""
    keys, mine = new.get(f"{name}_key"), new.get(f"{name}_holder").astype(np.int64)
    old = store.spans(name, keys, without=new)
    size = np.searchsorted(keys, keys, "right") - np.searchsorted(keys, keys, "left") + old.sizes
    old = old.last(np.where(size > most, latest, size))
    return bands.code(old.get("holder"), mine[old.values()])
