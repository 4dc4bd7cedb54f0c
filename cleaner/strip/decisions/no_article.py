"""Pages that stand in the place of an article: not found, walls of scripts, captchas and consent, errors of a server.

Only what is short and says little else is one: a text *about* a lost page, or with such a line among others, is not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import regex

from cleaner.sentence_marks import PLAIN, WIDE

MAX_WORDS = 90
MAX_CHARACTERS = 900
"""A longer text is no such page, whatever it says."""
_SIGNS: dict[str, tuple[str, ...]] = {
    "page not found": (
        "page not found", "page cannot be found", "page can't be found", "page could not be found",
        "page couldn't be found", "page was not found", "404 not found", "error 404", "404 error",
        "page you requested", "page you are looking for", "page you were looking for", "page you're looking for",
        "page does not exist", "page doesn't exist", "page no longer exists", "404 page", "seite nicht gefunden",
        "seite wurde nicht gefunden", "seite konnte nicht gefunden", "seite existiert nicht", "page introuvable",
        "page non trouvée", "page n'existe pas", "page n’existe pas", "página no encontrada", "pagina no encontrada",
        "página no existe", "no se encontró la página", "página não encontrada", "página não existe",
        "pagina non trovata", "pagina non esiste", "pagina niet gevonden", "pagina bestaat niet",
        "sidan hittades inte", "sidan kunde inte hittas", "siden blev ikke fundet", "siden ble ikke funnet",
        "sivua ei löytynyt", "страница не найдена", "страница не существует", "сторінку не знайдено",
        "сторінка не знайдена", "nie znaleziono strony", "strona nie istnieje", "strona nie została znaleziona",
        "stránka nenalezena", "stránka nebyla nalezena", "az oldal nem található", "pagina nu a fost găsită",
        "sayfa bulunamadı", "không tìm thấy trang", "halaman tidak ditemukan", "صفحه یافت نشد", "الصفحة غير موجودة",
        "页面不存在", "页面未找到", "找不到页面", "找不到网页", "頁面不存在", "找不到頁面",
        "ページが見つかりません", "ページは見つかりません", "페이지를 찾을 수 없습니다",
        "पृष्ठ नहीं मिला", "ไม่พบหน้า",
    ),
    "asks for JavaScript": (
        "enable javascript", "enable js", "javascript is disabled", "javascript is required", "requires javascript",
        "javascript is not enabled", "javascript enabled", "javascript must be enabled", "turn on javascript",
        "does not support javascript", "javascript to run this app", "without javascript", "javascript aktivieren",
        "aktivieren sie javascript", "javascript ist deaktiviert", "activer javascript", "activez javascript",
        "javascript est désactivé", "habilite javascript", "habilitar javascript", "activar javascript",
        "active javascript", "habilite o javascript", "ativar o javascript", "ative o javascript",
        "abilita javascript", "abilitare javascript", "attiva javascript", "schakel javascript in",
        "aktivera javascript", "включите javascript", "включить javascript", "увімкніть javascript",
        "włącz javascript", "włączyć javascript", "povolte javascript", "javascript'i etkinleştir", "bật javascript",
        "aktifkan javascript", "启用javascript", "启用 javascript", "啟用javascript", "啟用 javascript",
        "javascriptを有効",
        "javascriptが無効", "javascript를 활성화",
    ),
    "captcha": (
        "verify you are human", "verify that you are human", "verifying you are human", "verify you are not a robot",
        "are you a robot", "you are not a robot", "i'm not a robot", "i am not a robot", "not a bot",
        "complete the captcha", "completing the captcha", "checking if the site connection",
        "solve the captcha", "complete the security check", "checking your browser", "unusual traffic",
        "just a moment...", "attention required! | cloudflare", "press and hold", "press & hold",
        "ich bin kein roboter", "je ne suis pas un robot", "no soy un robot", "não sou um robô", "non sono un robot",
        "не робот", "验证您是真人", "验证您不是机器人", "ロボットではありません", "로봇이 아닙니다",
    ),
    "consent wall": (
        "we use cookies", "uses cookies", "we value your privacy", "before you continue to",
        "cookies and similar technologies", "accept all cookies", "manage cookies", "cookie preferences",
        "cookie settings", "consent to the use of cookies", "wir verwenden cookies", "wir nutzen cookies",
        "nous utilisons des cookies", "utilizamos cookies", "usamos cookies", "utilizziamo i cookie",
        "utilizziamo cookie", "gebruiken cookies", "använder cookies", "используем cookie",
        "используем файлы cookie", "używamy plików cookie", "çerez kullan", "çerezleri kullan",
    ),
    "refused or failed": (
        "access denied", "access to this page has been denied", "403 forbidden", "don't have permission to access",
        "do not have permission to access", "502 bad gateway", "503 service", "504 gateway",
        "500 internal server error", "internal server error", "service unavailable", "bad gateway",
        "gateway time-out", "gateway timeout", "temporarily unavailable", "down for maintenance",
        "under maintenance", "unavailable for legal reasons", "not available in your country",
        "not available in your region", "unavailable in your country", "you have been blocked", "request blocked",
        "request could not be satisfied", "too many requests", "encountered an internal error", "410 gone",
        "requires cookies", "enable cookies", "zugriff verweigert", "accès refusé", "acceso denegado", "acesso negado",
        "accesso negato", "toegang geweigerd", "доступ запрещен", "доступ запрещён", "доступ заборонено",
        "odmowa dostępu", "erişim engellendi", "访问被拒绝", "訪問被拒絕", "アクセスが拒否", "접근이 거부",
    ),
}  # fmt: skip


def _by_shared_part(signs: Sequence[str]) -> list[tuple[str, bool, list[str]]]:
    """Signs by a part (a word, or a letter that is not ASCII) that as many as can be hold; and whether it is ASCII.

    A text without the part has none of its signs: a third of the searches suffice for most.
    """
    parts = {sign: {*sign.split(), *(letter for letter in sign if not letter.isascii())} for sign in signs}
    holders = Counter(part for own in parts.values() for part in own)
    shared: dict[str, list[str]] = {}
    for sign in signs:
        shared.setdefault(max(parts[sign], key=lambda part: (holders[part], len(part), part)), []).append(sign)
    return [(part, part.isascii(), those) for part, those in shared.items()]


_BY_PART = {kind: _by_shared_part(signs) for kind, signs in _SIGNS.items()}
_PAGE = (
    r"pages?|article|url|resource|address|seite|artikel|adresse|página|artículo|artigo|pagina|"
    r"sidan|siden|sivu\p{L}*|сторінк\p{L}*|страниц\p{L}*|stron[aęy]|stránk\p{L}|oldal\p{L}*|sayfa\p{L}*|trang|halaman|"
    r"σελίδα|الصفحة|صفحة|صفحه|הדף|העמוד|पृष्ठ|पेज"
)
_ASKED = (
    r"you|your|requested|sorry|oops|(?:an)?geforderte|aufgerufene|gesuchte|gewünschte|leider|ihnen|vous|demandée|désolé|"
    r"busca\p{L}*|solicit\p{L}*|sentimos|procura\p{L}*|desculp\p{L}*|cerca\p{L}*|richiest\p{L}*|spiacenti|gevraagde|zoekt|helaas|"
    r"sök\p{L}*|tyvärr|leter|leder|desværre|beklager|etsimä\p{L}*|valitettavasti|запр[ао]ш\p{L}*|ищете|извин\p{L}*|шукаєте|вибач\p{L}*|"
    r"szuka\p{L}*|żądan\p{L}*|przepraszamy|hledan\p{L}*|požadovan\p{L}*|omlouv\p{L}*|keresett|kért|sajnáljuk|aradığınız|maalesef|"
    r"bạn|anda|ζητήσατε|αναζητάτε|المطلوبة|تبحث|عذرا|متأسفانه|ביקשת|חיפשת|खोज|क्षमा"
)
_MISSING = (
    r"(?:not|no longer|can't|cannot|couldn't|doesn't) (?:be )?(?:found|located|available|exists?)|"
    r"gefunden|nicht (?:mehr )?(?:verfügbar|vorhanden)|existiert nicht|"
    r"introuvable|n['’](?:a pas été trouvée|existe (?:pas|plus)|est plus disponible)|no existe|no (?:ha|hemos) \p{L}+|"
    r"não (?:existe|foi)|non (?:esiste|è (?:stata|più))|niet (?:\p{L}+ )?(?:gevonden|beschikbaar)|"
    r"(?:hittades|finns) (?:inte|ej)|(?:ikke|inte) (?:\p{L}+ )?(?:fundet|funnet|hittas)|finnes ikke|findes ikke|"
    r"ei (?:löy|ole)\p{L}*|nenalezena|neexistuje|nebyla|"
    r"не (?:была |существу|найден|знайден|існу)\p{L}*|nie (?:\p{L}+ )?(?:znalezion|istniej)\p{L}*|"
    r"nem (?:található|létezik)|bulunam\p{L}+|không (?:tồn tại|tìm thấy)|tidak (?:ditemukan|tersedia|ada)|"
    r"δεν (?:βρέθηκε|υπάρχει)|غير موجودة|یافت نشد|وجود ندارد|לא (?:נמצא|קיים)|नहीं मिल\p{L}+"
)
_PAGE_NAMED = regex.compile(rf"\b(?:{_PAGE})\b")
_LOST = regex.compile(rf"\A(?=.*?\b(?:{_PAGE})\b)(?=.*?\b(?:{_ASKED})\b).*?\b(?:{_MISSING})\b", regex.DOTALL)
"""The page that was asked for and that it is missing, in any order: languages put words between the two."""
_ABOUT_IT = regex.compile(rf"\A(?=.*?\b(?:{_PAGE})\b).*?\b(?:{_ASKED})\b", regex.DOTALL)
_ERROR_NUMBER = regex.compile(
    r"\b(?:error|fehler|erreur|errore?|erro|fout|fel|feil|fejl|virhe|ошибка|помилка|błąd|chyba|hiba|eroare|hata|lỗi|"
    r"kesalahan|galat|σφάλμα|خطأ|خطای|שגיאה|त्रुटि|エラー|错误|錯誤|오류)[ :#-]{0,3}(?:40[0134]|410|429|50[0234])\b"
)
_NUMBERS = ("40", "41", "42", "50")
"""What the numbers of errors begin with."""
_MOST_WORDS = 24
"""Words of a sentence that says no more than that a page is missing."""
_BESIDE = (
    "home page", "homepage", "go back", "return to", "try again", "try searching", "search for", "reload", "refresh",
    "contact", "ray id", "reference", "cloudflare", "javascript", "browser", "click", "link", "url", "address",
    "moved", "removed", "deleted", "renamed", "sorry", "oops", "request", "403", "404", "500", "502", "503",
    "privacy", "partners", "consent", "accept", "reject", "settings", "startseite", "zurück", "accueil", "inicio",
    "главн", "strona główna", "首页", "トップ", "captcha", "robot", "human", "security", "log in", "sign in",
    "subscribe", "protect", "this site", "the site",
    "support", "administrator", "permission", "maintenance", "back soon", "please", "nothing was found",
    "at this location", "try a search", "die suche", "uventet fe", "была удалена", "connection is secure",
)  # fmt: skip
"""What such pages say beside their sign: counted for it, but no sign. A longer sentence must have two of them."""
_LONG = 6
"""Words."""
_SENTENCE = regex.compile(rf"[^{PLAIN}{WIDE}\n]+(?:[{PLAIN}{WIDE}]+|\n|$)")
_SHARE = 0.75
"""Of a text's characters, those in sentences that are such a page's."""


def what_instead(title: str | None, text: str) -> str | None:
    """What a page with this headline and body is instead of an article; None for one that may be an article.

    Time is linear in the text, of which at most ``MAX_CHARACTERS`` are looked at.
    """
    if len(text) > MAX_CHARACTERS or len(text.split()) > MAX_WORDS:
        return None
    found = _sign((title or "")[:MAX_CHARACTERS].casefold())
    if not found and not _sign(text.casefold()):
        return None  # of most short texts no sentence need be looked at
    sentences = [sentence.casefold() for sentence in _SENTENCE.findall(text)]
    own = 0
    for sentence in sentences:
        kind = _sign(sentence)
        found = found or kind
        least = 1 if len(sentence.split()) <= _LONG else 2
        if kind or sum(word in sentence for word in _BESIDE) >= least or (found and _ABOUT_IT.match(sentence)):
            own += len(sentence)
    return found if found and own >= _SHARE * sum(map(len, sentences)) else None


def _sign(sentence: str) -> str | None:
    plain = sentence if sentence.isascii() else sentence.encode("ascii", "ignore").decode()  # of Chinese little
    for kind, by_part in _BY_PART.items():
        for part, is_ascii, signs in by_part:
            if part in (plain if is_ascii else sentence) and any(sign in sentence for sign in signs):
                return kind
    if len(sentence.split()) > _MOST_WORDS:
        return None
    numbered = any(number in sentence for number in _NUMBERS) and _ERROR_NUMBER.search(sentence)
    lost = numbered or (_PAGE_NAMED.search(sentence) and _LOST.match(sentence))  # which goes slower through a text
    return "page not found" if lost else None
