"""The elements of invented pages: paragraphs of a body, boxes between them, in containers as sites name them.

Names of classes may say what an element holds, or nothing.
"""

from __future__ import annotations

import html

from cleaner.train.made_lines import Maker

_NAMED = {
    "text": "text|copy|story-text|article__section|body-part|prose".split("|"),
    "letter": "signup|mail-promo|newsletter|subscribe-box|letter".split("|"),
    "vote": "poll|vote|question-of-the-day|survey".split("|"),
    "film": "video|player|clip|media-box".split("|"),
    "ad": "ad|advert|banner|sponsor|gap".split("|"),
    "more": "related|more|teasers|see-also|recirc".split("|"),
    "promo": "promo|tip|teaser|on-air|hint".split("|"),
    "entry": "entry|post|update|item|event".split("|"),
    "credit": "credits|info|meta|byline|who".split("|"),
}
NEUTRAL = "row|block|col|cell|unit|section|part|box|slot|panel".split("|")
_LETTER_HEADS = (
    "The town by mail|Our evening letter|Stay in the picture|The week in one letter|Good morning, {p}|News by mail"
).split("|")
_VOTES = "Your view|Have your say|Vote now|Question of the day|We want to know".split("|")
_CHOICES = "Yes, at once|No, never|Perhaps later|I do not mind|Only in summer|As it is today".split("|")
_VOTED = "votes so far|votes|readers have voted so far|answers".split("|")
_ADS = "Advertisement|Anzeige|Ad|Sponsored|Continue below the advertisement".split("|")
_MORE = "You will also want to read|Also in this number|More briefs|From the region|Other reports".split("|")
_SPOKEN = ("“{}”", "“{}”", '"{}"', "‘{}’")
_HEADS = "Line|Place|Before|Now|From May|Boats|Last year|This year|Share|Points|Price|Time".split("|")
PEOPLE = "Ilse Marn|Tom Quill|Ada Voss|Ansgar Brill|Jorun Hale|Pia Sund|Emil Dorn|Rosa Tell".split("|")
PLACES = "Tolvik|Sedlin|Brennau|Eastmark|Kesterby|Orrin".split("|")


class Elements:
    """Writes the elements of one page; what is body is collected the while."""

    def __init__(self, maker: Maker) -> None:
        self.maker, self.chance = maker, maker.chance
        self.gold: list[str] = []
        self.telling = self.chance.random() < 0.5
        """Whether classes say what an element holds."""
        chosen = {kind: self.chance.choice(names) for kind, names in _NAMED.items()}
        self.names = chosen if self.telling else {kind: self.chance.choice(NEUTRAL) for kind in chosen}
        self.rows = self.chance.choice(
            ("{i}", '<div class="{r}">{i}</div>', '<div class="{r}"><div class="{c}">{i}</div></div>')
        )
        self.row, self.column = self.chance.sample(NEUTRAL, 2)

    def shown(self, text: str) -> str:
        """A text of the body, as it stands in an element."""
        self.gold.append(text)
        return html.escape(text, quote=False)

    def body(self, tag: str, text: str, inner: str = "{}", name: str | None = None) -> str:
        """An element of the body; ``name`` is its class."""
        start = tag if name is None else f'{tag} class="{name}"'
        return f"<{start}>{inner.format(self.shown(text))}</{tag}>\n"

    def paragraphs(self, least: int, most: int) -> str:
        """So many; between them now and then a few words that somebody says, or a table."""
        made = []
        for _ in range(self.chance.randint(least, most)):
            made.append(self.body("p", self.maker.paragraph()))
            said = self.chance.random()
            if said < 0.08:
                made.append(self.body("p", self.chance.choice(_SPOKEN).format(self.maker.remark())))
            elif said < 0.12:
                made.append(self.table())
        return "".join(made)

    def table(self) -> str:
        """Rows of names and figures."""
        one, columns = self.chance, self.chance.randint(2, 4)
        heads = one.sample(_HEADS, columns) if one.random() < 0.7 else []
        rows = [
            [f"{one.randint(1, 40)} {one.choice(PLACES)}", *(self.figure() for _ in range(columns - 1))]
            for _ in range(one.randint(2, 7))
        ]
        self.gold += [" | ".join(row) for row in ([heads] if heads else []) + rows]
        head = "".join(f"<th>{cell}</th>" for cell in heads)
        cells = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>\n" for row in rows)
        return f"<table>{f'<tr>{head}</tr>' if heads else ''}{cells}</table>\n"

    def figure(self) -> str:
        """A time, a share, a sum or a number."""
        n, m = self.chance.randint(0, 23), self.chance.randint(10, 59)
        return self.chance.choice(("{n}.{m}", "{n}:{m}", "{m} %", "{n},{m}0", "{m}", "{n}.{m} m")).format(n=n, m=m)

    def held(self, kind: str, inner: str, tag: str = "div") -> str:
        """In the containers of the page."""
        row = f"{self.row} {self.names[kind]}" if self.chance.random() < 0.7 else self.names[kind]
        made = self.rows.format(i=inner, r=row, c=self.column)
        return f"{made}\n" if made != inner else f'<{tag} class="{row}">{inner}</{tag}>\n'

    def links(self, number: int) -> str:
        """So many links to other reports."""
        return "".join(f'<a href="/{n}">{html.escape(self.maker.headline())}</a>\n' for n in range(number))

    def box(self) -> str:
        """What stands between the parts of a body."""
        one = self.chance.choice
        kind = one(("letter", "letter", "vote", "film", "ad", "more", "promo"))
        if kind == "letter":
            head = one(_LETTER_HEADS).format(p=one(PLACES))
            said = [" ".join(self.maker.sign_up() for _ in range(one((1, 1, 2)))) for _ in range(one((1, 2)))]
            field = one(("", '<input type="email"><button>Join</button>', "<form><label>Your address</label></form>"))
            inner = f"<h3>{head}</h3>" + f"<p>{said[0]}</p>{field}" + "".join(f"<p>{line}</p>" for line in said[1:])
        elif kind == "vote":
            chosen = self.chance.sample(_CHOICES, self.chance.randint(2, 4))
            asked = f"Should {self.maker.headline()[0].lower()}{self.maker.headline()[1:].rstrip('.?!')}?"
            each = one(("<label>{c}</label> ", "<li>{c} {n}%</li>", "<div>{c} <b>{n}%</b></div>", "<p>{c}</p>"))
            options = "".join(each.format(c=choice, n=self.chance.randint(1, 90)) for choice in chosen)
            inner = (
                f"<h3>{one(_VOTES)}</h3><p>{asked}</p>{options}<p>{self.chance.randint(20, 9000):,} {one(_VOTED)}</p>"
            )
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

    def teasers(self, number: int) -> str:
        """Other reports by their headlines and first sentences."""
        each = self.chance.choice(
            (
                '<h3><a href="/t">{h}</a></h3><p>{s}</p>',
                '<b><a href="/t">{h}</a></b><p>{s}</p>',
                '<a href="/t"><b>{h}</b></a><br>{s}',
                "<h4>{h}</h4><p>{s}</p>",
            )
        )
        made = (
            f"<div>{each.format(h=html.escape(self.maker.headline()), s=html.escape(self.maker.sentence()))}</div>\n"
            for _ in range(number)
        )
        return self.held("more", f"<h3>{self.chance.choice(_MORE)}</h3>{''.join(made)}")
