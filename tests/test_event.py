"""The event stage on invented news: what is one event, what is not, and why."""

import json
import random
import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.collapse.event import EventIndex, adapted_threshold, count_scores, default_threshold
from cleaner.collapse.event.candidates import candidate_pairs
from cleaner.collapse.event.document import Reader, parse_day, parse_hour
from cleaner.collapse.event.features import NAMES
from cleaner.collapse.event.languages import Languages
from cleaner.collapse.event.model import load_model
from cleaner.collapse.event.names import count_numbers, years
from cleaner.collapse.event.term_matrix import heaviest
from cleaner.collapse.event.terms import Analyzer, tokenize
from cleaner.collapse.event.weighting import idf, local_share
from cleaner.collapse.levels import collapse
from cleaner.collapse.linkage import average_link
from cleaner.records import Article

LANGUAGES = Languages()
CASES = Path(__file__).parent / "cases" / "events"

QUAKE_NORTH = [
    Article(
        "north-1",
        "A strong earthquake shook the harbour town of Velmora before dawn on Tuesday, killing at least 14 people "
        "and burying dozens under collapsed flats. The Taldan Geological Institute put the magnitude at 6.4 and "
        "the centre 9 km below the Sorin valley. Mayor Ilse Hartvig asked residents to stay out of cracked houses.",
        title="Earthquake kills 14 in Velmora",
        date="2024-03-12",
        lang="en",
    ),
    Article(
        "north-2",
        "Rescuers dug through rubble in Velmora on Tuesday after a 6.4 magnitude earthquake brought down two "
        "blocks of flats in the harbour quarter. Fourteen bodies had been found by noon, said mayor Ilse Hartvig. "
        "Tremors were felt along the whole Sorin valley, the Taldan Geological Institute reported.",
        title="Rescuers search Velmora rubble after quake",
        date="2024-03-12T15:20:00+01:00",
        lang="en",
    ),
    Article(
        "north-3",
        "The town of Velmora counts its dead. At least 14 people lost their lives when the ground moved under the "
        "Sorin valley early on Tuesday; the earthquake reached magnitude 6.4, according to the Taldan Geological "
        "Institute. Ilse Hartvig, the mayor, opened the harbour halls to families whose flats had collapsed.",
        title="Velmora mourns earthquake victims",
        date="2024-03-13",
        lang="en",
    ),
]
QUAKE_SOUTH = [
    Article(
        "south-1",
        "An earthquake of magnitude 5.8 rattled the vineyards around Pescara Alta on Sunday night, injuring 31 "
        "people and cutting the railway to Monteluna. Governor Dario Benvenga said no deaths were known. The "
        "Observatory of Cape Rosso expects aftershocks for several days.",
        title="Magnitude 5.8 quake injures 31 in Pescara Alta",
        date="2024-09-22",
        lang="en",
    ),
    Article(
        "south-2",
        "Trains to Monteluna will not run before Thursday after Sunday's earthquake near Pescara Alta, governor "
        "Dario Benvenga said. Hospitals treated 31 people for injuries, most of them from falling tiles. The "
        "Observatory of Cape Rosso measured magnitude 5.8 and warned vineyards of aftershocks.",
        title="Pescara Alta quake stops trains to Monteluna",
        date="2024-09-23",
        lang="en",
    ),
]
ELSEWHERE = [
    Article(
        "bakery",
        "The last wood-fired bakery of Grimsund closes at the end of the month. Owner Petra Aalund, who is 71, "
        "found nobody to take over the ovens that her grandfather built. Regulars queued around the corner for rye "
        "loaves on Saturday.",
        title="Grimsund loses its last wood-fired bakery",
        date="2024-03-12",
        lang="en",
    ),
    Article(
        "ferry",
        "A new electric ferry between Hallvik and the island of Torsoy starts in June. It carries 120 cars and "
        "charges its batteries in nine minutes, the operator Fjordline Nord said when it showed the ship.",
        title="Electric ferry to Torsoy starts in June",
        date="2024-05-02",
        lang="en",
    ),
]
EVENTS = {
    "de": (
        [
            "Nach dem Brand in der Papierfabrik Lohwerder sucht die Feuerwehr weiter nach zwei vermissten Arbeitern. "
            "Das Feuer war am Montagabend im Lager ausgebrochen, sagte Einsatzleiter Jens Marquardt.",
            "In Lohwerder ist das Lager der Papierfabrik ausgebrannt. Zwei Arbeiter werden vermisst; die Suche der "
            "Feuerwehr dauere an, erklärte Einsatzleiter Jens Marquardt am Dienstag.",
        ],
        "Die Stadt Kaltenried bekommt ein neues Hallenbad. Der Gemeinderat stimmte dem Bau für elf Millionen Euro "
        "zu. Bürgermeisterin Ruth Seidl rechnet mit der Eröffnung im nächsten Herbst.",
    ),
    "ru": (
        [
            "В Верхнеозёрске после наводнения эвакуировали 340 жителей. Вода в реке Тальме поднялась на три метра, "
            "сообщил глава города Степан Рябинин.",
            "Жителей Верхнеозёрска вывезли из затопленных домов. По словам Степана Рябинина, главы города, река "
            "Тальма поднялась на три метра, наводнение задело 340 человек.",
        ],
        "Музей часов в Старокаменске открыл зал механических кукушек. Директор Нина Горская показала гостям "
        "экспонаты, которым больше двухсот лет.",
    ),
    "zh": (
        [
            "青岚市周二清晨发生化工厂爆炸，造成七人死亡，二十多人受伤。消防员在厂区继续搜救，市长林致远下令附近居民撤离。",
            "化工厂爆炸后，青岚市附近居民已经撤离。市长林致远表示，爆炸造成七人死亡，消防员仍在厂区搜救。",
        ],
        "白鹭湖国家公园迎来了今年第一批候鸟。工作人员说，湖面上的天鹅数量比去年增加了三成，游客可以在观鸟台上看到它们。",
    ),
    "ar": (
        [
            "غرقت عبارة قرب ميناء السلوان مساء الخميس وعلى متنها ركاب، وقال خفر السواحل إن فرق الإنقاذ انتشلت ستين ناجيا من البحر.",
            "انتشلت فرق الإنقاذ ستين ناجيا من البحر بعد غرق عبارة قرب ميناء السلوان، وقال خفر السواحل إن البحث عن الركاب مستمر.",
        ],
        "افتتحت مدينة النخيل مكتبة عامة جديدة تضم آلاف الكتب للأطفال، وقالت مديرة المكتبة إن الدخول مجاني طوال الصيف.",
    ),
}


def groups(articles, threshold=None):
    index = EventIndex(articles)
    pairs = index.pairs()
    labels = average_link(len(index), *pairs, threshold or default_threshold())
    clusters = {}
    for article, label in zip(articles, labels.tolist(), strict=True):
        clusters.setdefault(label, set()).add(article.id)
    return sorted(clusters.values(), key=sorted)


def ids(*stories):
    return sorted(({article.id for article in story} for story in stories), key=sorted)


def test_two_earthquakes_are_two_events():
    articles = QUAKE_SOUTH + ELSEWHERE + QUAKE_NORTH
    assert groups(articles) == ids(QUAKE_NORTH, QUAKE_SOUTH, *([one] for one in ELSEWHERE))


def test_untitled_undated_articles_without_a_language():
    bare = [replace(a, title=None, date=None, lang=None) for a in QUAKE_NORTH + QUAKE_SOUTH + ELSEWHERE]
    assert groups(bare) == ids(QUAKE_NORTH, QUAKE_SOUTH, *([one] for one in ELSEWHERE))


@pytest.mark.parametrize("given_language", [True, False])
@pytest.mark.parametrize("lang", sorted(EVENTS))
def test_events_in_other_languages(lang, given_language):
    told, other = EVENTS[lang]
    code = lang if given_language else None
    articles = [Article(f"told-{k}", text, lang=code) for k, text in enumerate(told)] + [
        Article("other", other, lang=code)
    ]
    assert groups(articles) == [{"other"}, {"told-0", "told-1"}]


def test_languages_side_by_side():
    articles = QUAKE_NORTH + QUAKE_SOUTH
    for lang, (told, other) in EVENTS.items():
        articles += [Article(f"{lang}-{k}", text, lang=lang) for k, text in enumerate([*told, other])]
    expected = ids(QUAKE_NORTH, QUAKE_SOUTH)
    expected += [group for lang in EVENTS for group in ({f"{lang}-0", f"{lang}-1"}, {f"{lang}-2"})]
    assert groups(articles) == sorted(expected, key=sorted)


def test_the_same_words_a_year_later_are_less_likely_one_event():
    first, second = QUAKE_NORTH[:2]
    later = replace(second, date="2025-03-12")
    same_day = EventIndex([first, second, *ELSEWHERE]).probability(0, 1)
    anniversary = EventIndex([first, later, *ELSEWHERE]).probability(0, 1)
    assert anniversary < same_day


@pytest.mark.parametrize("text", ["", "   ", "Quake in Velmora", "Velmora Velmora Velmora Velmora", "!?"])
def test_texts_under_five_tokens_join_nothing(text):
    twins = [Article(f"short-{k}", text, title="Earthquake kills 14 in Velmora", lang="en") for k in range(3)]
    articles = twins + QUAKE_NORTH
    index = EventIndex(articles)
    pairs = index.pairs()
    assert min(pairs.left.tolist()) >= 3
    assert index.probability(0, 1) == index.probability(0, 3) == 0.0
    assert {"short-0"} in groups(articles)


@pytest.mark.parametrize("articles", [[], ELSEWHERE[:1], [Article("empty", "")]])
def test_corpora_of_none_and_one(articles):
    assert [len(column) for column in EventIndex(articles).pairs()] == [0, 0, 0]


def test_probability_of_any_pair_agrees_with_the_pairs():
    articles = QUAKE_NORTH + QUAKE_SOUTH + ELSEWHERE
    index = EventIndex(articles)
    listed = {(i, j): p for i, j, p in zip(*(column.tolist() for column in index.pairs()), strict=True)}
    assert listed
    for i in range(len(articles)):
        for j in range(len(articles)):
            if i != j:
                probability = index.probability(i, j)
                assert 0 <= probability <= 1
                assert probability == index.probability(j, i)
                assert probability == listed.get((min(i, j), max(i, j)), probability)


@settings(deadline=None, max_examples=15)
@given(st.randoms(use_true_random=False))
def test_scores_do_not_depend_on_the_order_of_articles(random_order):
    articles = QUAKE_NORTH + QUAKE_SOUTH + ELSEWHERE + [Article("zh", EVENTS["zh"][0][0], lang="zh")]

    def scored(order):
        pairs = EventIndex(order).pairs()
        rows = zip(*(column.tolist() for column in pairs), strict=True)
        return {frozenset((order[i].id, order[j].id)): p for i, j, p in rows}

    shuffled = list(articles)
    random_order.shuffle(shuffled)
    assert scored(shuffled) == scored(articles)


def test_evidence_is_plain_and_readable():
    index = EventIndex(QUAKE_NORTH + QUAKE_SOUTH + ELSEWHERE)
    evidence = json.loads(json.dumps(index.evidence(0, 1)))
    assert "Velmora" in evidence["names"]
    assert any("Hartvig" in name for name in evidence["names"])
    assert "6.4" in " ".join(evidence["numbers"])
    assert evidence["terms"]
    assert not {term for term in evidence["terms"] if term in ("the", "on", "of")}
    assert evidence["days_apart"] == 0
    assert index.evidence(0, 3)["days_apart"] == 194


def test_evidence_of_strangers_and_of_undated_articles():
    index = EventIndex([replace(ELSEWHERE[0], date=None), ELSEWHERE[1], Article("empty", "")])
    evidence = index.evidence(0, 1)
    assert evidence["names"] == evidence["numbers"] == []
    assert evidence["days_apart"] is None
    assert index.evidence(0, 2) == {"names": [], "numbers": [], "terms": [], "days_apart": None}


def test_pages_of_one_template_are_not_one_event():
    """600 pages of 300 equal words and 100 of their own: rare in the background, common here."""
    rng = random.Random(7)
    syllables = [c + v for c in "bcdfgklmnprst" for v in "aeiou"]
    words = sorted({"".join(rng.choices(syllables, k=3)) for _ in range(9000)})
    rng.shuffle(words)
    template, vocabulary = " ".join(words[:300]), words[300:6300]
    pages = [
        Article(f"{k}", f"{template} {own}" if k % 2 else f"{own} {template}", lang="en")
        for k, own in ((k, " ".join(rng.choices(vocabulary, k=100))) for k in range(600))
    ]
    assert groups(pages) == sorted(({page.id} for page in pages), key=sorted)


# text, language, terms
TERMS = [
    ("The shelling's victims fled; they're fleeing", "en", ["shell", "victim", "fled", "flee"]),
    ("Die Häuser des Dorfes", "de", ["haus", "dorf"]),
    ("Города и городом", "ru", ["город", "город"]),
    ("İstanbul’da yağmur", "tr", ["istanbul", "yağmur"]),
    ("地震的灾区", "zh", ["地震", "灾区"]),
    ("地震 in 東京都", "ja", ["地震", "in", "東京", "京都"]),
    ("Tre katter", "xx", ["tre", "katter"]),
    ("ﬁre Straße STRASSE", "xx", ["fire", "strasse", "strasse"]),
    ("a 7 . !", "en", []),
]


@pytest.mark.parametrize(("text", "lang", "terms"), TERMS)
def test_terms(text, lang, terms):
    analyzer = Analyzer(LANGUAGES.get(lang))
    assert [term for written in tokenize(text).texts if (term := analyzer.term(written))] == terms


@given(st.text(max_size=200))
def test_tokens_are_pieces_of_the_text_in_order(text):
    tokens = tokenize(text)
    assert [text[start:end] for start, end in zip(tokens.starts, tokens.ends, strict=True)] == tokens.texts
    assert tokens.starts == sorted(tokens.starts)
    assert tokenize(text, 3) == tuple(part[:3] for part in tokens)


# text, language, keys of the names found
NAMES_FOUND = [
    ("Yesterday President George W. Bush met the United Nations.", "en", {"president george w bush", "united nations"}),
    ("Militants fled. The army took Aleppo's airport.", "en", {"aleppo"}),
    ("Militants fled. The Militants returned.", "en", {"militants"}),
    ("NATO met. On Monday he said so.", "en", {"nato"}),
    ("Там был Степан Рябинин.", "ru", {"степан рябинин"}),
    ("nobody here", "en", set()),
]


@pytest.mark.parametrize(("text", "lang", "expected"), NAMES_FOUND)
def test_names(text, lang, expected):
    names = Reader().read(Article("a", text, lang=lang)).names
    assert {name for name, weight in names.items() if weight >= 1} == expected


def test_family_names_meet_full_names():
    assert Reader().read(Article("a", "He met Ilse Hartvig.", lang="en")).names["hartvig"] == 0.5


# text, language, numbers
NUMBERS = [
    ("8,000 people and 3.5 percent", "en", {"8000people", "3.5percent"}),
    ("$200 million in 2011, a 7.2-magnitude quake", "en", {"$200million", "7.2magnitude"}),
    ("4 dead, 3 cats, 12 dogs", "en", {"4dead", "12"}),
    ("3,5 Millionen Euro, 8.000 Menschen", "de", {"3.5millionen", "8000menschen"}),
    ("погибли 47 человек", "ru", {"47человек"}),
    ("造成1.2万人死亡，伤5000人", "zh", {"1.2万", "5000人"}),
    ("٢٥٠ شخصا", "ar", {"250شخصا"}),
    ("an A320 on the 20th", "en", set()),
]


@pytest.mark.parametrize(("text", "lang", "expected"), NUMBERS)
def test_numbers(text, lang, expected):
    numbers = count_numbers(text, LANGUAGES.get(lang))
    assert {number for number, weight in numbers.items() if weight >= 1} == expected


def test_years():
    assert years("In 2011 and 1998; 20115 or 3.2012 are none, 1066 is history") == {2011, 1998}


@pytest.mark.parametrize(
    ("written", "same_as"),
    [
        ("2024-11-30", "2024-11-30"),
        ("2024-11-30T23:59:00+05:00", "2024-11-30"),
        ("2024-11-30 10:00:00Z", "2024-11-30"),
        (" 2024-11-30T10:00:00.123456789 GMT", "2024-11-30"),
    ],
)
def test_dates(written, same_as):
    assert parse_day(written) == parse_day(same_as) is not None


@pytest.mark.parametrize("written", [None, "", "yesterday", "30/11/2024", "2024-13-45", "0000-00-00", "2024"])
def test_dates_that_cannot_be_read_are_no_dates(written):
    assert parse_day(written) is None


@pytest.mark.parametrize("code", ["en", "de", "fr", "es", "pt", "it", "ru", "ar", "tr", "zh"])
def test_word_lists_are_folded(code):
    language = LANGUAGES.get(code)
    assert language.stop and language.units
    for word in language.stop | language.units | set(language.weekdays) | set(language.numerals) | language.address:
        assert Analyzer(replace(language, stop=frozenset())).term(tokenize(word).texts[0]) or len(word) == 1
        assert word == word.casefold() or code == "tr"


@pytest.mark.parametrize(("code", "same_as"), [("en-GB", "en"), ("PT_br", "pt"), (" de ", "de")])
def test_regional_codes(code, same_as):
    assert LANGUAGES.get(code) == LANGUAGES.get(same_as)


def test_language_is_guessed_from_function_words():
    for lang in ("de", "ru", "ar"):
        text = " ".join(EVENTS[lang][0])
        assert LANGUAGES.guess(written.casefold() for written in tokenize(text).texts).code == lang
    assert LANGUAGES.guess(["zxcv", "qwer"]).code == ""


def test_idf_keeps_its_scale_and_damps_what_is_common_here():
    """A rare word weighs about the same in 10 and 1,000,000; one that all hold weighs almost nothing."""

    def weigh(frequency, documents):
        share = local_share([np.array([float(frequency)])], [documents])
        return float(idf(np.array([float(frequency)]), documents, 9.0, share)[0])

    assert weigh(1, 10) == pytest.approx(weigh(1, 1000), rel=0.06)
    assert weigh(1, 10) == pytest.approx(weigh(1, 10**6), rel=0.2)
    assert weigh(5, 5) > 0.8 * weigh(1, 5)
    assert weigh(2000, 2000) < 0.05 * weigh(1, 2000)


def test_a_common_word_of_a_small_language_is_common():
    """40 of 50 pages of one language hold it: 4 % of the corpus, but a template's word in that language."""
    alone = local_share([np.array([40.0])], [1000])
    beside = local_share([np.array([0.0]), np.array([40.0])], [950, 50])
    assert beside > alone


def test_heaviest_prefers_the_earlier_of_equal_terms():
    from scipy.sparse import csr_matrix

    best = heaviest(csr_matrix(np.array([[1.0, 2.0, 1.0, 2.0], [0, 0, 0, 3.0]])), 3)
    assert best.toarray().tolist() == [[1, 2, 0, 2], [0, 0, 0, 3]]


def test_candidates_share_two_terms():
    from scipy.sparse import csr_matrix

    rows = csr_matrix(np.array([[0.7, 0.7, 0, 0], [0.7, 0.7, 0, 0], [0.7, 0, 0.7, 0], [0.7, 0.7, 0, 0]]))
    left, right = candidate_pairs(rows, np.array([True, True, True, False]))
    assert list(zip(left.tolist(), right.tolist(), strict=True)) == [(0, 1)]


def test_the_shipped_model_fits_the_features():
    model = load_model()
    assert len(model.coefficients) == len(NAMES)
    assert 0 < default_threshold() < 1


def told(name, **other):
    """The articles of one file of invented events, and what each tells."""
    rows = tomllib.loads((CASES / f"{name}.toml").read_text(encoding="utf-8"))["article"]
    articles = [
        Article(f"{name}-{k}", row["text"].strip(), title=row["title"], date=row.get("date")) for k, row in enumerate(rows)
    ]
    return [replace(article, **other) for article in articles], [row.get("event", str(k)) for k, row in enumerate(rows)]


def grouped(articles, **choices):
    return sorted(sorted(member.id for member in story.members) for story in collapse(articles, **choices))


def wanted(articles, events):
    return sorted(sorted(a.id for a, event in zip(articles, events, strict=True) if event == one) for one in set(events))


@pytest.mark.parametrize("lang", ["de", "es", "fr", "ru", "zh"])
@pytest.mark.parametrize("coded", [True, False])
def test_two_reports_and_a_sibling_event(lang, coded):
    articles, events = told(lang, lang=lang if coded else None)
    assert grouped(articles) == wanted(articles, events)


@pytest.mark.parametrize("lang", ["de", "es", "ru", "zh"])
def test_undated_reports_and_a_sibling_event(lang):
    articles, events = told(lang, date=None, lang=lang)
    assert grouped(articles) == wanted(articles, events)


def test_events_of_five_languages_in_one_corpus():
    articles, groups = [], []
    for lang in ("de", "es", "fr", "ru", "zh"):
        own, events = told(lang)
        articles += own
        groups += wanted(own, events)
    assert grouped(articles) == sorted(groups)


def test_reports_further_apart_than_the_span_are_two_stories():
    articles = [replace(QUAKE_NORTH[0], date="2024-03-12T03:00"), *QUAKE_NORTH[1:]]
    assert len(grouped(articles)) == 1
    assert grouped(articles, event_span=20) == [["north-1", "north-2"], ["north-3"]]
    assert len(grouped(articles, event_span=24)) == 1
    assert len(grouped([replace(article, date=None) for article in articles], event_span=1)) == 1


@pytest.mark.parametrize(
    ("written", "hours"),
    [("2024-03-12", 0.0), ("2024-03-12T06:30", 6.5), ("2024-03-12T06:30:00+02:00", 4.5), ("2024-03-12 06:30Z", 6.5)],
)
def test_hours(written, hours):
    assert parse_hour(written) == 24.0 * parse_day("2024-03-12") + hours
    assert parse_hour("yesterday") is parse_hour(None) is None


# text, language, weekdays, months, things counted
CUES = [
    ("On Tuesday, March 12, 8,000 ships left; fourteen dogs may stay.", "en", {1}, {3}, {"8000 ship", "8000 left", "14 dog"}),
    ("Am Montagabend, dem 3. Mai, sahen 8.000 Gäste zwei Tore.", "de", {0}, {5}, {"8000 gast", "2 tor"}),
    ("Во вторник, 5 мая, вывезли 340 жителей", "ru", {1}, {5}, {"340 жител"}),
    ("星期二（3月12日）发生爆炸，7人死亡", "zh", {1}, {3}, {"7 人死", "7 死亡"}),
    ("We marched in 2011.", "en", set(), set(), set()),
]


@pytest.mark.parametrize(("text", "lang", "weekdays", "months", "counted"), CUES)
def test_cues(text, lang, weekdays, months, counted):
    document = Reader().read(Article("a", text, lang=lang))
    assert (document.weekdays, document.months) == (weekdays, months)
    assert counted <= document.counted


def test_guides_on_one_topic_stay_apart():
    articles, events = told("evergreen", lang="en")
    assert grouped(articles) == wanted(articles, events)
    news = QUAKE_NORTH + QUAKE_SOUTH + ELSEWHERE
    assert set(map(tuple, grouped(articles))) < set(map(tuple, grouped(articles + news)))


def test_advice_addresses_its_reader():
    articles, _ = told("evergreen")
    assert min(Reader().read(article).address for article in articles) > 0.005
    assert Reader().read(QUAKE_NORTH[0]).address == 0


def test_the_threshold_follows_density_but_not_for_a_handful():
    usual = default_threshold()
    assert adapted_threshold(count_scores(np.zeros(0))) == pytest.approx(usual, abs=0.01)
    assert adapted_threshold(count_scores(np.full(10, 0.99))) == pytest.approx(usual, abs=0.03)
    sparse = adapted_threshold(count_scores(np.r_[np.full(50_000, 0.01), np.full(500, 0.6)]))
    dense = adapted_threshold(count_scores(np.r_[np.full(5_000, 0.01), np.full(5_000, 0.99)]))
    assert dense < usual < sparse
    assert sparse < 0.55, "five reports of one event in very different words would fall apart"


def test_counts_of_scores_add_up():
    scores = np.linspace(0, 1, 1001)
    assert (count_scores(scores[:400]) + count_scores(scores[400:]) == count_scores(scores)).all()
    assert count_scores(scores).sum() == 1001


def test_the_title_counts_more_than_the_text():
    document = Reader().read(Article("a", "a ferry sank and the ferry was old news today", title="Ferry sinks"))
    assert document.terms["ferri"] == 2 + 2 + 2  # in the text, which is all lead, and twice for the title
    assert document.title == {"ferri": 1, "sink": 1}


BULLETIN = (
    "The health office of Orsk county said in the evening that a patient with the grey fever had died in hospital. "
    "It is death number {} in the county since the outbreak began. The {}-year-old had other illnesses. Doctors ask "
    "all who live in the county to wash their hands and to stay at home when they have a fever."
)


def _bulletin(number: int, age: int, site: str, day: int) -> Article:
    title = f"{number}th death from grey fever in Orsk county"
    return Article(site + str(day), BULLETIN.format(number, age), title=title, date=f"2024-05-0{day}", site=site)


def test_a_bulletin_of_one_site_is_less_likely_the_event_of_the_last_one_than_of_another_site():
    mine, next_day = _bulletin(11, 60, "a.example", 4), _bulletin(12, 70, "a.example", 5)
    other_site = replace(next_day, site="b.example")
    unknown = replace(next_day, site=None)
    scores = [EventIndex([mine, one, *ELSEWHERE]).probability(0, 1) for one in (next_day, other_site, unknown)]
    assert scores[0] < scores[1] == scores[2]
    again = _bulletin(11, 60, "a.example", 4)
    assert EventIndex([mine, again, *ELSEWHERE]).probability(0, 1) > scores[0]


@pytest.mark.parametrize(
    ("title", "text", "numbers", "told"),
    [
        ("Day 3 of 12th round", "On 4 May, or May 4th, all rested.", {3, 12}, {4 * 31 + 3}),
        (None, "2 of 5 came. Nothing more.", {2, 5}, set()),
        ("Прогноз на 18 ноября", "В понедельник, 18 ноября, снег.", {18}, {10 * 31 + 17}),
        ("5月8日の試合", "試合は5月8日に行われた。", {5, 8}, {4 * 31 + 7}),
        ("May 99 win", "They may 40 times.", {99}, set()),
    ],
)
def test_numbers_of_the_headline_and_days_told(title, text, numbers, told):
    document = Reader().read(Article("a", text, title=title))
    assert (document.head_numbers, document.told) == (numbers, told)


def test_the_grain_of_an_event():
    """A quake and what was said of it the day after next: one story, or two reports."""
    first, second, third = QUAKE_NORTH
    later = replace(third, date="2024-03-15")
    articles = [first, second, later, *ELSEWHERE]

    def sizes(grain):
        return sorted(story.size for story in collapse(articles, grain=grain))

    assert max(sizes("story")) == 3
    assert max(sizes("report")) == 2


BRIEFS = tomllib.loads((CASES.parent / "briefs.toml").read_text(encoding="utf-8"))["corpus"]


@pytest.mark.parametrize("corpus", BRIEFS, ids=[corpus["name"] for corpus in BRIEFS])
def test_briefs_that_share_a_town_and_a_weekday_are_told_apart(corpus):
    rows = corpus["article"]
    articles = [
        Article(f"{k:02d}", row["text"], title=row.get("title"), date=row.get("date"), lang=corpus.get("lang"),
                site=corpus.get("site") or f"{k}.example")
        for k, row in enumerate(rows)
    ]  # fmt: skip
    wanted = sorted([f"{k:02d}" for k, row in enumerate(rows) if row["story"] == one] for one in {r["story"] for r in rows})
    assert sorted(sorted(member.id for member in story.members) for story in collapse(articles)) == wanted
