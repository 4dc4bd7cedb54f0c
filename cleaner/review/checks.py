"""Whether a run can be trusted: each question with its number, and whether that is as it should be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from cleaner.plurals import counted
from cleaner.review.cutting import LOST
from cleaner.review.gather import Gathered

MOST_REJECTED = 0.02
MOST_IN_ONE = 0.01
"""Share of the records that one story may have; up to ``FEW_IN_ONE`` in any case."""
FEW_IN_ONE = 10
MOST_UNDATED = 0.10
MOST_BELOW = 0.01
"""Share of the merges that may score less with their canonical than the threshold: an average link allows it."""
MOST_EMPTIED = 0.01


class Check(NamedTuple):
    """One question."""

    good: bool
    name: str
    number: str
    detail: str


def checks(found: Gathered) -> list[Check]:
    """The questions that this folder answers."""
    return [*_counted(found), *_stories(found), *_cut(found)]


def _green(most: float) -> str:
    return f"green up to {100 * most:g} %"


def _counted(found: Gathered) -> Iterator[Check]:
    counts = found.report.get("counts") or {}
    records = counts.get("records")
    if records is None:  # an export of an index
        return
    ended = [counts["stories"], counts["merged"], counts["rejected"]]
    whole = sum(ended) == records
    said = f"{records:,} in = {counted(ended[0], 'story')} + {ended[1]:,} merged + {ended[2]:,} rejected"
    if "index" not in found.report and not found.report.get("settings", {}).get("annotate"):
        rows = [found.rows[name] for name in ("corpus", "merged", "rejected")]
        whole = whole and rows == ended
        said += "" if rows == ended else f"; the files have {' + '.join(f'{row:,}' for row in rows)} rows"
    yield Check(whole, "Counts add up", f"{records:,}", said)
    share = counts["rejected"] / max(1, records)
    reasons = sorted((found.report.get("rejected_by_reason") or {}).items(), key=lambda item: (-item[1], item[0]))
    told = ", ".join(f"{reason} {number:,}" for reason, number in reasons[:3]) or "none"
    yield Check(share <= MOST_REJECTED, "Rejected", f"{100 * share:.1f} %", f"{told}; {_green(MOST_REJECTED)}")


def _stories(found: Gathered) -> Iterator[Check]:
    stories = sum(found.sizes)
    records = sum(site.records for site in found.sites.values())
    allowed = max(FEW_IN_ONE, MOST_IN_ONE * records)
    told = f"records in one story; green up to {allowed:,.0f}"
    yield Check(found.largest_size <= allowed, "Largest story", f"{found.largest_size:,}", told)
    share = found.undated / max(1, stories)
    told = f"{found.undated:,} of {counted(stories, 'story')} without a date; {_green(MOST_UNDATED)}"
    yield Check(share <= MOST_UNDATED, "Undated", f"{100 * share:.1f} %", told)
    if found.weakest_score is not None:
        told = f"against the threshold {found.weakest_threshold:.2f}"
        scored = sum(map(sum, found.scores.values()))
        below = f"{found.below:,} of {scored:,} below it, held by others of their story; {_green(MOST_BELOW)}"
        good = found.below <= MOST_BELOW * scored
        told += f"; {below}" if found.below else "; none below it"
        yield Check(good, "Weakest merge", f"{found.weakest_score:.2f}", told)


def _cut(found: Gathered) -> Iterator[Check]:
    cutting = found.cutting
    if not cutting.pages_known or not cutting.rules:
        return
    share = cutting.emptied / cutting.pages_known
    drawn = " drawn at random" if found.cuts_drawn else ""
    told = f"of {cutting.pages_known:,} pages{drawn} lost over {100 * LOST:g} % of their characters"
    yield Check(share <= MOST_EMPTIED, "Emptied pages", f"{cutting.emptied:,}", f"{told}; {_green(MOST_EMPTIED)}")
    gone = sorted(site.name for site in found.sites.values() if site.mostly_gone)
    told = ", ".join(gone[:3]) + (" ..." if len(gone) > 3 else "") if gone else "no site was mostly rejected or emptied"
    yield Check(not gone, "Sites mostly gone", f"{len(gone):,}", told)
