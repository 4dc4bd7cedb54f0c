"""Invented guides: instructions with code, reference pages, questions that open when they are asked, catalogues.

Written into the page that ``made_pages`` makes.
"""

from __future__ import annotations

import html

from cleaner.train.made_elements import PEOPLE, PLACES, Elements

_CODE = (
    "mkdir -p {w}\ncd {w}\nmake all",
    "for part in {w}:\n    part.close()\nprint(len({w}))",
    "{w} --list | sort | head -n {n}",
    "[{w}]\nlimit = {n}\npath = /srv/{w}",
    "def {w}(size):\n    return size * {n}\n\n{w}(3)",
    "SELECT name FROM {w}\nWHERE size > {n}\nORDER BY name;",
)
_COPY = ("Copy", "Copy code", "Run", "Download", "")
_NOTES = "Note|Warning|Tip|Important|Caution|Good to know".split("|")
_STEPS = (
    "Open the {t} and wait.|Choose {q}, then {n}.|Press the lower key twice.|Set the limit to {n}.|Wait for the lamp.|"
    "Copy the name of the {t}.|Save.|Run the command below.|A {t} of at least {n}.|Version {n}.2 or later.|"
    "You need the role {q}."
).split("|")
_FAULTS = (
    "the {t} is locked|no {t} found|limit of {n} reached|exit code {n}|{t} out of date|--keep-{n}|{q}|max_{n}"
).split("|")
_ASKED = "Was this page helpful?|Did this help?|Is something wrong on this page?|Rate this page".split("|")
_EDITED = "Edit this page|Report a fault|Last changed in March|Suggest a change|View the source".split("|")
_QUESTIONS = (
    "When does the {t} open?|May I bring a {t}?|What does a {t} cost?|Who looks after the {t}?|How old must I be?|"
    "Can I pay by card?|How do I get to {p}?|Where do I leave my {t}?|Is there a {t} in {p}?|What if it rains?"
).split("|")
_REPLIES = (
    "Yes.|No, not before {n} March.|The {t} opens on {n} May at seven.|Ask at the {t} in {p}.|"
    "{n} crowns, half for children.|Yes. The {t} has to stay outside.|Only until a quarter to eight.|"
    "Bus {n}, then on foot.|By card or in coins."
).split("|")
_ITEMS = "accordion-item|faq-item|faq__entry|question|toggle|panel|item|".split("|")
_MEMBERS = (
    "public {r} {w}()|static {r} {w}(int n, String s)|{w}(options?: Options): {r}|def {w}(self, size={n})|"
    "func {w}(n int) ({r}, error)|{w}({r} size)|public final class {w}"
).split("|")
_RETURNED = "boolean|void|int|string|list".split("|")
_WORDS = "shelf|parcel|lantern|harbour|ticket|ferry".split("|")
_NOTED = (
    "Tin, about {n}|Paper, {n} sheets|{p}, {n}|Oak and iron|{n} cm high|No date|From {p}|Lent by {m}|{n} pounds"
).split("|")
_HEADS = (
    '<h3><button class="{c}-trigger" aria-expanded="false">{{}}</button></h3>',
    '<button type="button" class="{c}-head">{{}}</button>',
    "<h3>{{}}</h3>",
    "<h4><a href='#{n}'>{{}}</a></h4>",
    "<summary>{{}}</summary>",
)


class Guides(Elements):
    """Bodies that tell how something is done."""

    def instructions(self) -> str:
        """Sections of prose with lines of code between."""
        made = []
        copy = self.chance.choice(_COPY)
        for _ in range(self.chance.randint(2, 5)):
            made += [self.body("h2", self.maker.headline()), self.paragraphs(1, 2)]
            made.append(self.code(f"<button>{copy}</button>" if copy else ""))
            made.append(self.paragraphs(0, 2))
        return "".join(made)

    def code(self, button: str) -> str:
        """Lines of code, with a button above."""
        code = self.chance.choice(_CODE).format(w=self.chance.choice(_WORDS), n=self.chance.randint(2, 99))
        self.gold += [line for line in code.split("\n") if line]
        return f'<div class="{self.names["film"]}">{button}<pre><code>{html.escape(code)}</code></pre></div>\n'

    def reference(self) -> str:
        """Steps, notes, terms and what they mean; questions about the page, and its contents, are none of it."""
        one = self.chance
        note = one.choice(('<div class="admonition {c}">{{}}</div>\n', '<aside class="{c}">{{}}</aside>\n'))
        made = [self.paragraphs(1, 1)]
        heads = []
        for _ in range(one.randint(2, 5)):
            heads.append(self.maker.headline())
            made += [self.body("h2", heads[-1]), self.paragraphs(0, 1)]
            kind = one.choice(("steps", "note", "terms", "code"))
            if kind == "steps":
                tag = one.choice(("ol", "ul"))
                steps = [self.body("li", self.maker.filled(one.choice(_STEPS))) for _ in range(one.randint(2, 6))]
                made.append(f"<{tag}>{''.join(steps)}</{tag}>\n")
            elif kind == "note":
                said = one.choice(_NOTES)
                head = self.body("p", said, name="admonition-title") if one.random() < 0.5 else ""
                made.append(note.format(c=said.lower().split()[0]).format(head + self.paragraphs(1, 1)))
            elif kind == "terms":
                terms = [
                    self.body("dt", self.maker.filled(one.choice(_FAULTS)), one.choice(("{}", "<code>{}</code>")))
                    + self.body("dd", one.choice((self.maker.remark, self.maker.sentence, self.maker.paragraph))())
                    for _ in range(one.randint(2, 6))
                ]
                made.append(f"<dl>{''.join(terms)}</dl>\n")
            else:
                made.append(self.code(""))
        asked = f"<p>{one.choice(_ASKED)}</p><button>Yes</button><button>No</button>"
        made.append(one.choice(("", f'<div class="{self.names["vote"]}">{asked}</div>\n')))
        made.append(f'<p><a href="/edit">{one.choice(_EDITED)}</a></p>\n' if one.random() < 0.7 else "")
        listed = "".join(f'<li><a href="#{at}">{html.escape(head)}</a></li>' for at, head in enumerate(heads))
        return "".join(made) + one.choice(("", f"<aside><h4>On this page</h4><ul>{listed}</ul></aside>\n"))

    def questions(self) -> str:
        """What is often asked, each under a head that opens it, shown or not."""
        one = self.chance
        name, head = one.choice(_ITEMS), one.choice(_HEADS)
        around = "details" if head.startswith("<summary") else "div"
        hidden = one.choice(("", "", " hidden", ' style="display:none"', ' aria-hidden="true"'))
        made = [self.body("p", one.choice((self.maker.sentence, self.maker.paragraph))())]
        for number in range(one.randint(2, 9)):
            asked = self.shown(self.maker.filled(one.choice(_QUESTIONS)))
            said = [self.body("p", self.maker.filled(one.choice(_REPLIES))) for _ in range(one.choice((1, 1, 2)))]
            if one.random() < 0.3:
                said.append(self.paragraphs(1, 1))
            shown = head.format(c=name or "fold", n=number).format(asked)
            panel = f'<div class="{name}-panel"{hidden}>{"".join(said)}</div>' if around == "div" else "".join(said)
            made.append(f'<{around} class="{name}">{shown}{panel}</{around}>\n')
        return "".join(made)

    def members(self) -> str:
        """What a part of a program offers: names, declarations and a sentence on each."""
        one = self.chance
        name, tag = one.choice(("member", "method", "detail", "")), one.choice(("div", "div", "pre", "p"))
        signed, block = one.choice(("member-signature", "signature", "decl", "")), one.choice(("block", "descr", ""))
        made = [self.paragraphs(0, 1)]
        for _ in range(one.randint(2, 8)):
            word = one.choice(_WORDS)
            declared = one.choice(_MEMBERS).format(w=word, r=one.choice(_RETURNED), n=one.randint(2, 99))
            head = self.body("h3", word)
            declaration = self.body(tag, declared, name=signed)
            said = self.body("div", one.choice((self.maker.sentence, self.maker.paragraph))(), name=block)
            made.append(f'<section class="{name}">{head}{declaration}{said}</section>\n')
        return "".join(made)

    def catalogue(self) -> str:
        """Things, each by its name, what is noted of it and a sentence."""
        one = self.chance
        name, tag = one.choice(("object", "card", "item", "entry", "")), one.choice(("div", "li"))
        head = one.choice(("<h3>{}</h3>", "<h3><a href='/o'>{}</a></h3>", "<a href='/o'><h3>{}</h3></a>", "<b>{}</b>"))
        noted, told, numbered = one.random() < 0.8, one.random() < 0.8, one.random() < 0.4
        made = [self.paragraphs(0, 1)]
        for number in range(one.randint(3, 14)):
            thing = self.maker.filled(one.choice(("{t}", "{t} of {p}", "a {t} with a {t}")))
            thing = f"{number + 101} {thing}" if numbered else thing[0].upper() + thing[1:]
            inner = head.format(self.shown(thing))
            if noted:
                fill = {"n": one.randint(2, 90), "p": one.choice(PLACES), "m": one.choice(PEOPLE)}
                inner += self.body("p", one.choice(_NOTED).format(**fill), name="meta")
            inner += self.body("p", one.choice((self.maker.remark, self.maker.sentence))()) if told else ""
            made.append(f'<{tag} class="{name}">{inner}</{tag}>\n')
        listed = "".join(made[1:])
        return made[0] + (f"<ul>{listed}</ul>\n" if tag == "li" else f"<div>{listed}</div>\n")
