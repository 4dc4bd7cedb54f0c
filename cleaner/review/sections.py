"""What each section of the page shows, made of what was gathered: plain values for the template."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from cleaner.plurals import counted
from cleaner.records import level_of
from cleaner.review import charts
from cleaner.review.checks import checks
from cleaner.review.command_again import command_again
from cleaner.review.cutting import Call
from cleaner.review.gather import SIZES, Gathered, Row
from cleaner.review.marks import marked, named_in

RULES, LABELS, EXAMPLE, FIND = 40, 24, 240, 400
RELATIONS = (("exact", "exact copies"), ("near", "near copies"), ("event", "other reports"))
GROUPS = (
    ("weakest", "Weakest", "The member that scores least over its threshold decides: look here first."),
    ("largest", "Largest", "Where a wrong join does most harm."),
    ("drawn", "Drawn at random", "Always the same ones of this corpus: judge them for an unbiased precision."),
)


def context(found: Gathered, folder: str) -> dict[str, Any]:
    """All that the template asks for; ``judged`` are the ids of the pairs that have buttons, by their numbers."""
    report = found.report
    judged: list[tuple[str, str]] = []
    groups: list[dict[str, Any]] = [
        {"name": name, "told": told, "stories": [_story(row, found, judged) for row in found.stories[key]]}
        for key, name, told in GROUPS
    ]
    if groups[0]["stories"]:
        groups[0]["stories"][0]["open"] = True
    missed = [_missed(row, found, judged) for row in found.missed]
    kept_text = (report.get("settings") or {}).get("keep_merged_text")
    return {
        "head": _head(found, folder),
        "trust": _trust(found),
        "went": _went(found),
        "labels": _labels(report),
        "charts": _charts(found),
        "cut_known": bool(found.rows["cuts"] and found.cutting.rules),
        "gone": [_call(call, found) for call in found.cutting.gone()],
        "stayed": [_call(call, found) for call in found.cutting.stayed()],
        "rules": _rules(found),
        "cuts_told": _cuts_told(found),
        "groups": groups,
        "excerpts": bool(found.rows["merged"]) and not kept_text,
        "missed": missed,
        "listed": {"told": _listed(found)},
        "sites": _sites(found),
        "rejected": _rejected(found),
        "again": command_again(report, folder),
        "settings": _settings(report),
        "judged": judged,
    }


def _head(found: Gathered, folder: str) -> dict[str, str]:
    report = found.report
    counts, stories = report.get("counts") or {}, sum(found.sizes)
    records = counts.get("records", sum(site.records for site in found.sites.values()))
    told = [folder, f"level {(report.get('settings') or {}).get('level', '?')}"]
    told += [f"{name} from {value:.2f}" for name, value in sorted(found.thresholds.items())]
    told.append(f"cleaner {(report.get('versions') or {}).get('cleaner', '?')}")
    seconds = sum((report.get("seconds") or {}).values())
    told += [f"{seconds:.0f} s"] if seconds else []
    title = f"{counted(records, 'record')} became {counted(stories, 'story')}"
    return {"title": title, "told": " · ".join(told)}


def _trust(found: Gathered) -> dict[str, Any]:
    every = checks(found)
    bad = [check.name for check in every if not check.good]
    green = f"{len(every) - len(bad)} of {len(every)} checks are green"
    return {"checks": every, "bad": bad, "told": green + (f"; look at: {', '.join(bad)}" if bad else ".")}


def _went(found: Gathered) -> list[charts.Part]:
    report = found.report
    merged = report.get("merged_by_relation") or {}
    counts = [("stories", (report.get("counts") or {}).get("stories", sum(found.sizes)))]
    counts += [(name, merged.get(relation, 0)) for relation, name in RELATIONS]
    counts.append(("rejected", (report.get("counts") or {}).get("rejected", 0)))
    counts += [("opinion pieces", merged["opinion"])] if merged.get("opinion") else []
    return charts.parts(counts)


def _labels(report: Mapping[str, Any]) -> list[dict[str, Any]]:
    cut = sorted((report.get("characters_cut_by_label") or {}).items(), key=lambda item: (-item[1], item[0]))
    if not cut:
        return []
    lines = report.get("lines_cut_by_label") or {}
    kept = (report.get("characters") or {}).get("kept", 0)
    every = [("kept", kept, None), *((name, number, lines.get(name, 0)) for name, number in cut[:LABELS])]
    most, total = max(number for _, number, _ in every) or 1, (kept + sum(number for _, number in cut)) or 1
    return [
        {"name": name, "characters": number, "lines": count, "kept": place == 0, "length": number / most,
         "share": number / total}
        for place, (name, number, count) in enumerate(every)
    ]  # fmt: skip


def _charts(found: Gathered) -> list[charts.Histogram]:
    used, shown = found.thresholds, []
    if any(found.scores["event"]):
        name = "probability of one event, members merged as other reports"
        shown.append(charts.of_shares(name, found.scores["event"], used.get("event")))
    if any(found.scores["near"]):
        name = "containment, members merged as near copies"
        shown.append(charts.of_shares(name, found.scores["near"], used.get("near")))
    shown.append(charts.of_sizes("stories by their records", found.sizes, SIZES))
    if found.cutting.pages_known and found.cutting.rules:
        shown.append(charts.of_shares("pages by the share of their characters that was kept", found.cutting.shares))
    return shown


def _call(call: Call, found: Gathered) -> dict[str, Any]:
    return {
        "probability": min(1.0, max(0.0, call.probability)),
        "order": -call.probability if call.rule else call.probability,
        "rule": call.rule,
        "site": call.site,
        "page": call.page,
        "text": _short(call.text),
        "find": _find(call.page, call.site),
        "lines": found.cutting.lines(call),
    }


def _cuts_told(found: Gathered) -> str:
    if not found.cuts_drawn:
        return ""
    pages = f"{found.rows['cuts']:,} pages, drawn at random, always the same ones of this run"
    return f"Calls and rules are those of {pages}; cuts holds all."


def _rules(found: Gathered) -> list[dict[str, Any]]:
    ordered = sorted(found.cutting.rules.values(), key=lambda rule: (-rule.characters, rule.name))[:RULES]
    return [
        {"name": rule.name, "lines": rule.lines, "characters": rule.characters, "example": _short(rule.example),
         "find": _find(rule.name, rule.page)}
        for rule in ordered
    ]  # fmt: skip


def _story(row: Row, found: Gathered, judged: list[tuple[str, str]]) -> dict[str, Any]:
    story = row["story"]
    dates = dict.fromkeys(date[:10] for date in (story.get("first_seen"), story.get("last_seen")) if date)
    told = [counted(len(story["members"]), "record"), counted(story.get("sites") or 0, "site"), " to ".join(dates)]
    members = found.members.get(row["id"], [])
    over = [(one["score"] - found.thresholds.get(level_of(one["relation"]), 0.0), one["score"]) for one in members]
    more = len(story["members"]) - 1 - len(members)
    sites = {one["id"]: one.get("site") for one in story["members"]}
    names = [name for one in members for name in (one["id"], one.get("title"), one.get("url"))]
    return {
        "title": _short(row.get("title") or row["id"]),
        "told": " · ".join(part for part in told if part),
        "weakest": min(over)[1] if over else None,
        "find": _find(row["id"], row.get("title"), row.get("site"), *names),
        "pairs": [_member(row, {"site": sites.get(one["id"]), **one}, found, judged) for one in members],
        "more": f"{counted(more, 'more member')}: cleaner explain shows them all" if more > 0 else "",
        "open": False,
    }


def _member(row: Row, member: Row, found: Gathered, judged: list[tuple[str, str]]) -> dict[str, Any]:
    evidence = member["evidence"]
    ours = row["text"][: found.amounts.characters]
    theirs = found.texts.get(member["id"]) or member.get("text") or ""
    listed = [("via", _via(member)), ("mean with its story", _number(member.get("mean")))]
    listed += [(str(name).replace("_", " "), _value(value)) for name, value in evidence.items()]
    return {
        **_judged(row["id"], member["id"], ours, theirs, named_in(evidence), judged),
        "relation": member["relation"],
        "score": member["score"],
        "title": _short(member.get("title") or member["id"]),
        "name": f"{member['id']} · {member.get('url') or member.get('origin') or ''}",
        "evidence": [(name, value) for name, value in listed if value],
        "headings": [f"kept: {_where(row)}", f"merged: {_where(member)}"],
    }


def _missed(row: Row, found: Gathered, judged: list[tuple[str, str]]) -> dict[str, Any]:
    names = [row["left"], row["right"]]
    titles = [_short(row.get(f"{side}_title") or row[side]) for side in ("left", "right")]
    sites = [row.get(f"{side}_site") or "no site" for side in ("left", "right")]
    dates = [(row.get(f"{side}_date") or "undated")[:10] for side in ("left", "right")]
    texts = [found.texts.get(name, "") for name in names]
    return {
        **_judged(names[0], names[1], texts[0], texts[1], (), judged),
        "relation": row["level"],
        "score": row["score"],
        "titles": titles,
        "names": names,
        "headings": [f"{site}, {date}" for site, date in zip(sites, dates, strict=True)],
        "find": _find(*names, *titles, *sites),
    }


def _judged(
    left: str, right: str, ours: str, theirs: str, named: Sequence[tuple[str, ...]], judged: list[tuple[str, str]]
) -> dict[str, Any]:
    judged.append((left, right))
    return {"number": len(judged) - 1, "texts": [marked(ours, theirs, named), marked(theirs, ours, named)]}


def _via(member: Row) -> str:
    via = member.get("via")
    return f"{via['id']}, {via['score']:.2f}" if isinstance(via, Mapping) else ""


def _number(value: Any) -> str:
    return f"{value:.2f}" if isinstance(value, float) else ""


def _value(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)


def _where(row: Row) -> str:
    parts = [row.get("site") or row["id"], (row.get("date") or "undated")[:16]]
    return ", ".join(parts)


def _listed(found: Gathered) -> str:
    stories = sum(found.sizes)
    if len(found.listed) == stories:
        return f"All {stories:,} stories of the corpus." if stories != 1 else "The only story."
    drawn = f"{len(found.listed):,} of {stories:,} stories, drawn at random, always the same ones of this corpus"
    return f"{drawn}. cleaner explain finds any by its id."


def _sites(found: Gathered) -> dict[str, Any]:
    every = sorted(found.sites.values(), key=lambda site: (-site.all, site.name))
    shown = every[: found.amounts.sites]
    told = counted(len(every), "site")
    return {"rows": shown, "told": told + (f", the {len(shown):,} largest" if len(shown) < len(every) else "") + "."}


def _rejected(found: Gathered) -> list[dict[str, Any]]:
    counts = found.report.get("rejected_by_reason") or {}
    shown = []
    for reason, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        rows = found.examples.get(reason, [])
        examples = [(str(row["origin"]), _short(str(row["detail"]))) for row in rows]
        names = [str(row.get("id") or row["origin"]) for row in rows]
        shown.append({"reason": reason, "count": count, "examples": examples, "find": _find(reason, *names)})
    return shown


def _settings(report: Mapping[str, Any]) -> str:
    names = ("settings", "index_settings", "thresholds", "versions", "seconds", "not_understood", "links", "against")
    return json.dumps({name: report[name] for name in names if name in report}, indent=2, ensure_ascii=False)


def _short(text: str) -> str:
    return text if len(text) <= EXAMPLE else text[:EXAMPLE].rstrip() + " …"


def _find(*names: str | None) -> str:
    """What the search looks in."""
    return "\n".join(name for name in names if name).lower()[:FIND]
