"""Records and stories as lines of the output files, made in whatever process they come to be."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from cleaner import plain_rows
from cleaner.article_store import header_of
from cleaner.collapse import reference
from cleaner.encoded_article import encoded_article
from cleaner.records import Article, ClosePair, Cut, Member, Rejected, Story
from cleaner.settings import Settings
from cleaner.sinks import rows
from cleaner.sinks.json_text import to_json
from cleaner.site_memory import kept_positions

if TYPE_CHECKING:
    from cleaner.collapse.hierarchy import Hierarchy


class RecordRows(NamedTuple):
    """What a run takes of one record, as it goes to a part file (``cleaner.tasks.strip``)."""

    article: bytes
    """As the article store has it; none of a rejected record."""
    header: tuple[Any, ...]
    """The fields of its header."""
    rejected: tuple[Any, ...]
    """Of a rejected record its origin, reason, detail and id."""
    origin: str
    cuts: bytes
    """The line of its cuts, none of a record that had no page."""
    counts: list[tuple[str, int, int]]
    """(label, lines, characters) of the cuts."""
    positions: array[int] | None
    """Places of an article's lines on its page."""
    page_type: str | None
    not_understood: Mapping[str, str]
    """Of an article's record, by part: what is left out."""
    day_order: tuple[Any, ...]
    """What an article says of the order of its site's dates: ``day_first``, what is open of its own date, and what is
    written there if it is the record's; nothing where it says nothing."""


def record_rows(record: Article | Rejected, with_positions: bool) -> RecordRows:
    """What a run takes of one record."""
    counts = counted(record.cuts)
    if isinstance(record, Rejected):
        cuts = _cuts_line(record) if record.cuts else b""
        rejected = (record.origin, record.reason, record.detail, record.id)
        return RecordRows(b"", (), rejected, record.origin, cuts, counts, None, None, {}, ())
    header = header_of(record)
    left_out = dict(record.not_understood)
    day_order: tuple[Any, ...] = ()
    if record.site and (record.open_date or record.day_first is not None):
        written = left_out.pop("date", None) if record.open_date and record.open_date.source == "record" else None
        day_order = (record.day_first, record.open_date, written)
    return RecordRows(
        encoded_article(record),
        (header.id, header.date, header.lang, header.site, header.length),
        (),
        record.origin,
        _cuts_line(record),
        counts,
        kept_positions(record) if with_positions else None,
        record.page_type,
        {**left_out, **_left_out(record)},
        day_order,
    )


def _cuts_line(record: Article | Rejected) -> bytes:
    return (to_json(rows.cuts_row(record)) + "\n").encode()


def _left_out(article: Article) -> dict[str, str]:
    """Fields of the input that no file has: their names are those of the corpus, or an earlier story is damaged."""
    lost = [name for name in article.extra if name in plain_rows.RESERVED and name != plain_rows.STORY]
    found = {"field": ", ".join(lost)} if lost else {}
    if plain_rows.STORY in article.extra:
        from cleaner.collapse import earlier_corpus  # not where pages are stripped, as below

        if wrong := earlier_corpus.fault(article.extra[plain_rows.STORY]):
            found[plain_rows.STORY] = wrong
    return found


def counted(cuts: Iterable[Cut]) -> list[tuple[str, int, int]]:
    """(label, lines, characters) of some cuts."""
    lines: Counter[str] = Counter()
    characters: Counter[str] = Counter()
    for cut in cuts:
        lines[cut.label] += 1
        characters[cut.label] += len(cut.text)
    return [(label, number, characters[label]) for label, number in lines.items()]


class StoryRows(NamedTuple):
    """What becomes of one story and its records."""

    corpus: list[str]
    """Its line, none where the story is rejected."""
    merged: list[str]
    relations: Sequence[str]
    """What each record that this run brought is to the canonical."""
    rejected: list[Rejected]
    """These records, where no member is as required, or a reference corpus holds the story."""
    close: Sequence[ClosePair] = ()
    """The weakest of its joins."""
    held: Sequence[str] = ()
    """What each is to the reference."""


def story_rows(hierarchy: Hierarchy, settings: Settings, batch: Sequence[tuple[int, int]]) -> list[StoryRows]:
    """Some of a run's stories, each the number of a group and its canonical (``stories.in_order``)."""
    from cleaner.collapse import stories  # not where pages are stripped: it loads twice as much as stripping does

    found = []
    for number, head in batch:
        group = hierarchy.groups[number]
        if held_by := [i for i in group if i in hierarchy.reference]:
            dropped = list(reference.in_reference(hierarchy, group, held_by))
            found.append(StoryRows([], [], [], [one for one, _ in dropped], held=[relation for _, relation in dropped]))
            continue
        story = stories.tell(hierarchy, number, head)
        one = rows_of(story, settings, hierarchy.used)
        if settings.annotate and one.corpus:
            place = {hierarchy.headers[i].id: i for i in group}
            every = rows.annotated_rows(story, (hierarchy.articles[place[member.id]] for member in _told_of(story)))
            one = one._replace(corpus=[to_json(row) for row in every])
        found.append(one)
    return found


def _told_of(story: Story) -> Iterator[Member]:
    """The members that are records of the run and not the canonical."""
    return (member for member in story.members[1:] if not member.earlier)


def rows_of(
    story: Story, settings: Settings, thresholds: Mapping[str, float], brought: Callable[[str], bool] | None = None
) -> StoryRows:
    """One story; ``brought`` says of ids whether their records came with this run, all where it is None.

    ``thresholds`` are those from which copies (``near``) and reports (``event``) were linked.
    """
    from cleaner.collapse.close_decisions import weak_joins

    own = [member for member in story.members if not member.earlier]
    members = [member for member in own if brought is None or brought(member.id)]
    if not story.fits:
        who = "its only member does not satisfy" if len(own) == 1 else f"none of {len(own)} members satisfies"
        detail = f"story {story.id}: {who} {settings.require}"
        return StoryRows([], [], [], [Rejected(one.origin, "requirement", detail, one.id) for one in members])
    every = rows.merged_rows(story, settings.keep_merged_text)
    merged = [row for row in every if brought is None or brought(row["id"])]
    relations = [member.relation for member in members]
    close = weak_joins(story, thresholds, brought)
    return StoryRows([to_json(plain_rows.corpus_row(story))], [to_json(row) for row in merged], relations, [], close)
