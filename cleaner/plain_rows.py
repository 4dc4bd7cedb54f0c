"""Articles and stories as rows of plain data, as ``as_dict`` gives them and the output files hold them."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cleaner.records import Article, Cut, Member, Story

STORY = "story"
"""The column of a corpus that holds the story, and so the field that the rows of an earlier one come with."""
PUBLISHED = "published"
"""Column of Parquet files with ``date`` as a moment beside the date as it was written. A field of the input's own with
that name stays."""
RESERVED = ("id", "url", "title", "date", "lang", "text", "story")
"""Columns of the corpus that a field of the input never replaces."""


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
    return with_extra(row, article)


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
    return with_extra({**article_row(article), "cuts": [cut_row(cut) for cut in article.cuts]}, article)


def with_extra(row: dict[str, Any], article: Article) -> dict[str, Any]:
    """The row with the fields of the input that cleaner does not know."""
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
        **attachment(member),
    }


def attachment(member: Member) -> dict[str, Any]:
    """What holds a member in its story."""
    via = None if member.via is None else {"id": member.via.id, "score": member.via.score}
    return {"via": via, "mean": member.mean}


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
