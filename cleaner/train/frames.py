"""Bulletins made of frames (``frames.toml``, twenty languages): one wording, other names, numbers and dates."""

from __future__ import annotations

import random
import re
import tomllib
from importlib import resources

from cleaner.records import Article

_FIELD = re.compile(r"\{([a-z])\}")


class Frames:
    """Fills frames."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        text = (resources.files(__package__) / "frames.toml").read_text(encoding="utf-8")
        self.packs = tomllib.loads(text)

    def pick(self) -> tuple[str, dict[str, str]]:
        """A language and one of its frames; English has the most kinds."""
        lang = self.chance.choice([*self.packs, "en", "en", "en", "en", "en", "en"])
        return lang, self.chance.choice(self.packs[lang]["frames"])

    def fill(
        self, lang: str, frame: dict[str, str], like: dict[str, str] | None = None
    ) -> tuple[Article, dict[str, str]]:
        """A text of a frame and its filling; ``like`` keeps these fields."""
        values = self._values(lang) | (like or {})
        count = [0]

        def put(match: re.Match[str]) -> str:
            count[0] += 1
            name = match[1]
            return values.setdefault(f"{name}{count[0]}", self._value(name)) if name in "nd" else values[name]

        plain = frame["text"].replace("{{", "\0").replace("}}", "\1")
        text = _FIELD.sub(put, plain).replace("\0", "{").replace("\1", "}")
        title = _FIELD.sub(put, frame["title"]) or None
        number = self.chance.randrange(10**6)
        return Article("x", text, title=title, url=f"https://{lang}.example/{number}", site=f"{lang}.example"), values

    def _values(self, lang: str) -> dict[str, str]:
        pack = self.packs[lang]
        places, things = self.chance.sample(pack["names"].split(), 2), self.chance.sample(pack["things"].split(), 2)
        time = f"{self.chance.randrange(24):02d}:{self.chance.randrange(60):02d}"
        return dict(zip("pqwvty", (*places, *things, time, str(self.chance.randint(1, 31))), strict=True))

    def _value(self, kind: str) -> str:
        if kind == "d":
            return f"{self.chance.randint(1, 60)}.{self.chance.randrange(10)}"
        low, high = self.chance.choice(((1, 40), (10, 400), (100, 9000)))
        return str(self.chance.randint(low, high))
