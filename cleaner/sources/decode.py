"""Bytes of a page to text: finds the encoding and refuses what is no text."""

from __future__ import annotations

import codecs

import regex
from charset_normalizer import from_bytes
from resiliparse.parse.encoding import detect_encoding, map_encoding_to_html5

from cleaner.sources import plausible
from cleaner.sources.faults import Fault

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
WIDER = {"shift_jis": "cp932", "euc_kr": "cp949", "big5": "big5hkscs", "gbk": "gb18030", "gb2312": "gb18030"}
"""The web means the wider one: https://encoding.spec.whatwg.org/#legacy-multi-byte-chinese-(simplified)-encodings
and the sections after it."""
THAI = {"iso8859_11": "cp874", "tis_620": "cp874"}
C1 = regex.compile("[\x80-\x9f]")
C1_MEANT = {code: bytes((code,)).decode("cp1252", "replace") for code in range(128, 160)}
"""What stands in the place of C1 controls: no page means these, and windows encodings have quotes and dashes there."""
KOI8_U_LETTER = regex.compile(r"\p{L}[╓╕╖╜╢╤╥╫]\p{L}")
"""KOI8-U has Ukrainian letters where KOI8-R has lines to draw boxes with."""
CZECH_LETTERS = b"\x8a\x8c\x8d\x8e\x8f\x9a\x9c\x9d\x9e\x9f"
"""Letters of windows-1250 that ISO 8859-2 has elsewhere."""
MULTI_BYTE = ("cp932", "cp949", "big5hkscs", "gb18030", "euc_jp")
SEVEN_BIT = ("iso2022_jp", "iso2022_kr", "hz")
_ISO_2022_JP = regex.compile(rb"\x1b\$[@B](?:[!-~]{2}){1,1000}\x1b\([BJ]")
"""Characters of JIS X 0208 between the escapes that begin and end them."""
SECOND_OPINION = ["cp949", "cp932", "euc_jp", "gb18030", "big5", "cp1251", "koi8_r", "cp1256", "cp1255"]
GUESSES = ("cp1251", "koi8_r", "cp1253", "cp1255", "cp1256", "cp874", "cp1250")
DEFAULT = "cp1252"
"""What the WHATWG names for pages of unknown encoding in most locales."""

META_WINDOW = 4096
META_CHARSET = regex.compile(
    rb"<meta[^>]{0,500}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})|<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]{2,40})",
    regex.IGNORECASE,
)
DETECT_WINDOW = 1024 * 1024
DETECT_SAMPLE = 64 * 1024
READ_SAMPLE = 16 * 1024
"""Bytes of lines with letters beyond ASCII by which a single-byte encoding is judged."""
BINARY_WINDOW = 64 * 1024
MAGIC = {
    b"%PDF-": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF87a": "GIF",
    b"GIF89a": "GIF",
    b"PK\x03\x04": "ZIP",
    b"\x1f\x8b": "gzip",
    b"\x28\xb5\x2f\xfd": "Zstandard",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"7z\xbc\xaf": "7-Zip",
    b"Rar!": "RAR",
    b"\x7fELF": "ELF",
    b"RIFF": "RIFF",
    b"OggS": "Ogg",
    b"ID3": "MP3",
    b"wOFF": "WOFF",
    b"wOF2": "WOFF2",
    b"PAR1": "Parquet",
    b"SQLite format 3": "SQLite",
    b"\xd0\xcf\x11\xe0": "Office",
    b"\xca\xfe\xba\xbe": "Java class",
}
SURE_MAGIC = (b"%PDF-", *(magic for magic in MAGIC if not magic.isascii()))
MAX_CONTROLS = 0.05
"""Share of control characters above which content is binary. Text has none to speak of (damaged pages
hold single ones), random bytes have 0.11."""
MAX_NULS = 0.001
"""The same for NUL, which uncompressed binary formats are full of; random bytes have 0.004."""
MAX_UNREADABLE = 0.3
"""Share of characters that could not be decoded (or are controls) above which the result is no text."""
MIN_UTF16 = 0.9
"""Share of pairs that must be such letters or signs for UTF-16 without a mark."""
_UTF16_SIGN = regex.compile("[ -@\n\r\t\u3000-\u3002\uff01-\uff1f\u201c\u201d]")
_UTF16_SCRIPTS = [
    regex.compile(rf"[a-zA-Z{letters}]")
    for letters in (
        r"\p{Han}\p{Hiragana}\p{Katakana}\u30fc",
        r"\p{Hangul}",
        *(rf"\p{{{name}}}" for name in "Cyrillic Greek Arabic Hebrew Thai Devanagari".split()),
    )
]
CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1b")) + b"\x7f"
"""Control characters but those of text, NUL among them."""
_ASCII = bytes(range(128))


def decode(data: bytes, declared: str | None = None) -> str:
    """The text that ``data`` holds, without BOM and NUL characters.

    The encoding is, in this order: the BOM's; UTF-16 if NULs alternate; UTF-8 if the bytes are valid as
    such (a label that says otherwise is wrong: but for a few characters of a CJK encoding nothing comes
    out as UTF-8 by chance; 7-bit encodings are believed); the ``declared`` one (a label from a HTTP
    header); that of a meta element or XML declaration; UTF-8 with few errors; a detected one;
    windows-1252. Labels are read as browsers read them.

    Raises Fault ``empty`` (nothing or white space only) or ``binary``.
    """
    if not data.strip():
        raise Fault("empty", f"{len(data):,} bytes, all of them white space" if data else "no bytes")
    for bom, codec in BOMS:
        if data.startswith(bom):
            return _finish(data[len(bom) :].decode(codec, "replace"), checked=False)
    for magic, name in MAGIC.items():
        # A text may start with the letters ID3; a file of that kind has NULs as well.
        if data.startswith(magic) and (magic in SURE_MAGIC or b"\0" in data[:BINARY_WINDOW]):
            raise Fault("binary", f"{name} data")
    wide = _utf16_without_bom(data)
    if wide:
        return _finish(data.decode(wide, "replace"), checked=False)
    _refuse_binary(data[:BINARY_WINDOW])
    return _finish(_decode_legacy(data, _labels(data, declared)))


def codec_of(label: str) -> str | None:
    """Python's codec for an encoding label as browsers read it (``latin1`` is windows-1252), else None."""
    mapped = map_encoding_to_html5(label.strip(), fallback_utf8=False)
    if mapped is None:
        return None
    try:
        name = codecs.lookup(mapped).name.replace("-", "_")
    except LookupError:
        return None
    if name.startswith("utf"):
        # A label that could be read byte by byte does not stand in UTF-16 (HTML standard, prescan).
        return "utf_8"
    return WIDER.get(name) or THAI.get(name, name)


def _labels(data: bytes, declared: str | None) -> list[str]:
    labels = [declared] if declared else []
    meta = META_CHARSET.search(data, 0, META_WINDOW)
    if meta:
        labels.append((meta[1] or meta[2]).decode("ascii", "replace"))
    return [codec for label in labels if (codec := codec_of(label))]


def _decode_legacy(data: bytes, labels: list[str]) -> str:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = None
    if text is not None:
        label = labels[0] if labels else "iso2022_jp" if _ISO_2022_JP.search(data[:BINARY_WINDOW]) else None
        ascii_only = len(text) == len(data)
        # Two or three characters of a CJK encoding can be valid UTF-8.
        few = len(data) - len(text) < 8
        if (ascii_only and label in SEVEN_BIT) or (few and not ascii_only and label in MULTI_BYTE):
            try:
                return data.decode(label or "")
            except UnicodeDecodeError:
                return text
        return text
    high = len(data.translate(None, _ASCII))
    sample: bytes | None = None
    for codec in [*dict.fromkeys(labels), "utf_8"]:
        text = data.decode(codec, "replace")
        bad = text.count("\N{REPLACEMENT CHARACTER}")
        good = len(text) - (len(data) - high) - bad if codec == "utf_8" else high
        if bad * 20 > good:
            continue
        if codec not in plausible.SINGLE_BYTE:
            return text
        sample = sample or plausible.visible(data[:DETECT_WINDOW], READ_SAMPLE)
        if plausible.reads(sample.decode(codec, "replace"), codec):
            return _single_byte(data, sample, codec)
    detected = _detect(data)
    if detected not in plausible.SINGLE_BYTE:
        return data.decode(detected, "replace")
    sample = sample or plausible.visible(data[:DETECT_WINDOW], READ_SAMPLE)
    if not plausible.reads(sample.decode(detected, "replace"), detected):
        others = [codec for codec in (*labels, *GUESSES) if plausible.reads(sample.decode(codec, "replace"), codec)]
        detected = (others or [*labels, detected])[0]
    return _single_byte(data, sample, detected)


def _single_byte(data: bytes, sample: bytes, codec: str) -> str:
    """``data`` in ``codec``, or in that which gives the language its letters, with no C1 controls in it."""
    if codec in plausible.LATIN:
        codec = plausible.latin_codec(sample, codec)
    if codec == "iso8859_2" and len(data.translate(None, CZECH_LETTERS)) < len(data):
        codec = "cp1250"
    text = data.decode(codec, "replace")
    if codec == "koi8_r" and KOI8_U_LETTER.search(text) is not None:
        text = data.decode("koi8_u", "replace")
    return text.translate(C1_MEANT) if C1.search(text) is not None else text


def _detect(data: bytes) -> str:
    """The codec that statistics of the non-ASCII runs tell.

    uchardet (in resiliparse) first: on 24 samples of one to two sentences in 18 languages it was right in
    23, charset-normalizer in 16 and with a short list of candidates in 19 (it takes Western text for
    windows-1250). What uchardet cannot tell goes to the latter. Both see a bounded sample.
    """
    runs = regex.split(rb"[<>\x00-\x1f]+", data[:DETECT_WINDOW])
    sample = b"\n".join(run for run in runs if not run.isascii())[:DETECT_SAMPLE]
    label = detect_encoding(sample, max_len=0, html5_compatible=False)
    codec = codec_of(label) if label else None
    if codec is not None and codec != "utf_8" and _fits(sample, codec):
        return codec
    best = from_bytes(sample, cp_isolation=SECOND_OPINION, enable_fallback=False).best()
    if best is not None and best.encoding not in ("ascii", "utf_8"):
        return WIDER.get(best.encoding, best.encoding)
    return DEFAULT


def _fits(sample: bytes, codec: str) -> bool:
    text = sample.decode(codec, "replace")
    return text.count("\N{REPLACEMENT CHARACTER}") * 20 <= len(text)


def _utf16_without_bom(data: bytes) -> str | None:
    """UTF-16 if NULs fill one half of the byte pairs of the start and are rare in the other, or if it reads as such."""
    window = data[:META_WINDOW]
    even, odd = window[::2].count(0), window[1::2].count(0)
    enough = len(window) / 2 * 0.2
    if odd >= max(2, enough) and odd > 10 * even:
        return "utf-16-le"
    if even >= max(2, enough) and even > 10 * odd:
        return "utf-16-be"
    if len(window.translate(None, CONTROLS)) == len(window):
        return None
    shares = [(_utf16_share(window, codec), codec) for codec in ("utf-16-le", "utf-16-be")]
    (low, _), (high, codec) = sorted(shares)
    return codec if high >= MIN_UTF16 and low < MIN_UTF16 / 2 else None


def _utf16_share(window: bytes, codec: str) -> float:
    """Share of the pairs that are letters of one alphabet, or Han, kana and Hangul, with the signs of such text.

    0 without a space, line end or full stop: pairs of ASCII letters are Han by chance, those signs are not.
    """
    text = window[: len(window) // 2 * 2].decode(codec, "replace")
    signs = len(_UTF16_SIGN.findall(text))
    if not signs:
        return 0.0
    return max(signs + len(script.findall(text)) for script in _UTF16_SCRIPTS) / len(text)


def _refuse_binary(window: bytes) -> None:
    nuls = window.count(0)
    controls = len(window) - len(window.translate(None, CONTROLS))
    if nuls > MAX_NULS * len(window):
        raise Fault("binary", f"{nuls:,} NUL bytes in the first {len(window):,} bytes")
    if controls > MAX_CONTROLS * len(window):
        raise Fault("binary", f"{controls:,} control characters in the first {len(window):,} bytes")


def _finish(text: str, checked: bool = True) -> str:
    """``text`` without NULs; ``checked`` says that its bytes were looked at for control characters."""
    text = text.replace("\0", "").removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")
    if not text or text.isspace():
        raise Fault("empty", "white space only")
    window = text[:BINARY_WINDOW]
    odd = window.count("\N{REPLACEMENT CHARACTER}")
    if not checked:
        odd += sum(window.count(chr(code)) for code in CONTROLS)
    if odd > MAX_UNREADABLE * len(window):
        raise Fault("binary", f"{odd:,} of the first {len(window):,} characters are no text")
    return text
