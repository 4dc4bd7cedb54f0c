"""Encodings of pages, and what is no text."""

import random
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.sources.decode import decode
from cleaner.sources.faults import Fault

SENTENCES = {
    "de": "Die Behörden räumten mehrere Straßen, nachdem der Fluss über die Ufer getreten war.",
    "fr": "Les élèves ont été évacués après la découverte d'une fuite de gaz près du collège.",
    "es": "El alcalde anunció que la reconstrucción comenzará mañana, según los técnicos.",
    "pt": "A prefeitura informou que não há previsão para a reabertura da estação.",
    "it": "Il sindaco ha detto che la città è pronta: più controlli, così si potrà riaprire.",
    "en": "The mayor said the bridge would reopen “within days” – it’s the third closure this year.",
    "sv": "Räddningstjänsten larmades på söndagen när vattnet började stiga vid vägen.",
    "tr": "Belediye başkanı, köprünün yeniden açılacağını söyledi. Yağış nedeniyle okullar kapalı.",
    "pl": "Władze miasta ogłosiły, że most zostanie zamknięty. Straż pożarna wciąż pracuje.",
    "cs": "Starosta oznámil, že most bude uzavřen. Hasiči stále zasahují na místě povodně.",
    "ru": "Власти города объявили, что мост будет закрыт до конца недели.",
    "el": "Ο δήμαρχος ανακοίνωσε ότι η γέφυρα θα κλείσει μέχρι το τέλος της εβδομάδας.",
    "ar": "أعلن رئيس البلدية أن الجسر سيغلق حتى نهاية الأسبوع.",
    "he": "ראש העירייה הודיע כי הגשר ייסגר עד סוף השבוע.",
    "zh": "市长宣布，大桥将关闭至本周末。居民们感到担忧，消防人员仍在现场工作。",
    "zh-tw": "市長宣布，大橋將關閉至本週末。居民們感到擔憂，消防人員仍在現場工作。",
    "ja": "市長は、橋を週末まで閉鎖すると発表した。住民は不安を感じている。",
    "ko": "시장은 다리를 주말까지 폐쇄한다고 발표했다. 주민들은 불안해하고 있다.",
    "th": "นายกเทศมนตรีประกาศว่าสะพานจะปิดจนถึงสิ้นสัปดาห์ ชาวบ้านกังวล",
}
ENCODINGS = [
    *((language, "cp1252") for language in ("de", "fr", "es", "pt", "it", "en", "sv")),
    ("tr", "cp1254"),
    ("pl", "cp1250"),
    ("pl", "iso8859_2"),
    ("cs", "cp1250"),
    ("ru", "cp1251"),
    ("ru", "koi8_r"),
    ("el", "cp1253"),
    ("ar", "cp1256"),
    ("he", "cp1255"),
    ("zh", "gb18030"),
    ("zh", "gbk"),
    ("zh-tw", "big5"),
    ("ja", "shift_jis"),
    ("ja", "euc_jp"),
    ("ko", "euc_kr"),
    ("th", "cp874"),
]


@pytest.mark.parametrize(("language", "encoding"), ENCODINGS)
def test_encodings_are_detected(language, encoding):
    sentence = SENTENCES[language]
    page = f"<html><head><title>News</title><script>x = 1;</script></head><p>{sentence}</p></html>"
    assert decode(sentence.encode(encoding)) == sentence
    assert decode(page.encode(encoding)) == page


LANGUAGES = tomllib.loads(
    (Path(__file__).parent.parent / "cases" / "encodings.toml").read_text(encoding="utf-8")
)["language"]
LABELS = {"cp1252": "iso-8859-1", "cp874": "tis-620", "cp866": "ibm866", "gb18030": "gbk"}
ROMANIAN = str.maketrans("șț", "şţ")  # ISO 8859-16 has the letters with a comma where windows-1250 has a cedilla


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language["code"])
@pytest.mark.parametrize("times", [1, 6])
def test_a_right_label_is_never_overruled_and_latin1_only_where_it_is_wrong(language, times):
    for encoding in language["encodings"]:
        text = " ".join([language["text"]] * times).encode(encoding, "ignore").decode(encoding)
        right = LABELS.get(encoding) or encoding.replace("cp", "windows-").replace("iso8859_", "iso-8859-").replace("_", "-")
        for label in (right, None, "iso-8859-1"):
            bare = f"<html><head><title>News</title></head><div>Home News Sport</div><p>{text}</p></html>"
            assert decode(bare.encode(encoding), label).translate(ROMANIAN) == bare, (encoding, label)
            if label:
                page = f'<meta charset="{label}"><div>Home News Sport</div><p>{text}</p>'
                assert decode(page.encode(encoding)).translate(ROMANIAN) == page, (encoding, label)
        short = text.partition(". ")[0] + "."
        assert decode(short.encode(encoding), right) == short, encoding


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language["code"])
def test_plain_utf16_without_a_mark(language):
    for encoding in ("utf-16-le", "utf-16-be"):
        assert decode(language["text"].encode(encoding)) == language["text"]


def test_the_page_is_asked_when_the_header_is_wrong():
    page = f"<meta charset=windows-1251><p>{SENTENCES['ru']}</p>"
    assert decode(page.encode("cp1251"), "ISO-8859-1") == page


def test_c1_controls_are_the_quotes_of_windows():
    text = "Włada powiedziała “nie” i „tak” – żółć, gęś, jaźń, łódź"
    data = text.encode("cp1250").translate(bytes.maketrans(b"\x9c\x9f\xb9", b"\xb6\xbc\xb1"))
    assert decode(b"<p>" + data, "iso-8859-2") == f"<p>{text}"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("language", ["en", "de", "ru", "zh"])
def test_unicode_with_and_without_bom(language, encoding):
    page = f"<html><body><p>{SENTENCES[language]}</p></body></html>"
    assert decode(page.encode(encoding)) == page


@pytest.mark.parametrize(
    ("label", "encoding", "language"),
    [
        ("iso-8859-1", "cp1252", "en"),
        ("latin1", "cp1252", "fr"),
        ("us-ascii", "cp1252", "de"),
        ("gb2312", "gb18030", "zh"),
        ("x-sjis", "cp932", "ja"),
        ("ks_c_5601-1987", "cp949", "ko"),
        ("windows-1251", "cp1251", "ru"),
        ("ISO-2022-JP", "iso2022_jp", "ja"),
        ("iso-8859-9", "cp1254", "tr"),
    ],
)
def test_labels_mean_what_browsers_take_them_for(label, encoding, language):
    sentence = SENTENCES[language]
    page = f"<html><head><meta charset='{label}'></head><p>{sentence}</p></html>"
    old = f'<meta http-equiv="Content-Type" content="text/html; charset={label}"><p>{sentence}</p>'
    assert decode(page.encode(encoding)) == page
    assert decode(old.encode(encoding)) == old
    assert decode(sentence.encode(encoding), label) == sentence


def test_the_escapes_of_iso_2022_jp_need_no_label():
    page = f"<p>{SENTENCES['ja']}</p>"
    assert decode(page.encode("iso2022_jp")) == page
    assert decode(b"<p>The escape \x1b$ alone is none.</p>") == "<p>The escape \x1b$ alone is none.</p>"


def test_the_header_goes_before_the_page():
    page = f"<meta charset=windows-1252><p>{SENTENCES['ru']}</p>"
    assert decode(page.encode("cp1251"), "windows-1251") == page


@pytest.mark.parametrize("label", ["iso-8859-1", "windows-1251", "utf-16", "no-such-thing", "rot13", "hex"])
def test_valid_utf8_is_utf8_whatever_the_label_says(label):
    page = f"<meta charset='{label}'><p>{SENTENCES['de']}</p>"
    assert decode(page.encode()) == page


def test_a_wrong_utf8_label_is_found_out():
    page = f"<meta charset='utf-8'><p>{SENTENCES['fr']}</p>"
    assert decode(page.encode("cp1252"), "utf-8") == page


def test_damaged_utf8_stays_utf8():
    data = (SENTENCES["de"] * 20).encode() + b"\xc3"
    assert decode(data) == SENTENCES["de"] * 20 + "\N{REPLACEMENT CHARACTER}"


def test_what_windows_1252_leaves_open_costs_one_character():
    assert decode(b"caf\xe9 \x81 " * 3 + SENTENCES["fr"].encode("cp1252"), "latin1").startswith("café")


def test_single_nul_characters_of_a_long_page_go():
    assert decode(b"word " * 1000 + b"\0" + b"end") == "word " * 1000 + "end"


@pytest.mark.parametrize("data", [b"", b" \n\t ", b"\xef\xbb\xbf", b"\xff\xfe \x00", "\u00a0\u2003".encode()])
def test_nothing_is_empty(data):
    with pytest.raises(Fault) as caught:
        decode(data)
    assert caught.value.reason == "empty"


BINARY = {
    "png": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    "pdf": b"%PDF-1.7\n" + b"1 0 obj\n" * 100,
    "zip": b"PK\x03\x04\x14\x00\x00\x00" + bytes(range(256)),
    "jpeg": b"\xff\xd8\xff\xe0" + bytes(range(256)),
    "random": random.Random(1).randbytes(100_000),
    "few random bytes": random.Random(2).randbytes(400),
    "nul": b"hello\0world",
    "zeros": bytes(1000),
    "controls": b"\x01\x02\x03\x04abc" * 100,
    "utf-16 junk": b"\xff\xfe" + b"\x01\x00\x02\x00\x05\x00" * 50,
}


@pytest.mark.parametrize("name", BINARY)
def test_binary_is_refused(name):
    with pytest.raises(Fault) as caught:
        decode(BINARY[name])
    assert caught.value.reason == "binary"


@pytest.mark.parametrize(
    "start", ["ID3 tags hold titles.", "RIFF raff.", "BZh is a short name.", "GIF89a came later."]
)
def test_text_that_starts_like_a_magic_number_is_text(start):
    assert decode(start.encode()) == start


@settings(deadline=None)
@given(st.binary(max_size=300), st.none() | st.text(max_size=20))
def test_any_bytes_give_text_that_utf8_can_hold_or_a_fault(data, label):
    try:
        text = decode(data, label)
    except Fault as fault:
        assert fault.reason in ("empty", "binary")
    else:
        assert text.strip()
        assert "\0" not in text
        text.encode("utf-8")


@settings(deadline=None)
@given(
    st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1).filter(
        lambda text: text.strip("\ufeff").strip()
    )
)
def test_utf8_comes_out_as_it_went_in(text):
    assert decode(b"\xef\xbb\xbf" + text.encode()) == text.removeprefix("\ufeff")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Rada miasta przyjęła budżet", "cp1250"),
        ("Most zostanie zamknięty na trzy tygodnie, powiedział burmistrz.", "iso8859_2"),
        ("Gradonačelnik je rekao da će most biti zatvoren tri tjedna.", "cp1250"),
        ("Consiliul a aprobat bugetul pentru şcoală", "iso8859_2"),
        ("Le maire a déclaré que le pont sera fermé", "cp1252"),
        ("Il a été élu à la mairie", "cp1252"),
        ("São João é festa", "cp1252"),
        ("La niña cantó", "cp1252"),
        ("Broen er stengt på grunn av været, sier ordføreren", "cp1252"),
        ("The café’s résumé of claim³ and volume of 3 m³", "cp1252"),
    ],
)
def test_a_few_words_under_the_label_of_latin1(text, encoding):
    assert decode(text.encode(encoding), "iso-8859-1") == text
