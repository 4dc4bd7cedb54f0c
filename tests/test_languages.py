"""An invented news page in each language that has rules, and in those written without spaces, as HTML and as stored text.

Class names say nothing, boxes stand between the paragraphs: what is boilerplate is told by words and shape alone.
"""

from __future__ import annotations

import html
import itertools
import json
import tomllib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet
from conftest import call, rows

from cleaner.strip import language
from cleaner.strip.rules import LANGUAGES, file_of

FOLDER = Path(__file__).parent / "cases" / "languages"
PAGES = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.toml"))}
BOXES = tomllib.loads((FOLDER.parent / "boxes.toml").read_text(encoding="utf-8"))
MORE = tomllib.loads((FOLDER.parent / "more_languages.toml").read_text(encoding="utf-8"))
NO_SPACES = ("lo", "km", "my")
CAPITALS = tuple(lang for lang, page in PAGES.items() if page["title"].lower() != page["title"])
"""Languages whose scripts have capitals, by which a sentence is seen to go on."""
FORMS = ("html", "text")
MORE_FORMS = ("html", "text", "theme", "lines")
LEAST = 0.95
BROKEN_LEAST = 0.85
"""Share of the body's characters that stays where a line of text ends at each link and bold word."""
MORE_LEAST, SHORT_LEAST = 0.94, 0.85
"""As LEAST, of pages in more languages and of their second ones, whose bodies are of three paragraphs."""


def boxes(page: dict) -> list[tuple[int, list[str]]]:
    """What stands in the body, by the number of paragraphs before it."""
    if "boxes" in page:
        given = page["boxes"]
        places = {"listen": 1, "event": 2, "poll": 3, "donate": len(page["body"]), "bio": len(page["body"])}
        return [
            (place, given[name] if name != "listen" and name != "bio" else [given[name]])
            for name, place in places.items()
        ]
    return [(1, [page["credit"]]), (2, [page["read_also"]]), (4, page["newsletter"])] if "credit" in page else []


def boilerplate(page: dict) -> list[str]:
    """All lines that have to go, but for the name of the site and the date."""
    singles = [page[name] for name in ("byline", "credit", "read_also") if name in page]
    several = ("nav", "share", "newsletter", "comments", "related", "consent", "footer")
    return [*singles, *(line for name in several for line in page.get(name, ()))]


def as_text(page: dict) -> str:
    """The page as somebody flattened it: one text a line."""
    lines = [page["site"], *page.get("nav", ()), page["title"]]
    lines += [*([page["byline"]] if "byline" in page else ()), page["shown_date"], *page.get("share", ())]
    for place, paragraph in enumerate([*page["body"], None]):
        lines += [line for at, box in boxes(page) if at == place for line in box]
        lines += [paragraph] if paragraph else []
    for name in ("share", "related", "comments", "consent", "footer"):
        lines += page.get(name, ())
    return "\n".join(lines)


def as_html(page: dict) -> str:
    """The page as HTML with class names that say nothing."""

    def tag(name: str, text: str, mark: str = "") -> str:
        return f"<{name}{mark}>{html.escape(text)}</{name}>"

    def items(lines: list[str]) -> str:
        return (
            "<ul>"
            + "".join(f'<li><a href="/{i}">{html.escape(line)}</a></li>' for i, line in enumerate(lines))
            + "</ul>"
        )

    body = []
    for place, paragraph in enumerate([*page["body"], None]):
        for at, box in boxes(page):
            if at == place and box == [page.get("read_also")]:
                body.append(f'<p><a href="/{at}.html">{html.escape(box[0])}</a></p>')
            elif at == place:
                body.append('<div class="b">' + "".join(tag("p", line) for line in box) + "</div>")
        if paragraph:
            body.append(tag("p", paragraph))
    head = f"{tag('title', page['title'] + ' - ' + page['site'])}<meta charset='utf-8'>"
    parts = [
        '<div class="a">' + "".join(tag("p", line) for line in page.get("consent", ())) + "</div>",
        f'<div class="a"><a href="/">{html.escape(page["site"])}</a>{items(page.get("nav", []))}</div>',
        '<div class="m">' + tag("h1", page["title"]),
        "".join(tag("div", page[name], ' class="c"') for name in ("byline", "shown_date") if name in page),
        items(page["share"]) if "share" in page else "",
        *body,
        (tag("h3", page["related"][0]) + items(page["related"][1:])) if "related" in page else "",
        "".join(tag("div", line, ' class="d"') for line in page.get("comments", ())) + "</div>",
        '<div class="z">' + "".join(tag("p", line) for line in page.get("footer", ())) + "</div>",
    ]
    return f"<!DOCTYPE html><html lang='{page['lang']}'><head>{head}</head><body>{''.join(parts)}</body></html>"


def as_theme(page: dict) -> str:
    """The page in the shape of common themes: what is no body stands in the same element, in plain paragraphs."""

    def tags(name: str, lines: Sequence[str]) -> str:
        return "".join(f"<{name}>{html.escape(line)}</{name}>" for line in lines)

    by = f"{html.escape(page['byline'])} - <time>{page['shown_date']}</time>"
    parts = [
        f"<header>{html.escape(page['site'])}</header><nav><ul>{tags('li', page['nav'])}</ul></nav><main><article>",
        f'<h1 class="entry-title">{html.escape(page["title"])}</h1><p>{by}</p>',
        f'<figure><img src="a.jpg">{tags("figcaption", [page["credit"]])}</figure><div class="entry-content">',
        tags("p", [*page["body"][:2], page["read_also"], *page["body"][2:], *page["newsletter"]]),
        tags("span", page["share"]) + tags("p", page["related"]) + "</div></article>",
        tags("h3", page["comments"][:1]) + tags("p", page["comments"][1:]) + "</main>",
        f"<footer>{tags('p', page['consent'])}<ul>{tags('li', page['footer'])}</ul></footer>",
    ]
    head = tags("title", [f"{page['title']} | {page['site']}"]) + "<meta charset='utf-8'>"
    return f"<!DOCTYPE html><html lang='{page['lang']}'><head>{head}</head><body>{''.join(parts)}</body></html>"


def as_lines(page: dict) -> str:
    """The page as text with bars of several buttons and empty lines between."""
    lines = [*page["consent"], " | ".join(page["nav"]), page["title"]]
    lines += [f"{page['byline']} | {page['shown_date']}", " ".join(page["share"])]
    lines += [*page["body"][:3], page["read_also"], *page["body"][3:], page["credit"]]
    lines += [*page["related"], *page["newsletter"], *page["comments"], " · ".join(page["footer"])]
    return "\n\n".join(lines)


def broken(paragraph: str, number: int) -> list[str]:
    """A paragraph whose fifth to seventh word, and so on every dozen, stand on lines of their own, as links would."""
    words = paragraph.split(" ")
    if len(words) < 9:
        return [paragraph]
    starts = range(4 + number % 3, len(words) - 2, 12)
    cuts = [0, *(cut for start in starts for cut in (start, start + 1 + start % 2)), len(words)]
    return [" ".join(words[start:stop]) for start, stop in itertools.pairwise(cuts)]


def as_nodes(page: dict) -> str:
    """The page as the text nodes of one with links in its body, a line each."""
    return as_text(page | {"body": ["\n".join(broken(text, n)) for n, text in enumerate(page["body"])]})


@pytest.fixture(scope="module")
def stripped(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict]:
    """What the command leaves of all pages, by language and form."""
    folder = tmp_path_factory.mktemp("languages")
    records = [
        {"id": f"{name}-{form}", form: made}
        for name, page in [*PAGES.items(), *((f"{lang}-boxes", PAGES[lang] | {"boxes": BOXES[lang]}) for lang in BOXES)]
        for form, made in (("html", as_html(page)), ("text", as_text(page)))
    ]
    records += [{"id": f"{lang}-nodes", "text": as_nodes(PAGES[lang])} for lang in CAPITALS]
    made_by = dict(zip(MORE_FORMS, (as_html, as_text, as_theme, as_lines), strict=True))
    for name, page in MORE.items():
        page = {"lang": name} | page
        records += [
            {"id": f"{name}-{form}", "html" if form in ("html", "theme") else "text": made(page)}
            for form, made in made_by.items()
        ]
    source = folder / "pages.jsonl"
    source.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    done = call("strip", source, "-o", folder / "out.jsonl", "-q")
    assert done.returncode == 0, done.stderr.decode()
    return {row["id"]: row for row in rows(folder / "out.jsonl")}


def f1(lines: list[str], body: list[str]) -> float:
    """F1 of lines against the body's, each counting by its characters."""
    wanted = set(body)
    common = sum(len(line) for line in lines if line in wanted)
    return 2 * common / (sum(map(len, lines)) + sum(map(len, body)))


def pages(languages: Sequence[str], forms: Sequence[str] = FORMS) -> list[ParameterSet]:
    """Each language in each form."""
    return [pytest.param(lang, form, id=f"{lang}-{form}") for lang in languages for form in forms]


def test_every_language_has_a_page() -> None:
    assert set(PAGES) == {*BOXES, *NO_SPACES}
    assert {*BOXES, *(file_of(page.get("lang", name)) for name, page in MORE.items())} == {*LANGUAGES}


@pytest.mark.parametrize(("lang", "form"), pages(list(MORE), MORE_FORMS))
def test_page_in_more_languages(lang: str, form: str, stripped: dict[str, dict]) -> None:
    page, row = MORE[lang], stripped[f"{lang}-{form}"]
    lines = [line for line in row["text"].splitlines() if line]
    assert [line for line in page["body"] if line not in lines] == []
    if "lang" in page:
        assert f1(lines, page["body"]) >= SHORT_LEAST, lines
    else:
        assert f1(lines, page["body"]) >= MORE_LEAST, lines
        assert row["title"] == page["title"]


@pytest.mark.parametrize(("lang", "form"), pages(list(BOXES)))
def test_body_stays(lang: str, form: str, stripped: dict[str, dict]) -> None:
    page, row = PAGES[lang], stripped[f"{lang}-{form}"]
    lines = row["text"].splitlines()
    assert [line for line in page["body"] if line not in lines] == []
    assert f1(lines, page["body"]) >= LEAST, lines
    assert row["lang"] == lang


@pytest.mark.parametrize(("lang", "form"), pages(list(BOXES)))
def test_boilerplate_goes(lang: str, form: str, stripped: dict[str, dict]) -> None:
    lines = stripped[f"{lang}-{form}"]["text"].splitlines()
    assert [line for line in boilerplate(PAGES[lang]) if line in lines] == []


@pytest.mark.parametrize(("lang", "form"), pages(list(BOXES)))
def test_boxes_between_paragraphs_go(lang: str, form: str, stripped: dict[str, dict]) -> None:
    lines = stripped[f"{lang}-boxes-{form}"]["text"].splitlines()
    assert [line for line in PAGES[lang]["body"] if line not in lines] == []
    texts = [line for box in BOXES[lang].values() for line in ([box] if isinstance(box, str) else box)]
    assert [line for line in texts if line in lines] == []


@pytest.mark.parametrize("lang", CAPITALS)
def test_paragraphs_broken_at_links_stay(lang: str, stripped: dict[str, dict]) -> None:
    lines = set(stripped[f"{lang}-nodes"]["text"].splitlines())
    parts = [part for n, text in enumerate(PAGES[lang]["body"]) for part in broken(text, n)]
    assert sum(len(part) for part in parts if part in lines) >= BROKEN_LEAST * sum(map(len, parts)), lines
    assert [line for line in boilerplate(PAGES[lang]) if line in lines] == []


@pytest.mark.parametrize(("lang", "form"), pages(list(BOXES)))
def test_title_and_date(lang: str, form: str, stripped: dict[str, dict]) -> None:
    page, row = PAGES[lang], stripped[f"{lang}-{form}"]
    assert row["title"] == page["title"]
    assert (row["date"] or "")[:10] == page["date"]


@pytest.mark.parametrize(("lang", "form"), pages(NO_SPACES))
def test_text_without_spaces_stays(lang: str, form: str, stripped: dict[str, dict]) -> None:
    page = PAGES[lang]
    lines = stripped[f"{lang}-{form}"]["text"].splitlines()
    assert [line for line in page["body"] if line not in lines] == []
    assert {line for line in lines if line} <= {*page["body"], page["title"], page["site"], page["shown_date"]}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("贵港市举行双拥晚会暨首届“最美渔民”表彰大会", "zh"),
        ("县委书记李明辉 (Li Minghui) 受贿案开庭审理，检察机关出庭支持公诉", "zh"),
        ("港の工事で船は二日間止まったと県知事が記者会見で明らかにした", "ja"),
        ("The port 贵港市 was closed for two days and the ferries of the town stayed in the harbour", "en"),
    ],
)
def test_han_without_kana_is_chinese(text: str, told: str) -> None:
    assert language.identify(text) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Совет города в среду решил, что мост через реку будет открыт для машин, но не для автобусов.", "ru"),
        ("Общинският съвет реши в сряда, че мостът на реката ще е отворен за коли, но не и за автобуси.", "bg"),
        ("Міська рада в середу вирішила, що міст через річку відкриють для машин, але не для автобусів.", "uk"),
        ("Гарадскі савет у сераду вырашыў, што мост праз раку адкрыюць для машын, але не для аўтобусаў.", "be"),
        ("Градскиот совет во среда одлучи дека мостот на реката ќе биде отворен за коли, но не и за автобуси.", "mk"),
        ("Қалалық кеңес сәрсенбіде өзен үстіндегі көпір көліктер үшін ашылады деп шешті, бірақ автобустар емес.", "kk"),
        ("Hội đồng thành phố hôm thứ Tư quyết định mở cầu qua sông cho ô tô nhưng không cho xe buýt.", "vi"),
    ],
)
def test_neighbours_are_told_apart(text: str, told: str) -> None:
    assert language.identify(text) == told
    assert language.identify(f"{text}\nNews of the day") == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("大桥今天早上通车。", "zh"),
        ("橋は昨日の夜に閉じた。", "ja"),
        ("다리는 어제 밤에 닫혔다.", "ko"),
        ("नदी का पुराना पुल कल रात को बंद हो गया।", "hi"),
        ("大桥", None),
        ("It broke.", None),
        ("2026-03-04 12:30", None),
    ],
)
def test_a_short_sentence_tells_its_language_where_letters_say_much(text: str, told: str | None) -> None:
    assert language.identify(text) == told


def test_other_languages_with_dots_below_their_letters_are_not_vietnamese() -> None:
    assert language.identify("Ọjọ́ Ajé ni ìjọba ìpínlẹ̀ ṣí afárá tuntun tó wà lórí odò náà, àwọn ọkọ̀ lè kọjá báyìí.") != "vi"


ALIKE = {"ms": "id", "hr": "sr", "sr": "hr"}
"""Languages whose sentences may be the other's too."""


def test_one_sentence_mostly_tells_its_language_and_two_nearly_always() -> None:
    told = Counter[int]()
    every = Counter[int]()
    for code, page in MORE.items():
        own = page.get("lang", code)
        for number in (1, 2):
            for at in range(0, len(page["body"]) - number + 1):
                text = " ".join(page["body"][at : at + number])
                every[number] += 1
                told[number] += language.identify(text) in (own, ALIKE.get(own), None)
    assert told[1] >= 0.98 * every[1]
    assert told[2] >= 0.99 * every[2]
