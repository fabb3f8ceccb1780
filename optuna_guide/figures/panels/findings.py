"""What stands out, in sentences that were tested; and what people ask, answered."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from optuna_guide.analysis.findings import find
from optuna_guide.domain.wording import one_line, percent
from optuna_guide.figures.drawing import multiples, paragraphs, theme
from optuna_guide.figures.drawing.look import Nothing
from optuna_guide.figures.drawing.paragraphs import Paragraph
from optuna_guide.words import phrases
from optuna_guide.words.answers import answer_questions
from optuna_guide.words.names import short_names

if TYPE_CHECKING:
    from collections.abc import Iterable

    import plotly.graph_objects as go

    from optuna_guide.analysis.findings import Finding
    from optuna_guide.figures.drawing.look import About, Look
    from optuna_guide.figures.sources import Sources
    from optuna_guide.words.answers import Answer
    from optuna_guide.words.verdict import Verdict

TITLE = "Findings"
HOW = (
    "What stands out, the largest effect first (share of the variance that it explains); hover "
    "says how it was tested."
)
HOW_ANSWERS = "Questions about the study, each answered in one sentence."
HOW_SHORT = (
    "The verdict, then the largest effect that stands out beyond chance and others (share of the "
    "variance that they explain)."
)
N_BESIDE = 3  # findings that are written below the verdict
COLOURS = {"largest effect": theme.BLUE}


@dataclass(frozen=True)
class Numbers:
    """What is written down: findings, answers, or both; those that are not asked for are None."""

    about: About
    findings: tuple[Finding, ...] | None
    answers: tuple[Answer, ...] | None
    verdict: Verdict | None = None
    params: tuple[str, ...] = ()


def gather(
    sources: Sources, *, show: Literal["findings", "answers", "verdict"] = "findings"
) -> Numbers | Nothing:
    """The findings, or the answers to what people ask.

    Args:
        sources: Trials; and a guidance, which answers the questions.
        show: Which of them; ``"verdict"``: that first, then three findings.

    Raises:
        ValueError: If the trials do not have the target, or ``show`` is unknown.
    """
    if show not in ("findings", "answers", "verdict"):
        raise ValueError(f"show must be 'findings', 'answers' or 'verdict', not {show!r}.")
    trials, goal = sources.exploration.trials, sources.explored_goal
    if not len(trials):
        return Nothing("There is no trial to learn from.", sources.about)
    found = None if show == "answers" else find(trials, goal, sources.found.region)
    told = Numbers(sources.about, found, None, params=tuple(trials.names))
    if show == "findings":
        return told if found else Nothing(phrases.NO_FINDINGS, sources.about)
    if show == "verdict":
        return replace(told, findings=found and found[:N_BESIDE], verdict=sources.verdict)
    return replace(told, answers=tuple(answer_questions(sources.found)))


def draw(numbers: Numbers, look: Look) -> go.Figure:
    """Write down the verdict, the findings, the answers."""
    how = HOW if numbers.answers is None else HOW_ANSWERS
    how = how if numbers.verdict is None else HOW_SHORT
    shown = [] if numbers.verdict is None else _first(numbers.verdict)
    shown += [_paragraph(finding) for finding in numbers.findings or ()]
    if numbers.findings == ():
        shown.append(Paragraph("", phrases.NO_FINDINGS))
    shown += [
        Paragraph(a.question, a.sentence, colour=theme.PURPLE) for a in numbers.answers or ()
    ]
    head = theme.head(numbers.about, look, TITLE, how, COLOURS)
    shown = [_with_short_names(paragraph, numbers.params) for paragraph in shown]
    notes, n_hidden = paragraphs.write(shown, paragraphs.n_lines(len(head)))
    return theme.draw(
        numbers.about,
        look,
        TITLE,
        how,
        [],
        colours=COLOURS,
        annotations=[*notes, *_more(n_hidden)],
        **paragraphs.layout(),
    )


def _first(verdict: Verdict) -> list[Paragraph]:
    """The verdict, trust first."""
    colour = theme.BLUE if verdict.is_open else theme.ORANGE
    colours = [colour] + [theme.PURPLE] * (len(verdict.parts) - 1)
    said = [
        Paragraph(f"{part.lead}.", part.rest, colour=colour)
        for part, colour in zip(verdict.parts, colours, strict=True)
    ]
    if verdict.warning:
        said.append(Paragraph("But:", verdict.warning, colour=theme.RED))
    return said


def _paragraph(finding: Finding) -> Paragraph:
    hover = f"{phrases.support(finding)}; holds inside the sampled region"
    return Paragraph(percent(finding.effect), finding.sentence, hover, theme.BLUE)


def _with_short_names(paragraph: Paragraph, params: Iterable[str]) -> Paragraph:
    """The parameters as the verdict calls them; the whole is told on hover."""
    short = short_names(params, phrases.NAME_WIDTH)
    called = {one_line(name): short[name] for name in short if one_line(name) != short[name]}
    whole = one_line(paragraph.words)
    if not any(name in whole for name in called):
        return paragraph
    longest_first = sorted(called, key=len, reverse=True)
    words = re.sub("|".join(map(re.escape, longest_first)), lambda m: called[m[0]], whole)
    hover = " ".join(filter(None, [whole, paragraph.hover]))
    return replace(paragraph, words=words, hover=hover)


def _more(n_hidden: int) -> list[dict[str, Any]]:
    return multiples.foot(f"{n_hidden} more are not shown." if n_hidden else "", 12, -10)
