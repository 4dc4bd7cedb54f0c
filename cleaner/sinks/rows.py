"""Records as rows of the output files: one function a file, the same for JSONL and Parquet."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from cleaner.records import Article, ClosePair, Cut, Member, Rejected, Story

STORY = "story"
"""The column of a corpus that holds the story, and so the field that the rows of an earlier one come with."""
PUBLISHED = "published"
"""Column of Parquet files with ``date`` as a moment beside the date as it was written. A field of the input's own with
that name stays."""
RESERVED = ("id", "url", "title", "date", "lang", "text", "story")
"""Columns of the corpus that a field of the input never replaces."""
EXCERPT = 300
"""Characters of a merged record's text that tell a reader what it is."""


def corpus_row(story: Story) -> dict[str, Any]:
    """A canonical article with its story. Unknown fields of the input follow untouched."""
    article = story.canonical
    row: dict[str, Any] = {
        **article_row(article),
        "story": {
            "id": story.id,
            "size": story.size,
            "first_seen": story.first_seen,
            "last_seen": story.last_seen,
            "sites": story.sites,
            "first_site": story.first_site,
            "members": [member_row(member) for member in story.members],
        },
    }
    return _with_extra(row, article)


def annotated_rows(story: Story, members: Iterable[Article]) -> list[dict[str, Any]]:
    """Rows of all articles of a story: the canonical's, which tells of the story, then those of its ``members``.

    These are the articles of the story's members that are records of the run, in their order.
    """
    first = corpus_row(story)
    role = {"id": story.id, "role": "canonical" if story.size > 1 else "alone", "canonical": story.canonical.id}
    found = [first | {"story": role | first["story"]}]
    told_of = (member for member in story.members[1:] if not member.earlier)
    for member, article in zip(told_of, members, strict=True):
        own = {"id": story.id, "role": "member", "canonical": story.canonical.id}
        what = member_row(member)
        own |= {name: what[name] for name in ("relation", "score", "via", "mean")}
        found.append(_with_extra({**article_row(article), "story": own}, article))
    return found


def article_row(article: Article) -> dict[str, Any]:
    """The fields of an article without its cuts."""
    return {
        "id": article.id,
        "url": article.url,
        "title": article.title,
        "date": article.date,
        "date_source": article.date_source,
        "lang": article.lang,
        "author": article.author,
        "site": article.site,
        "site_name": article.site_name,
        "page_type": article.page_type,
        "page_type_probability": article.page_type_probability,
        "text": article.text,
    }


def stripped_row(article: Article) -> dict[str, Any]:
    """What ``cleaner strip`` writes: an article and its cuts."""
    return _with_extra({**article_row(article), "cuts": [cut_row(cut) for cut in article.cuts]}, article)


def _with_extra(row: dict[str, Any], article: Article) -> dict[str, Any]:
    for name, value in article.extra.items():
        if name not in RESERVED and not (name == PUBLISHED and _is_ours(value, article)):
            row[name] = value
    return row


def _is_ours(published: Any, article: Article) -> bool:
    """Whether that column came out of Parquet with the row of an earlier corpus: it is made anew where it is wanted."""
    if not isinstance(article.extra.get(STORY), Mapping):
        return False
    begun = moment(article.date)
    return bool(published == (begun and begun.isoformat()))


def moment(date: str | None) -> datetime.datetime | None:
    """The moment in UTC that a date of ISO 8601 begins at; without an offset it is taken as UTC's.

    None where there is none, or not all of a day is told.
    """
    try:
        found = datetime.datetime.fromisoformat(date or "")
        return found.replace(tzinfo=datetime.UTC) if found.tzinfo is None else found.astimezone(datetime.UTC)
    except (ValueError, OverflowError):
        return None


def member_row(member: Member) -> dict[str, Any]:
    """A member as it stands in its story."""
    return {
        "id": member.id,
        "url": member.url,
        "date": member.date,
        "site": member.site,
        "relation": member.relation,
        "score": member.score,
        **_attachment(member),
    }


def _attachment(member: Member) -> dict[str, Any]:
    """What holds a member in its story."""
    via = None if member.via is None else {"id": member.via.id, "score": member.via.score}
    return {"via": via, "mean": member.mean}


def merged_rows(story: Story, whole_text: bool = False) -> list[dict[str, Any]]:
    """One row for each record of this run that was merged into the story's canonical.

    Of its text the row has all, or the first ``EXCERPT`` characters.
    """
    return [
        {
            "id": member.id,
            "into": story.canonical.id,
            "story": story.id,
            "relation": member.relation,
            "score": member.score,
            **_attachment(member),
            "url": member.url,
            "date": member.date,
            "title": member.title,
            "text": member.text if whole_text else member.text[:EXCERPT],
            "origin": member.origin,
            "evidence": dict(member.evidence),
        }
        for member in story.members
        if member.relation != "canonical" and not member.earlier
    ]


def pair_row(pair: ClosePair) -> dict[str, Any]:
    """A close decision; with ``same`` as a person sees it, it is a line of ``--links``."""
    row: dict[str, Any] = {
        "left": pair.left.id,
        "right": pair.right.id,
        "same": pair.same,
        "level": pair.level,
        "score": pair.score,
        "threshold": pair.threshold,
    }
    for side, article, into in (("left", pair.left, pair.left_into), ("right", pair.right, pair.right_into)):
        row |= {
            f"{side}_title": article.title,
            f"{side}_date": article.date,
            f"{side}_site": article.site,
            f"{side}_into": into,
        }
    return row


def rejected_row(rejected: Rejected) -> dict[str, Any]:
    """A record that went no further."""
    return {
        "id": rejected.id,
        "origin": rejected.origin,
        "reason": rejected.reason,
        "detail": rejected.detail,
    }


def cuts_row(record: Article | Rejected) -> dict[str, Any]:
    """All that was dropped from one page, how many characters were kept, and the kept lines that are in doubt."""
    row: dict[str, Any] = {"id": record.id, "origin": record.origin, "site": None, "kept": 0}
    row["cuts"] = [cut_row(cut) for cut in record.cuts]
    row["doubtful"] = []
    if isinstance(record, Article):
        row |= {"site": record.site, "kept": len(record.text)}
        row["doubtful"] = [one._asdict() for one in record.doubtful]
    return row


def cut_row(cut: Cut) -> dict[str, Any]:
    """One dropped piece."""
    return {
        "text": cut.text,
        "label": cut.label,
        "rule": cut.rule,
        "position": cut.position,
        "score": cut.score,
        "span": cut.span,
    }
