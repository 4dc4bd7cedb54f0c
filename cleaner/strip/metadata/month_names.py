"""Names of months in languages whose dates `dateparser` reads slowly, in part or not at all.

Declined forms begin alike, so of each month its beginning is kept (and of short names the whole): Unicode's CLDR lists
the forms. A name counts only between a day and a year, in the language of the text.
"""

from __future__ import annotations

import datetime
import unicodedata
from functools import cache

import regex

_BEGINNINGS = {
    "fi": "tammikuu helmikuu maaliskuu huhtikuu toukokuu kesäkuu heinäkuu elokuu syyskuu lokakuu marraskuu joulukuu",
    "no": "januar februar mars april mai juni juli august september oktober november desember",
    "hu": "január február március április május június július augusztus szeptember október november december",
    "bg": "януари февруари март април май юни юли август септември октомври ноември декември",
    "sr": "јануар фебруар март април мај јун јул август септемб октоб новемб децемб",
    "hr": "siječnj veljač ožujk travnj svibnj lipnj srpnj kolovoz rujn listopad studen prosin",
    "sk": "januá februá mar apríl máj jún júl august septemb októb novemb decemb",
    "sl": "januar februar mar april maj junij julij avgust septemb oktob novemb decemb",
    "lt": "saus vasar kov baland gegu biržel liep rugpj rugs spal lapkri gruod",
    "lv": "janvār februār mart aprīl maij jūnij jūlij august septemb oktob novemb decemb",
    "et": "jaanuar veebruar märts aprill mai juuni juuli august septemb oktoob novemb detsemb",
    "ca": "gener febrer març abril maig juny juliol agost setembre octubre novembre desembre",
    "gl": "xaneiro febreiro marzo abril maio xuño xullo agosto setembro outubro novembro decembro",
    "eu": "urtarril otsail martxo apiril maiatz ekain uztail abuztu irail urri azaro abendu",
    "sq": "janar shkurt mars prill maj qershor korrik gusht shtator tetor nëntor dhjetor",
    "mk": "јануари февруари март април мај јуни јули август септември октомври ноември декември",
    "is": "janúar febrúar mars apríl maí júní júlí ágúst september október nóvember desember",
    "az": "yanvar fevral mart aprel may iyun iyul avqust sentyabr oktyabr noyabr dekabr",
    "kk": "қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан",
    "ka": "იანვ თებერ მარტ აპრ მაის ივნ ივლ აგვ სექტ ოქტ ნოე დეკ",
    "hy": "հունվար փետրվար մարտ ապրիլ մայիս հունիս հուլիս օգոստոս սեպտեմբեր հոկտեմբեր նոյեմբեր դեկտեմբեր",
    "ur": "جنوری فروری مارچ اپریل مئی جون جولائی اگست ستمبر اکتوبر نومبر دسمبر",
    "bn": "জানুয়ারি ফেব্রুয়ারি মার্চ এপ্রিল মে জুন জুলাই আগস্ট সেপ্টেম্বর অক্টোবর নভেম্বর ডিসেম্বর",
    "mr": "जानेवारी फेब्रुवारी मार्च एप्रिल मे जून जुलै ऑगस्ट सप्टेंबर ऑक्टोबर नोव्हेंबर डिसेंबर",
    "ta": "ஜனவரி பிப்ரவரி மார்ச் ஏப்ரல் மே ஜூன் ஜூலை ஆகஸ்ட் செப்டம்பர் அக்டோபர் நவம்பர் டிசம்பர்",
    "te": "జనవరి ఫిబ్రవరి మార్చి ఏప్రిల్ మే జూన్ జులై ఆగస్ట సెప్టెంబర్ అక్టోబర్ నవంబర్ డిసెంబర్",
    "ms": "januari februari mac april mei jun julai ogos september oktober november disember",
    "tl": "enero pebrero marso abril mayo hunyo hulyo agosto setyembre oktubre nobyembre disyembre",
    "sw": "januari februari machi aprili mei juni julai agosti septemba oktoba novemba desemba",
}
"""The beginnings of the names, from January on."""
_OTHERS = {
    "no": "jan feb mar apr mai jun jul aug sep okt nov des",
    "hu": "jan febr márc ápr máj jún júl aug szept okt nov dec",
    "bg": "яну фев мар апр май юни юли авг сеп окт ное дек",
    "sr": "јан феб мар апр мај јун јул авг сеп окт нов дец",
    "hr": "siječanj veljača ožujak travanj svibanj lipanj srpanj kolovoz rujan listopad studeni prosinac",
    "sl": "jan feb mar apr maj jun jul avg sep okt nov dec",
    "sk": "jan feb mar apr máj jún júl aug sep okt nov dec",
    "lv": "janv febr mart apr mai jūn jūl aug sept okt nov dec",
    "et": "jaan veebr märts apr mai juuni juuli aug sept okt nov dets",
    "ca": "gen febr març abr maig juny jul ag set oct nov des",
    "is": "jan feb mar apr maí jún júl ágú sep okt nóv des",
    "mk": "јан фев мар апр мај јун јул авг сеп окт ное дек",
    "bn": "জানুয়ারী ফেব্রুয়ারী মার্চ এপ্রিল মে জুন জুলাই আগষ্ট সেপ্টেম্বর অক্টোবর নভেম্বর ডিসেম্বর",
    "te": "జనవరి ఫిబ్రవరి మార్చ్ ఏప్రిల్ మే జూన్ జూలై ఆగష్టు సెప్టెంబరు అక్టోబరు నవంబరు డిసెంబరు",
    "ms": "jan feb mac apr mei jun jul ogo sep okt nov dis",
}
"""Other names and short ones: whole, a full stop behind them or not."""
_SAME = {"nb": "no", "nn": "no", "sh": "hr", "bs": "hr", "cnr": "sr", "fil": "tl", "id": "ms"}
_IN_CYRILLIC = {"hr": "sr"}
"""Serbian and Croatian are one code to some: the letters tell whose names are written."""
_UNDECLINED = frozenset("no is ca gl ms tl sw".split())
"""Languages whose months have one form: what begins like one is another word ("marsh")."""
_SHARED = {
    "sr": "januar februar mart april maj jun jul avgust septemb oktob novemb decemb",
    "hr": "januar februar mart april maj jun jul august septemb oktob novemb decemb",
}
"""Second sets of names: Serbian in Latin letters, and the international ones beside the Croatian."""
SHORT, SHORT_ENDING = 4, 2
"""Letters of a beginning with which other words may begin too, and what a declined name has beyond it, unless it is
cut short in the table (``_CUT``)."""
_CUT = frozenset(
    "saus kov gegu rugs urri იანვ აპრ ივნ ივლ აგვ ოქტ ნოე დეკ მაის".split()
)
MAX_ENDING = 6
"""Letters of a declined name beyond its beginning."""
_WORD = regex.compile(r"\p{L}[\p{L}\p{M}\u200c\u200d]*")
_NUMBER = regex.compile(r"\d+")
_CYRILLIC = regex.compile(r"\p{Cyrillic}")


def day_in(text: str, lang: str | None) -> str | None:
    """The ISO day of a text that holds a day, the name of a month in this language, and a year of four digits."""
    code = (lang or "").partition("-")[0]
    code = _SAME.get(code, code)
    if code in _IN_CYRILLIC and _CYRILLIC.search(text):
        code = _IN_CYRILLIC[code]
    if code not in _BEGINNINGS:
        return None
    numbers = _NUMBER.findall(text)
    years = [number for number in numbers if len(number) == 4]
    days = [number for number in numbers if len(number) <= 2]
    if len(years) != 1 or len(days) != 1:
        return None
    words = _WORD.findall(unicodedata.normalize("NFC", text).lower())
    months = {month for word in words if (month := _month(word, code))}
    if len(months) != 1:
        return None
    try:
        return datetime.date(int(years[0]), months.pop(), int(days[0])).isoformat()
    except ValueError:
        return None


def _month(word: str, code: str) -> int | None:
    """The month that a word in lower case names, None if none: of beginnings that fit the longest."""
    beginnings, whole = _names(code)
    if word in whole:
        return whole[word]
    if code in _UNDECLINED:
        return beginnings.get(word)
    fitting = [name for name in beginnings if word.startswith(name) and len(word) - len(name) <= _ending(name)]
    return beginnings[max(fitting, key=len)] if fitting else None


def _ending(name: str) -> int:
    return SHORT_ENDING if len(name) <= SHORT and name not in _CUT else MAX_ENDING


@cache
def _names(code: str) -> tuple[dict[str, int], dict[str, int]]:
    """The months by the beginnings of their names, and by whole names."""
    by_beginning: dict[str, int] = {}
    for names in (_BEGINNINGS[code], _SHARED.get(code, "")):
        by_beginning |= _numbered(names)
    return by_beginning, _numbered(_OTHERS.get(code, ""))


def _numbered(names: str) -> dict[str, int]:
    return {name: at for at, name in enumerate(unicodedata.normalize("NFC", names).split(), start=1)}
