"""What an index holds, in figures."""

from __future__ import annotations

from collections.abc import Iterator

from cleaner.index.manifest import counter, identity
from cleaner.index.store import Store

_PARTS = {
    "records": ("record_",),
    "shingle hashes": ("text_", "version_", "sample_"),
    "bands and sketches": ("band", "sketch_"),
    "near pairs": ("near_",),
    "reports": ("report_", "report ", "term_"),
    "event pairs": ("event_",),
}


def overview(store: Store) -> Iterator[tuple[str, str]]:
    """Names and figures, to be printed one under the other."""
    count = {
        name: store.count(table)
        for name, table in (
            ("records", "records"),
            ("different texts", "texts"),
            ("clusters of near copies", "clusters"),
            ("stories", "stories WHERE fits"),
            ("stories kept back", "stories WHERE NOT fits"),
            ("known templates", "templates"),
            ("pages for site memory", "site_pages"),
            ("links", "links"),
            ("dead entries", "dead"),
        )
    }
    sections = [segment.load() for segment in store.segments]
    yield "runs", f"{counter(store.sql, 'run'):,}"
    for name, number in count.items():
        yield name, f"{number:,}"
    for kind in ("near", "event"):
        pairs = sum(held[f"{kind}_key"].shape[0] // 2 for held in sections if f"{kind}_key" in held)
        yield f"{kind} pairs scored", f"{pairs:,}"
    sizes = {
        part: sum(
            section.size for held in sections for name, section in held.items() if name.startswith(prefixes)
        )
        for part, prefixes in _PARTS.items()
    }
    pages = store.sql.execute("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
    sizes["manifest"] = pages.fetchone()[0]
    yield "segments", f"{len(store.segments):,}"
    each = max(1, count["records"])
    for part, size in sizes.items():
        yield f"bytes, {part}", f"{size:,} ({size / each:,.0f} a record)"
    total = sum(sizes.values())
    yield "bytes", f"{total:,} ({total / each:,.0f} a record)"
    for name, value in sorted(identity(store.sql).items()):
        yield f"made with {name.replace('_', ' ')}", value or "-"
