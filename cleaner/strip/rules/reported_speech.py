"""Sentences that begin as a notice does and are none: who tells something, and what a word is said to mean.

Notices, menus and buttons report nobody's words, so a line in which somebody is said to speak is left to the model.
So is a whole sentence behind the word for a picture or a tag: a credit names a person or a house, a list its items.
"""

from __future__ import annotations

from functools import cache

import regex

from cleaner import sentence_marks
from cleaner.strip.rules import Rule

CREDIT_WORDS = 8
"""Words from which a line that a picture credit begins and a full stop ends is a sentence: credits are shorter."""
TAG_WORDS, MAX_CAPITALS = 8, 0.3
"""Words of a line behind the word for tags, and the share that begin with a capital, from and up to which it is a
sentence if nothing parts its words: of most tags one is a name."""
_LISTED = regex.compile(r"[,،、，|#·•;/]")
_CREDIT = "credit"
_STOPS = tuple(sentence_marks.FULL_STOPS)
_WITH_HEADLINES = frozenset(("caption", "headline"))
"""Labels of lines that may hold others' words all the same."""
_OWN = {"fr": "|dit", "sv": "|sa", "no": "|sa"}
"""By the pack of a rule what is a verb there and a common word of others: *this* in Dutch, *in* and *her* in others."""
_SPOKE = (
    r"""[^:：|→]{2,240}?(?:[,،，]["'”’»“]?|["”»“]\s?[–—-])\s?(?:
    (?:(?:he|she|they|it|i|we|(?:the|an?|his|her|its|their|our|my)\ [\w’'-]+(?:\ [\w’'-]+){0,2}
      |(?-i:\p{Lu})[\p{L}’'-]+(?:\ (?-i:\p{Lu})[\p{L}’'-]+)?)\ )?
     (?:said|says|told|asked|asks|replied|wrote|warned|explained|recalled|argued|suggest(?:s|ed)|urge[sd]|advise[sd]
      |added|adds|joke[sd]|insist(?:s|ed)|admit(?:s|ted)|complain(?:s|ed))
    |sagten?|sagt|fragten?|meinten?|erklärten?|rief|schrieb|antworteten?|warnten?|hieß\ es
    |zei|zegt|vroeg|aldus|schreef|antwoordde
    |sade|säger|sagde|siger|sier|sagði|segir|frågade|spurgte|spurte
    |(?:a|ont)\ (?:dit|déclaré|affirmé|expliqué)|déclare|affirme|assure|raconte|prévient|répond(?:it)?
     |demanda|explique|plaisante|précise
    |dijo|dijeron|dice|afirmó|explicó|explica|cuenta|preguntó|señaló|aseguró
    |disse|dissero|ha\ detto|spiega|racconta|chiese
    |diz|disseram|afirmou|contou|explicou|explica|conta|perguntou
    |va\ dir|diu|dixo
    |сказал[аи]?|говорит|заявил[аи]?|сообщил[аи]?|отметил[аи]?|спросил[аи]?
    |сказа(?:в|ла|ли)|каже|заяви(?:в|ла|ли)
    |каз(?:а|ва)|рече|рекао|рекла|каже
    |powiedzia(?:ł|ła|eli)|mówi|zapytała?|stwierdziła?
    |řekla?|říká|povedala?|hovorí|rekao|rekla|kaže|je\ dejala?
    |a\ spus|spune|a\ declarat|mondta|mondja|sanoi|sanoo|kertoi|ütles|teica|sakė|tha
    |dedi|diyor|söyledi|deyib|dedi
    |είπε|λέει|δήλωσε
    |kata|ujar|tutur|alisema|sabi
    |nói|cho\ biết
    |قال(?:ت)?|وقال(?:ت)?|گفت|אמר(?:ה|ו)?|कहा|म्हणाले|বললেন|বলেন
    %s)(?![\p{L}\p{M}])"""
)
"""A comma and who spoke behind it, or, as most languages have it, the verb; no colon before, behind which headlines
are quoted."""
_QUOTED = regex.compile(r"」と(?:話|述べ|語|言)")


def is_sentence(rule: Rule, text: str, words: int) -> bool:
    """Whether a line that a rule matches is a sentence of the text all the same."""
    if rule.label in _WITH_HEADLINES:
        is_credit = rule.name.endswith(_CREDIT) and "tail" not in rule.name
        return is_credit and words >= CREDIT_WORDS and text[-1:] in _STOPS
    if rule.label == "tags" and words >= TAG_WORDS and _LISTED.search(text) is None and _is_running(text):
        return True
    return _spoke(_OWN.get(rule.pack, "")).match(text) is not None or _QUOTED.search(text) is not None


@cache
def _spoke(own: str) -> regex.Pattern[str]:
    return regex.compile(_SPOKE % own, regex.IGNORECASE | regex.VERBOSE | regex.V0)


def _is_running(text: str) -> bool:
    """Whether most words of a text in a script with capitals begin with a small letter."""
    words = text.partition(":")[2].split()
    small = sum(word[0].islower() for word in words)
    return small >= (1 - MAX_CAPITALS) * len(words) > 0
