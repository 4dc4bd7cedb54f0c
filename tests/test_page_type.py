"""What kind of page it is: told by strip, given out and counted by a run."""

import json

from conftest import call, rows

import cleaner
from cleaner.strip import page_type

POSTS = [
    "I replaced the bearing of my mill last week and it still hums above nine hundred turns. What else could it be?",
    "Had the same on mine. In the end it was the belt: worn on the inside where nobody looks. Take it off and bend it.",
    "Second that. And check that the motor is not loose on its plate, mine had lost two of the four screws.",
    "Thanks both, it was the belt indeed. Ordered a new one, and the hum is gone even at full speed.",
]
NEWS = [
    f"The ferry to {place} will not sail before {month}, the harbour office said on Monday, because the pier that it "
    "lands at has to be rebuilt from the ground up after the storm of last winter."
    for place, month in (("Osby", "May"), ("Hollen", "June"), ("Vik", "July"), ("Sande", "August"), ("Lunde", "autumn"))
]


def page(title: str, body: str, head: str = "") -> str:
    menu = "".join(f"<li><a href='/{name}'>{name}</a></li>" for name in ("Home", "About", "Contact", "Help"))
    return (
        f"<html lang='en'><head><title>{title}</title>{head}</head><body><nav class='menu'><ul>{menu}</ul></nav>"
        f"<main>{body}</main><footer><p>© 2026 The owners</p><a href='/terms'>Terms</a></footer></body></html>"
    )


def forum() -> str:
    posts = "".join(
        f"<div class='post' id='post-{at}'><div class='username'>member{at}</div><div class='post-date'>3 May 2026</div>"
        f"<div class='post-content'><p>{text}</p></div><a class='reply-button' href='#'>Reply</a></div>"
        for at, text in enumerate(POSTS)
    )
    return page(
        "Mill hums at high speed - Workshop forum", f"<h1>Mill hums at high speed</h1><div class='topic'>{posts}</div>"
    )


def article(declaring: list[str] | None = None) -> str:
    said = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": "No ferry before May"}
    if declaring is not None:
        said["articleBody"] = " ".join(declaring)
    head = f"<meta property='og:type' content='article'><script type='application/ld+json'>{json.dumps(said)}</script>"
    text = "".join(f"<p>{line}</p>" for line in NEWS)
    return page("No ferry before May", f"<article class='story'><h1>No ferry before May</h1>{text}</article>", head)


def test_an_article_and_a_forum_are_told_apart():
    found = cleaner.strip_html(article(), url="https://ledger.example/news/2026/05/03/no-ferry-before-may")
    assert found.page_type == "article" and found.page_type_probability > 0.8
    found = cleaner.strip_html(forum(), url="https://workshop.example/forum/viewtopic.php?t=1204")
    assert found.page_type == "forum" and found.page_type_probability > 0.5


def test_stored_text_has_no_kind():
    found = cleaner.strip_text("\n".join(NEWS))
    assert found.page_type is None and found.page_type_probability is None


def test_a_run_gives_the_kind_out_and_counts_it(tmp_path):
    for name, html in (("a.html", article()), ("b.html", forum())):
        (tmp_path / name).write_text(html, encoding="utf-8")
    assert call("run", tmp_path / "a.html", tmp_path / "b.html", "--output", tmp_path / "out").returncode == 0
    report = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    corpus = rows(tmp_path / "out" / "corpus.jsonl")
    assert sum(report["page_types"].values()) == len(corpus) == 2
    assert {row["page_type"] for row in corpus} <= set(page_type.TYPES)
    assert all(0 < row["page_type_probability"] <= 1 for row in corpus)
