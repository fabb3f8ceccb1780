"""What stands out, in sentences that were tested; and eight questions answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from optuna_guide.analysis.findings import ALPHA, find
from optuna_guide.analysis.selection import read_goal
from optuna_guide.domain.wording import percent
from optuna_guide.figures.drawing import multiples, paragraphs, theme
from optuna_guide.figures.drawing.paragraphs import Paragraph
from optuna_guide.study.exploration import align
from optuna_guide.words.answers import answer_questions

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from optuna_guide.analysis.findings import Finding
    from optuna_guide.guidance import Guidance
    from optuna_guide.study.table import TrialsTable

TITLE = "Findings"
HOW = (
    "What stands out, the largest effect first (share of the variance that it explains); hover "
    "says how it was tested."
)
HOW_ANSWERS = "Eight questions about the study, each answered in one sentence."
HOW_BOTH = (
    "The largest effect that stands out beyond chance and others (share of the variance that they "
    "explain), then questions about the study."
)
N_BESIDE = 3  # findings that are written above the answers
COLOURS = {"largest effect": theme.BLUE}
USES_TRIALS = True


def figure(
    guidance: Guidance,
    table: TrialsTable,
    *,
    show: Literal["findings", "answers", "both"] = "findings",
) -> go.Figure:
    """Write down the findings, or the answers to eight questions.

    Args:
        guidance: Says the target, and answers the questions.
        table: Trials.
        show: Which of them; ``"both"``: three findings, then as many answers as there is room for.

    Raises:
        ValueError: If the table does not have the target, or ``show`` is unknown.
    """
    if show not in ("findings", "answers", "both"):
        raise ValueError(f"show must be 'findings', 'answers' or 'both', not {show!r}.")
    goal = align(read_goal(guidance, table), len(table))
    if not len(table):
        return multiples.nothing(guidance, TITLE, HOW, "There is no trial to learn from.", COLOURS)
    how = {"findings": HOW, "answers": HOW_ANSWERS, "both": HOW_BOTH}[show]
    nothing = f"Nothing stands out beyond chance (false discovery rate {percent(ALPHA)})."
    shown = [] if show == "answers" else [_paragraph(finding) for finding in find(table, goal)]
    if show == "findings" and not shown:
        return multiples.nothing(guidance, TITLE, HOW, nothing, COLOURS)
    if show == "both":
        shown = shown[:N_BESIDE] or [Paragraph("", nothing)]
    if show != "findings":
        answers = answer_questions(guidance)
        shown += [Paragraph(a.question, a.sentence, colour=theme.PURPLE) for a in answers]
    notes, n_hidden = paragraphs.write(shown, paragraphs.N_LINES - 1)
    return theme.draw(
        guidance,
        TITLE,
        how,
        [],
        colours=COLOURS,
        annotations=[*notes, *_more(n_hidden)],
        **paragraphs.layout(),
    )


def _paragraph(finding: Finding) -> Paragraph:
    hover = (
        f"effect {finding.effect:.2f} over {finding.n} trials, p = {finding.p_value:.1g}, "
        f"corrected q = {finding.q_value:.1g}; holds inside the sampled region"
    )
    return Paragraph(percent(finding.effect), finding.sentence, hover, theme.BLUE)


def _more(n_hidden: int) -> list[dict[str, Any]]:
    return multiples.foot(f"{n_hidden} more are not shown." if n_hidden else "", 12, -10)
