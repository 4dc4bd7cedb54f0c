"""Pages that stand in the place of an article are rejected by run and collapse, and told; texts about them are not."""

import json

import pytest
from conftest import call_here, rows

from cleaner.strip.decisions.no_article import what_instead

INSTEAD = {
    "lost": (
        "404",
        "Page not found. The page you are looking for may have been moved or deleted. Go back to the home page.",
    ),
    "lost-de": ("Seite nicht gefunden", "Diese Seite wurde nicht gefunden. Zurück zur Startseite."),
    "lost-ru": (None, "Страница не найдена. Перейти на главную."),
    "lost-ja": (None, "お探しのページが見つかりません。トップへ戻る"),
    "lost-fr": (None, "Erreur 404\nLa page que vous cherchez est introuvable."),
    "lost-el": (None, "Σφάλμα 404. Η σελίδα που ζητήσατε δεν βρέθηκε."),
    "lost-no": (None, "Uventet feil. Siden du leter etter finnes ikke."),
    "script": ("Lantern", "Please enable JavaScript to view this site. Your browser does not support it."),
    "captcha": (None, "Please verify you are human. Complete the security check to access the site. Ray ID: 7f0c"),
    "consent": ("Lantern", "We use cookies and similar technologies. Accept all or open the settings. Partners do so too."),
    "denied": (None, "Access denied. You do not have permission to access this server. Reference 18.22"),
}
ARTICLES = {
    "about-404": (
        "Error 404 becomes an exhibition",
        "The museum of Orsk shows what people see when a page is not there. Sixty artists drew their own error 404. "
        "The show opens on Friday and stays until May, said its curator Lena Marek. Entrance is free for children.",
    ),
    "headline": (None, "Police could not find the page that was torn from the register."),
    "captchas": (
        "Captchas no longer tell people from programs",
        "Researchers have shown that captchas are solved faster by programs than by people. 'Verify that you are human' "
        "now takes a person eleven seconds, a model two, says the study from Tolvik university.",
    ),
    "short": (None, "The ferry to Skarnes will not sail on Monday, the operator said."),
    "cookies": (
        "Baker wins prize",
        "Lena Marek of Orsk won the county's prize for her almond cookies. We use cookies as money here, she joked.",
    ),
    "server": (None, "A server of the county failed on Monday. Pay was late for two thousand teachers, the union said."),
}


@pytest.mark.parametrize("name", INSTEAD)
def test_what_stands_in_the_place_of_an_article(name):
    assert what_instead(*INSTEAD[name])


@pytest.mark.parametrize("name", ARTICLES)
def test_articles(name):
    assert what_instead(*ARTICLES[name]) is None


@pytest.mark.parametrize("command", ["run", "collapse"])
def test_they_are_rejected_with_what_they_were(tmp_path, command):
    pages = INSTEAD | ARTICLES
    lines = [json.dumps({"id": name, "title": title, "text": text}) for name, (title, text) in pages.items()]
    (tmp_path / "in.jsonl").write_text("\n".join(lines), encoding="utf-8")
    done = call_here(command, "in.jsonl", "-o", "out", "-q", cwd=tmp_path)
    assert done.returncode == 0, done.stderr.decode()
    rejected = {row["id"]: (row["reason"], row["detail"]) for row in rows(tmp_path / "out" / "rejected.jsonl")}
    assert not set(rejected) & set(ARTICLES)
    if command == "collapse":
        assert {name: reason for name, (reason, _) in rejected.items()} == dict.fromkeys(INSTEAD, "no-article")
        assert rejected["lost"][1] == "page not found"
    else:
        assert set(rejected) == set(INSTEAD)
        assert {reason for reason, _ in rejected.values()} <= {"no-article", "no-body"}
