"""What an article brings from an earlier corpus: the rows of one hold a story each, with its members."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import replace
from typing import Any, Literal, NamedTuple

from cleaner.collapse.canonical import published
from cleaner.records import Article, Member, Via

FIELD = "story"
"""Name of the column of a corpus, and so of the field that its rows come with."""
_RELATIONS = ("exact", "near", "event", "opinion")
_SHOWN = 60
"""Characters of what is wrong."""


class Earlier(NamedTuple):
    """A story as an earlier run told it, without its canonical."""

    members: list[Member]
    seen: list[str]
    """Dates of its first and last report, as far as they are known."""


def read(value: Any) -> Earlier:
    """The story in a field of an article; what is of a wrong type is left out."""
    found = Earlier([], [])
    if isinstance(value, Mapping):
        found.seen.extend(str(value[name]) for name in ("first_seen", "last_seen") if _is_date(value.get(name)))
        found.members.extend(member for _, member in _members(value) if isinstance(member, Member))
    return found


def fault(value: Any) -> str | None:
    """What of such a field ``read`` leaves out, in a few words; None if it is a story as a corpus has it."""
    if value is None:
        return None
    if isinstance(value, Mapping) and value.get("role") == "member" and value.get("members") is None:
        return None  # of a corpus with all articles: its canonical tells of the story
    if not isinstance(value, Mapping) or not isinstance(value.get("members"), list):
        return str(value)[:_SHOWN] if isinstance(value, (str, int, float)) else type(value).__name__
    for name in ("first_seen", "last_seen"):
        if value.get(name) is not None and not _is_date(value[name]):
            return f"{name} is no date"
    return next((f"member {i} is none" for i, member in _members(value) if member is False), None)


class Carried:
    """The earlier members of one story, gathered article by article.

    ``known`` are the ids of all records of the run: such a member speaks for itself, wherever it is now.
    """

    def __init__(self, known: Container[str]) -> None:
        self._known = known
        self._members: dict[str, Member] = {}
        self.seen: list[str] = []

    def add(self, article: Article, is_canonical: bool) -> None:
        """Take over what an article brings. Relation and score stay as they were told: to the canonical, else to
        the member ``via``."""
        if FIELD not in article.extra:
            return
        members, seen = read(article.extra[FIELD])
        self.seen += seen
        for member in members:
            if member.id not in self._known:
                self._keep(member if is_canonical else _hung(member, article.id))

    def _keep(self, member: Member) -> None:
        base, number = member.id, 1
        while (other := self._members.get(member.id)) and _record(other) != _record(member):
            number += 1
            member = replace(member, id=f"{base}#{number}")
        self._members.setdefault(member.id, member)

    def members(self) -> list[Member]:
        """All of them."""
        return list(self._members.values())


def _hung(member: Member, head: str) -> Member:
    """A member whose canonical ``head`` is none any more: it hangs on what its relation and score are to."""
    via = member.via
    return replace(member, via=via if via and via.score == member.score else Via(head, member.score), mean=None)


def _record(member: Member) -> tuple[str | None, ...]:
    return (member.url, member.date, member.site)


def _members(story: Mapping[str, Any]) -> Iterator[tuple[int, Member | bool | None]]:
    """Members by their places: None for the canonical, which is the article itself, False for what is none."""
    listed = story.get("members")
    for place, row in enumerate(listed if isinstance(listed, list) else ()):
        yield place, _member(row)


def _member(row: Any) -> Member | bool | None:
    if not isinstance(row, Mapping):
        return False
    name, relation = row.get("id"), row.get("relation")
    score: Any = row.get("score")
    if relation == "canonical":
        return None
    strings = [row.get(key) for key in ("url", "date", "site")]
    via, mean = _via(row.get("via"), score), row.get("mean")
    if not isinstance(name, str) or not name or relation not in _RELATIONS or type(score) not in (int, float):
        return False
    if not 0 <= score <= 1 or not all(one is None or isinstance(one, str) for one in strings):
        return False
    if via is False or not (mean is None or _is_share(mean)):
        return False
    url, date, site = strings
    mean = None if mean is None else float(mean)
    return Member(name, relation, float(score), {}, url, date, site, earlier=True, via=via, mean=mean)


def _via(value: Any, score: float) -> Via | Literal[False] | None:
    """What a member hangs on; an id alone, as version 0.1 wrote it, is that of what its score is to."""
    if value is None:
        return None
    if isinstance(value, str):
        return Via(value, float(score)) if value else None
    if not isinstance(value, Mapping) or not isinstance(value.get("id"), str) or not _is_share(value.get("score")):
        return False
    return Via(value["id"], float(value["score"]))


def _is_share(value: Any) -> bool:
    return type(value) in (int, float) and 0 <= value <= 1


def _is_date(value: Any) -> bool:
    return isinstance(value, str) and published(value)[0] < float("inf")
