"""Makes the pictures of these pages from samples: ``PYTHONPATH=.:tests python docs/pictures.py [LARGE_OUTPUT]``.

Needs chromium and its driver; with Pillow the pictures are smaller. ``LARGE_OUTPUT`` is the output folder of a large
run of made articles, whose page is shown too.
"""

from __future__ import annotations

import base64
import io
import os
import pty
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from browser import Browser, browser
from rich.console import Console
from rich.text import Text

DOCS = Path(__file__).parent
COLUMNS = 110
COLOURS = 64
OF_EARLIER = re.compile(r"[^\n]*\r\x1b\[2K")
"""What a bar showed before it was drawn anew."""
CONTROL = re.compile(r"\x1b\[\?\d+[hl]|\x1b\[\d*[AK]|\r")
FONTS = re.compile(r"\s*@font-face \{[^}]*\}")
OPEN = "document.querySelector('.story:not([hidden])').open = true; document.getElementById('stories').scrollIntoView()"
SEARCH = "s = document.getElementById('search'); s.value = '{}'; s.dispatchEvent(new Event('input'));"


def terminal(name: str, *arguments: str) -> None:
    """What a command shows on a terminal, as SVG."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "cleaner", *arguments]
    environment = {**os.environ, "COLUMNS": str(COLUMNS), "TERM": "xterm-256color"}
    with subprocess.Popen(command, stdout=theirs, stderr=theirs, stdin=theirs, env=environment) as process:
        os.close(theirs)
        said = b""
        while True:
            try:
                piece = os.read(ours, 65_536)
            except OSError:  # the other side is closed
                break
            if not piece:
                break
            said += piece
        process.wait()
    text = CONTROL.sub("", OF_EARLIER.sub("", said.decode().replace("\r\n", "\n")))
    console = Console(record=True, width=COLUMNS, file=io.StringIO())
    console.print(Text.from_ansi(f"$ cleaner {' '.join(arguments)}\n{text}"))
    picture = console.export_svg(title="cleaner")
    (DOCS / f"{name}.svg").write_text(FONTS.sub("", picture), encoding="utf-8")


def screen(one: Browser, name: str, page: Path, scheme: str, width: int, height: int, script: str = "") -> None:
    """What a browser shows of a page, as PNG."""
    one.command("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    mobile = width < 500
    one.command("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=mobile)
    one.open(page)
    if script:
        one.run(script)
    picture = base64.b64decode(one.command("Page.captureScreenshot", format="png")["data"])
    try:
        from PIL import Image
    except ImportError:
        pass
    else:
        packed = io.BytesIO()
        Image.open(io.BytesIO(picture)).convert("RGB").quantize(COLOURS).save(packed, "PNG", optimize=True)
        picture = packed.getvalue()
    (DOCS / f"{name}.png").write_bytes(picture)


def main() -> None:
    """All of them."""
    with tempfile.TemporaryDirectory() as folder, browser(Path(folder)) as one:
        terminal("progress", "run", "samples/pages", "--output", "out", "--report")
        terminal("help", "run", "--help")
        page = Path("out/report.html")
        screen(one, "report", page, "light", 1100, 1150)
        screen(one, "report-dark", page, "dark", 1100, 900, SEARCH.format("dravik") + OPEN)
        screen(one, "report-narrow", page, "light", 360, 740)
        for large in sys.argv[1:]:
            screen(one, "report-large", Path(large) / "report.html", "light", 1100, 1050)


if __name__ == "__main__":
    main()
