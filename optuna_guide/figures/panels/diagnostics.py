"""Checks of the search: what to change, and what is well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from optuna_guide.analysis.diagnostics import diagnose
from optuna_guide.analysis.selection import read_goal
from optuna_guide.figures.drawing import lettering, multiples, paragraphs, theme
from optuna_guide.figures.drawing.paragraphs import Paragraph
from optuna_guide.figures.drawing.timeline import describe_sampler
from optuna_guide.study.exploration import Exploration, align, explore_table

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from optuna_guide.analysis.diagnostics import Diagnosis
    from optuna_guide.guidance import Guidance
    from optuna_guide.study.table import TrialsTable

TITLE = "Sampler diagnostics"
HOW = "What to change about the search (▲), what is well (✓), and what could not be checked (–)."
COLOURS = {"▲": theme.RED, "✓": theme.BLUE}
USES_TRIALS = True


def figure(
    guidance: Guidance, table: TrialsTable, *, exploration: Exploration | None = None
) -> go.Figure:
    """Write down all checks; hover says why a threshold is where it is.

    Args:
        guidance: Says the target.
        table: Trials.
        exploration: How they came to be; what it holds of trials takes the place of ``table``.

    Raises:
        ValueError: If the table does not have the target.
    """
    read_goal(guidance, table)
    found = exploration or explore_table(table)
    if not len(found):
        return multiples.nothing(guidance, TITLE, HOW, "There is no trial to check.", COLOURS)
    goal = align(read_goal(guidance, found.trials), len(found))
    checks = diagnose(found, goal)
    reading = describe_sampler(found)
    shown = [Paragraph("How to read it", reading)] * bool(reading)
    shown += [_flagged(check) for check in checks if check.is_flagged]
    shown += [_quiet(check) for check in checks if not check.is_flagged]
    notes, n_hidden = paragraphs.write(shown)
    return theme.draw(
        guidance,
        TITLE,
        HOW,
        [],
        colours=COLOURS,
        annotations=[*notes, *_more(n_hidden)],
        **paragraphs.layout(),
    )


def _flagged(check: Diagnosis) -> Paragraph:
    return Paragraph(f"▲ {check.name}", check.sentence, _reason(check), theme.RED)


def _quiet(check: Diagnosis) -> Paragraph:
    """A healthy or unknown check on one line."""
    sign, colour = ("–", theme.INK) if "Not checked" in check.sentence else ("✓", theme.BLUE)
    words = check.sentence
    if lettering.measure(f"{sign} {check.name}  {words}") > theme.FOOT - 3:
        words = "" if check.number is None else f"{check.number:.2f}"
    return Paragraph(f"{sign} {check.name}", words, f"{check.sentence} {_reason(check)}", colour)


def _reason(check: Diagnosis) -> str:
    number = "" if check.number is None else f"{check.number:.2f}; "
    return f"{number}threshold {check.threshold:.2g}: {check.reason}."


def _more(n_hidden: int) -> list[dict[str, Any]]:
    words = f"{n_hidden} more checks have no room." if n_hidden else ""
    return multiples.foot(words, 12, -8)
