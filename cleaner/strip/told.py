"""Sentences that begin as a notice does and are none: who tells something, and what a picture is said to show.

Notices, menus and buttons report nobody's words, so a line in which somebody is said to speak is left to the model.
So is a whole sentence behind the word for a picture: a credit names a person or a house.
"""

from __future__ import annotations

import regex

from cleaner.strip.rules import Rule

CREDIT_WORDS = 8
"""Words from which a line that a picture credit begins and a full stop ends is a sentence: credits are shorter."""
_CREDIT = "credit"
_STOPS = tuple(".。।")
_WITH_HEADLINES = frozenset(("caption", "headline"))
"""Labels of lines that may hold others' words all the same."""
_SPOKE = regex.compile(
    r"""[^:：|→]{2,240}?(?:[,،，]["'”’»“]?|["”»“]\s?[–—-])\s?(?:
    (?:(?:he|she|they|it|i|we|(?:the|an?|his|her|its|their|our|my)\ [\w’'-]+(?:\ [\w’'-]+){0,2}
      |(?-i:\p{Lu})[\p{L}’'-]+(?:\ (?-i:\p{Lu})[\p{L}’'-]+)?)\ )?
     (?:said|says|told|asked|asks|replied|wrote|warned|explained|recalled|argued)
    |sagten?|sagt|fragten?|meinten?|erklärten?|rief|schrieb|antworteten?|warnten?|hieß\ es
    |zei|zegt|vroeg|aldus|schreef|antwoordde
    |sade|säger|sagde|siger|sier|sa|sagði|segir|frågade|spurgte|spurte
    |(?:a|ont)\ (?:dit|déclaré|affirmé|expliqué)|dit|déclare|affirme|assure|raconte|prévient|répond(?:it)?|demanda
    |dijo|dijeron|dice|afirmó|explicó|preguntó|señaló|aseguró
    |disse|dissero|ha\ detto|spiega|racconta|chiese
    |diz|disseram|afirmou|contou|explicou|perguntou
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
    )(?![\p{L}\p{M}])""",
    regex.IGNORECASE | regex.VERBOSE | regex.V0,
)
"""A comma and who spoke behind it, or, as most languages have it, the verb; no colon before, behind which headlines
are quoted."""


_TOLD = regex.compile(r"」と(?:話|述べ|語|言)")


def is_told(rule: Rule, text: str, words: int) -> bool:
    """Whether a line that a rule matches is a sentence of the text all the same."""
    if rule.label in _WITH_HEADLINES:
        is_credit = rule.name.endswith(_CREDIT) and "tail" not in rule.name
        return is_credit and words >= CREDIT_WORDS and text[-1:] in _STOPS
    return _SPOKE.match(text) is not None or _TOLD.search(text) is not None
