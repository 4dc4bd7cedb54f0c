"""What of a run's records is new: known content is told apart from new records and new versions of old ones."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from itertools import count as numbers

from cleaner.collapse.levels import order
from cleaner.index.store import Store, key_text, text_key
from cleaner.records import Article

ANY = b""
"""In the place of a digest of what is refused: whatever the content."""


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
    keys = [text_key(base) for base in by_base]
    held: dict[str, dict[str, tuple[int, bytes]]] = {base: {} for base in by_base}
    query = "SELECT base, id, number, content FROM records WHERE base IN (?)"
    for key, name, number, content in store.rows(query, keys):
        held[key_text(key)][key_text(name)] = number, content
    query = "SELECT base, content FROM {} WHERE base IN (?)"
    emptied, refused = (set(store.rows(query.format(table), keys)) for table in ("emptied", "removed"))
    for base, group in by_base.items():
        key, own = text_key(base), held[base]
        names_of: dict[bytes, list[str]] = {}
        for name in sorted(own, key=lambda one: (len(one), one)):
            names_of.setdefault(own[name][1], []).append(name)
        new: list[tuple[Article, bytes]] = []
        taken: set[str] = set()
        for article in group:
            digest = content_digest(article)
            if names := names_of.get(digest):
                taken.add(names[0])
                batch.known.append(_named(article, names.pop(0), batch))
            elif not refused.isdisjoint([(key, ANY), (key, digest)]):
                batch.refused.append(article)
            elif (key, digest) in emptied:
                batch.emptied.append(article)
            else:
                new.append((article, digest))
        for name, (article, digest) in zip(_free_names(base, len(new), taken, held, store), new, strict=True):
            batch.fresh.append(_named(article, name, batch))
            batch.base[name], batch.content[name] = base, digest
            if name in own:
                batch.replaced[name] = own[name][0]
    return batch


def _named(article: Article, name: str, batch: Batch) -> Article:
    if name == article.id:
        return article
    renamed = dataclasses.replace(article, id=name)
    batch.renamed.append((article.id, renamed))
    return renamed


def _free_names(
    base: str, count: int, taken: Container[str], held: Mapping[str, Container[str]], store: Store
) -> list[str]:
    """So many of ``base``, ``base#2``, ... without those that are taken, also by records that came with such an id.

    ``held`` are by id that records of the run came with the names that the index has for it.
    """
    found: list[str] = []
    names = chain([base], (f"{base}#{number}" for number in numbers(2)))
    while len(found) < count:
        name = next(names)
        is_own = name == base or name not in held
        query = "SELECT id FROM records WHERE id IN (?)"
        if name not in taken and is_own and (name in held[base] or not any(store.rows(query, [text_key(name)]))):
            found.append(name)
    return found
