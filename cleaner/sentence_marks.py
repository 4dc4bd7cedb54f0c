"""The marks that end sentences, by name, so that who lists some of them can be read.

Lists that features of a trained model are made with, or what it was trained on, keep the members that they had then.
Who needs a class of characters and no list asks Unicode for it: ``\\p{Sentence_Terminal}`` (``strip/prose.py``).
"""

from __future__ import annotations

FULL_STOPS = ".。।"
"""Of most scripts, of Chinese and Japanese, of Hindi and others of its kind."""
PLAIN, WIDE = ".!?", "。！？"
"""With the marks of exclamations and questions: of most scripts, of Chinese and Japanese."""
ARABIC_QUESTION, URDU_STOP = "؟", "۔"
DANDA, DOUBLE_DANDA = "।", "॥"
ARMENIAN_STOP = "։"
ETHIOPIC_STOP, ETHIOPIC_QUESTION = "።", "፧"
BURMESE_STOP, TIBETAN_STOP = "။", "།"
KHMER_STOP, KHMER_LAST = "។", "៕"
"""Of a sentence, of a text."""
HALF_WIDTH_STOP, FULL_WIDTH_STOP = "｡", "．"
ELLIPSIS = "…"

COMMON = PLAIN + WIDE + ARABIC_QUESTION + DANDA
"""What all lists of more than full stops hold."""
ALL = (
    (COMMON + ELLIPSIS + URDU_STOP + DOUBLE_DANDA + ARMENIAN_STOP + ETHIOPIC_STOP + ETHIOPIC_QUESTION)
    + (BURMESE_STOP + TIBETAN_STOP + KHMER_STOP + KHMER_LAST + HALF_WIDTH_STOP + FULL_WIDTH_STOP)
)
