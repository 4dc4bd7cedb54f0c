"""The page: one HTML file that needs no network, in which all that comes from data is text."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from cleaner.remote import place
from cleaner.review.gather import Amounts, Gathered, gather
from cleaner.review.sections import context
from cleaner.sinks import owned_page
from cleaner.sinks.json_text import to_json
from cleaner.sinks.reading import Folder
from cleaner.sinks.streams import output_stream
from cleaner.urls import is_url, shown

MOST_BYTES = 2_000_000
_SHARES = (1.0, 0.6, 0.3, 0.1, 0.03, 0.01)
"""Of what is shown, tried in turn until the page is small enough."""
_HERE = Path(__file__).parent
_IN_SCRIPT = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&'"}
_CONTROLS = {*range(0x20), *range(0x7F, 0xA0)} - {ord("\t"), ord("\n")}
_TURNS = {*range(0x2028, 0x202F), *range(0x2066, 0x206A)}
"""What breaks lines or turns the direction of all that follows; marks of direction and joiners belong to scripts."""
_UNSEEN = dict.fromkeys(_CONTROLS | _TURNS, " ")


def write(folder: str, output: str | None = None) -> str:
    """Write the page about an output folder, by default into it; returns where it is.

    Raises UsageError where the folder is no run's, the page cannot be written, or another file stands in its place.
    """
    usual = owned_page.usual(folder) if output is None else ""
    target = output or (f"{folder.rstrip('/')}/{owned_page.NAME}" if is_url(folder) else str(usual))
    page = made(place(folder))
    with output_stream(target, owned_page.is_own) as stream:
        stream.write(page)
    return shown(target)


def made(folder: Folder, amounts: Amounts | None = None) -> str:
    """The page about an output folder, at most ``MOST_BYTES`` in UTF-8. Raises UsageError."""
    amounts = amounts or Amounts()
    for share in _SHARES:
        page = rendered(gather(folder, amounts.scaled(share)), str(folder))
        if len(page.encode("utf-8")) <= MOST_BYTES:
            return page
    return page


def rendered(found: Gathered, folder: str) -> str:
    """The page of what was gathered."""
    environment = Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, finalize=_seen
    )
    style, script = (Markup((_HERE / name).read_text("utf-8")) for name in ("page.css", "page.js"))
    told = context(found, folder)
    data = Markup(in_script({"pairs": told.pop("judged"), "stories": found.listed}))
    allowed = [f"style-src {_digest(style)}", f"script-src {_digest(script)}"]
    policy = "; ".join(["default-src 'none'", *allowed, "base-uri 'none'", "form-action 'none'"])
    template = environment.get_template("page.html.jinja")
    page = template.render(mark=Markup(owned_page.MARK), style=style, script=script, data=data, policy=policy, **told)
    return page.encode("utf-8", "replace").decode("utf-8")


def _seen(value: Any) -> Any:
    """What the template shows: text without controls, and without what turns the text behind it."""
    return value.translate(_UNSEEN) if isinstance(value, str) and not isinstance(value, Markup) else value


def in_script(value: Mapping[str, Any]) -> str:
    """JSON that stands in a script element: no character of it can end that, or begin a comment."""
    return to_json(value).translate(_IN_SCRIPT)


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
