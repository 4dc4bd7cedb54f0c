"""The trade-off of ``cleaner tune`` as a picture. Needs the extra [plot]."""

from __future__ import annotations

from pathlib import Path

from cleaner.errors import MissingExtra
from cleaner.evaluate.tuning import Tuned
from cleaner.sinks.scratch import aside

_PNG = b"\x89PNG\r\n\x1a\n"


def require_matplotlib() -> None:
    """Raise MissingExtra unless matplotlib is there: told before the work, not after it."""
    try:
        import matplotlib  # noqa: F401
    except ImportError as error:
        raise MissingExtra("matplotlib", "plot", "--plot") from error


def is_picture(path: Path) -> bool:
    """Whether a file is a PNG, as `draw` writes, and so may be replaced by one."""
    try:
        with path.open("rb") as stream:
            return stream.read(len(_PNG)) == _PNG
    except OSError:
        return False


def draw(tuned: Tuned, path: str) -> None:
    """Write a PNG: duplicates left against events lost, and both with the quality at every threshold."""
    require_matplotlib()
    from matplotlib.figure import Figure  # without pyplot: no window system, no state of the process

    steps = tuned.steps
    thresholds = [step.threshold for step in steps]
    chosen = next(step for step in steps if step.threshold == tuned.chosen)
    figure = Figure(figsize=(10, 4.2), layout="constrained")
    trade, course = figure.subplots(1, 2)
    trade.plot([step.duplicates for step in steps], [step.lost for step in steps], marker=".")
    trade.plot(chosen.duplicates, chosen.lost, marker="o", markersize=10, fillstyle="none", color="black")
    place = (chosen.duplicates, chosen.lost)
    trade.annotate(f"{tuned.chosen:g}", place, xytext=(8, 8), textcoords="offset points")
    trade.set(xlabel="duplicates left", ylabel="events lost", title=f"level {tuned.level}: each point a threshold")
    course.plot(thresholds, [step.lost for step in steps], label="events lost")
    course.plot(thresholds, [step.duplicates for step in steps], label="duplicates left")
    course.axvline(tuned.chosen, color="black", linewidth=0.8)
    for number, used in enumerate(sorted(set(tuned.run))):
        label = None if number else "what a run takes"
        course.axvline(used, color="black", linewidth=0.8, linestyle=":", label=label)
    course.set(xlabel="threshold", ylabel="number", title=f"chosen {tuned.chosen:g}, default {tuned.default:g}")
    quality = course.twinx()
    measure = "pair F" if chosen.bcubed is None else "B-cubed F"
    quality.plot(thresholds, [step.quality for step in steps], color="grey", linestyle="--", label=measure)
    quality.set(ylabel=measure, ylim=(0, 1))
    lines = course.get_legend_handles_labels(), quality.get_legend_handles_labels()
    course.legend(lines[0][0] + lines[1][0], lines[0][1] + lines[1][1], loc="center left", fontsize="small")
    target = Path(path).resolve()
    with aside(target.parent) as folder:
        figure.savefig(folder / "plot", format="png", dpi=120, metadata={"Software": None})
        (folder / "plot").replace(target)
