"""Invented English pages as labelled lines, for what the labelled pages are short of.

Books, briefs among many teasers, letters to subscribers that end in what else is in the number and in how to get it,
short texts that end in a list, spoken lines.

Bulletins come from ``frames.toml``, longer prose from a small grammar, what is no body from the examples of the rules.
Seeded: the same pages every time.
"""

from __future__ import annotations

import random
import textwrap
from collections.abc import Iterator, Sequence

from cleaner.strip import rules
from cleaner.train.frames import Frames

NUMBER = 280
"""Pages: about one to seven labelled ones."""
BARE = 0.4
"""Share of the pages that are short texts with little around."""
WRAPPED = 0.25
"""Share of the others whose lines are broken where a mail breaks them."""
LENGTHS = (2, 3, 5, 8, 15, 40, 120, 400)
"""Paragraphs of a page."""
_WHO = (
    "the bookbinder|a beekeeper from Sedlin|her aunt|the night porter|Ansgar Brill|the two sisters|his lodger|"
    "the tailor|nobody in the lane|Jorun|the pilot of the mail plane|a clerk"
).split("|")
_DID = (
    "mended|had forgotten|sold|wrote down|hid|gave back|painted|asked for|walked past|counted|never spoke of|paid for|"
    "brought|found"
).split("|")
_WHAT = (
    "the blue door|a crate of pears|the map of the mines|three letters|an old clock|the ladder|"
    "a coat with brass buttons|the second key|the garden wall|a bill for nine crowns|the piano|their only lamp"
).split("|")
_WHERE = (
    "behind the station|in the attic|on the road to Tolvik|beside the well|at the market|above the shop|in the rain|"
    "across the yard|under the stairs|by the chapel"
).split("|")
_WHEN = (
    "in the week before Easter|that evening|twice a year|long before the war|until the snow came|as the bells began|"
    "for the whole of May|the day after|when the inspectors had gone|at noon"
).split("|")
_SECTIONS = (
    "Home|News|Local|Region|World|Politics|Business|Markets|Sport|Chess|Culture|Books|Film|Music|Food|Travel|Weather|"
    "Puzzles|Opinion|Letters|Obituaries|Jobs|Property|Cars|Events|Shop|Archive|Podcasts|Newsletters|Subscribe|Sign in|"
    "My account|Search|Menu|Town hall|Schools|Health|Traffic|Courts|Harbour|North Ward|South Ward|Science|Gardens"
).split("|")
_FOOT = (
    "About us|Contact|Advertise|Privacy|Terms of use|Imprint|Careers|Help|Accessibility|RSS|Cookie settings"
).split("|")
_HEADS = (
    "Read next|Most read|Most popular|Related articles|More from this section|Latest|Editor's choice|You may also like|"
    "In this issue:|Further in this issue:|Inside today|Elsewhere this week:|In the coming number:|Other letters:"
).split("|")
_MARKS = ("", "", "", "* ", "- ", "• ", "> ")
"""What the items of a list begin with."""
_BARS = (" | ", " - ", " · ", " / ")
_THINGS = (
    "tram depot|reading room|cider press|town clock|swimming hall|night ferry|seed bank|brass band|glass works|"
    "cable car|weather station|old brewery|puppet theatre|rowing lake|post van|salt store|village school|clay pit"
).split("|")
_PLACES = "Tolvik|Sedlin|Brennau|the Hook|Eastmark|Lower Varn|Kesterby|the islands|Orrin|the upper town".split("|")
_HEADLINES = (
    "{P} votes to keep its {t}|Why the {t} had to move|How a {t} came to {p}|{T} to close for repairs|"
    "Five questions for the keeper of the {t}|Inside the {t} of {p}|Pictures: a year at the {t}|"
    "{P}: {t} opens again|Review: songs from the {t}|{n} people without power in {p}|Who pays for the {t}?|"
    "{T} loses its roof in the gale|A walk from the {t} to {p}|{P} and {q} share a {t}|The last {t} in {p}|"
    "Opinion: leave the {t} alone|Woman, {n}, swims to {p}|Man held after fire at {t}|{P} win by {n} points|"
    "Water in {p} safe again|{n} ways to use a {t}|{T}, {p}: what happens now|Fewer visitors in {p}|"
    "Council puts off talk on {t}|Doubts over {t}|Tickets for the {t} go on sale"
).split("|")
_SHEETS = (
    "The Ferry Letter|Hill and Harbour|The Sunday Sheet|our weekly letter|this digest|The Sedlin Courier|"
    "Notes from Orrin"
).split("|")
_OFTEN = "on Fridays|twice a month|every morning before seven|with each new moon|four times a year".split("|")
_HOW = (
    "send us a card|answer this letter with one word|tell the office|drop us a line|use the link at the foot|"
    "give your name at the counter|ring the number below|leave your address with the editor"
).split("|")
_SIGN_UP = (
    "{S} comes {o} and costs nothing: {h} to have it sent to you.",
    "You get {s} because you asked for it. To leave the list, {h}.",
    "Did somebody pass this on to you? {H}, and the next one is yours.",
    "If you would rather not hear from us, {h}, and you are off the list the same day.",
    "To get {s} {o}, {h}. There is no charge, and you can end it when you like.",
    "{S} goes to {n} readers {o}. {H} to be one of them.",
    "Would you like {s} in your letter box? {H}.",
    "Whoever wants {s} {o} need only {h}. It is free of charge, and one word ends it.",
    "{S} comes by post. It costs nothing; to have it no longer, {h} once more.",
)
"""How to get a paper or to be rid of it."""
_POLICY = (
    "{w} keep no more of what you tell us than the law of the province asks for, and {x} is told of it.",
    "Cookies that {x} needs to remember the language are set for a day, and {w} read them only then.",
    "You may ask at any hour which data {w} hold, and {x} has ten days to answer in writing.",
    "By using the site you agree that {w} may write to you about changes of these terms.",
    "Advertisements are chosen without a profile, and neither {x} nor anybody else learns what you have read.",
)


_REMARKS = (
    "The {t} is shut.|Nobody was hurt.|{p} has no {t}.|It was the {n}th.|The {t} stays closed until Monday.|"
    "He left {p}.|{n} came.|They said no more.|The rest is mud.|The {t} of {p} will not be rebuilt.|"
    "That was {n} years ago.|"
    "Nothing was found in {p}."
).split("|")
_ITEMS = (
    "Best {w}: {n}|{n} ({w})|{w} - {n}|{n}|{w}: {n}, {f}|{l}, {f}, {a}, {s}|{l}, {f}, {a}|{n}, {a}, of {p}|{n}, {s}|"
    "{r} {w}: {n}|{a}. {n}|{n} {a}|{r} {s}: the {w}|{p}: {a}|{r} {w} of the year: {n}, {p}"
).split("|")
_TRADES = "ferryman|teacher|widow|baker|clerk|soldier|pilot|tailor|nurse|miller|smith|cook".split("|")
_RANKS = "Best|Most careful|Loudest|Oldest|Lightest|First|Last|Kindest|Lifetime".split("|")
_LIST_HEADS = (
    "The {w} prizes in full:|The names in the order of the alphabet:|Here is the list, in the order of {p}.|"
    "These {w} were shown in {p}:|The jury of {p} met twice; this is what it read out.|Results of the {w} class|"
    "The stone in {p} carries the names of those who did not come back.|All winners:|In the {w} team were:"
).split("|")


class Maker:
    """Writes the parts of a page: prose, headlines, teasers, leftovers."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.frames = Frames(chance)
        english = [*rules.load("common"), *rules.load("en")]
        self.leftovers = [(rule, line) for rule in english if rule.effect == "line" for line in rule.match]

    def clause(self) -> str:
        """Who did what, where and when, without a capital or a mark."""
        one = self.chance.choice
        return " ".join((one(_WHO), one(_DID), one(_WHAT), one(_WHERE), one(_WHEN)))

    def sentence(self) -> str:
        """One clause or two, or what somebody said."""
        made = self.clause()
        made = made[0].upper() + made[1:]
        kind = self.chance.random()
        if kind < 0.15:
            return f"“{made},” said {self.chance.choice(_WHO)}."
        if kind < 0.35:
            made = f"{made}, and {self.clause()}"
        return made + self.chance.choice("....!?")

    def paragraph(self) -> str:
        """One to five sentences."""
        return " ".join(self.sentence() for _ in range(self.chance.choice((1, 1, 2, 3, 5))))

    def headline(self) -> str:
        """Of a bulletin, of a form that headlines have, or the beginning of a clause."""
        if self.chance.random() < 0.3:
            frame = self.chance.choice([f for f in self.frames.packs["en"]["frames"] if f["title"]])
            return self.frames.fill("en", frame)[0].title or "News"
        if self.chance.random() < 0.6:
            one, (here, there) = self.chance.choice, self.chance.sample(_PLACES, 2)
            thing, number = one(_THINGS), self.chance.randint(2, 90)
            made = one(_HEADLINES).format(
                p=here, P=here[0].upper() + here[1:], q=there, t=thing, T=thing.capitalize(), n=number
            )
            return made[0].upper() + made[1:]
        made = " ".join(self.clause().split()[: self.chance.randint(4, 11)])
        if self.chance.random() < 0.2:
            made += self.chance.choice((": a short account", ": what we know", " - in pictures", "?"))
        return made[0].upper() + made[1:]

    def body(self) -> list[str]:
        """The lines of an article, of a policy or of a text that repeats itself; some end in a list."""
        kind = self.chance.random()
        if kind < 0.2:
            lines = self.frames.fill("en", self.chance.choice(self.frames.packs["en"]["frames"]))[0].text.split("\n")
        elif kind < 0.3:
            lines = self.policy()
        elif kind < 0.4:  # the same sentence over and over with other names
            size = self.chance.choice(LENGTHS)
            lines = [f"{self.sentence()} Number {n} of {size}: {self.clause()}." for n in range(1, size + 1)]
        else:
            lines = [self.paragraph() for _ in range(self.chance.choice(LENGTHS))]
            if len(lines) > 100:  # a book has heads
                for number, at in enumerate(range(len(lines) // 40, -1, -1)):
                    lines.insert(40 * at, f"Chapter {len(lines) // 40 - number}")
        if kind > 0.8:
            lines = [*lines, *self.items()]
        return lines

    def policy(self) -> list[str]:
        """What a site does with data."""
        fill = {"w": self.chance.choice(("we", "we and our partners")), "x": self.chance.choice(_WHO)}
        made = [text.format(**fill) for text in self.chance.sample(_POLICY, self.chance.randint(3, len(_POLICY)))]
        return [line[0].upper() + line[1:] for line in made]

    def items(self) -> list[str]:
        """Winners, a line-up, the dead: the short lines that a text ends in."""
        style, pack, one = self.chance.choice(_ITEMS), self.frames.packs["en"], self.chance
        names, things = pack["names"].split(), pack["things"].split()
        made = []
        for _ in range(one.randint(4, 12)):
            (first, last), trade = one.sample(names, 2), one.choice(_TRADES)
            fill = {"f": first, "l": last, "n": f"{first} {last}", "w": one.choice(things), "s": trade}
            made.append(style.format(**fill, a=one.randint(4, 91), r=one.choice(_RANKS), p=one.choice(_PLACES)))
        head = one.choice(_LIST_HEADS).format(w=one.choice(things), p=one.choice(_PLACES))
        return [head[0].upper() + head[1:], *(line[0].upper() + line[1:] for line in made)]

    def remark(self) -> str:
        """A sentence of few words."""
        made = self.filled(self.chance.choice(_REMARKS))
        return made[0].upper() + made[1:]

    def filled(self, frame: str) -> str:
        """A frame with places, things and a number."""
        (here, there), thing = self.chance.sample(_PLACES, 2), self.chance.choice(_THINGS)
        return frame.format(p=here, q=there, t=thing, n=self.chance.randint(2, 90))

    def leftover(self, places: tuple[str, ...]) -> str:
        """A line that an English rule of one of these places must match."""
        return self.chance.choice([line for rule, line in self.leftovers if rule.place in places])

    def teasers(self, most: int) -> list[str]:
        """Up to three lists of headlines, each below its head and of at most so many."""
        made: list[str] = []
        for head in self.chance.sample(_HEADS, self.chance.randint(1, 3)):
            mark = self.chance.choice(_MARKS)
            colon = "" if head.endswith(":") else self.chance.choice(("", "", ":"))
            made += [head + colon, *(mark + self.headline() for _ in range(self.chance.randint(3, most)))]
        return made

    def sign_up(self) -> str:
        """How to get the paper or to be rid of it."""
        one = self.chance.choice
        sheet, how = one(_SHEETS), one(_HOW)
        large = {"S": sheet[0].upper() + sheet[1:], "H": how[0].upper() + how[1:]}
        return one(_SIGN_UP).format(**large, s=sheet, h=how, o=one(_OFTEN), n=one((40, 300, 9000)))

    def sections(self, names: Sequence[str], least: int, most: int) -> list[str]:
        """A menu, each section in a line or all in one."""
        chosen = self.chance.sample(names, self.chance.randint(least, most))
        return [self.chance.choice(_BARS).join(chosen)] if self.chance.random() < 0.25 else chosen

    def bare(self) -> tuple[list[str], list[bool]]:
        """A short text with little around it that ends in a list, or is spoken: lines without marks."""
        one = self.chance
        above = [self.headline(), f"By {one.choice(('Ilse Marn', 'Tom Quill', 'Ada Voss'))}", "13 March 2026"]
        above = above[: one.randint(0, 3)]
        if one.random() < 0.3:
            said = " ".join(self.clause() for _ in range(one.randint(6, 60)))
            body = textwrap.wrap(said, one.randint(24, 50))
        else:
            body = [*(self.paragraph() for _ in range(one.randint(1, 4))), *self.items()]
            body += [self.paragraph()] if one.random() < 0.2 else []
        below = self.teasers(5) if one.random() < 0.2 else []
        return [*above, *body, *below], [False] * len(above) + [True] * len(body) + [False] * len(below)

    def page(self) -> tuple[list[str], list[bool]]:
        """The lines of a whole page, and for each whether it is body."""
        one = self.chance
        if one.random() < BARE:
            return self.bare()
        is_mail = one.random() < WRAPPED
        parts: list[tuple[list[str], bool]] = []
        if one.random() < 0.6:
            parts.append((self.sections(_SECTIONS, 4, len(_SECTIONS)), False))
        if one.random() < 0.2:
            parts.append((self.teasers(12), False))
        title = [self.headline()]
        byline = [f"By {one.choice(('Ilse Marn', 'Tom Quill', 'Ada Voss'))}", f"{one.randint(1, 30)} March 2026"]
        parts += [(title, False), (byline[: one.randint(0, 2)], False)]
        if one.random() < 0.5:
            parts.append(([self.leftover(("head", "anywhere")) for _ in range(one.randint(1, 4))], False))
        body = self.body()
        cut = one.randint(1, len(body)) if one.random() < 0.3 else len(body)
        parts.append((body[:cut], True))
        if cut < len(body):
            parts += [([self.leftover(("anywhere",)) for _ in range(one.randint(1, 3))], False), (body[cut:], True)]
        if is_mail and one.random() < 0.5:
            parts.append(([one.choice("-=*_") * one.randint(20, 70)], False))
        if one.random() < 0.7:
            parts.append((self.teasers(one.choice((3, 8, 30))), False))
        if one.random() < (0.7 if is_mail else 0.3):
            said = [self.sign_up() for _ in range(one.randint(1, 2))]
            parts.append(([" ".join(said)] if one.random() < 0.5 else said, False))
        if one.random() < 0.6:
            parts.append(([self.leftover(("tail", "anywhere")) for _ in range(one.randint(1, 6))], False))
            parts.append((self.sections(_FOOT, 2, 8), False))
        if is_mail:
            width = one.randint(58, 76)
            parts = [([text for line in part for text in textwrap.wrap(line, width)], kept) for part, kept in parts]
        lines = [line for part, _ in parts for line in part]
        return lines, [kept for part, kept in parts for _ in part]


def pages(number: int = NUMBER, seed: int = 11) -> Iterator[tuple[list[str], list[bool]]]:
    """So many pages: their lines, and for each whether it is body."""
    maker = Maker(random.Random(seed))
    for _ in range(number):
        yield maker.page()
