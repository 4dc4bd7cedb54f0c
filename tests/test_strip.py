"""Strip: nothing vanishes, nothing is cut twice, hard cases as data."""

from __future__ import annotations

import time
import tomllib
from pathlib import Path

import pytest
from conftest import SAMPLES
from hypothesis import given, settings
from hypothesis import strategies as st

import cleaner
from cleaner import sources, strip
from cleaner.records import Article, Page
from cleaner.settings import Settings
from cleaner.strip import language
from cleaner.strip.metadata import headline
from cleaner.strip.reading import blocks, outlines, parsing

CASES = tomllib.loads((Path(__file__).parent / "cases" / "stored.toml").read_text(encoding="utf-8"))["case"]
PROSE = st.lists(
    st.sampled_from("storm harbour fell light skippers asked board channel winter".split()), min_size=16, max_size=30
)
LINES = st.lists(
    st.one_of(
        st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
        st.sampled_from(
            [
                "LEAVE A REPLY",
                "Related news",
                "- Advertisement -",
                "Read more: a fox",
                "Share",
                "Tags: a, b",
                "spot_img",
            ]
        ),
        PROSE.map(lambda words: " ".join(words).capitalize() + "."),
    ),
    max_size=25,
)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_stored_text(case):
    article = cleaner.strip_text(case["text"])
    assert article.title == case.get("title")
    assert article.text.splitlines() == case["body"]


@settings(max_examples=150, deadline=None)
@given(LINES)
def test_putting_the_cuts_back_gives_the_lines_of_stored_text(lines):
    text = "\n".join(lines)
    article, stored, _ = strip.verdicts_of(Page(id="x", origin="x", text=text))
    assert strip.restore(article) == [block.text for block in stored]
    if not any(sign in text for sign in "<&\\*#`[") and text.isascii() and len(lines) > 3:
        assert [block.text for block in stored] == [block.text for block in blocks.from_text(text)]


@settings(max_examples=60, deadline=None)
@given(LINES)
def test_putting_the_cuts_back_gives_the_lines_of_html(lines):
    escaped = [line.replace("&", "&amp;").replace("<", "&lt;") for line in lines]
    html = "<html><body>" + "".join(f"<p>{line}</p>" for line in escaped) + "</body></html>"
    article, shown, _ = strip.verdicts_of(Page(id="x", origin="x", html=html))
    assert strip.restore(article) == [block.text for block in shown]
    root = parsing.parse(html)
    if root is not None and html.isascii():  # else characters may be mended
        assert [block.text for block in shown] == [block.text for block in outlines.outline(root).blocks]


POLICY = """\
Privacy policy
This policy tells you what Tallow does with the data that you give us, and it was last changed in February.
When you open an account with us we ask for your name, your address and the language that you read.
We use cookies to keep you signed in and to remember your language, and none of them leaves this site.
We and our partners do not sell your data, and the company that prints our letters deletes your address.
We delete an account ninety days after it was closed, and invoices after the ten years that the law asks for.
You can ask at any time what we hold about you, and the office for data protection hears your complaints."""
NEWS = """\
Old weir at Fenwick gives way
The weir at Fenwick gave way on Tuesday morning, and the mill pond behind it was a field of mud by noon.
Nobody was hurt, and the two boats that had been moored above it were found lying on their sides.
The river board said that an inspection in October had found the boards to be sound and well kept.
We use cookies to improve your experience, and by going on you agree to our use of them on this site."""


def as_html(lines: list[str]) -> str:
    return (
        f"<title>{lines[0]}</title><h1>{lines[0]}</h1><div>"
        + "".join(f"<p>{line}</p>" for line in lines[1:])
        + "</div>"
    )


@pytest.mark.parametrize("as_page", [True, False])
def test_a_policy_on_cookies_keeps_its_sentences_and_a_story_loses_the_notice(as_page):
    policy, news = POLICY.split("\n"), NEWS.split("\n")
    kept = [
        cleaner.strip_html(as_html(lines)).text if as_page else cleaner.strip_text("\n".join(lines)).text
        for lines in (policy, news)
    ]
    assert [line for line in kept[0].split("\n") if line] == policy[1:]
    assert [line for line in kept[1].split("\n") if line] == news[1:-1]


UNMARKED = {
    "th": [
        "เช้าวันอังคารฝายเก่าของหมู่บ้านริมคลองพังลงและน้ำในอ่างไหลออกเกือบหมดภายในหนึ่งชั่วโมง",
        "คนเฝ้าฝายเล่าว่าแผ่นไม้ตรงกลางหักเมื่อเวลาประมาณตีสี่ และเมื่อเขาไปถึงก็เหลือแต่โคลน",
        "บ้านเรือนราวสี่สิบหลังไม่มีน้ำใช้จนถึงเย็น เพราะเครื่องสูบน้ำตั้งอยู่เหนือฝาย",
    ],
    "lo": [
        "ຝາຍເກົ່າຂອງບ້ານດອນໄດ້ພັງລົງໃນຕອນເຊົ້າວັນອັງຄານ ແລະ ນ້ຳໃນອ່າງໄຫຼອອກເກືອບໝົດ",
        "ຜູ້ເຝົ້າຝາຍກ່າວວ່າແຜ່ນໄມ້ກາງຫັກເວລາປະມານສີ່ໂມງ ເມື່ອລາວໄປຮອດມີແຕ່ຂີ້ຕົມຢູ່ໃນອ່າງ",
    ],
    "km": [
        "ទំនប់ចាស់នៅភូមិស្រះឈូកបានបាក់នៅព្រឹកថ្ងៃអង្គារ ហើយទឹកក្នុងបឹងខាងលើស្ទើរតែហូរអស់",
        "អ្នកយាមទំនប់និយាយថាក្តារកណ្តាលបានបាក់នៅម៉ោងប្រហែលបួន ហើយពេលគាត់ទៅដល់មានតែភក់",
    ],
    "my": [
        "အင်္ဂါနေ့နံနက်တွင်ရွာဟောင်းရေကာတာကျိုးပေါက်ပြီးကန်ထဲရှိရေအားလုံးနီးပါးစီးထွက်သွားခဲ့သည်",
        "ရေကာတာစောင့်ကအလယ်ပျဉ်ချပ်သည်နံနက်လေးနာရီခန့်တွင်ကျိုးသွားသည်ဟုပြောပြခဲ့သည်",
    ],
    "captions": [
        "so good morning everybody and welcome to the river",
        "today we look at what is left of the weir",
        "you can see the boards behind me",
        "or what used to be the boards",
        "and the heron has been there since tuesday",
        "they brought the pumps on a barge",
        "so let us go and have a look",
    ],
}


@pytest.mark.parametrize("name", UNMARKED)
def test_text_without_full_stops_keeps_its_lines(name):
    lines = UNMARKED[name]
    assert cleaner.strip_text("\n".join(lines)).text.split("\n") == lines


def test_a_text_keeps_the_list_that_it_ends_in():
    names = [
        "Alder, John, 41, ferryman",
        "Birch, Mary, 38, teacher",
        "Hazel, Ruth, 67, widow",
        "Rowan, Peter, 22, soldier",
    ]
    prose = (
        "The stone in the churchyard carries the names of those who died in the flood, in the order of the alphabet."
    )
    title = "Those who were lost in the flood of 1901"
    article = cleaner.strip_text("\n".join([title, prose, *names]))
    assert (article.title, article.text.split("\n")) == (title, [prose, *names])


def sample_pages() -> list[Page]:
    found = [r for f in sources.discover([str(SAMPLES / "pages")]) for r in sources.read(f, Settings())]
    return [record for record in found if isinstance(record, Page)]


def test_the_samples_lose_no_line_and_stay_as_they_are_when_stripped_again():
    for page in sample_pages():
        article, lines, _ = strip.verdicts_of(page)
        assert strip.restore(article) == [line.text for line in lines], page.id
        again = cleaner.strip_text(article.text, article.title)
        assert again.text == article.text, page.id


def test_every_cut_names_its_rule_and_position():
    for page in sample_pages():
        article, lines, _ = strip.verdicts_of(page)
        for cut in article.cuts:
            assert cut.rule.startswith(cut.label + ".")
            assert lines[cut.position].text == cut.text


def test_a_text_without_a_body_is_rejected_with_a_reason():
    outcome = strip.strip_page(Page("a", "a", text="- Advertisement -\nspot_img"))
    assert (outcome.reason, outcome.id) == ("no-body", "a")


def test_restore_of_nothing():
    assert strip.restore(Article("a", "")) == []


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>One</p><p>Two</p>", ["One", "Two"]),
        ("<div>One<br>Two<br><br>Three</div>", ["One", "Two", "Three"]),
        ("<ul><li>One</li><li>Two <b>bold</b></li></ul>", ["One", "Two bold"]),
        (
            "<table><tr><td>Team</td><td>Points</td></tr><tr><td>A</td><td>3</td></tr></table>",
            ["Team | Points", "A | 3"],
        ),
        ("<p>One<script>var x = 1</script> two</p><style>p {}</style>", ["One two"]),
        ("<p>Link <a href=x>here<span class='visually-hidden'>, opens new tab</span></a>.</p>", ["Link here."]),
        ("<pre>a\n  b</pre>", ["a", "b"]),
        ("text <div>in</div> between", ["text", "in", "between"]),
        ("<button><p>left open", ["left open"]),
        ("<p>One</p><embed src=a.swf><p>Two</p><p>Three</p>", ["One", "Two", "Three"]),
    ],
)
def test_blocks_of_html(html, expected):
    root = parsing.parse(f"<html><body>{html}</body></html>")
    assert [block.text for block in outlines.outline(root).blocks] == expected


def test_a_page_nested_too_deep_is_read_as_flattened_text():
    depth = 5000
    html = "<html><body>" + "<div>" * depth + "<p>The deepest line of all is still read.</p>" + "</div>" * depth
    assert "The deepest line of all is still read." in strip.restore(cleaner.strip_html(html))


@pytest.mark.parametrize("html", ["<p id=depth>One</p><p id=depth>Two</p>", "<p>One</p></depth><p>Two</p>"])
def test_a_fault_that_is_named_after_depth_costs_no_page_its_tree(html):
    assert parsing.parse(html) is not None


@pytest.mark.parametrize(
    ("line", "how"),
    [
        ("Storm closes harbour for two days", "repeated"),
        ("STORM closes harbour for two days!", "repeated"),
        ("NewsStorm closes harbour for two days", "glued"),
        ("World NewsStorm closes harbour for...", "glued"),
        ("Storm closes harbour for…", "repeated"),
        ("The storm that closed the harbour", None),
        ("Storm", None),
    ],
)
def test_repetitions_of_a_headline(line, how):
    assert headline.repetition(line, "Storm closes harbour for two days") == how


MENU = "Sign up for our newsletter. Home News Sport Business About the paper Contact Privacy Jobs " * 2


@pytest.mark.parametrize(
    ("text", "declared", "expected"),
    [
        ("The harbour board met on Tuesday and voted to dredge the eastern channel.", "en-GB", "en"),
        ("Der Rat der Stadt hat am Dienstag beschlossen, die Brücke bis zum Herbst zu sperren.", "en", "de"),
        ("Совет порта во вторник решил углубить восточный канал до зимы.", "en", "ru"),
        ("港务局周二投票决定在冬季之前疏浚东部航道。", None, "zh"),
        ("قرر مجلس الميناء يوم الثلاثاء تعميق القناة الشرقية قبل الشتاء.", None, "ar"),
        ("12 34", None, None),
        ("12 34", "fr_FR", "fr"),
        ("Dewan pelabuhan memutuskan untuk mengeruk alur timur sebelum musim hujan tiba.", None, "id"),
        ("El puerto cierra hasta el lunes", None, "es"),
        ("O porto fecha até segunda-feira", None, "pt"),
        ("Il porto chiude fino a lunedì", None, "it"),
        ("Hamnen stängs till på måndag", "en", "sv"),
        ("บอร์ดท่าเรือลงมติให้ขุดลอกร่องน้ำฝั่งตะวันออก", None, "th"),
        ("বন্দর বোর্ড মঙ্গলবার পূর্ব দিকের খাল খননের সিদ্ধান্ত নিয়েছে, শীতের আগেই কাজ শুরু হবে।", "en", "bn"),
        ("துறைமுக வாரியம் செவ்வாய்க்கிழமை கிழக்குக் கால்வாயை ஆழப்படுத்த முடிவு செய்தது.", "en-IN", "ta"),
        ("პორტის საბჭომ სამშაბათს აღმოსავლეთ არხის გაღრმავება გადაწყვიტა.", "ru", "ka"),
        ("The harbour board met on Tuesday and voted to dredge the eastern channel.", "bn", "en"),
        # half of a page is its English frame
        (f"{'Совет порта во вторник решил углубить восточный канал до зимы. ' * 3} {MENU}", "en", "ru"),
        (f"{MENU}\n{'Der Rat hat am Dienstag beschlossen, die Brücke bis zum Herbst zu sperren. ' * 4}", "en", "de"),
    ],
)
def test_language(text, declared, expected):
    assert language.of_page(text, declared) == expected


def test_an_element_with_countless_attributes_is_read_as_flattened_text():
    crowded = "<p " + " ".join(f'a{i}="x"' for i in range(50_000)) + ">The line in it is still read.</p>"
    assert strip.restore(cleaner.strip_html(f"<html><body>{crowded}</body></html>")) == [
        "The line in it is still read."
    ]


FORMS = {
    "quoted": ("a{}='x'", " "),
    "a lesser sign": ('a{}="<"', " "),
    "a greater sign": ("a{}='>'", "\n"),
    "tags": ('a{}="</p><b>"', " "),
    "no value": ("a{}", " "),
    "slashes": ("a{}", "/"),
    "no space": ('a{}=""', ""),
    "spaces": ("a{} = x", "\t"),
    "equal signs": ("={}", " "),
    "no value after a sign within one": ("a{}", " "),
}
FIRST = {"no value after a sign within one": 't=">" '}
BEFORE = ("", '<i b=c=">', '<script>a<b c="</script>', '<style>a<b c="</style >', '<!-- <i b="-->', "<!-->", '<i =">')


@pytest.mark.parametrize("form", FORMS)
def test_attributes_are_counted_as_html_reads_them(form):
    written, between = FORMS[form]
    first = FIRST.get(form, "")
    crowd, many = (first + between.join(written.format(i) for i in range(count)) for count in (30_000, 2_500))
    for before in BEFORE:
        assert parsing.parse(f"<body>{before}<p {crowd}>x</p></body>") is None, before
        assert parsing.parse(f"<body>{before}" + f"<p {many}>x</p>" * 30) is None, before


def test_what_looks_like_attributes_and_is_none_does_not_count():
    words = " ".join(f"w{i} = {i}" for i in range(10_000))
    html = (
        f"<body><script>if (a<b && {words})</script><style>{words}</style><!-- <p {words}> -->"
        f"<div data-props='{{\"text\": \"<p {words}>\"}}' title=\"{words}\"><p>It stands. {words}</p></div></body>"
    )
    root = parsing.parse(html)
    assert root is not None
    assert len(root.findall(".//p")) == 1


@given(st.text("<>!-/='\" ab\nscript", max_size=60), st.sampled_from([10_000, 20_000]))
@settings(max_examples=60, deadline=None)
def test_counting_attributes_takes_one_pass(piece, times):
    """No piece, repeated, takes a second a megabyte."""
    html = (piece + " ") * times
    started = time.process_time()
    parsing._is_crowded(html.encode())
    assert time.process_time() - started < 0.5 + len(html) / 1_000_000


def test_what_a_script_holds_is_not_read_when_no_tree_can_be_made():
    html = "<html><body><script>var a = '<p>no</p>'</script>" + "<div>" * 5000 + "One line.<style>p {}</style><a "
    assert strip.restore(cleaner.strip_html(html)) == ["One line."]


@pytest.mark.parametrize(
    ("head", "date", "source"),
    [
        ('<meta property="article:published_time" content="2026-03-04T10:15:00Z">', "2026-03-04T10:15:00Z", "metadata"),
        (
            '<meta property="article:modified_time" content="2026-05-01T08:00:00Z"><script type="application/ld+json">'
            '{"@graph": [{"@type": "WebPage", "datePublished": "2020-01-01"},'
            ' {"@type": ["NewsArticle"], "datePublished": "4 March 2026"}]}</script>',
            "2026-03-04",
            "metadata",
        ),
        ('<script type="application/ld+json">{"datePublished": </script>', "2026-03-02", "url"),
    ],
)
def test_a_date_says_where_it_was_found(head, date, source):
    body = "<h1>Harbour closed</h1><p>The harbour master closed the port for two days because of the storm.</p>" * 3
    page = f"<html><head><title>Harbour closed</title>{head}</head><body><article>{body}</article></body></html>"
    article = cleaner.strip_html(page, url="https://post.example/2026/03/02/harbour")
    assert (article.date, article.date_source) == (date, source)


def test_json_ld_whose_string_does_not_end_takes_no_time():
    # trafilatura reads it in a time that grows with the square: 24 kB took two seconds, 600 kB hours
    head = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "' + '\\"a' * 200_000 + "</script>"
    body = "<h1>Harbour closed</h1><p>The harbour master closed the port for two days because of the storm.</p>"
    article = cleaner.strip_html(f"<html><head>{head}</head><body>{body}</body></html>")
    assert article.title == "Harbour closed"


@pytest.mark.parametrize("name", ["{", "{}", "{{attributes}}", "{a}b", "@click", "[x]", '"', "<"])
def test_no_name_of_an_attribute_costs_a_page(name):
    lines = [f"The ferry to Tolvik will stop for nine days in March, the harbour master said in part {i}." for i in range(4)]
    body = "".join(f"<p {name}>{line}</p>" for line in lines)
    author = f'<div class="byline" {name}="x"><a rel="author" {name}="y" href="/ilse">Ilse Marn</a></div>'
    page = f'<article {name}><section {name} class="story" {name}="1"><h1>Ferry stops</h1>{author}{body}</section></article>'
    article = cleaner.strip_html(page)
    assert article.text.split("\n\n") == lines
    assert article.author == "Ilse Marn"
