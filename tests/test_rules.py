"""The rule files: every example in them holds, names are unique, prose is left alone."""

from __future__ import annotations

import hashlib
import pickle
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
import regex

from cleaner.strip import rules
from cleaner.strip.rules import LANGUAGES, Rule, beginnings, compiled, count_words, load
from cleaner.strip.rules.rule_lookup import matching

FILES = ("common", *LANGUAGES)
RULES = [(file, rule) for file in FILES for rule in load(file)]
IDS = [f"{file}:{rule.name}" for file, rule in RULES]


def in_use(file: str) -> tuple[Rule, ...]:
    """All rules that are tried on a page of this language: `common`, the language's own and English."""
    return tuple(rule for name in dict.fromkeys(("common", file, "en")) for rule in load(name))


def hits(line: str, file: str) -> list[str]:
    """Names of the rules that cut this line, whatever its place on the page."""
    line = " ".join(line.split())
    words = count_words(line)
    return [rule.name for rule in in_use(file) if words <= rule.max_words and rule.pattern.match(line)]


@pytest.mark.parametrize("file", FILES)
def test_file_has_rules_and_names_are_unique(file: str) -> None:
    names = [rule.name for rule in in_use(file)]
    assert len(load(file)) >= 20
    assert len(names) == len(set(names))


@pytest.mark.parametrize(("file", "rule"), RULES, ids=IDS)
def test_examples(file: str, rule: Rule) -> None:
    assert rule.match
    assert rule.leave
    for example in rule.match:
        line = " ".join(example.split())
        assert count_words(line) <= rule.max_words, line
        assert rule.pattern.match(line), line
        assert not rule.needs or any(needed in line.lower() for needed in rule.needs), line
    for example in rule.leave:
        assert hits(example, file) == [], example


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", 0),
        ("one two  three", 3),
        ("- Advertisement -", 3),
        ("相关新闻", 2),
        ("下载APP", 2),
        ("大桥通车。", 3),
        ("ฝายเก่าพัง", 2),
        ("ທົ່ວໄປ ok", 3),
        ("новости дня", 2),
    ],
)
def test_count_words(line: str, words: int) -> None:
    assert count_words(line) == words


@pytest.mark.parametrize("language", LANGUAGES)
def test_unknown_language_has_no_rules(language: str) -> None:
    assert load(f"{language}-x") == ()


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ({"name": "related.x", "pattern": "("}, "missing"),
        ({"name": "related.x"}, "must be there"),
        ({"name": "nonsense.x", "pattern": "a"}, "label"),
        ({"name": "related.x", "pattern": "a", "place": "left"}, "place"),
        ({"name": "related.x", "pattern": "a", "colour": 1}, "unknown field colour"),
        ({"name": "related.x", "pattern": "a", "max_words": 0}, "max_words"),
        ({"name": "related.x", "pattern": "a", "match": "a"}, "lists"),
    ],
)
def test_wrong_rule_is_refused(entry: dict[str, object], fault: str) -> None:
    with pytest.raises(rules.RuleError, match=fault):
        rules._rule(entry, "en")


def beginning_of(line: str) -> str:
    return beginnings.shape(line[: beginnings.LENGTH])


@pytest.mark.parametrize("file", FILES)
def test_what_a_rule_matches_is_looked_up_by_how_it_begins(file: str) -> None:
    for rule in load(file):
        lines = [" ".join(example.split()) for example in rule.match]
        for line in {form for one in lines for form in (one, one.upper(), one.lower(), one.swapcase())}:
            assert not rule.pattern.match(line) or rule in rules.possible(file, beginning_of(line)), (rule.name, line)


def test_a_rule_is_found_by_a_beginning_that_ends_at_the_edge_of_a_word() -> None:
    found = matching("L'actu du port tous les matins par email", "fr")
    assert found is not None and found.name == "subscribe.fr-newsletter"


@pytest.mark.parametrize(
    ("language", "bar"),
    [
        ("mr", "शेअर कराफेसबुकव्हॉट्सॲपलिंक कॉपी करा"),
        ("ta", "பகிர்கபேஸ்புக்வாட்ஸ்அப்இணைப்பை நகலெடு"),
        ("lt", "DalintisFacebookWhatsAppKopijuoti nuorodą"),
    ],
)
def test_a_bar_to_share_by_is_told_without_spaces_too(language: str, bar: str) -> None:
    found = matching(bar, language)
    assert found is not None
    assert found.label == "share"
    assert matching(f"{bar} xyzzy", language) is None


def test_few_rules_are_asked_of_a_line_of_prose() -> None:
    lines = [line for line in PROSE["en"].splitlines() if line]
    asked = [rule for line in lines for rule in rules.possible("en", beginning_of(line)) if not rule.needs]
    assert len(asked) < len(lines) * len(load("en")) / 10


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("Ad(?:vert)?s?$", ("ad",)),
        ("(?:read|see) more", ("read", "see ")),
        (r"\d{1,2} min", ("0 mi", "00 m")),
        (r"[\W_]*share", ("    ", "   .", "   s", "  . ", "  ..", "  .s", "  sh")),
        ("(?!no)(?:yes|[a-c]x)$", ("ax", "bx", "cx", "yes")),
        (r"[^\p{L}]+$", (" ", ".", "0")),
        (r"(?:a|.)b", ("",)),
        (r"[\w-]{2,9} ago", ("",)),
        (r"a\p{Lu}?b", ("a",)),
        ("(?P<name>a)b", ("",)),
        ("(?:a{e<=1})b", ("",)),
        ("", ("",)),
    ],
)
def test_beginnings_of_patterns(pattern: str, found: tuple[str, ...]) -> None:
    assert beginnings.of_pattern(pattern)[: len(found)] == found


PROSE = {
    "en": """
The bridge over the northern channel opened on Sunday, ten years after the first stone was laid.
About four thousand people crossed it on foot before noon, and most of them came back by boat.
By Monday morning the first lorries were queuing at the toll station. "We have waited long enough," said the
mayor. Comments from the port authority were harder to get.
Read the contract closely and you will see why: the city pays even if nobody crosses.
Share prices of the builder rose by three percent. Home owners along the shore were less pleased.
Photos from the night show cracks in the second pillar.
More than half of the money came from the region. Sources in the ministry speak of a second bridge.
Related costs, such as the new road, were never counted. Follow the money, the opposition likes to say.
The editorial team of a local paper first reported the leak in 2019, and it was not thanked for it.
Watch the water for an hour and you count forty ships. Sign here, the captain was told, and he did.
Next year the ferries stop. Latest figures put the loss at two million. Subscribe to that view if you like.
Advertising on the pillars is banned, the court ruled on 3 May 2026. Published in full, the ruling runs to 90 pages.
Click by click the counter at the gate went up. Privacy was hardly discussed. Search parties left at six.
Trending upwards since March, the number of crossings is now above plan. Via the old road it takes an hour.
Support for the plan fell after the storm. Contact with the two divers was lost. Jobs were promised and never came.
Thank you, he said, and left. Please wait here, the guard told the children. She wept.
""",
    "de": """
Die Brücke über den Nordkanal ist am Sonntag eröffnet worden, zehn Jahre nach dem ersten Spatenstich.
Von Montag an dürfen auch Lastwagen fahren. Mehr als die Hälfte des Geldes kam vom Land.
Lesen kann man im Vertrag, warum die Stadt auch dann zahlt, wenn niemand fährt. Teilen wollte die Kosten keiner.
Werbung an den Pfeilern hat das Gericht verboten. Suche und Rettung teilen sich zwei Boote.
Fotos aus der Nacht zeigen Risse im zweiten Pfeiler. Kommentare gab der Hafen nicht ab.
Weitere Kosten, etwa für die neue Straße, wurden nie gezählt. Aktuell prüft der Bund einen zweiten Bau.
Über die Autorin des Gutachtens wird seither gestritten. Quellen im Ministerium sprechen von einem Fehler.
Anmelden mussten sich die Läufer bis Mai. Ähnliche Fälle gab es im Süden. Datenschutz war kaum ein Thema.
Vor drei Stunden, so ein Zeuge, war das Wasser noch klar. Thema im Rat war das nicht.
Wir haben lange genug gewartet, sagte die Bürgermeisterin. Jetzt kommt der Winter. Danke für nichts, rief einer.
""",
    "fr": """
Le pont du canal nord a ouvert dimanche, dix ans après la première pierre.
Par la route, il faut une heure de plus. Plus de la moitié de l’argent vient de la région.
Lire le contrat suffit pour comprendre : la ville paie même si personne ne passe. Partager les frais n’a plu à personne.
Publicité interdite sur les piliers, a tranché le tribunal. Recherche et secours se partagent deux bateaux.
Les photos de la nuit montrent des fissures. Aucun commentaire n’est venu du port.
Publié en entier, le jugement compte 90 pages. Sources et chiffres manquent encore.
Suivez l’argent, répète l’opposition. À lire les comptes, le trou est de deux millions.
Voir la mer depuis le pont reste gratuit. Nos voisins ont attendu assez longtemps, dit la maire.
Articles de loi en main, l’avocate a parlé trois heures. Accueil froid, donc. Contact perdu avec deux plongeurs.
""",
    "es": """
El puente del canal norte abrió el domingo, diez años después de la primera piedra.
Por la carretera se tarda una hora más. Más de la mitad del dinero vino de la región.
Leer el contrato basta para entenderlo: la ciudad paga aunque nadie pase. Compartir los gastos no gustó a nadie.
Publicidad en los pilares no habrá, dijo el juez. Buscar culpables no sirve.
Las fotos de la noche muestran grietas. Comentarios del puerto no hubo ninguno.
Publicado entero, el fallo tiene 90 páginas. Fuentes del ministerio hablan de otro puente.
Siga el dinero, repite la oposición. Ver el mar desde el puente es gratis. Últimas cifras: dos millones menos.
Inicio difícil, final feliz. Contacto perdido con dos buzos. Sobre la autora del informe se discute aún.
""",
    "pt": """
A ponte do canal norte abriu no domingo, dez anos depois da primeira pedra.
Por estrada leva uma hora a mais. Mais da metade do dinheiro veio da região.
Ler o contrato basta para entender: a cidade paga mesmo que ninguém passe. Compartilhar os gastos não agradou.
Publicidade nos pilares não haverá, disse o juiz. Buscar culpados não adianta.
As fotos da noite mostram rachaduras. Comentários do porto não houve.
Publicado inteiro, o texto tem 90 páginas. Fontes do ministério falam de outra ponte.
Siga o dinheiro, repete a oposição. Ver o mar da ponte é de graça. Contato perdido com dois mergulhadores.
Sobre a autora do laudo ainda se discute. Assine aqui, disseram ao capitão, e ele assinou.
""",
    "it": """
Il ponte sul canale nord ha aperto domenica, dieci anni dopo la prima pietra.
Di Roma si parla poco, di soldi molto. Più della metà del denaro viene dalla regione.
Leggere il contratto basta per capire: la città paga anche se nessuno passa. Condividere le spese non piaceva.
Pubblicità sui piloni non ce ne sarà, dice il giudice. Cerca guai chi passa di notte.
Le foto della notte mostrano crepe. Commenti dal porto non ne sono arrivati.
Pubblicato per intero, il testo ha 90 pagine. Fonti del ministero parlano di un altro ponte.
Segui il denaro, ripete l’opposizione. Vedere il mare dal ponte è gratis. Contatti persi con due sub.
Sull’autrice della perizia si discute ancora. Abbonati allo stadio erano in mille quella sera d’inverno.
""",
    "ru": """
Мост через северный канал открыли в воскресенье, через десять лет после закладки первого камня.
По дороге выходит на час дольше. Больше половины денег дал регион.
Читать договор полезно: город платит, даже если никто не едет. Поделиться расходами никто не захотел.
Реклама на опорах запрещена, решил суд. Поиск пропавших ведут две лодки.
Фото этой ночи показывают трещины. Комментарии порт давать отказался.
Опубликовано решение было в мае. Источники в министерстве говорят о втором мосте.
Следите за деньгами, твердит оппозиция. Смотреть на море с моста можно бесплатно.
Об авторе доклада спорят до сих пор. Главная улица пуста. Контакты с двумя водолазами потеряны.
Новости из порта приходят редко, и верят им не все. Подписаться под этим готов не каждый.
""",
    "ar": """
افتتح الجسر فوق القناة الشمالية يوم الأحد بعد عشر سنوات من وضع الحجر الأول.
أكثر من نصف المال جاء من الإقليم. قراءة العقد تكفي لفهم السبب في ذلك كله.
إعلان النتائج تأخر حتى المساء. بحث الغواصون عن المفقودين طوال الليل.
صور الليل تظهر شقوقا في العمود الثاني. تعليق الميناء لم يصل حتى الآن.
المصادر في الوزارة تتحدث عن جسر ثان. تابع الناس الخبر من بيوتهم.
شارك في الافتتاح أربعة آلاف شخص. كتب العمدة رسالة إلى السكان يشكرهم فيها.
الرئيسية في الأمر هي السلامة. المزيد من السفن تعبر كل يوم.
""",
    "tr": """
Kuzey kanalı üzerindeki köprü, ilk taştan on yıl sonra pazar günü açıldı.
Karayoluyla bir saat daha sürüyor. Paranın yarısından fazlası bölgeden geldi.
Sözleşmeyi okumak yeter: kimse geçmese de kent ödüyor. Masrafı paylaşmak kimsenin hoşuna gitmedi.
Reklam asmak yasak, dedi yargıç. Arama çalışmaları iki tekneyle sürüyor.
Gece çekilen fotoğraflar çatlakları gösteriyor. Yorum yapan olmadı limandan.
Yayınlanan karar doksan sayfa. Kaynaklar ikinci köprüden söz ediyor.
Parayı izleyin, diyor muhalefet. Köprüden denizi görmek bedava. İletişim koptu iki dalgıçla.
Yazar bu raporda susmayı seçti. Haberler kötüydü o gece. Paylaş dediler, paylaştı ekmeğini.
""",
    "zh": """
北部运河上的大桥周日通车，距奠基已有十年。
走公路要多花一个小时。一半以上的资金来自地方政府。
阅读合同就能明白：即使没有人过桥，城市也要付钱。分享费用的提议没有人赞成。
广告不得挂在桥墩上，法院裁定。搜索工作由两艘船进行。
当晚的照片显示第二个桥墩有裂缝。评论这件事的人不多。
来源可靠的数字还没有。关注资金去向，反对派一再这样说。
更多的船只每天通过这里。作者在报告中没有点名。
联系两名潜水员的努力失败了。标签被水冲走了。最新数字显示损失达两百万。
登录那天，船长签了字。相关费用从未计算在内。
圖片裡看得到裂縫。記者問他，他沒有回答。廣告被法院禁止。
""",
}
PROSE |= tomllib.loads((Path(__file__).parent / "cases" / "prose.toml").read_text(encoding="utf-8"))
SENTENCE = regex.compile(r"(?<=[.!?。！？؟]['\"”’»]?)(?:\s+|(?<=[。！？]))")


@pytest.mark.parametrize("language", LANGUAGES)
def test_prose_is_left_alone(language: str) -> None:
    lines = [line for line in PROSE[language].splitlines() if line]
    sentences = [s.strip() for line in lines for s in SENTENCE.split(line) if s.strip()]
    sentences += SENTENCE.split(" ".join(lines))
    cut = {line: names for line in (*lines, *sentences) if (names := hits(line, language))}
    assert cut == {}


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[], list[Path]]:
    """The files in which compiled rules are kept: none at first."""
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path))
    return lambda: [path for path in tmp_path.rglob("*") if path.is_file()]


def fresh(file: str) -> tuple[Rule, ...]:
    return rules._file.__wrapped__(file).rules


def test_compiled_rules_are_kept_and_read_back(kept: Callable[[], list[Path]], monkeypatch: pytest.MonkeyPatch) -> None:
    compiled_now = fresh("tr")
    assert [path.suffix for path in kept()] == [".patterns"]
    monkeypatch.setattr(regex, "compile", None)
    read_back = fresh("tr")
    assert [rule.pattern.pattern for rule in read_back] == [rule.pattern.pattern for rule in compiled_now]
    for rule in read_back:
        assert all(rule.pattern.match(example) for example in rule.match)
        assert not any(rule.pattern.match(example) for example in rule.leave)


@pytest.mark.parametrize("damage", [lambda data: data[:-9], lambda data: b"", lambda data: b"x" + data[1:]])
def test_damaged_kept_rules_are_compiled_anew(kept: Callable[[], list[Path]], damage: Callable[[bytes], bytes]) -> None:
    fresh("el")
    [path] = kept()
    whole = path.read_bytes()
    path.write_bytes(damage(whole))
    assert len(fresh("el")) == len(load("el"))
    assert len(path.read_bytes()) == len(whole)


def test_kept_rules_of_another_wording_or_making_are_not_read(kept: Callable[[], list[Path]]) -> None:
    made = compiled.Kept([{"pattern": "a+"}], [regex.compile("a+", rules.FLAGS)], {"a": (0,)})
    compiled.keep("xx", b"a+", rules.FLAGS, made)
    read = compiled.read("xx", b"a+", rules.FLAGS)
    assert [pattern.pattern for pattern in read.patterns] == ["a+"]
    assert (read.entries, read.starts) == (made.entries, made.starts)
    assert compiled.read("xx", b"a++", rules.FLAGS) is None
    assert compiled.read("xx", b"a+", regex.V0) is None
    [path] = kept()
    pickled = pickle.dumps([print])  # whoever can write there can write bytecode; still nothing else is loaded
    path.write_bytes(path.read_bytes()[:32] + hashlib.sha256(pickled).digest() + pickled)
    assert compiled.read("xx", b"a+", rules.FLAGS) is None


def test_nothing_is_kept_where_nothing_can_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "pycache_prefix", "/dev/null/nowhere")
    assert len(fresh("el")) == len(load("el"))
