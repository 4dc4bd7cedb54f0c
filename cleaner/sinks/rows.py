"""Records as rows of the output files: one function a file, the same for JSONL and Parquet."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cleaner.plain_rows import article_row, attachment, corpus_row, cut_row, member_row, with_extra
from cleaner.records import Article, ClosePair, Rejected, Story

EXCERPT = 300
"""Characters of a merged record's text that tell a reader what it is."""


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
        found.append(with_extra({**article_row(article), "story": own}, article))
    return found


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
            **attachment(member),
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
