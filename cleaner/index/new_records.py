"""What of a run's records is new: known content is told apart from new records and new versions of old ones."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from cleaner.collapse.levels import order
from cleaner.index.store import Store, key_text, text_key
from cleaner.records import Article


@dataclass(slots=True)
class Batch:
    """A run's articles, each with an id of its own, in one order."""

    known: list[Article] = field(default_factory=list)
    """Their content is in the index under their id."""
    emptied: list[Article] = field(default_factory=list)
    """Their content came before, and nothing was left of it once what its site repeats was dropped."""
    refused: list[Article] = field(default_factory=list)
    """They were taken out of the index, not to come again."""
    fresh: list[Article] = field(default_factory=list)
    renamed: list[tuple[str, Article]] = field(default_factory=list)
    """(the id a record came with, the record with the id that tells it apart)."""
    base: dict[str, str] = field(default_factory=dict)
    """By the id of a fresh record, the id it came with."""
    content: dict[str, bytes] = field(default_factory=dict)
    """By the id of a fresh record, the digest of its content as it came."""
    replaced: dict[str, int] = field(default_factory=dict)
    """By the id of a fresh record, the number of the record it is the new version of."""
    removed: dict[str, int] = field(default_factory=dict)
    """By its id, the number of a record that is taken out."""


def content_digest(article: Article) -> bytes:
    """128-bit hash of all that a record says; where it was read from is no part of it."""
    plain = {one.name: getattr(article, one.name) for one in dataclasses.fields(Article)}
    for name in ("id", "origin", "cuts"):
        del plain[name]
    written = json.dumps(plain, sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.blake2b(written.encode(), digest_size=16).digest()


def identify(articles: Sequence[Article], store: Store) -> Batch:
    """Sort a run's articles into known, refused and fresh ones, and give every fresh one an id.

    Of the records that come with one id, those whose content the index holds under that id are known. The
    others take the names ``id``, ``id#2``, ``id#3`` ... in their order, skipping those of the known; a record
    that the index has under such a name is replaced, for the new one is its new version.
    """
    batch = Batch()
    by_base: dict[str, list[Article]] = {}
    for article in sorted(articles, key=order):
        by_base.setdefault(article.id, []).append(article)
    held = _held(by_base, store)
    for base, group in by_base.items():
        _name_group(base, group, held.get(base, {}), by_base, store, batch)
    return batch


def _held(bases: dict[str, list[Article]], store: Store) -> dict[str, dict[str, tuple[int, bytes]]]:
    """What the index holds under each id: by name, the record's number and the digest of its content."""
    found: dict[str, dict[str, tuple[int, bytes]]] = {}
    query = "SELECT base, id, number, content FROM records WHERE base IN (?)"
    for base, name, number, content in store.rows(query, [text_key(base) for base in bases]):
        names = found.setdefault(key_text(base), {})
        names[key_text(name)] = (number, content)
    return found


def _name_group(
    base: str,
    group: list[Article],
    held: dict[str, tuple[int, bytes]],
    bases: dict[str, list[Article]],
    store: Store,
    batch: Batch,
) -> None:
    """Names for the records of one id."""
    digests = [content_digest(article) for article in group]
    names_of: dict[bytes, list[str]] = {}
    for name in sorted(held, key=lambda one: (len(one), one)):
        names_of.setdefault(held[name][1], []).append(name)
    emptied = Counter(
        content
        for (content,) in store.sql.execute("SELECT content FROM emptied WHERE base = ?", (text_key(base),))
    )
    refused = {
        content
        for (content,) in store.sql.execute("SELECT content FROM removed WHERE base = ?", (text_key(base),))
    }
    new: list[tuple[Article, bytes]] = []
    taken: set[str] = set()
    for article, digest in zip(group, digests, strict=True):
        if names := names_of.get(digest):
            name = names.pop(0)
            taken.add(name)
            batch.known.append(_named(article, name, batch))
        elif b"" in refused or digest in refused:
            batch.refused.append(article)
        elif emptied[digest]:
            batch.emptied.append(article)
        else:
            new.append((article, digest))
    free = _free_names(base, taken, held, bases, store)
    for article, digest in new:
        name = next(free)
        named = _named(article, name, batch)
        batch.fresh.append(named)
        batch.base[name] = base
        batch.content[name] = digest
        if name in held:
            batch.replaced[name] = held[name][0]


def _named(article: Article, name: str, batch: Batch) -> Article:
    if name == article.id:
        return article
    renamed = dataclasses.replace(article, id=name)
    batch.renamed.append((article.id, renamed))
    return renamed


def _free_names(
    base: str,
    taken: set[str],
    held: dict[str, tuple[int, bytes]],
    bases: dict[str, list[Article]],
    store: Store,
) -> Iterator[str]:
    """``base``, ``base#2``, ... without those that are taken, also by records that came with such an id."""
    number = 1
    while True:
        name = base if number == 1 else f"{base}#{number}"
        number += 1
        if name in taken or (name != base and name in bases):
            continue
        query = "SELECT count(*) FROM records WHERE id = ?"
        if name not in held and store.sql.execute(query, (text_key(name),)).fetchone()[0]:
            continue
        yield name
