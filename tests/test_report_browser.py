"""The page about an output folder in a browser: it loads, searches, sorts, takes judgements, and keeps data text."""

from __future__ import annotations

import json
import shutil
import time

import pytest
from browser import CHROMIUM, DRIVER, browser
from conftest import call, rows
from report_folders import HOSTILE, hostile

pytestmark = pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="needs chromium and its driver")


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """A browser, and the downloads of it."""
    folder = tmp_path_factory.mktemp("browser")
    with browser(folder) as one:
        yield one, folder / "downloads"


@pytest.fixture(scope="module")
def folder(tmp_path_factory, articles, sample_run):
    """Stories with near misses, the cuts of their pages, and the page about them."""
    out = tmp_path_factory.mktemp("run") / "out"
    done = call("collapse", articles, "-o", out, "--threshold", "0.9", "--quiet")
    assert done.returncode == 0, done.stderr
    shutil.copy(sample_run / "cuts.jsonl", out)
    assert call("report", out).returncode == 0
    return out


def test_it_loads_without_a_complaint_light_dark_and_narrow(shown, folder):
    one, _ = shown
    papers = set()
    for scheme in ("light", "dark"):
        one.command("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        one.open(folder / "report.html")
        papers.add(one.run("return getComputedStyle(document.body).backgroundColor"))
    assert len(papers) == 2
    one.command("Emulation.setDeviceMetricsOverride", width=360, height=800, deviceScaleFactor=1, mobile=True)
    one.run("document.querySelectorAll('details').forEach((item) => { item.open = true; })")
    assert one.run("return document.documentElement.scrollWidth") <= 360
    one.command("Emulation.clearDeviceMetricsOverride")
    assert one.complaints() == []


def test_search_by_title_id_and_site(shown, folder):
    one, _ = shown
    one.open(folder / "report.html")
    corpus = rows(folder / "corpus.jsonl")
    listed = "return [...document.querySelectorAll('#list tbody tr')].map((row) => row.cells[1].textContent)"
    assert len(one.run(listed)) == min(50, len(corpus))
    for wanted in ("QUAKE", "harbour-post.example", corpus[3]["id"][:25], "nothing has this"):
        one.type("#search", wanted)
        low = wanted.lower()
        found = {row["id"] for row in corpus if low in f"{row['title']}\n{row['id']}\n{row['site']}".lower()}
        assert set(one.run(listed)) == found
        visible = one.run("return [...document.querySelectorAll('.story')].filter((item) => !item.hidden).map((item) => item.dataset.find)")
        assert all(low in item for item in visible)
        assert one.run("return document.getElementById('found').textContent").startswith(f"{len(found)} stor")
    assert one.complaints() == []


def test_tables_and_lists_are_sorted_by_their_heads(shown, folder):
    one, _ = shown
    one.open(folder / "report.html")
    column = "return [...document.querySelectorAll('#list tbody tr')].map((row) => row.cells[{}].textContent)"
    assert (sizes := one.run(column.format(4))) == sorted(sizes, key=int, reverse=True)
    one.click("#list th:nth-child(4) button")
    assert (dates := one.run(column.format(3))) == sorted(dates)
    one.click("#list th:nth-child(4) button")
    assert one.run(column.format(3)) == sorted(dates, reverse=True)
    sites = "return [...document.querySelectorAll('#sites tbody tr')].map((row) => Number(row.cells[2].dataset.v))"
    one.click("#sites th:nth-child(3) button")
    assert (counts := one.run(sites)) == sorted(counts, reverse=True)
    one.click("[data-sorts=gone] [data-key=site]")
    names = one.run("return [...document.querySelectorAll('#gone .call')].map((call) => call.dataset.site)")
    assert sorted(names) == sorted(names, key=str.casefold) == names
    assert one.complaints() == []


def test_judgements_are_saved_as_links_that_a_run_and_tune_take(shown, folder, articles, tmp_path):
    one, downloads = shown
    one.open(folder / "report.html")
    one.run("document.querySelectorAll('details').forEach((item) => { item.open = true; })")
    known = json.loads(one.run("return document.getElementById('data').textContent"))["pairs"]
    for number in (0, 1):
        one.click(f".judge[data-pair='{number}'] button[data-same='0']")
    one.click(".judge[data-pair='1'] button[data-same='0']")  # taken back
    missed = one.run("return document.querySelector('.missed .judge').dataset.pair")
    one.click(f".missed .judge[data-pair='{missed}'] button[data-same='1']")
    assert one.run("return document.getElementById('count').textContent") == "2 judgements"
    one.click("#download")
    path = downloads / "labels.jsonl"
    for _ in range(100):
        if path.exists():
            break
        time.sleep(0.1)
    labels = rows(path)
    wanted = [(known[0], False), (known[int(missed)], True)]
    assert [([label["left"], label["right"]], label["same"]) for label in labels] == wanted
    done = call("collapse", articles, "-o", tmp_path / "out", "--threshold", "0.9", "--links", path, "--quiet")
    assert done.returncode == 0, done.stderr
    story = {m["id"]: row["id"] for row in rows(tmp_path / "out" / "corpus.jsonl") for m in row["story"]["members"]}
    assert [story[left] == story[right] for (left, right), _ in wanted] == [False, True]
    done = call("tune", path, "--articles", folder, "--json")
    assert done.returncode == 0, done.stderr
    assert one.complaints() == []


def test_hostile_data_stay_text(shown, tmp_path):
    one, _ = shown
    out = hostile(tmp_path / "out")
    assert call("report", out).returncode == 0
    one.open(out / "report.html")
    one.run("document.querySelectorAll('details').forEach((item) => { item.open = true; })")
    assert one.run("return document.title").startswith("cleaner: ")
    titles = one.run("return [...document.querySelectorAll('#list tbody tr')].map((row) => row.cells[0].textContent)")
    assert set(titles) == set(HOSTILE)
    assert one.run("return document.scripts.length") == 2
    assert one.run("return document.images.length + document.forms.length + document.querySelectorAll('iframe,object').length") == 0
    assert one.run("return getComputedStyle(document.body).display") == "block"
    one.type("#search", "onerror")
    assert one.run("return document.querySelectorAll('#list tbody tr').length") == 1
    one.click(".story:not([hidden]) .judge button")
    assert one.run("return document.getElementById('count').textContent") == "1 judgement"
    loads = one.run("return performance.getEntriesByType('resource').length")
    assert (loads, one.complaints()) == (0, [])


def test_the_policy_forbids_what_the_page_does_not_do(shown, folder):
    one, _ = shown
    one.open(folder / "report.html")
    one.run("const s = document.createElement('script'); s.textContent = 'window.taken = 1'; document.body.append(s)")
    one.run("const i = new Image(); i.src = 'http://127.0.0.1:9/x.png'; document.body.append(i)")
    assert one.run("return window.taken === undefined")
    assert sum("Content Security Policy" in said for said in one.complaints()) == 2
