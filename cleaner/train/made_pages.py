"""Invented English articles as HTML, for what the labelled pages are short of.

Reports whose body is split over sibling containers between boxes, reports hour by hour, instructions with code,
interviews. The prose is that of ``made_lines``; names of classes may say what an element holds, or nothing. Seeded: the
same pages every time.
"""

from __future__ import annotations

import html
import random
from collections.abc import Iterator
from typing import NamedTuple

from cleaner.train.made_lines import Maker

NUMBER = 240
"""Pages: about one to five labelled articles."""
_NAMED = {
    "text": "text|copy|story-text|article__section|body-part|prose".split("|"),
    "letter": "signup|mail-promo|newsletter|subscribe-box|letter".split("|"),
    "vote": "poll|vote|question-of-the-day|survey".split("|"),
    "film": "video|player|clip|media-box".split("|"),
    "ad": "ad|advert|banner|sponsor|gap".split("|"),
    "more": "related|more|teasers|see-also|recirc".split("|"),
    "promo": "promo|tip|teaser|on-air|hint".split("|"),
    "entry": "entry|post|update|item|event".split("|"),
    "credit": "credits|info|meta|byline|line".split("|"),
}
_NEUTRAL = "row|block|col|cell|unit|section|part|box|slot|panel".split("|")
_LETTER_HEADS = (
    "The town by mail|Our evening letter|Stay in the picture|The week in one letter|Good morning, {p}|News by mail"
).split("|")
_VOTES = "Your view|Have your say|Vote now|Question of the day|We want to know".split("|")
_CHOICES = "Yes, at once|No, never|Perhaps later|I do not mind|Only in summer|As it is today".split("|")
_ADS = "Advertisement|Anzeige|Ad|Sponsored|Continue below the advertisement".split("|")
_STAMPS = ("{h}:{m:02d}", "{h}.{m:02d}", "{h}:{m:02d} CET", "{n} hours ago", "{n} min ago")
_CODE = (
    "mkdir -p {w}\ncd {w}\nmake all",
    "for part in {w}:\n    part.close()\nprint(len({w}))",
    "{w} --list | sort | head -n {n}",
    "[{w}]\nlimit = {n}\npath = /srv/{w}",
    "def {w}(size):\n    return size * {n}\n\n{w}(3)",
    "SELECT name FROM {w}\nWHERE size > {n}\nORDER BY name;",
)
_COPY = ("Copy", "Copy code", "Run", "Download", "")
_ANSWERS = "No.|Yes.|Perhaps.|Never.|I left.|Ask him.|Because I could.|Twice.|Not yet.".split("|")
_ASIDES = (
    "{n} spoke with {m} in {p}.",
    "{n} is the author of “{t}”. The book came out last year.",
    "Did you like this talk? Read two numbers of our paper for nothing.",
    "{n}, {a}, teaches in {p} and lives with two dogs.",
    "The questions were put by {m}. Photographs: {n}.",
)
_PEOPLE = "Ilse Marn|Tom Quill|Ada Voss|Ansgar Brill|Jorun Hale|Pia Sund|Emil Dorn|Rosa Tell".split("|")
_PLACES = "Tolvik|Sedlin|Brennau|Eastmark|Kesterby|Orrin".split("|")


class Made(NamedTuple):
    """A page."""

    html: str
    gold: str
    """Its body."""


class _Page:
    """One page; what is body is collected while its elements are written."""

    def __init__(self, maker: Maker) -> None:
        self.maker, self.chance = maker, maker.chance
        self.gold: list[str] = []
        self.telling = self.chance.random() < 0.5
        """Whether classes say what an element holds."""
        chosen = {kind: self.chance.choice(names) for kind, names in _NAMED.items()}
        self.names = chosen if self.telling else {kind: self.chance.choice(_NEUTRAL) for kind in chosen}
        self.rows = self.chance.choice(
            ("{i}", '<div class="{r}">{i}</div>', '<div class="{r}"><div class="{c}">{i}</div></div>')
        )
        self.row, self.column = self.chance.sample(_NEUTRAL, 2)

    def body(self, tag: str, text: str, inner: str = "{}") -> str:
        """An element of the body."""
        self.gold.append(text)
        return f"<{tag}>{inner.format(html.escape(text, quote=False))}</{tag}>\n"

    def paragraphs(self, least: int, most: int) -> str:
        return "".join(self.body("p", self.maker.paragraph()) for _ in range(self.chance.randint(least, most)))

    def held(self, kind: str, inner: str, tag: str = "div") -> str:
        """In the containers of the page."""
        row = f"{self.row} {self.names[kind]}" if self.chance.random() < 0.7 else self.names[kind]
        made = self.rows.format(i=inner, r=row, c=self.column)
        return f"{made}\n" if made != inner else f'<{tag} class="{row}">{inner}</{tag}>\n'

    def links(self, number: int) -> str:
        return "".join(f'<a href="/{n}">{html.escape(self.maker.headline())}</a>\n' for n in range(number))

    def box(self) -> str:
        """What stands between the parts of a body."""
        one = self.chance.choice
        kind = one(("letter", "letter", "vote", "film", "ad", "more", "promo"))
        if kind == "letter":
            head = one(_LETTER_HEADS).format(p=one(_PLACES))
            said = [" ".join(self.maker.sign_up() for _ in range(one((1, 1, 2)))) for _ in range(one((1, 2)))]
            field = one(("", '<input type="email"><button>Join</button>', "<form><label>Your address</label></form>"))
            inner = f"<h3>{head}</h3>" + f"<p>{said[0]}</p>{field}" + "".join(f"<p>{line}</p>" for line in said[1:])
        elif kind == "vote":
            chosen = self.chance.sample(_CHOICES, self.chance.randint(2, 4))
            asked = f"Should {self.maker.headline()[0].lower()}{self.maker.headline()[1:].rstrip('.?!')}?"
            options = "".join(f"<label>{choice}</label> " for choice in chosen)
            inner = f"<h3>{one(_VOTES)}</h3><p>{asked}</p>{options}<p>{self.chance.randint(20, 9000)} votes so far</p>"
        elif kind == "film":
            fallback = one(("", "<p>Your browser shows no films.</p>", "<p>The player needs a newer program.</p>"))
            inner = (
                f"<p>{one(('In moving pictures', 'Film', 'Seen from the air'))}: {self.maker.headline()}</p>{fallback}"
            )
        elif kind == "ad":
            inner = f"<span>{one(_ADS)}</span>"
        elif kind == "more":
            inner = (
                f"<h4>{one(('More on this', 'See also', 'From our pages'))}</h4>{self.links(self.chance.randint(1, 4))}"
            )
        else:
            inner = (
                f'<p>{one(("Tune in", "Hear more", "Our podcast"))}: {self.maker.headline()}</p><a href="/p">Open</a>'
            )
        return self.held(kind, inner)

    def split_report(self) -> str:
        """Parts of a body in containers side by side."""
        made = []
        for _ in range(self.chance.randint(3, 6)):
            made.append(self.held("text", self.paragraphs(1, 3)))
            made += [self.box() for _ in range(self.chance.choice((0, 1, 1, 2)))]
        return "".join(made)

    def hours(self) -> str:
        """Entries with the hour above each."""
        tag, head, stamp = (
            self.chance.choice("h2 h3 h4".split()),
            self.chance.random() < 0.8,
            self.chance.choice(_STAMPS),
        )
        ago, made = self.chance.random() < 0.4, []
        hour = self.chance.randint(15, 23)
        for number in range(self.chance.randint(4, 9)):
            said = stamp.format(h=hour - number, m=self.chance.randint(0, 59), n=2 * number + 1)
            inner = f"<div><time>{said}</time>" + (
                f"<span>{2 * number + 1} hours ago</span></div>" if ago else "</div>"
            )
            inner += self.body(tag, self.maker.headline()) if head else ""
            inner += self.paragraphs(1, 3)
            share = '<ul><li><a href="#s">Share</a></li><li><a href="#l">Link</a></li></ul>'
            inner += share if self.telling else ""
            made.append(f'<li class="{self.names["entry"]}">{inner}</li>\n')
            if self.chance.random() < 0.25:
                promo = f"<p>{self.chance.choice(('Tune in', 'Hear it live'))}: {self.maker.headline()}</p>"
                made.append(f'<li class="{self.names["promo"]}">{promo}<a href="/p">Open</a></li>\n')
        return f"<ol>{''.join(made)}</ol>"

    def instructions(self) -> str:
        """Sections of prose with lines of code between."""
        words = "shelf|parcel|lantern|harbour|ticket|ferry".split("|")
        made = []
        copy = self.chance.choice(_COPY)
        for _ in range(self.chance.randint(2, 5)):
            made += [self.body("h2", self.maker.headline()), self.paragraphs(1, 2)]
            code = self.chance.choice(_CODE).format(w=self.chance.choice(words), n=self.chance.randint(2, 99))
            self.gold += [line for line in code.split("\n") if line]
            button = f"<button>{copy}</button>" if copy else ""
            made.append(
                f'<div class="{self.names["film"]}">{button}<pre><code>{html.escape(code)}</code></pre></div>\n'
            )
            made.append(self.paragraphs(0, 2))
        return "".join(made)

    def interview(self) -> str:
        """Bold questions, answers of any length, who spoke above or below."""
        bold = self.chance.choice(("<b>{}</b>", "<strong>{}</strong>"))
        made = [self.paragraphs(1, 1)]
        for _ in range(self.chance.randint(4, 12)):
            asked = self.maker.clause()
            short = self.chance.choice(("Why?", "And then?", "Were you afraid?", "Is that so?", "Who else knew?"))
            asked = short if self.chance.random() < 0.4 else f"Is it true that {asked}?"
            made.append(self.body("p", asked, bold))
            said = self.chance.choice(_ANSWERS) if self.chance.random() < 0.3 else self.maker.paragraph()
            made.append(self.body("p", said))
        return "".join(made) + self.aside()

    def aside(self) -> str:
        """Who wrote it, and who spoke."""
        one = self.chance.choice
        fill = {"n": one(_PEOPLE), "m": one(_PEOPLE), "p": one(_PLACES), "t": self.maker.headline()}
        made = [text.format(**fill, a=self.chance.randint(19, 90)) for text in self.chance.sample(_ASIDES, 2)]
        return "".join(f'<p class="{self.names["credit"]}"><em>{text}</em></p>\n' for text in made)

    def whole(self) -> Made:
        """The page."""
        one = self.chance
        title = self.maker.headline()
        menu = "".join(f'<a href="/{n}">{n}</a> ' for n in one.sample(("Home", "Town", "Trade", "Stage", "Mail"), 4))
        body = one.choice((self.split_report, self.split_report, self.hours, self.instructions, self.interview))()
        date = f"{one.randint(1, 30)} March 2026"
        above = f'<h1>{title}</h1><div class="{self.names["credit"]}">By {one.choice(_PEOPLE)}, {date}</div>'
        if one.random() < 0.3:
            above += f'<p class="{self.names["credit"]}">{self.maker.headline()}</p>'
        main = one.choice(("<main>{}</main>", "<article>{}</article>", '<div class="page">{}</div>'))
        below = f'<div class="{self.names["more"]}"><h3>Read next</h3>{self.links(one.randint(2, 8))}</div>'
        foot = f"<footer>{one.choice(('Imprint', 'About this paper', 'Contact'))} {one.choice(_PLACES)}</footer>"
        head = f'<html lang="en"><head><title>{title}</title></head>'
        whole = f"<!DOCTYPE html>{head}<body><nav>{menu}</nav>{main.format(above + body)}{below}{foot}</body></html>"
        return Made(whole, "\n".join(self.gold))


def pages(number: int = NUMBER, seed: int = 12) -> Iterator[Made]:
    """So many pages."""
    maker = Maker(random.Random(seed))
    for _ in range(number):
        yield _Page(maker).whole()
