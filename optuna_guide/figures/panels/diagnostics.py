"""Checks of the search: what to change, and what is well."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from optuna_guide.analysis.diagnostics import diagnose
from optuna_guide.figures.drawing import lettering, multiples, paragraphs, theme
from optuna_guide.figures.drawing.look import Nothing
from optuna_guide.figures.drawing.paragraphs import Paragraph
from optuna_guide.words.phrases import SIGNS
from optuna_guide.words.samplers import describe_sampler

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from optuna_guide.analysis.diagnostics import Diagnosis
    from optuna_guide.figures.drawing.look import About, Look
    from optuna_guide.figures.sources import Sources

TITLE = "Sampler diagnostics"
HOW = "What to change about the search (▲), what is well (✓), and what could not be checked (–)."
COLOURS = {SIGNS["flagged"]: theme.RED, SIGNS["well"]: theme.BLUE}


@dataclass(frozen=True)
class Numbers:
    """How to read the history of the sampler, may be empty; and all checks."""

    about: About
    reading: str
    checks: tuple[Diagnosis, ...]


def gather(sources: Sources) -> Numbers | Nothing:
    """All checks of the search.

    Raises:
        ValueError: If the trials do not have the target of the guidance.
    """
    found, goal = sources.exploration, sources.explored_goal
    if not len(found):
        return Nothing("There is no trial to check.", sources.about)
    return Numbers(sources.about, describe_sampler(found.samplers), tuple(diagnose(found, goal)))


def draw(numbers: Numbers, look: Look) -> go.Figure:
    """Write down all checks; hover says why a threshold is where it is."""
    shown = [Paragraph("How to read it", numbers.reading)] * bool(numbers.reading)
    shown += [_flagged(check) for check in numbers.checks if check.is_flagged]
    shown += [_quiet(check) for check in numbers.checks if not check.is_flagged]
    head = theme.head(numbers.about, look, TITLE, HOW, COLOURS)
    notes, n_hidden = paragraphs.write(shown, paragraphs.n_lines(len(head)))
    return theme.draw(
        numbers.about,
        look,
        TITLE,
        HOW,
        [],
        colours=COLOURS,
        annotations=[*notes, *_more(n_hidden)],
        **paragraphs.layout(),
    )


def _flagged(check: Diagnosis) -> Paragraph:
    return Paragraph(
        f"{SIGNS[check.state]} {check.name}", check.sentence, _reason(check), theme.RED
    )


def _quiet(check: Diagnosis) -> Paragraph:
    """A healthy or unknown check on one line."""
    sign = SIGNS[check.state]
    words = check.sentence
    if lettering.measure(f"{sign} {check.name}  {words}") > theme.FOOT - 3:
        words = "" if check.number is None else f"{check.number:.2f}"
    return Paragraph(
        f"{sign} {check.name}",
        words,
        f"{check.sentence} {_reason(check)}",
        COLOURS.get(sign, theme.INK),
    )


def _reason(check: Diagnosis) -> str:
    number = "" if check.number is None else f"{check.number:.2f}; "
    return f"{number}threshold {check.threshold:.2g}: {check.reason}. Of {check.counted}."


def _more(n_hidden: int) -> list[dict[str, Any]]:
    words = f"{n_hidden} more checks have no room." if n_hidden else ""
    return multiples.foot(words, 12, -8)
