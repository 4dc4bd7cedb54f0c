"""Groups of scripts by how they write words, as pieces of a character class of ``regex``.

What counts as a word where no spaces are set depends on what words are counted for, so the sets differ; how, can be
read, as each is made of those above it. Modules that need another one compose it of these.
"""

from __future__ import annotations

CHINESE_JAPANESE = r"\p{Han}\p{Hiragana}\p{Katakana}"
"""Each character is a word, or half of one."""
EAST_ASIAN = rf"{CHINESE_JAPANESE}\p{{Hangul}}"
"""With Korean, which does set spaces: its words are short, and what is glued to them changes."""
WIDE = rf"{CHINESE_JAPANESE}\u3000-\u303f\uff00-\uffef"
"""Chinese and Japanese with their marks: the blocks CJK Symbols and Punctuation, Halfwidth and Fullwidth Forms."""
KANA_AND_HAN = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
"""Chinese and Japanese as whole blocks of Unicode, for ``re`` too: Hiragana and Katakana, CJK Unified Ideographs with
Extension A, CJK Compatibility Ideographs. What lies above U+FFFF and in half width is left out."""
SOUTH_EAST_ASIAN = r"\p{Line_Break=SA}"
"""Letters and vowel signs of Thai, Lao, Khmer, Burmese and those of their kind (Tai Tham, New Tai Lue, Ahom), by
Unicode's line breaking class; not their digits and marks. Four or five of them are a word."""
WITHOUT_MARKS = rf"{SOUTH_EAST_ASIAN}\p{{Tibetan}}"
"""With Tibetan, which marks syllables only: scripts in which neither the end of a word nor, often, that of a sentence
is marked."""
UNSPACED = rf"{CHINESE_JAPANESE}\p{{Thai}}\p{{Lao}}\p{{Khmer}}\p{{Myanmar}}"
"""Scripts of which each character is taken for a word, or pairs of them, where texts are compared: whole scripts, with
their digits."""
BEYOND_ALPHABETS = "\u0300-\u036f\u0483-\u0489\u0590-\u1dff\u20d0-\u20ff\u2c00-\U0003ffff"
"""For ``re`` too: scripts beyond Latin, Greek, Cyrillic and Armenian, and marks that letters carry; not quotes and
dashes. Of a text without any of them a word is a run of letters and digits."""
