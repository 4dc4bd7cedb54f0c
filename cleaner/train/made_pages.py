"""Invented English articles as HTML, for what the labelled pages are short of.

Reports whose body is split over sibling containers between boxes, reports hour by hour, instructions with code,
interviews; lines in containers of their own, printed lines, reference pages, questions and answers,
catalogues, chapters, lists that a body ends in. The prose is that of ``made_lines``. Seeded: the same pages every time.
"""

from __future__ import annotations

import html
import random
import textwrap
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from cleaner.train.made_elements import NEUTRAL, PEOPLE, PLACES
from cleaner.train.made_guides import Guides
from cleaner.train.made_lines import Maker

NUMBERS = {
    "split_report": 320,
    "boxed_report": 360,
    "hours": 150,
    "instructions": 90,
    "interview": 90,
    "loose_lines": 180,
    "printed": 90,
    "reference": 180,
    "chapters": 90,
    "brief": 160,
    "listed": 90,
    "policy": 130,
    "questions": 90,
    "members": 90,
    "catalogue": 120,
}
"""Pages by what their body is: about as many as labelled ones. With 480 to 950 one kind or another was told wrongly,
which one by chance; so each page is made by itself, and a kind more leaves the others as they are."""
_STAMPS = ("{h}:{m:02d}", "{h}.{m:02d}", "{h}:{m:02d} CET", "{n} hours ago", "{n} min ago")
_ANSWERS = "No.|Yes.|Perhaps.|Never.|I left.|Ask him.|Because I could.|Twice.|Not yet.".split("|")
_ASIDES = (
    "{n} spoke with {m} in {p}.",
    "{n} is the author of “{t}”. The book came out last year.",
    "Did you like this talk? Read two numbers of our paper for nothing.",
    "{n}, {a}, teaches in {p} and lives with two dogs.",
    "The questions were put by {m}. Photographs: {n}.",
)
_SAID = "I was there too!|So true.|Thank you for this, {n}.|First!|More of this, please.|No words.".split("|")
_TALKS = "Discussion about this post|Comments|{n} comments|What readers say|Leave a comment".split("|")
_CHAPTERS = ("{r}. {h}", "{h}", "{k}. {h}", "Part {r}: {h}", "{r}", "***")
_ROMAN = "I II III IV V VI VII VIII".split()


class Made(NamedTuple):
    """A page."""

    html: str
    gold: str
    """Its body."""


class _Page(Guides):
    """One page."""

    def split_report(self) -> str:
        """Parts of a body in containers side by side."""
        made = []
        for _ in range(self.chance.randint(3, 6)):
            made.append(self.held("text", self.paragraphs(1, 3)))
            for _ in range(self.chance.choice((0, 1, 1, 2))):
                made.append(self.box() if self.chance.random() < 0.5 else self.boxed_body())
        return "".join(made)

    def boxed_report(self) -> str:
        """A short report in one container, with a box or two in it: of body, or of none."""
        made = [self.paragraphs(1, 4)]
        for _ in range(self.chance.choice((1, 1, 2))):
            made += [self.box() if self.chance.random() < 0.25 else self.boxed_body(), self.paragraphs(1, 3)]
        return "".join(made)

    def boxed_body(self) -> str:
        """A quotation, some facts or a short section: body in boxes like those of ``box``."""
        one = self.chance
        tag, inner = one.choice(("p", "p", "li")), ""
        if one.random() < 0.6:
            inner = self.body(one.choice(("h2", "h3", "h4", "strong")), self.maker.headline())
        said = [
            self.body(tag, one.choice((self.maker.remark,) * 2 + (self.maker.sentence, self.maker.paragraph))())
            for _ in range(one.choice((1, 2, 2, 3)))
        ]
        inner += f"<ul>{''.join(said)}</ul>" if tag == "li" else "".join(said)
        around = one.choice(("div", "div", "section", "blockquote", "aside"))
        named = f' class="{one.choice((*NEUTRAL, self.row))}"' if one.random() < 0.6 else ""
        return f"<{around}{named}>{inner}</{around}>\n"

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
        fill = {"n": one(PEOPLE), "m": one(PEOPLE), "p": one(PLACES), "t": self.maker.headline()}
        made = [text.format(**fill, a=self.chance.randint(19, 90)) for text in self.chance.sample(_ASIDES, 2)]
        return "".join(f'<p class="{self.names["credit"]}"><em>{text}</em></p>\n' for text in made)

    def loose_lines(self) -> str:
        """Paragraphs, and lines between them in containers of another kind, some of few words."""
        tag, name = self.chance.choice(("div", "div", "span", "section")), self.chance.choice(("", "", "line", "row"))
        around = f'<{tag} class="{name}">{{}}</{tag}>\n' if name else f"<{tag}>{{}}</{tag}>\n"
        made = [self.paragraphs(1, 2)]
        for _ in range(self.chance.randint(3, 9)):
            said = self.maker.remark() if self.chance.random() < 0.5 else self.maker.paragraph()
            self.gold.append(said)
            made += [around.format(html.escape(said, quote=False)), self.paragraphs(0, 2)]
            if self.chance.random() < 0.15:
                made.append(self.box())
        return "".join(made)

    def printed(self) -> str:
        """Each line as it was printed, in a container of its own; the number of each printed page is none of it."""
        one, width = self.chance, self.chance.randint(44, 84)
        style = one.choice(("t m0 x{x} h1 y{y} ff1", "line", "", "l{y}", "txt y{y}"))
        text = [line for _ in range(one.randint(2, 8)) for line in textwrap.wrap(self.maker.paragraph(), width)]
        numbered, made = one.random() < 0.5, []
        for at in range(0, len(text), 30):
            lines = [
                f'<div class="{style.format(x=one.randint(0, 2), y=number)}">{html.escape(line, quote=False)}</div>'
                for number, line in enumerate(text[at : at + 30])
            ]
            foot = [f'<div class="{style.format(x=0, y=99)}">{at // 30 + 1}</div>'] if numbered else []
            made.append(f'<div class="pf"><div class="pc">{"".join([*lines, *foot])}</div></div>\n')
        self.gold += text
        return "".join(made)

    def chapters(self) -> str:
        """Sections under heads of the highest rank, a letter box, what readers say."""
        tag, style = self.chance.choice(("h1", "h1", "h2", "h3")), self.chance.choice(_CHAPTERS)
        made = [self.paragraphs(0, 2)]
        for number in range(self.chance.randint(2, 6)):
            head = self.maker.headline()
            made.append(self.body(tag, style.format(r=_ROMAN[number], k=number + 1, h=head)))
            made.append(self.paragraphs(1, 3))
            made.append(self.box() if self.chance.random() < 0.3 else "")
        if self.chance.random() < 0.5:
            said = "".join(
                f'<div class="comment"><a href="/u">{self.chance.choice(PEOPLE)}</a><p>{text}</p></div>'
                for text in map(self.maker.filled, self.chance.sample(_SAID, self.chance.randint(1, 4)))
            )
            made.append(f"<div><h4>{self.maker.filled(self.chance.choice(_TALKS))}</h4>{said}</div>\n")
        return "".join(made)

    def policy(self) -> str:
        """What a site does with data, under heads."""
        lines = self.maker.policy()
        return "".join(self.body("h2", self.maker.headline()) + self.body("p", line) for line in lines)

    def brief(self) -> str:
        """One to three paragraphs, however short, and often what other reports begin with."""
        made = [self.body("p", self.maker.remark()) if self.chance.random() < 0.5 else ""]
        made += [self.paragraphs(1, 2), self.box() if self.chance.random() < 0.3 else ""]
        return "".join(made) + (self.teasers(self.chance.randint(2, 9)) if self.chance.random() < 0.6 else "")

    def in_tables(self, menu: str, inner: str) -> str:
        """A body in the middle of a table, beside a menu, dates and other reports."""
        one = self.chance
        days = "".join(f"<td>{day}</td>" for day in "Mo Tu We Th Fr".split())
        rows = "".join(
            f"<tr>{''.join(f'<td>{7 * week + day}</td>' for day in range(1, 6))}</tr>"
            for week in range(one.randint(1, 4))
        )
        dates = f"<table><tr>{days}</tr>{rows}</table>" if one.random() < 0.6 else ""
        printed = "<a href='/p'>Printer friendly version</a> | <a href='#'>To the top</a>"
        row = f"<td>{menu}{dates}</td><td>{inner}<br>{printed if one.random() < 0.5 else ''}</td>"
        return f"<table><tr>{row}<td>{self.teasers(one.randint(1, 4))}</td></tr></table>"

    def listed(self) -> str:
        """A body that ends in a list, or has one in it."""
        lines = self.maker.items()
        style = self.chance.choice(("ul", "ol", "p", "div", "br"))
        made = [self.paragraphs(1, 3), self.body("p", lines[0])]
        if style == "br":
            self.gold += lines[1:]
            made.append(f"<p>{'<br>'.join(html.escape(line, quote=False) for line in lines[1:])}</p>\n")
        else:
            items = "".join(self.body("li" if style in ("ul", "ol") else style, line) for line in lines[1:])
            made.append(f"<{style}>{items}</{style}>\n" if style in ("ul", "ol") else items)
        return "".join([*made, self.paragraphs(1, 2) if self.chance.random() < 0.3 else ""])

    def whole(self, kind: str) -> Made:
        """The page with a body of a kind of NUMBERS."""
        one = self.chance
        title = self.maker.headline()
        menu = "".join(f'<a href="/{n}">{n}</a> ' for n in one.sample(("Home", "Town", "Trade", "Stage", "Mail"), 4))
        inner = getattr(self, kind)()
        date = f"{one.randint(1, 30)} March 2026"
        above = f'<h1>{title}</h1><div class="{self.names["credit"]}">By {one.choice(PEOPLE)}, {date}</div>'
        if one.random() < 0.3:
            above += f'<p class="{self.names["credit"]}">{self.maker.headline()}</p>'
        main = one.choice(("<main>{}</main>", "<article>{}</article>", '<div class="page">{}</div>'))
        below = f'<div class="{self.names["more"]}"><h3>Read next</h3>{self.links(one.randint(2, 8))}</div>'
        foot = f"<footer>{one.choice(('Imprint', 'About this paper', 'Contact'))} {one.choice(PLACES)}</footer>"
        head = f'<html lang="en"><head><title>{title}</title></head>'
        if kind == "printed" and one.random() < 0.6:  # nothing else is printed
            return Made(f"<!DOCTYPE html>{head}<body>{inner}</body></html>", "\n".join(self.gold))
        if one.random() < 0.08:  # hand-written, with marks to link to that nobody closed
            marked = inner.replace("<p>", f"<p>{one.choice(('<a name=a>', ''))}").replace(
                "</p>", one.choice(("</p>", ""))
            )
            old = f"<h1>{title}</h1>{marked}<hr><a href='index.htm'>{one.choice(('Back to the index', 'Home'))}</a>"
            return Made(f"<html><head><title>{title}</title></head><body>{old}</body></html>", "\n".join(self.gold))
        if one.random() < 0.1:
            tables = self.in_tables(menu, above + inner)
            return Made(f"<!DOCTYPE html>{head}<body>{tables}{foot}</body></html>", "\n".join(self.gold))
        whole = f"<!DOCTYPE html>{head}<body><nav>{menu}</nav>{main.format(above + inner)}{below}{foot}</body></html>"
        return Made(whole, "\n".join(self.gold))


def pages(numbers: Mapping[str, int] = NUMBERS) -> Iterator[Made]:
    """So many pages of each kind."""
    for kind, number in numbers.items():
        for at in range(number):
            yield _Page(Maker(random.Random(f"{kind} {at}"))).whole(kind)


def rows() -> Iterator[dict[str, str]]:
    """All of them as rows of a labelled set, each with a name that no other page has."""
    for number, page in enumerate(pages()):
        yield {"id": f"made/page{number}", "html": page.html, "gold_text": page.gold}
