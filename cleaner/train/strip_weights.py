"""Makes all weights of strip, reading the data once: ``python -m cleaner.train.strip_weights DATA_DIR``.

DATA_DIR as for ``cleaner.train.strip``. Writes what that command, ``page_types``, ``other_pages``, ``known_lines`` and
``inline_breaks`` write, to the byte. With ``--check`` nothing is written, and the exit code is 1 if a weight file
beside strip is not what the data give. The bytes hold for one version of LightGBM, PyTorch, scikit-learn and numpy.
Needs the extra [train]; takes about 40 minutes on one core, none of it for measuring.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from cleaner.train import block_models, inline_breaks, known_lines, strip
from cleaner.train.command import WEIGHTS, answered, folder_to_write, parser

NAMES = (
    "page_type",
    "html",
    "other_pages",
    "page_networks",
    "text",
    "known_text",
    "grams",
    "text_networks",
    "inline_breaks",
    "break_words",
)
"""The weight files."""


def make(data: Path, weights: Path) -> None:
    """Write all weight files into a folder that is there."""
    pages = block_models.examples(data)
    lines = strip.lines_of(data, pages)
    invented = block_models.made()
    block_models.fit_kinds(pages, invented).save(weights / "page_type.npz")
    block_models.fit_articles(pages, invented).save(weights / "html.npz")
    block_models.write_others(pages, invented, weights)
    strip.fit_lines(lines, strip.made()).save(weights / "text.npz")
    known_lines.write(known_lines.material(lines), weights)
    inline_breaks.make(inline_breaks.pages(data), weights)


def differing(weights: Path, others: Path) -> list[str]:
    """The weight files of one folder that the other has not, or with other bytes."""
    return [
        name
        for name in NAMES
        if not (others / f"{name}.npz").is_file()
        or (others / f"{name}.npz").read_bytes() != (weights / f"{name}.npz").read_bytes()
    ]


@answered
def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    line = parser("cleaner.train.strip_weights", __doc__)
    line.add_argument("--output", type=folder_to_write, default=WEIGHTS, help="folder for the weights")
    line.add_argument("--check", action="store_true", help="compare with the weights there are, and write none")
    options = line.parse_args(arguments)
    if not options.check:
        options.output.mkdir(parents=True, exist_ok=True)
        make(options.data, options.output)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        make(options.data, Path(folder))
        other = differing(Path(folder), options.output)
    for name in NAMES:
        print(f"{name}.npz: {'not what the data give' if name in other else 'as the data give it'}")
    return int(bool(other))


if __name__ == "__main__":
    sys.exit(main())
