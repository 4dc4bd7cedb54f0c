"""The dates that a page shows beside its text: on lines by the headline, or right below the body.

The word before a date says what it is of: publication, a change, or a member's first day. A date that says nothing
is that of publication when it stands alone or by an author's name.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import NamedTuple

import regex

from cleaner.strip.judgement import Decision
from cleaner.strip.metadata import dates, headline
from cleaner.strip.metadata.published import Read
from cleaner.strip.reading.blocks import Block

LINES_ABOVE = 4
"""Lines above the headline among which the article's date may stand."""
LINES_BELOW = 10
"""Lines below the body among which a date of publication may stand."""
LINE_CHARS = 40
"""Characters of a line that may hold a date and nothing to read."""
BELOW_CHARS = 60
"""The same below the body."""
MAX_LABEL = 60
"""Characters in front of a date that say what it is of."""
MAX_TRIED = 6
"""Lines that look like dates and are none after which the search ends."""
_PUBLISHED = regex.compile(
    r"publi[sckq]|\bposted\b|\bissued\b|\bfirst (?:seen|aired)|erschienen|veröffentlich|publié"
    r"|mis en ligne|escrito|pubblicat|опубликован|дата публикации|نشر|yayın|发布|發布|发表|發表|公開|掲載"
    r"|投稿日|diterbitkan|dipublikasi|geplaatst|gepubliceerd|publicer|опубліковано|opublikowan|등록|입력"
    r"|xuất bản|đăng|प्रकाशित|δημοσ|פורסם|เผยแพร่|منتشر|zveřejněn|publikován|közzétéve|megjelen|julkaistu"
    r"|objavljen|објављен|публикуван|প্রকাশ",
    regex.IGNORECASE,
)
_CHANGED = regex.compile(
    r"updat|modif|\brevis|\breview|\bedited|\bchecked|amended|corrected|aktuali|geändert|bearbeitet"
    r"|mis(?:e)? à jour|actuali[sz]|atuali[sz]ad|alterado|aggiornat|обновл|изменен|تحديث|تعديل|güncel|更新"
    r"|修改|最后编辑|编辑于|diperbarui|diubah|bijgewerkt|gewijzigd|uppdater|ändrad|оновлен|змінен"
    r"|zaktualiz|zmodyfik|업데이트|수정|cập nhật|अपडेट|अद्यतन|ενημερώθ|ενημέρωση|עודכן|עדכון|อัปเดต|อัพเดต"
    r"|ปรับปรุง|แก้ไข|به‌روز|بروزرسانی|frissít|módosít|päivitet|muokattu|opdateret|oppdatert|редактиран"
    r"|ажуриран|ažuriran|আপডেট|হালনাগাদ",
    regex.IGNORECASE,
)
_OF_MEMBER = regex.compile(
    r"joined|registered|member since|registriert|mitglied seit|dabei seit|beigetreten|beiträge|inscri[tp]"
    r"|membre depuis|se unió|miembro desde|registrado|membro desde|iscritto|зарегистрирован|регистрация"
    r"|на форуме с|انضم|تاريخ التسجيل|katılım|üyelik|注册|加入|登録日|bergabung|lid sinds|geregistreerd"
    r"|medlem sedan|зареєстрован|dołączył|rejestracja|가입|tham gia|शामिल|μέλος από|הצטרף",
    regex.IGNORECASE,
)


_SUBHEADS = ("h2", "h3", "h4")
_OTHERS = ("comments", "related")
_OF_RIGHTS = regex.compile(r"©|\(c\)|copyright", regex.IGNORECASE)
_FIRST_PUBLISHED = regex.compile(
    r"\b(?:(?:first|originally) (?:published|posted|appeared)|zuerst (?:veröffentlicht|erschienen)"
    r"|ursprünglich (?:am|veröffentlicht|erschienen)|publié (?:initialement|pour la première fois)"
    r"|publicado originalmente|pubblicato originariamente|впервые опубликован\w*|oorspronkelijk gepubliceerd"
    r"|ursprungligen publicerad)\b",
    regex.IGNORECASE,
)
STATED_CHARS = 400
"""Characters of a sentence on where and when an article came out first."""
STATED_REACH = 60
"""Characters from these words in which the date stands."""
MAX_LINK = 0.3
"""Share of a line below the body in links from which it leads to something else."""
MAX_BESIDE = 30
"""Letters beside a date that says nothing, above the headline or below the body: more is the headline of something
else."""


class Shown(NamedTuple):
    """A date of a line, and what is said of it."""

    date: str
    kind: str
    """``published``, ``changed``, or ``plain`` where nothing is said."""
    beside: int = 0
    """Letters and digits of the line beside the date."""


def by_headline(lines: Sequence[Block], decision: Decision, read: Read) -> list[Shown]:
    """The dates from above the headline to the body's first lines, on lines that were dropped or hold little else."""
    verdicts = decision.verdicts
    body = [i for i, verdict in enumerate(verdicts) if verdict is None]
    if not body:
        return []
    last = next((i for i in reversed(range(body[0])) if _is_headline(lines[i], decision, i)), body[0])
    stop = body[min(2, len(body) - 1)]

    def dated(places: Iterable[int]) -> list[Shown]:
        free = (
            (_label_above(lines, i), lines[i].text)
            for i in places
            if lines[i].tag not in _SUBHEADS
            and (verdicts[i] is not None or _is_short(lines[i]))
            and dates.may_hold_date(lines[i].text)
            and not (i < body[0] and _is_headline(lines[i], decision, i))
        )
        return _found(free, read)

    # Above the headline stand the last items of lists, too: what is nearest to it goes first.
    least = max(0, last - LINES_ABOVE)
    above = dated(range(last - 1, least - 1, -1))
    if not all(map(_is_own, above)):  # beside words: of this article only below a first headline
        first = next((i for i in range(last) if _is_headline(lines[i], decision, i)), last)
        above = dated(range(last - 1, max(first, least) - 1, -1))
        above += filter(_is_own, dated(range(first - 1, least - 1, -1)))
    return dated(range(last, stop)) + above


def below(lines: Sequence[Block], decision: Decision, read: Read) -> Shown | None:
    """The date right below the body that is said to be of publication; without one, the only date there."""
    last = max((i for i, verdict in enumerate(decision.verdicts) if verdict is None), default=None)
    if last is None:
        return None
    places = []
    for i in range(last + 1, min(len(lines), last + 1 + LINES_BELOW)):
        verdict = decision.verdicts[i]
        if verdict is not None and verdict.label in _OTHERS:
            break  # another section, with dates of its own
        is_link = lines[i].link_share >= MAX_LINK
        if is_link and lines[i].tag in _SUBHEADS:
            break  # the headline of another page
        if not is_link and len(lines[i].text) <= BELOW_CHARS and not _OF_RIGHTS.search(lines[i].text):
            places.append(i)
    found = _found(((_label_above(lines, i), lines[i].text) for i in places), read)
    found = [one for one in found if _is_own(one)]
    said = [one for one in found if one.kind == "published"]
    if said:
        return said[0]
    return found[0] if found and len({one.date[:10] for one in found}) == 1 else None


def stated(lines: Sequence[Block], decision: Decision, read: Read) -> Shown | None:
    """The date that a sentence from the last paragraph on gives as that of the first publication."""
    body = [i for i, verdict in enumerate(decision.verdicts) if verdict is None]
    for one in lines[body[-1] : body[-1] + 1 + LINES_BELOW] if body else ():
        said = _FIRST_PUBLISHED.search(one.text) if len(one.text) <= STATED_CHARS else None
        if said is not None and (date := dates.find(one.text[said.end() : said.end() + STATED_REACH], read)):
            return Shown(date, "published")
    return None


def first(shown: Sequence[Shown], *kinds: str) -> Shown | None:
    """The first date of these kinds."""
    return next((one for one in shown if one.kind in kinds), None)


def corrected(declared: str, shown: Sequence[Shown]) -> Shown | None:
    """The date by the headline that stands against the ``declared`` one: said to be of publication, or earlier.

    What is within a day is the same in another time zone; a date that says nothing does not stand against what
    another one bears out.
    """

    def later(one: Shown) -> int:
        """Days by which the declared date is later."""
        return (datetime.date.fromisoformat(declared[:10]) - datetime.date.fromisoformat(one.date[:10])).days

    said = first(shown, "published")
    if said is not None and abs(later(said)) > 1:
        return said
    plain = first(shown, "plain")
    borne_out = any(abs(later(one)) <= 1 for one in shown if one.kind != "changed")
    return plain if plain is not None and not borne_out and later(plain) > 1 else None


def _is_own(one: Shown) -> bool:
    """Whether a date away from the headline is of this article: others stand beside headlines."""
    return one.kind == "published" or one.beside <= MAX_BESIDE


def _is_headline(block: Block, decision: Decision, at: int) -> bool:
    verdict = decision.verdicts[at]
    if block.tag == "h1" or (verdict is not None and verdict.label == "headline"):
        return True
    return decision.title is not None and headline.same(block.text, decision.title)


def _is_short(block: Block) -> bool:
    return len(block.text) <= LINE_CHARS


def _label_above(lines: Sequence[Block], at: int) -> str:
    """The line above one, where it is short and holds no date itself."""
    above = lines[at - 1].text if at else ""
    return above if len(above) <= LINE_CHARS and not dates.may_hold_date(above) else ""


def _found(texts: Iterable[tuple[str, str]], read: Read) -> list[Shown]:
    """The dates of lines, each given with the label above it."""
    found: list[Shown] = []
    for label, text in islice((one for one in texts if dates.may_hold_date(one[1])), MAX_TRIED):
        for before, date, after in dates.find_all(text, read):
            kind = _kind(before[-MAX_LABEL:]) or (_kind(after[:MAX_LABEL]) if after is not None else None)
            beside = sum(map(str.isalnum, before)) + sum(map(str.isalnum, after or ""))
            if kind is None and not beside:
                kind = _kind(label)
            if kind != "member":
                found.append(Shown(date, kind or "plain", beside))
    return found


def _kind(label: str) -> str | None:
    """What the words beside a date say it is of."""
    if not label.strip():
        return None
    if _OF_MEMBER.search(label):
        return "member"
    return "changed" if _CHANGED.search(label) else "published" if _PUBLISHED.search(label) else None
