"""Trains the choice among near copies: ``python -m cleaner.train.canonical DATA_DIR``.

DATA_DIR holds ``strip/lines.jsonl.xz`` (pages as labelled lines), ``strip/wcxb.jsonl.xz`` (HTML pages with their
body) and ``neardup/pages.dev.jsonl.gz`` (pages as some 30 extractors saw them). Groups of copies are made of
them: reprints with another site's leftovers, cut to stubs or with a paragraph missing; the same page by
several extractors; the extractors of the third set, with the best of them standing in for the body. Writes
``body_model.json`` beside the collapse stage and, with ``--groups FILE``, the groups for ``cleaner evaluate
canonical``. Prints the figures on pages the weights have not seen. Needs the extra [train].
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import trafilatura
from resiliparse.extract.html2text import extract_plain_text

from cleaner.collapse import body_model
from cleaner.collapse.body_model import NAMES, BodyModel
from cleaner.collapse.ragged import Ragged
from cleaner.collapse.signing import hash_texts
from cleaner.errors import MissingExtra
from cleaner.evaluate import labelled
from cleaner.evaluate.canonical import AS_GOOD, CLEAN, STUB
from cleaner.evaluate.measures import shingle_scores
from cleaner.records import Page
from cleaner.strip import verdicts_of
from cleaner.train import command

COST = 0.42
"""Of 0.35 to 0.5: less and more of the canonicals have leftovers, more and more of them are stubs."""
PENALTY = 1.0
FOLDS = 5
EVERY = 5
"""Of a group's shingles every so many are trained on: neighbours tell the same."""
PAGES = 160
"""Pages of each of the first two sets."""
REFERENCE = "AutoExtract"
SMALL = (2, 3, 5)
LONG = 120
_TEASERS = ("Continue reading", "Read the full story on our site", "[…]", "Subscribe to keep reading this article")
_KINDS = {"clean": 3, "left": 4, "stub": 2, "dropped": 1, "stub left": 1, "little": 2}
_REBUILD = "python -m cleaner.train.canonical DATA_DIR"


@dataclass(slots=True)
class Group:
    """Copies of one page, and its body."""

    set: str
    page: str
    body: str
    texts: list[str]


def groups(folder: Path) -> Iterator[Group]:
    """All groups of the three sets, the same ones every time."""
    yield from _reprints(str(folder / "strip" / "lines.jsonl.xz"), random.Random(7))
    yield from _extracted(str(folder / "strip" / "wcxb.jsonl.xz"), random.Random(3))
    yield from _many_extractors(str(folder / "neardup" / "pages.dev.jsonl.gz"), random.Random(5))


def _reprints(path: str, chance: random.Random) -> Iterator[Group]:
    pages = [
        (page, lines, keep)
        for page, lines, keep in labelled.pages_of_lines(path)
        if sum(len(line.split()) for line, kept in zip(lines, keep, strict=True) if kept) >= LONG
    ]
    for size in (*SMALL, 9):
        for page, lines, keep in chance.sample(pages, min(PAGES, len(pages))):
            own = [line for line, kept in zip(lines, keep, strict=True) if kept]
            donors = [(lines, keep), *((other, kept) for _, other, kept in chance.sample(pages, 3))]
            versions = [_reprint(own, *chance.choice(donors), chance) for _ in range(size)]
            joint = " " if chance.random() < 0.15 else "\n"
            yield Group(f"reprints {size}", page, "\n".join(own), [joint.join(one) for one in versions])


def _reprint(own: Sequence[str], lines: Sequence[str], keep: Sequence[bool], chance: random.Random) -> list[str]:
    """A copy of a body as another site may have it, with leftovers of the page that ``lines`` are."""
    kind = chance.choices(list(_KINDS), list(_KINDS.values()))[0]
    made = list(own)
    if "stub" in kind:
        goal, words, made = chance.uniform(0.1, 0.65) * sum(len(line.split()) for line in own), 0, []
        for line in own:
            if words >= goal:
                break
            made.append(line)
            words += len(line.split())
        if chance.random() < 0.4:
            made.append(chance.choice(_TEASERS))
    if kind == "dropped" and len(made) > 4:
        del made[chance.randrange(1, len(made) - 1)]
    if "left" in kind or kind == "little":
        kept = [i for i, flag in enumerate(keep) if flag]
        above, below = list(lines[: kept[0]]), list(lines[kept[-1] + 1 :])
        amid = [lines[i] for i in range(kept[0], kept[-1]) if not keep[i]]
        number, where = chance.randint(*((1, 3) if kind == "little" else (3, 25))), chance.random()
        if where < 0.8:
            made = above[-number:] + made if where < 0.35 else made + below[:number]
        else:
            made = above[-(number // 2) :] + made + below[: number // 2 + 1]
        if amid and chance.random() < 0.5:
            start, at = chance.randrange(len(amid)), chance.randrange(len(made) + 1)
            made[at:at] = amid[start : start + chance.randint(1, 4)]
    return made


def _extracted(path: str, chance: random.Random) -> Iterator[Group]:
    rows = [row for row in labelled.rows(path) if row["page_type"] == "article" and row["gold_text"]]
    extractors: list[Callable[[str], str | None]] = [
        lambda html: trafilatura.extract(html, fast=True),
        lambda html: trafilatura.extract(html, favor_recall=True),
        lambda html: trafilatura.extract(html, favor_precision=True),
        lambda html: extract_plain_text(html, main_content=True),
        lambda html: extract_plain_text(html, alt_texts=False),
        lambda html: extract_plain_text(html, links=False, alt_texts=False, list_bullets=False),
        lambda html: verdicts_of(Page("", "", html=html))[0].text,
    ]
    for row in chance.sample(rows, min(PAGES, len(rows))):
        texts = [text for extract in extractors if (text := extract(row["html"])) and len(text.split()) > 10]
        if len(texts) > 3:
            yield from _all_and_some("extracted", row["id"], row["gold_text"], texts, chance)


def _many_extractors(path: str, chance: random.Random) -> Iterator[Group]:
    pages: dict[str, dict[str, str]] = {}
    for row in labelled.rows(path):
        pages.setdefault(row["cluster"], {})[row["extractor"]] = row["text"]
    for page, by_name in sorted(pages.items()):
        if reference := by_name.pop(REFERENCE, None):
            texts = [by_name[name] for name in sorted(by_name)]
            yield from _all_and_some("extractors", page, reference, texts, chance)


def _all_and_some(name: str, page: str, own: str, texts: list[str], chance: random.Random) -> Iterator[Group]:
    yield Group(f"{name} all", page, own, texts)
    for size in SMALL:
        for _ in range(2):
            yield Group(f"{name} {size}", page, own, chance.sample(texts, min(size, len(texts))))


@dataclass(slots=True)
class _Seen:
    group: Group
    features: np.ndarray
    held: list[np.ndarray]
    of_body: np.ndarray


def _look(group: Group) -> _Seen:
    hashed = hash_texts([*group.texts, group.body])
    *shingles, of_body = Ragged(hashed.shingles, hashed.starts)
    features, held = body_model.evidence(group.texts, shingles)
    distinct = np.unique(np.concatenate(shingles))
    return _Seen(group, features, held, np.isin(distinct, of_body))


def fit(seen: Sequence[_Seen]) -> BodyModel:
    """Logistic regression in which every set, and every group of a set, counts the same."""
    try:
        from sklearn.linear_model import LogisticRegression
    except ImportError as error:
        raise MissingExtra("scikit-learn", "train", _REBUILD) from error
    of_set: dict[str, int] = {}
    for one in seen:
        of_set[one.group.set] = of_set.get(one.group.set, 0) + 1
    matrix = np.concatenate([one.features[::EVERY] for one in seen])
    truth = np.concatenate([one.of_body[::EVERY] for one in seen])
    sizes = [len(one.of_body[::EVERY]) for one in seen]
    each = [1 / (size * of_set[one.group.set]) for one, size in zip(seen, sizes, strict=True) for _ in range(size)]
    weight = np.array(each) * len(each) / sum(each)
    trained = LogisticRegression(C=PENALTY, max_iter=500).fit(matrix, truth, sample_weight=weight)
    return BodyModel(trained.coef_[0].round(3), round(float(trained.intercept_[0]), 3), COST)


def _choice(one: _Seen, model: BodyModel) -> int:
    score = 1 / (1 + np.exp(-(one.features @ model.weights + model.intercept))) - model.cost
    return int(np.argmax([score[columns].sum() for columns in one.held]))


def tell(seen: Sequence[_Seen]) -> None:
    """Print, set by set, what becomes of pages the weights have not seen."""
    pages = sorted({one.group.page for one in seen})
    fold = {page: number % FOLDS for number, page in enumerate(pages)}
    models = [fit([one for one in seen if fold[one.group.page] != number]) for number in range(FOLDS)]
    print(f"{'set':16} groups   F1  of best  best%  stubs%  leftovers%")
    for name in sorted({one.group.set for one in seen}):
        here = [one for one in seen if one.group.set == name]
        sums = np.zeros(5)
        for one in here:
            scores = [shingle_scores(one.group.body, text) for text in one.group.texts]
            mine = scores[_choice(one, models[fold[one.group.page]])]
            top = max(scores, key=lambda score: score.f1)
            stub = mine.recall < STUB <= top.recall
            left = mine.recall >= STUB and mine.precision < CLEAN <= top.precision
            sums += (mine.f1, top.f1, mine.f1 >= top.f1 - AS_GOOD, stub, left)
        f1, of_best, best, stubs, leftovers = 100 * sums / len(here)
        print(f"{name:16} {len(here):6} {f1:5.1f} {of_best:7.1f} {best:6.0f} {stubs:6.1f} {leftovers:8.1f}")


@command.answered
def main(arguments: Sequence[str] | None = None) -> int:
    """Train, print the figures and write the weights."""
    parser = command.parser("cleaner.train.canonical", __doc__)
    parser.add_argument(
        "--groups", type=command.file_to_write, help="write the groups here, for cleaner evaluate canonical"
    )
    options = parser.parse_args(arguments)
    seen = [_look(group) for group in groups(options.data)]
    tell(seen)
    model = fit(seen)
    stored = {
        "what": "whether a shingle of a near copy is body",
        "trained_on": f"{len(seen)} groups of copies made of labelled pages; see cleaner/train/canonical.py",
        "rebuild": _REBUILD,
        "weights": dict(zip(NAMES, model.weights.tolist(), strict=True)),
        "intercept": model.intercept,
        "cost": model.cost,
    }
    text = json.dumps(stored, indent=1) + "\n"
    Path(body_model.__file__).with_name(body_model.FILE).write_text(text, encoding="utf-8")
    if options.groups:
        with options.groups.open("w", encoding="utf-8") as file:
            for number, one in enumerate(seen):
                for text in one.group.texts:
                    row = {"text": text, "cluster": f"{one.group.set} {number}", "gold_text": one.group.body}
                    file.write(json.dumps(row, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
