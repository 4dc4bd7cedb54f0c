"""What a run changed, story by story, and which id each story goes by.

A story keeps its id as long as its canonical stays in it or it goes on around it: the id of a published
story goes to where its canonical went. Where several published stories come together, the id of the one
whose canonical stays the canonical is kept, else that of the oldest, then the largest. A canonical that was
taken out of the index leaves its id to where most of the other members are.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cleaner.index.manifest import take_numbers
from cleaner.index.new_records import Batch
from cleaner.index.store import Store, text_key
from cleaner.index.stories import StoryNow, StoryRow, member_ids, pack_story
from cleaner.records import Story


@dataclass(slots=True)
class Change:
    """What happened to one story of the corpus. Applied: ``gone`` ones are deleted, the others put in place."""

    story: str
    changes: list[str]
    """Of ``created``, ``joined``, ``superseded``, ``split``, ``removed``, ``updated``, or one of ``merged``,
    ``withdrawn``."""
    canonical: str | None
    """Id of the canonical, None for a story that is gone."""
    was: str | None
    """Id of the canonical before, None for a story that was not there."""
    added: list[str]
    removed: list[str]
    into: list[str]
    """Stories that the removed records are in now."""

    def as_row(self) -> dict[str, Any]:
        """The change as it stands in ``changes.jsonl``."""
        return dataclasses.asdict(self)


@dataclass(slots=True)
class Update:
    """What a run did to the stories."""

    stories: list[Story] = field(default_factory=list)
    """Those that it created or changed, whole, with their lasting ids; also those that do not satisfy what is
    required."""
    changes: list[Change] = field(default_factory=list)


def settle(
    store: Store, stories: Sequence[StoryNow], before: Sequence[StoryRow], batch: Batch, run: int
) -> Update:
    """Give every story its lasting id, put it into the manifest and say what changed.

    ``before`` are all stored stories that had a record of these ``stories``; ``batch`` tells of which records a new
    version came and which are no more.
    """
    replaced, taken_out = frozenset(batch.replaced), frozenset(batch.removed)
    place_of = {member.id: k for k, one in enumerate(stories) for member in one.story.members}
    old_ids = {row.number: member_ids(row) for row in before}
    heir = {row.number: _heir(old_ids[row.number], place_of, taken_out) for row in before}
    claims: dict[int, list[StoryRow]] = {}
    for row in before:
        if (k := heir[row.number]) is not None:
            claims.setdefault(k, []).append(row)
    goes_on: dict[int, StoryRow] = {}
    for k, rows in claims.items():
        kept = stories[k].story.canonical.id
        goes_on[k] = min(rows, key=lambda row: (old_ids[row.number][0] != kept, row.created, -row.size, row.id))
    taken = {row.id for row in before}
    ids = [
        goes_on[k].id if k in goes_on else _free_id(store, one.story.canonical.id, taken)
        for k, one in enumerate(stories)
    ]
    done = Update()
    story_of = {record: ids[place] for record, place in place_of.items()}
    gone = {row.number: row for row in before}
    written: list[StoryRow] = []
    told_by: list[tuple[int, int]] = []
    for k, one in enumerate(stories):
        story, was = dataclasses.replace(one.story, id=ids[k]), goes_on.get(k)
        number = take_numbers(store.sql, "story", 1)[0] if was is None else was.number
        gone.pop(number, None)
        told_by += [(number, cluster) for cluster in one.clusters]
        packed = pack_story(story)
        if was is not None and (was.canonical, was.packed) == (one.canonical, packed):
            continue
        created = run if was is None else was.created
        written.append(StoryRow(number, story.id, one.canonical, story.fits, story.size, created, packed))
        done.stories.append(story)
        old = old_ids[was.number] if was is not None and was.fits else None
        if change := _change(story, old, story_of, replaced, taken_out):
            done.changes.append(change)
    for row in gone.values():
        if row.fits:
            place = heir[row.number]
            done.changes.append(_gone(row.id, old_ids[row.number], None if place is None else ids[place]))
    done.changes.sort(key=lambda change: change.story)
    store.sql.executemany("DELETE FROM stories WHERE number = ?", [(number,) for number in gone])
    store.sql.executemany("INSERT OR REPLACE INTO stories VALUES (?, ?, ?, ?, ?, ?, ?)", written)
    store.sql.executemany("UPDATE clusters SET story = ? WHERE number = ?", told_by)
    return done


def _heir(members: Sequence[str], place_of: Mapping[str, int], taken_out: frozenset[str]) -> int | None:
    """Where the story of these members, the canonical's id first, goes on."""
    if members[0] not in taken_out:
        return place_of.get(members[0])
    places = Counter(place_of[name] for name in members if name in place_of)
    return min(places, key=lambda place: (-places[place], place)) if places else None


def _change(
    story: Story,
    old: Sequence[str] | None,
    story_of: Mapping[str, str],
    replaced: frozenset[str],
    taken_out: frozenset[str],
) -> Change | None:
    """What happened to a story as it is now; ``old`` are its members before, None if it was not there."""
    members = [member.id for member in story.members]
    if not story.fits:
        return None if old is None else dataclasses.replace(_gone(story.id, old, None), changes=["withdrawn"])
    if old is None:
        return Change(story.id, ["created"], story.canonical.id, None, sorted(members), [], [])
    added, removed = sorted(set(members) - set(old)), sorted(set(old) - set(members))
    kinds = []
    if added:
        kinds.append("joined")
    if set(removed) - taken_out:
        kinds.append("split")
    if taken_out & set(removed):
        kinds.append("removed")
    if story.canonical.id != old[0]:
        kinds.append("superseded")
    if not kinds or replaced & set(members):
        kinds.append("updated")
    into = sorted({story_of[record] for record in removed if record in story_of})
    return Change(story.id, kinds, story.canonical.id, old[0], added, removed, into)


def _gone(story: str, old: Sequence[str], into: str | None) -> Change:
    kind = "withdrawn" if into is None else "merged"
    return Change(story, [kind], None, old[0], [], sorted(old), [] if into is None else [into])


def _free_id(store: Store, canonical: str, taken: set[str]) -> str:
    """The id a batch gives the story of this canonical, or one beside it where another story goes by that."""
    number = 1
    while True:
        name = canonical if number == 1 else f"{canonical}#{number}"
        made = hashlib.blake2b(text_key(name) if number > 1 else name.encode("utf-8", "replace"), digest_size=8)
        number += 1
        found = made.hexdigest()
        if found in taken:
            continue
        if store.sql.execute("SELECT count(*) FROM stories WHERE id = ?", (found,)).fetchone()[0]:
            continue
        taken.add(found)
        return found
