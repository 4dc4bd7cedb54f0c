"""Which member of a story is kept: the cleanest full copy, the report that tells most of what all tell."""

from __future__ import annotations

import json

import pytest
from conftest import call_here
from hypothesis import given
from hypothesis import strategies as st

import cleaner
from cleaner.collapse import body_model, canonical, levels
from cleaner.collapse.ragged import Ragged
from cleaner.collapse.signing import hash_texts
from cleaner.collapse.words import tokens
from cleaner.evaluate import canonical as measured
from cleaner.records import Article
from cleaner.settings import Require

PARAGRAPHS = [
    "The harbour board met on Tuesday and voted to dredge the eastern channel before the winter storms arrive.",
    "Skippers had asked for it since the spring tides left two boats aground near the old light on the point.",
    "The work will cost 1.4 million crowns, chairwoman Orla Fenwick said, and it is to begin in the first week of May.",
    "Two members voted against the plan because they fear that the dredged sand will bury the mussel beds to the west.",
    "A biologist of the university will count the mussels before and after, and the board will publish what she finds.",
]
MENU = "Home\nWorld\nSports\nWeather\nSign in\nSubscribe for one crown a week"
RELATED = "More from Harbour Post\nTen ways to cook a turnip\nFerry fares to rise in June\nShare\nTweet\nPrint\nComments (12)"
OTHER_RELATED = "You may also like\nWhy gulls hate umbrellas\nBest bread in town\nNewsletter\nFollow us\nContact\nAbout us"
FULL = "\n".join(PARAGRAPHS)
STUB = "\n".join(PARAGRAPHS[:2])


def kept(*texts: str, keep: str = "complete", require: Require | None = None, **more) -> int:
    """Place of the text that is kept of some near copies."""
    articles = [Article(f"{i:02d}", text, **more) for i, text in enumerate(texts)]
    stories = levels.collapse(articles, "near", keep, require=require)
    assert len(stories) == 1
    return int(stories[0].canonical.id)


@pytest.mark.parametrize(
    ("name", "texts", "wanted"),
    [
        ("full and stub", [STUB, FULL], 1),
        ("leftovers and clean", [f"{MENU}\n{FULL}\n{RELATED}", FULL], 1),
        ("clean, stub and leftovers", [STUB, f"{FULL}\n{RELATED}", FULL, f"{MENU}\n{FULL}\n{OTHER_RELATED}"], 2),
        ("most are stubs", [STUB, STUB + "\nRead more", FULL], 2),
        ("most have the same leftovers", [f"{FULL}\n{RELATED}", f"{MENU}\n{FULL}\n{RELATED}", FULL], 2),
        ("a stub with leftovers and a full copy with leftovers", [f"{STUB}\n{RELATED}", f"{FULL}\n{RELATED}"], 1),
        ("a paragraph is missing", ["\n".join(PARAGRAPHS[:3] + PARAGRAPHS[4:]), FULL, FULL + "\nShare"], 1),
        ("all in one line", [FULL.replace("\n", " "), STUB.replace("\n", " ")], 0),
    ],
)
def test_the_cleanest_full_copy_is_kept(name, texts, wanted):
    assert kept(*texts) == wanted
    turned = list(reversed(texts))
    assert turned[kept(*turned)] == texts[wanted]


def test_policies_among_copies():
    texts = [STUB, FULL, f"{MENU}\n{FULL}\n{RELATED}"]
    assert kept(*texts, keep="longest") == 2
    assert kept(*texts, keep="complete") == 1
    dated = [
        Article("a", FULL, date="2026-03-02T09:00:00+05:00"),
        Article("b", FULL + " Share", date="2026-03-02T06:00:00+00:00"),
        Article("c", FULL + " Print", date="2026-03-03"),
        Article("d", FULL + " Tweet"),
    ]
    for keep, wanted in (("earliest", "a"), ("latest", "c")):
        assert [story.canonical.id for story in levels.collapse(dated, "near", keep)] == [wanted]


def test_a_member_that_satisfies_what_is_required_goes_before_a_better_one():
    texts = [STUB, FULL, f"{FULL}\n{RELATED}"]
    assert kept(*texts, require=Require(min_words=30)) == 1
    many = len(tokens(texts[2]))
    assert kept(*texts, require=Require(min_words=many)) == 2
    story = levels.collapse([Article("a", FULL, lang="de")], "near", require=Require(lang=("en",)))[0]
    assert not story.fits
    for lang, fits in (("en", True), ("EN-gb", True), ("enm", False), (None, False)):
        assert Require(lang=("en",)).met(lang, 5) == fits


REPORTS = [
    "Brackhaven votes to dredge its eastern channel. The harbour board voted seven to two on Tuesday, chairwoman Orla "
    "Fenwick said. The dredging costs 1.4 million crowns and begins in May. Two trawlers ran aground in April.",
    "Harbour board of Brackhaven votes for dredging the eastern channel; Orla Fenwick, chairwoman, said that seven "
    "members voted for it. Trawlers ran aground near the light in April, skippers recalled. It costs 1.4 million "
    "crowns, begins in May and will be watched by biologists who fear for the mussels.",
    "Skippers in Brackhaven cheered when Fenwick told them of the vote on dredging the eastern channel.",
    "Mussels in Brackhaven: biologists fear for them when dredging of the eastern channel begins in May, after the vote "
    "of the harbour board.",
]


def test_of_reports_the_one_that_tells_most_of_what_all_tell():
    stories = cleaner.collapse([Article(str(i), text, date="2026-03-03") for i, text in enumerate(REPORTS)])
    told = next(story for story in stories if any(member.id == "1" for member in story.members))
    assert told.size >= 3
    assert told.canonical.id == "1"


def test_content_of_scripts_without_spaces_and_with_short_words():
    assert canonical.content(tokens("地震が発生"), None) == {"地", "震", "が", "発", "生"}
    assert canonical.content(tokens("the dredging cost 14 of it"), "Harbour") == {"dredging", "14", "harbour"}


@given(st.lists(st.text(alphabet="ab .\n", max_size=80), min_size=1, max_size=6))
def test_gains_are_finite_and_follow_their_texts(texts):
    hashed = hash_texts(texts)
    shingles = list(Ragged(hashed.shingles, hashed.starts))
    gains = body_model.gains(texts, shingles)
    back = body_model.gains(texts[::-1], shingles[::-1])[::-1]
    assert gains == pytest.approx(back)
    for own, gain in zip(shingles, gains, strict=True):
        assert abs(gain) <= len(set(own.tolist()))


def test_dates_are_ordered_by_moment():
    dates = ["2026-03-02T09:00:00+05:00", "2026-03-02T06:00:00Z", "2026-03-02T07:00", "2026-03-03", "spring", None]
    backwards = dates[::-1]
    assert sorted(backwards, key=canonical.published)[:4] == dates[:4]
    assert canonical.published("spring")[0] == canonical.published(None)[0]


def test_evaluate_canonical_tells_copies_from_events(tmp_path):
    copies = [FULL, STUB, f"{MENU}\n{FULL}\n{RELATED}"]
    labelled = [{"text": text, "cluster": "c", "gold_text": FULL} for text in copies]
    labelled += [{"text": text, "cluster": "e", "date": "2026-03-03"} for text in REPORTS]
    file = tmp_path / "labelled.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in labelled), encoding="utf-8")
    figures = {(one.kind, one.policy): one for one in measured.evaluate(str(file))}
    assert figures["copies", "complete"].quality == 1.0
    assert (figures["copies", "longest"].leftovers, figures["copies", "longest"].best) == (1.0, 0.0)
    assert figures["events", "complete"].best == 1.0
    done = call_here("evaluate", "canonical", file)
    assert done.returncode == 0, done.stderr.decode()
    assert "complete" in done.stdout.decode()
