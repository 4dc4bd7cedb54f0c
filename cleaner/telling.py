"""Stories as lines of the output files, made in whatever process the stories are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from cleaner.collapse import stories
from cleaner.collapse.folding import Folded
from cleaner.records import Rejected, Story
from cleaner.settings import Require
from cleaner.sinks import rows
from cleaner.sinks.files import to_json


class Told(NamedTuple):
    """What becomes of one story and its records."""

    corpus: list[str]
    """Its line, none where the story is rejected."""
    merged: list[str]
    relations: list[str]
    """What each record that this run brought is to the canonical."""
    rejected: list[Rejected]
    """These records, where no member is as required."""


def told(folded: Folded, require: Require, batch: Sequence[tuple[int, int]]) -> list[Told]:
    """Some of a run's stories, each the number of a group and its canonical (``stories.in_order``)."""
    return [tell(stories.tell(folded, *one), require) for one in batch]


def tell(story: Story, require: Require, brought: Callable[[str], bool] | None = None) -> Told:
    """One story; ``brought`` says of ids whether their records came with this run, all where it is None."""
    members = [member for member in story.members if brought is None or brought(member.id)]
    if not story.fits:
        who = "its only member does not satisfy" if story.size == 1 else f"none of {story.size} members satisfies"
        detail = f"story {story.id}: {who} {require}"
        return Told([], [], [], [Rejected(one.origin, "requirement", detail, one.id) for one in members])
    merged = [row for row in rows.merged_rows(story) if brought is None or brought(row["id"])]
    relations = [member.relation for member in members]
    return Told([to_json(rows.corpus_row(story))], [to_json(row) for row in merged], relations, [])
