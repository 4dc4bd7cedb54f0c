"""The page about an output folder, without a browser: what it shows, that data stay text, its size, its policy."""

from __future__ import annotations

import base64
import hashlib
import json
import random
import re
import shlex
import shutil
import unicodedata
from dataclasses import replace
from pathlib import Path

import lxml.html
import pytest
from conftest import SAMPLES, call_here, rows
from hypothesis import example, given
from hypothesis import strategies as st
from report_folders import HOSTILE, cut, hostile, member, merged, pair, story, write

from cleaner import cli, pipeline
from cleaner.collapse.words import placed, tokens
from cleaner.errors import UsageError
from cleaner.review import checks, page
from cleaner.review.gather import Amounts, gather
from cleaner.review.marks import marked, named_in
from cleaner.review.sampling import Best, lot
from cleaner.settings import Limits, Settings
from cleaner.sinks import parquet
from cleaner.sinks.compressed import packed

SECTIONS = ["trust", "went", "calls", "stories", "missed", "all", "sites", "rejected", "run"]


def parsed(text: str) -> lxml.html.HtmlElement:
    return lxml.html.document_fromstring(text)


def data_of(tree: lxml.html.HtmlElement) -> dict:
    return json.loads(tree.get_element_by_id("data").text)


@pytest.fixture(scope="module")
def sample_page(sample_run, tmp_path_factory):
    """The folder of a run over the samples, of which one line is told as doubtful, and its page."""
    folder = tmp_path_factory.mktemp("doubted") / "out"
    shutil.copytree(sample_run, folder)
    article = rows(folder / "corpus.jsonl")[0]
    cuts = rows(folder / "cuts.jsonl")
    row = next(one for one in cuts if one["id"] == article["id"])
    cut = {one["position"] for one in row["cuts"]}
    first = next(position for position in range(len(cut) + 1) if position not in cut)
    row["doubtful"] = [{"text": article["text"].split("\n")[0], "position": first, "score": 0.52}]
    (folder / "cuts.jsonl").write_text("".join(json.dumps(one) + "\n" for one in cuts), encoding="utf-8")
    return folder, page.made(folder)


def test_the_sections_stand_in_their_order_with_the_runs_numbers(sample_page):
    folder, text = sample_page
    tree = parsed(text)
    assert [one.get("id") for one in tree.xpath("//main/section")] == SECTIONS
    counts = json.loads((folder / "report.json").read_text())["counts"]
    assert tree.findtext(".//h1") == f"{counts['records']} records became {counts['stories']} stories"
    went = " ".join(tree.xpath("//ul[@class='legend']")[0].text_content().split())
    for name, number in (("stories", counts["stories"]), ("rejected", counts["rejected"])):
        assert f"{name} {number} " in went
    listed = data_of(tree)["stories"]
    assert {row[0] for row in listed} == {row["id"] for row in rows(folder / "corpus.jsonl")}
    names = {row["id"] for row in rows(folder / "corpus.jsonl")} | {row["id"] for row in rows(folder / "merged.jsonl")}
    assert {name for one in data_of(tree)["pairs"] for name in one} <= names
    assert len(tree.xpath("//section[@id='trust']//li[@class='good']")) >= 6
    assert len(tree.xpath("//div[@id='gone']/details")) > 5
    assert len(tree.xpath("//div[@id='stayed']//li[contains(@class, 'here')]")) >= 1
    assert tree.xpath("//mark[@class='same']") and tree.xpath("//mark[@class='named']")


def test_the_command_of_the_page_makes_the_run_again(articles, tmp_path):
    folder = tmp_path / "a folder"
    done = call_here("collapse", articles, "--output", folder, "--report", "--threshold", "0.9", "--keep-merged-text")
    assert done.returncode == 0, done.stderr
    assert f"open {folder / 'report.html'} in a browser" in done.stderr.decode()
    tree = parsed((folder / "report.html").read_text(encoding="utf-8"))
    words = shlex.split(tree.xpath("//pre[@class='command']")[0].text_content())
    assert words[:2] == ["cleaner", "collapse"]
    words[words.index("--output") + 1] = str(tmp_path / "again")
    assert call_here(*words[1:], "--quiet").returncode == 0
    for name in ("corpus.jsonl", "merged.jsonl", "pairs.jsonl", "cuts.jsonl", "rejected.jsonl"):
        assert (tmp_path / "again" / name).read_bytes() == (folder / name).read_bytes()


def test_every_option_of_a_run_is_in_its_command(tmp_path):
    options = "--keep longest --prefer a.example --prefer b.example --near-threshold 0.5 --threshold 0.41234567 --event-span 30 "
    options += "--grain report --require lang=en,de --require min-words=5 --max-rejected 50 --format jsonl --keep-merged-text "
    options += "--annotate --no-cuts --no-site-memory --limit 9 --text-field 'a b' --seconds-per-page 3.1234567 --memory-per-page 512 --max-record-mb 3.0000009"
    from cleaner.commands.option_settings import settings_from
    from cleaner.review.command_again import command_again

    given = ["run", "a page.html", "--output", "x y", *shlex.split(options)]
    settings = settings_from(cli.parser().parse_args(given))
    report = {"settings": json.loads(json.dumps(settings.as_dict())), "invocation": {"command": "run", "inputs": ["a page.html"]}}
    again = shlex.split(command_again(report, "x y"))
    parsed_again = cli.parser().parse_args(again[1:])
    assert settings_from(parsed_again) == settings
    assert (parsed_again.inputs, parsed_again.output) == (["a page.html"], "x y")
    report["invocation"]["command"] = "collapse"  # of which a settings file has more than it has options for
    again = shlex.split(command_again(report, "x y"))
    found = settings_from(cli.parser().parse_args(again[1:]))
    limits = replace(settings.limits, seconds_per_page=Limits().seconds_per_page, memory_per_page=Limits().memory_per_page)
    assert found == replace(settings, cuts=True, site_memory=True, limits=limits)


def test_data_stay_text(tmp_path):
    folder = hostile(tmp_path / "out")
    text = page.made(folder)
    tree = parsed(text)
    assert len(tree.xpath("//script")) == 2
    assert not tree.xpath("//img | //iframe | //object | //embed | //link | //form | //base | //*[@src] | //a[not(starts-with(@href, '#'))]")
    assert not tree.xpath("//@*[starts-with(name(), 'on')]") and not tree.xpath("//@style")
    assert not re.search(r"(?:https?:)?//(?!\S*\.example)[a-z]", re.sub(r"<script>.*?</script>", "", text, flags=re.S).replace("http://www.w3.org", ""))
    known = data_of(tree)
    titles = {row[1] for row in known["stories"]}
    assert titles == set(HOSTILE)
    ids = {name for one in known["pairs"] for name in one}
    assert {f"{number} {one}" for number, one in enumerate(HOSTILE)} <= ids
    shown = tree.text_content()
    for one in HOSTILE[:8]:
        assert one in shown
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", text)  # nor does it turn what follows
    done = call_here("report", folder, "-o", tmp_path / "page.html")
    assert (done.returncode, done.stderr) == (0, b"")


@given(st.text(max_size=60), st.text(max_size=60))
def test_json_in_a_script_never_ends_it_and_reads_back(one, other):
    written = page.in_script({"pairs": [[one, other]]})
    assert not set("<>&'\u2028\u2029") & set(written)
    assert json.loads(written) == {"pairs": [[one, other]]}


def test_the_policy_allows_this_script_and_style_and_nothing_else(tmp_path):
    text = page.made(write(tmp_path / "out", {"corpus": [story("a", [member("a", "canonical", 1.0)])]}))
    (policy,) = parsed(text).xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    parts = dict(part.split(" ", 1) for part in policy.split("; "))
    assert parts["default-src"] == parts["base-uri"] == parts["form-action"] == "'none'"
    for element, name in (("style", "style-src"), ("script", "script-src")):
        (held,) = re.findall(rf"<{element}>(.*?)</{element}>", text, re.S)
        digest = base64.b64encode(hashlib.sha256(held.encode()).digest()).decode()
        assert parts[name] == f"'sha256-{digest}'"
    assert parts.keys() == {"default-src", "base-uri", "form-action", "style-src", "script-src"}
    assert text.index("Content-Security-Policy") < text.index("<style>")


def made_rows(count: int):
    """Stories with long titles and texts full of what has to be escaped."""
    odd = "<&\"'> ünïcode " * 150
    files: dict = {"corpus": [], "merged": [], "cuts": [], "pairs": []}
    for number in range(count):
        name = f"site{number % 900}.example/2026/{number:06}"
        members = [member(name, "canonical", 1.0, f"site{number % 900}.example")]
        if number % 4 == 0:
            other = f"{name}-other"
            members.append(member(other, "event", 0.5 + number % 50 / 100, "b.example"))
            files["merged"].append(merged(other, name, 0.5 + number % 50 / 100, text=odd[:300]))
        files["corpus"].append(story(name, members, title=f"Title <{number}> & a long one " * 4, text=odd[: 300 if number % 50 else 2_250]))
        if number % 25 == 0:
            files["cuts"].append({"id": name, "origin": name, "site": "a", "kept": 5, "cuts": [cut(f"{number} {odd[:300]}", 0)], "doubtful": []})
            files["pairs"].append(pair(name, f"{name}-none", score=0.5 + number / 1e6))
    return files


def test_50_000_stories_are_a_page_of_two_megabytes_at_most(tmp_path):
    folder = write(tmp_path / "out", made_rows(50_000))
    text = page.made(folder)
    assert 300_000 < len(text.encode()) <= page.MOST_BYTES
    assert "of 50,000 stories, drawn at random" in text
    assert text == page.made(folder)
    drawn = [row[0] for row in data_of(parsed(text))["stories"]]
    assert len(drawn) > 1_000
    assert len({name.rpartition("/")[2][:1] for name in drawn} | {name.rpartition("/")[2][1:2] for name in drawn}) >= 5


def test_checks_turn_red_with_their_numbers(tmp_path):
    members = [member("a", "canonical", 1.0, "a.example"), *(member(f"a{n}", "event", 0.3, "a.example") for n in range(12))]
    cuts = [{"id": f"p{n}", "origin": "o", "site": "gone.example", "kept": 1, "cuts": [cut("x" * 99, 0)], "doubtful": []} for n in range(4)]
    rejected = [{"id": f"gone.example/{n}", "origin": "o", "reason": "no-body", "detail": "d"} for n in range(5)]
    files = {"corpus": [story("a", members, date=None)], "merged": [merged(f"a{n}", "a", 0.3) for n in range(11)], "cuts": cuts, "rejected": rejected}
    folder = write(tmp_path / "out", files, counts={"records": 18, "stories": 1, "merged": 12, "rejected": 5}, rejected_by_reason={"no-body": 5})
    bad = parsed(page.made(folder)).xpath("//section[@id='trust']//li[@class='bad']")
    told = {one.xpath("span[@class='name']")[0].text: one.findtext("b") for one in bad}
    assert told == {
        "Counts add up": "18", "Rejected": "27.8 %", "Largest story": "13", "Undated": "100.0 %", "Weakest merge": "0.30",
        "Emptied pages": "4", "Sites mostly gone": "1",
    }  # fmt: skip
    shown = {one.xpath("span[@class='name']")[0].text: one.text_content() for one in bad}
    assert f"green up to {100 * checks.MOST_UNDATED:g} %" in shown["Undated"]
    assert f"green up to {100 * checks.MOST_EMPTIED:g} %" in shown["Emptied pages"]


def test_closest_calls_are_of_prose_and_open_their_page(tmp_path):
    prose = "It was said on Monday that the people of the town had asked for this again."
    cuts = [cut("Share", 0, score=0.49), cut(prose, 2, score=0.3), cut(prose + " Twice.", 3, "comments.form", None)]
    doubtful = [{"text": "A line that stayed.", "position": 1, "score": 0.55}]
    row = {"id": "a", "origin": "o", "site": "a.example", "kept": 40, "cuts": cuts, "doubtful": doubtful}
    text = "A line that stayed.\n\nThe last line."
    folder = write(tmp_path / "out", {"corpus": [story("a", [member("a", "canonical", 1.0)], text=text)], "cuts": [row]})
    found = gather(folder, Amounts())
    assert [call.text for call in found.cutting.gone()] == [prose]
    assert [call.text for call in found.cutting.stayed()] == ["A line that stayed."]
    lines = found.cutting.lines(found.cutting.gone()[0])
    assert [(line.kept, line.text) for line in lines] == [
        (False, "Share"), (True, "A line that stayed."), (False, prose), (False, prose + " Twice."), (True, "The last line.")
    ]  # fmt: skip
    assert [line.here for line in lines] == [False, False, True, False, False]


def test_parquet_annotated_exact_and_exported_folders_have_a_page(tmp_path, articles):
    pipeline.collapse_files(articles, tmp_path / "p", Settings(workers=1, format="parquet"))
    pipeline.collapse_files(articles, tmp_path / "j", Settings(workers=1, annotate=True))
    pipeline.collapse_files(articles, tmp_path / "e", Settings(workers=1, level="exact"))
    pipeline.collapse_files(articles, tmp_path / "x", Settings(workers=1), index=tmp_path / "i")
    assert call_here("index", "export", tmp_path / "i", "-o", tmp_path / "y").returncode == 0
    pages = {name: parsed(page.made(tmp_path / name)) for name in "pjexy"}
    stories = {name: {row[0] for row in data_of(tree)["stories"]} for name, tree in pages.items()}
    assert stories["p"] == stories["j"] == stories["x"] == stories["y"] != set()
    assert not [one for name in "pjex" for one in pages[name].xpath("//section[@id='trust']//li[@class='bad']/span[@class='name']/text()") if one == "Counts add up"]


def test_shards_parquet_compressed_and_index_runs_have_the_same_page(sample_run, articles, tmp_path):
    ways = {
        "plain": ({}, None),
        "shards": ({"partitions": 3}, None),
        "parquet": ({"format": "parquet"}, None),
        "both": ({"format": "parquet", "partitions": 3}, None),
        "gz": ({"format": "jsonl.gz"}, None),
        "index": ({}, tmp_path / "index"),
    }
    shown, commands = {}, {}
    for name, (settings, index) in ways.items():
        pipeline.collapse_files(articles, tmp_path / name, Settings(workers=1, keep_merged_text=True, **settings), index=index)
        tree = parsed(page.made(tmp_path / name))
        parts = {one.get("id"): " ".join(one.text_content().split()) for one in tree.xpath("//main/section")}
        commands[name] = parts.pop("run")
        shown[name] = parts | data_of(tree)
    assert all(one == shown["plain"] for one in shown.values())
    assert "--partitions 3" in commands["shards"] and "--partitions" not in commands["plain"]
    assert "--format parquet" in commands["both"] and "--partitions 3" in commands["both"]


@pytest.mark.parametrize("form", ["jsonl", "jsonl.zst", "parquet"])
def test_of_too_many_cuts_some_are_drawn_and_that_is_told(tmp_path, form):
    rng = random.Random(3)
    pages = []
    for number in range(6_000):
        emptied = number % 10 == 0
        lines = [cut(rng.randbytes(rng.randrange(9, 99)).hex(), n) for n in range(rng.randrange(1, 20))]
        size = sum(len(one["text"]) for one in lines)
        kept = 1 if emptied else 2 * size
        site = f"s{number % 60}.example"
        pages.append({"id": f"{number}", "origin": f"{number}", "site": site, "kept": kept, "cuts": lines, "doubtful": []})
    corpus = [story(one["id"], [member(one["id"], "canonical", 1.0, one["site"])], site=one["site"]) for one in pages]
    folder = write(tmp_path / "out", {"corpus": corpus, "cuts": pages})
    size = (folder / "cuts.jsonl").stat().st_size
    if form == "parquet":
        parquet.convert(folder / "cuts.jsonl", {folder / "cuts.jsonl": folder / "cuts.parquet"}, {})
    elif form == "jsonl.zst":
        with (folder / "cuts.jsonl.zst").open("wb") as raw, packed(raw, "cuts.jsonl.zst") as out:
            out.write((folder / "cuts.jsonl").read_bytes())
    if form != "jsonl":
        (folder / "cuts.jsonl").unlink()
    found = gather(folder, Amounts(), size // 8)
    assert found.cuts_drawn
    assert 0.03 < found.rows["cuts"] / 6_000 < 0.5
    assert 0.06 < found.cutting.emptied / found.cutting.pages_known < 0.14
    shares = [site.cut_share for site in found.sites.values() if site.pages]
    gone = {name for name, site in found.sites.items() if site.mostly_gone}
    assert len(shares) > 50 and set() < gone <= {f"s{number}.example" for number in range(0, 60, 10)}
    assert page.rendered(found, "x") == page.rendered(gather(folder, Amounts(), size // 8), "x")
    tree = parsed(page.rendered(found, "x"))
    assert f"{found.rows['cuts']:,} pages, drawn at random" in tree.xpath("string(//section[@id='calls'])")
    assert "drawn at random lost over 95 %" in tree.xpath("string(//section[@id='trust'])")
    every = gather(folder, Amounts())
    assert not every.cuts_drawn and every.rows["cuts"] == 6_000
    assert "drawn at random" not in parsed(page.rendered(every, "x")).xpath("string(//section[@id='calls'])")


def test_a_page_goes_with_the_run_that_it_is_about(tmp_path, articles):
    out, other = tmp_path / "out", tmp_path / "other"
    assert call_here("collapse", articles, "-o", out, "--report", "--quiet").returncode == 0
    assert (out / "report.html").exists()
    assert call_here("collapse", articles, "-o", out, "--level", "exact", "--quiet").returncode == 0
    assert not (out / "report.html").exists()
    other.mkdir()
    (other / "report.html").write_text("<p>Mine.</p>", encoding="utf-8")
    assert call_here("collapse", articles, "-o", other, "--level", "exact", "--quiet").returncode == 0
    assert (other / "report.html").read_text(encoding="utf-8") == "<p>Mine.</p>"
    before = (other / "corpus.jsonl").read_bytes()
    done = call_here("collapse", articles, "-o", other, "--report", "--quiet")
    assert (done.returncode, done.stderr.count(b"\n")) == (2, 1) and b"is not to be replaced" in done.stderr
    assert (other / "corpus.jsonl").read_bytes() == before


def test_a_page_is_no_input_and_replaces_no_other(tmp_path):
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "a.txt").write_text((SAMPLES / "pages" / "stored" / "stored-brockhollow-fire.txt").read_text(encoding="utf-8"), encoding="utf-8")
    for _ in range(2):
        assert call_here("run", pages, "-o", pages, "--report", "--quiet").returncode == 0
        assert json.loads((pages / "report.json").read_text())["counts"]["records"] == 1
    (pages / "report.html").write_text("<html><body><p>Mine.</p></body></html>", encoding="utf-8")
    done = call_here("report", pages)
    assert (done.returncode, done.stderr.count(b"\n")) == (2, 1)
    assert b"is not to be replaced" in done.stderr
    assert "Mine." in (pages / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["nothing", "damaged", "no-corpus", "odd"])
def test_what_is_no_output_folder_is_told_in_one_line(tmp_path, name):
    folder = tmp_path / name
    folder.mkdir()
    if name != "nothing":
        write(folder, {"corpus": [story("a", [member("a", "canonical", 1.0)])]})
    if name == "damaged":
        (folder / "report.json").write_text("[1", encoding="utf-8")
    if name == "no-corpus":
        (folder / "corpus.jsonl").unlink()
    if name == "odd":
        (folder / "corpus.jsonl").write_text('{"id": 7}\n', encoding="utf-8")
    with pytest.raises(UsageError) as error:
        page.made(folder)
    assert "\n" not in str(error.value)


words = st.lists(st.sampled_from("a b c d e".split()), max_size=14).map(" ".join)


@example("a a a a a b", "a a a a a")
@given(words, words)
def test_marks_change_no_text_and_mark_runs_that_both_have(one, other):
    pieces = marked(one, other, [("a", "b")])
    assert "".join(piece.text for piece in pieces) == one
    for piece in pieces:
        if piece.kind == "named":
            assert set(piece.text.split()) <= {"a", "b"}
    runs = {tuple(other.split()[i : i + 5]) for i in range(len(other.split()) - 4)}
    mine = one.split()
    held = any(tuple(mine[i : i + 5]) in runs for i in range(len(mine) - 4))
    assert held == any(piece.kind == "same" for piece in pieces)


@pytest.mark.parametrize(
    ("one", "other", "wanted"),
    [
        ("พายุพัดเข้าฝั่ง", "เมื่อวานพายุพัดเข้า", "พายุพัดเข้า"),  # Thai: a vowel belongs to its letter
        ("བོད་ཀྱི་རླུང་འཚུབ་ཆེན་པོ", "བོད་ཀྱི་རླུང་འཚུབ་ཆེན་", "བོད་ཀྱི་རླུང་འཚུབ་ཆེན"),  # Tibetan
        ("Ｔｈｅ　ｓｔｏｒｍ　ｈｉｔ　ｔｈｅ　ｃｏａｓｔ， they said", "The storm hit the coast.", "Ｔｈｅ　ｓｔｏｒｍ　ｈｉｔ　ｔｈｅ　ｃｏａｓｔ"),
        ("cafe\u0301 in the old harbour town", "Café in the old harbour", "cafe\u0301 in the old harbour"),
        ("ﾊﾞｽが来ます", "バスが来ました", "ﾊﾞｽが来ま"),
    ],
)
def test_marks_are_of_what_texts_are_compared_by(one, other, wanted):
    pieces = marked(one, other)
    assert "".join(piece.text for piece in pieces) == one
    assert [piece.text for piece in pieces if piece.kind == "same"] == [wanted]
    assert "".join(piece.text for piece in marked(one, "", named_in({"names": [wanted]})) if piece.kind == "named") == wanted


@given(st.text(max_size=40))
def test_the_words_that_marks_are_of_stand_where_they_are_said_to(text):
    words, places = placed(text)
    assert all(0 <= begin < end <= len(text) for begin, end in places)
    if not any(unicodedata.name(sign, "").startswith(("HANGUL", "HALFWIDTH HANGUL", "PARENTHESIZED HANGUL", "CIRCLED HANGUL")) for sign in text):
        assert words == tokens(text)  # single letters of Hangul of several kinds become one


@given(st.lists(st.tuples(st.integers(0, 5), st.text(max_size=3)), unique_by=lambda one: one[1], max_size=20))
def test_the_best_do_not_depend_on_the_order(items):
    first, second = Best(4), Best(4)
    for key, name in items:
        first.offer(key, name, name)
    for key, name in reversed(items):
        second.offer(key, name, name)
    wanted = [name for _, name in sorted(items, key=lambda one: (-one[0], one[1]))][:4]
    assert first.items() == second.items() == wanted
    assert all(0 <= lot(name) < 1 for _, name in items)


def test_templates_are_in_the_package():
    assert {path.suffix for path in Path(page.__file__).parent.glob("page.*")} == {".py", ".jinja", ".css", ".js"}
