"""Choosing a threshold on labelled data: cleaner tune, and the settings file it writes."""

from __future__ import annotations

import importlib.util
import json

import pytest
from conftest import call, call_here, rows

from cleaner import settings_file
from cleaner.errors import UsageError
from cleaner.evaluate import pairs, tuning
from cleaner.evaluate.collapse import Corpus

DREDGE = [
    "Brackhaven harbour board votes to dredge the eastern channel before winter. The harbour board of Brackhaven "
    "voted seven to two on Tuesday to dredge the eastern channel, chairwoman Orla Fenwick said, after two trawlers "
    "ran aground near the old light in April. The work will cost 1.4 million crowns.",
    "Two trawlers ran aground at Brackhaven in April; now the eastern channel will be dredged. Orla Fenwick, who "
    "chairs the harbour board, said seven of nine members backed spending 1.4 million crowns on Tuesday.",
    "BRACKHAVEN - Skippers cheered on Tuesday when the harbour board agreed to dredge the eastern channel for 1.4 "
    "million crowns. 'The old light will not see a third trawler aground', said Orla Fenwick after the vote.",
]
QUAKE = [
    "An earthquake of magnitude 5.3 shook Orlesk early on Friday and brought down chimneys in the old town, governor "
    "Petar Vashko said. Nobody was hurt, but 40 families spent the night in the sports hall of Gornal.",
    "Forty families slept in the Gornal sports hall after a 5.3 magnitude earthquake hit Orlesk on Friday. Governor "
    "Petar Vashko said chimneys fell in the old town and that there were no injuries.",
]


@pytest.fixture
def clusters(tmp_path):
    labelled = [{"text": text, "cluster": "dredge", "date": "2026-03-03"} for text in DREDGE]
    labelled += [{"text": text, "cluster": "quake", "date": "2026-03-06"} for text in QUAKE]
    return written(tmp_path / "clusters.jsonl", labelled)


def written(path, records):
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


def test_every_threshold_is_shown_and_the_settings_are_used_by_a_run(tmp_path, clusters):
    settings = tmp_path / "settings.toml"
    done = call("tune", clusters, "--write", settings)
    assert done.returncode == 0, done.stderr.decode()
    lines = done.stdout.decode().splitlines()
    assert [line.split()[0] for line in lines[1:4]] == ["0.05", "0.1", "0.15"]
    assert next(line.split()[:6:2] for line in lines if "use this" in line)[1:] == ["0", "0"]
    assert "--settings" in lines[-1]
    threshold = settings_file.load(str(settings))["event_threshold"]
    stdin = "".join(json.dumps({"id": str(i), "text": text}) + "\n" for i, text in enumerate(DREDGE)).encode()
    for options, used in ([], threshold), (["--threshold", "0.97"], 0.97):
        done = call("collapse", "-", "-o", tmp_path / "out", "--settings", settings, *options, stdin=stdin)
        assert done.returncode == 0, done.stderr.decode()
        report = json.loads((tmp_path / "out" / "report.json").read_text())
        assert report["settings"]["event_threshold"] == used


def test_figures_move_from_events_lost_to_duplicates_left(clusters):
    tuned = tuning.tune([str(clusters)], "event")
    losses = [step.lost for step in tuned.steps]
    left = [step.duplicates for step in tuned.steps]
    assert losses == sorted(losses, reverse=True)
    assert left == sorted(left)
    chosen = next(step for step in tuned.steps if step.threshold == tuned.chosen)
    assert (chosen.bcubed.f1, chosen.ari, chosen.lost, chosen.duplicates) == (1.0, 1.0, 0, 0)


def test_a_threshold_links_as_a_run_with_that_threshold_does(clusters):
    from cleaner.evaluate import collapse

    for level in ("near", "event"):
        tuned = tuning.tune([str(clusters)], level)
        for step in tuned.steps[::9]:
            alone = collapse.evaluate(str(clusters), level, step.threshold, step.threshold)
            found = (alone.stories, alone.lost, alone.duplicates, alone.bcubed, alone.pairs, alone.ari)
            assert found == (step.stories, step.lost, step.duplicates, step.bcubed, step.pairs, step.ari)


def labelled_pairs(side):
    same = [(0, 1, True), (0, 2, True), (3, 4, "yes"), (1, 3, False), (2, 4, 0)]
    return [{"left": side(a), "right": side(b), "same": answer} for a, b, answer in same]


TEXTS = DREDGE + QUAKE


@pytest.mark.parametrize("side", [TEXTS.__getitem__, lambda i: {"text": TEXTS[i]}, lambda i: {"id": i, "text": TEXTS[i]}])
def test_pairs_of_texts_and_of_articles(tmp_path, side):
    path = written(tmp_path / "pairs.jsonl", labelled_pairs(side))
    known = pairs.read(str(path))
    assert [article.text for article in known.articles] == [TEXTS[i] for i in (0, 1, 2, 3, 4)]
    tuned = tuning.tune([str(path)], "event")
    chosen = next(step for step in tuned.steps if step.threshold == tuned.chosen)
    assert (chosen.lost, chosen.duplicates, chosen.pairs.f1) == (0, 0, 1.0)
    assert chosen.bcubed is None


def test_pairs_of_ids_are_judged_within_their_corpus(tmp_path):
    corpus = written(tmp_path / "corpus.jsonl", [{"id": f"a{i}", "text": text} for i, text in enumerate(TEXTS)])
    path = written(tmp_path / "pairs.jsonl", labelled_pairs(lambda i: f"a{i}"))
    done = call_here("tune", path, "--articles", corpus, "--json")
    assert done.returncode == 0, done.stderr.decode()
    tuned = json.loads(done.stdout)
    assert next(s for s in tuned["steps"] if s["threshold"] == tuned["chosen"])["pairs"][2] == 1.0


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"left": "a1", "right": "a2"}, "same must be true or false"),
        ({"left": "a1", "right": 5, "same": True}, "neither an article nor a text"),
        ({"left": "a1", "right": {"title": "no text"}, "same": True}, "no text"),
    ],
)
def test_a_bad_pair_is_told_with_its_place(tmp_path, row, said):
    path = written(tmp_path / "pairs.jsonl", [{"left": "a", "right": "b", "same": True}, row])
    with pytest.raises(UsageError, match=said) as error:
        pairs.read(str(path))
    assert "pair 2" in str(error.value)


def test_contradicting_and_unknown_pairs(tmp_path):
    path = written(tmp_path / "p.jsonl", [{"left": "a", "right": "b", "same": answer} for answer in (True, False)])
    with pytest.raises(UsageError, match="answered otherwise"):
        pairs.read(str(path))
    corpus = written(tmp_path / "corpus.jsonl", [{"id": "a", "text": "x"}])
    with pytest.raises(UsageError, match="has no article 'b'"):
        pairs.read(str(path), Corpus(str(corpus)))


ENDS = ("lo", "ma", "ne", "ri", "su", "ta")


def sharing(name: str, words: int) -> str:
    """40 words, the first of them shared by all such texts."""
    made = [first + vowel + last for first in "bdfgklmnprst" for vowel in "aeiou" for last in ENDS]
    return " ".join(made[:words] + [name + word for word in made[100 : 140 - words]])


def test_most_lost_bounds_the_choice(tmp_path):
    labelled = [{"text": sharing(name, 34), "cluster": "one"} for name in ("a", "b")]
    labelled.append({"text": sharing("c", 26), "cluster": "two"})
    path = str(written(tmp_path / "graded.jsonl", labelled))
    tuned = tuning.tune([path], "near", most_lost=0.0)
    outcomes = {step.threshold: (step.lost, step.duplicates) for step in tuned.steps}
    assert outcomes[0.3] == (1, 0)
    assert outcomes[0.9] == (0, 1)
    assert outcomes[tuned.chosen] == (0, 0)
    loose = tuning.tune([path], "near", most_lost=0.5)
    assert outcomes[loose.chosen] == (0, 0)
    hopeless = [{"text": sharing("a", 30), "cluster": i} for i in range(2)]
    with pytest.raises(UsageError, match="no threshold loses 10 %"):
        tuning.tune([str(written(tmp_path / "hopeless.jsonl", hopeless))], "near", most_lost=0.1)


def test_other_settings_of_a_file_stay_when_a_threshold_is_written_into_it(tmp_path, clusters):
    settings = tmp_path / "settings.toml"
    settings.write_text('prefer = ["a.example"]\n[require]\nmin_words = 9\n', encoding="utf-8")
    assert call_here("tune", clusters, "--level", "near", "--write", settings, "--json").returncode == 0
    values = settings_file.load(str(settings))
    assert (values["prefer"], values["require"]) == (["a.example"], {"min_words": 9})
    assert 0 < values["near_threshold"] < 1


@pytest.mark.skipif(importlib.util.find_spec("matplotlib") is None, reason="needs the extra [plot]")
def test_plot_is_a_png(tmp_path, clusters):
    assert call_here("tune", clusters, "--plot", tmp_path / "trade-off.png").returncode == 0
    assert (tmp_path / "trade-off.png").read_bytes().startswith(b"\x89PNG\r\n\x1a\n")


@pytest.mark.skipif(importlib.util.find_spec("matplotlib") is not None, reason="the extra [plot] is installed")
def test_plot_names_the_extra_that_is_missing(tmp_path, clusters):
    done = call_here("tune", clusters, "--plot", tmp_path / "trade-off.png")
    assert done.returncode == 2
    assert "pip install 'onestory[plot]'" in done.stderr.decode()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("event_treshold = 0.4", "unknown setting 'event_treshold'"),
        ("[require]\nwords = 3", r"unknown setting 'require.words'; known are require.lang, require.min_words"),
        ("require = 3", r"\[require\]"),
        ("event_threshold = 'high'", r"not between"),
        ("level = [", "not readable as TOML"),
        ("site_memory = 1", "not true or false"),
        ("prefer = [3]", "list of domains"),
        ("[fields]\ntext = 3", "name of a column"),
    ],
)
def test_a_wrong_settings_file_is_told(tmp_path, text, said):
    file = tmp_path / "settings.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=said) as error:
        settings_file.load(str(file))
    assert str(file) in str(error.value)


def test_options_win_over_the_settings_file_value_by_value(tmp_path):
    file = tmp_path / "settings.toml"
    file.write_text('level = "near"\nkeep = "longest"\n[fields]\ntext = "body"\n[require]\nlang = ["en"]\n')
    record = {"body": " ".join(DREDGE[0].split()[:30]), "key": "k", "lang": "en"}
    options = ["--settings", file, "--level", "exact", "--id-field", "key", "--require", "min-words=10"]
    done = call_here("collapse", "-", "-o", tmp_path / "out", *options, stdin=json.dumps(record).encode())
    assert done.returncode == 0, done.stderr.decode()
    used = json.loads((tmp_path / "out" / "report.json").read_text())["settings"]
    assert (used["level"], used["keep"], used["require"]) == ("exact", "longest", {"lang": ["en"], "min_words": 10})
    assert [row["id"] for row in rows(tmp_path / "out" / "corpus.jsonl")] == ["k"]


def test_settings_files_are_written_whole_or_not_at_all(tmp_path):
    file = tmp_path / "settings.toml"
    settings_file.dump(str(file), {"event_threshold": 0.5}, "chosen")
    before = file.read_text()
    with pytest.raises(TypeError):
        settings_file.dump(str(file), {"event_threshold": 0.6, "prefer": object()}, "chosen")
    assert file.read_text() == before
    assert [path.name for path in tmp_path.iterdir()] == ["settings.toml"]
    with pytest.raises(UsageError, match="cannot write"):
        settings_file.dump(str(tmp_path), {}, "")
