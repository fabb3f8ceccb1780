"""Matrix of all pairs of options: how often trials that have both are among the selected ones."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from optuna_guide.analysis import selection, significance
from optuna_guide.domain.cells import cut_param
from optuna_guide.domain.wording import equals, name_top
from optuna_guide.figures.drawing import lettering, multiples, theme
from optuna_guide.figures.drawing.look import Nothing
from optuna_guide.figures.drawing.multiples import Group
from optuna_guide.words import phrases

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
    import plotly.graph_objects as go

    from optuna_guide.analysis.selection import Selection, ShownTrials
    from optuna_guide.domain.cells import Cells
    from optuna_guide.domain.space import FloatArray
    from optuna_guide.figures.drawing.look import About, Look
    from optuna_guide.figures.sources import Sources
    from optuna_guide.guidance import Guidance

    Shown = Literal["lift", "count"]

TITLE = "Combinations of options"
HOW = (
    "How much more or less often trials of both options are selected; dot: beyond chance; blank: "
    "fewer than five trials; diagonal: one option."
)
HOW_COUNT = (
    "How many of the selected trials have both options; dot: more or less than chance explains; "
    "diagonal: one option."
)
COLOURS = {"more": theme.ORANGE, "less": theme.BLUE}

MAX_BINS, MAX_CHOICES = 4, 6  # options of a parameter
MAX_OPTIONS = 28  # side by side
MIN_SUPPORT = 5  # trials that have both options
MAX_LIFT = 4.0  # that the colours tell apart
N_LINES = 3  # that say what is selected and what is not shown
PRIOR = 1.0  # trials, expected and selected, that every pair is given beforehand
DOT = {"size": 4, "color": "#f2f2f2", "line": {"color": "#303030", "width": 1}}
LIFTS = ((0.0, "#2b6fb0"), (0.5, "rgba(127,127,127,.16)"), (1.0, "#d98200"))
COUNTS = ((0.0, "rgba(127,127,127,.12)"), (0.4, "#5b9bd0"), (0.75, "#7a63c9"), (1.0, "#c8369a"))


@dataclass(frozen=True, eq=False)
class Numbers:
    """How often trials of two options are selected; arrays ``(n_options, n_options)``.

    Attributes:
        about: The target.
        groups: Parameters and contexts with their options, in the order of rows and columns.
        both: Trials that have both options; NaN where these exclude each other.
        chosen: Those of them that are selected.
        ratio: See `lift`.
        q: That this is chance, corrected for all pairs; NaN = not tested.
        differs: Whether it is beyond chance.
        show: What is drawn.
        said: What was selected, and what is left out.
    """

    about: About
    groups: tuple[Group, ...]
    both: FloatArray
    chosen: FloatArray
    ratio: FloatArray
    q: FloatArray
    differs: npt.NDArray[np.bool_]
    show: Shown
    said: str


def gather(
    sources: Sources, *, selected: Selection = "top 10%", show: Shown = "lift"
) -> Numbers | Nothing:
    """All pairs of options of the most important parameters.

    Samplers do not try all pairs equally often, which plain counts would show.

    Args:
        sources: Trials, and the order of the parameters.
        selected: See `optuna_guide.analysis.selection.select`.
        show: ``"lift"``, or ``"count"``: the selected trials that have both options.

    Raises:
        ValueError: If the selection or ``show`` is unknown, or the trials do not have the target
            of the guidance.
    """
    if show not in ("lift", "count"):
        raise ValueError(f"show must be 'lift' or 'count', not {show!r}.")
    guidance, trials = sources.found, sources.shown
    flags = selection.select(trials, selected)
    shown = _options(guidance, trials)
    if not flags.any() or not shown:
        why = f"There is no trial that {selected!r} selects, of {len(trials)}."
        return Nothing(why, sources.about)
    both, chosen = _counts(shown, flags)
    q = significance.selection_q(both, chosen, int(flags.sum()), len(flags), MIN_SUPPORT)
    hidden = len(guidance.params) - sum(cells.name in trials.table.space for cells in shown)
    said = _describe(guidance, trials, flags, selected)
    return Numbers(
        about=sources.about,
        groups=tuple(Group(cells.name, cells.labels) for cells in shown),
        both=both,
        chosen=chosen,
        ratio=lift(both, chosen, float(flags.mean())),
        q=q,
        differs=np.nan_to_num(q, nan=1.0) <= significance.ALPHA,
        show=show,
        said=f"{said}; {phrases.left_out(hidden)}" if hidden > 0 else said,
    )


def draw(numbers: Numbers, look: Look) -> go.Figure:
    """Draw the options against each other."""
    groups = numbers.groups
    names = [theme.part(word, 18) for group in groups for word in group.labels]
    axis = {
        **theme.AXIS,
        "tickvals": list(range(len(names))),
        "ticktext": names,
        "tickfont": {"size": 9},
    }
    return theme.draw(
        numbers.about,
        look,
        TITLE,
        HOW if numbers.show == "lift" else HOW_COUNT,
        [_heatmap(numbers), _frames(groups), _dots(numbers)],
        colours=COLOURS,
        annotations=[
            *multiples.group_names(groups),
            *multiples.foot(numbers.said, 182, 86, N_LINES),
        ],
        margin={"l": 182, "r": 70, "b": max(120, multiples.below(numbers.said, 86, N_LINES))},
        coloraxis=_colours(numbers),
        xaxis={**axis, "tickangle": -90, "range": [-0.5, len(names) - 0.5]},
        yaxis={**axis, "range": [len(names) - 0.5, -0.5]},
    )


def lift(both: FloatArray, chosen: FloatArray, share: float) -> FloatArray:
    """Shrunk ratio of the selected trials to those expected; NaN below the minimum support.

    (selected + 1) / (expected + 1), where expected is the number of trials that have both options
    times the share of all trials that is selected: few trials stay near 1 (a gamma prior on the
    ratio; DuMouchel 1999).

    Args:
        both: ``(k, k)`` trials that have both options.
        chosen: ``(k, k)`` those of them that are selected.
        share: Share of all trials that is selected.
    """
    ratio = (chosen + PRIOR) / (share * both + PRIOR)
    return np.where(both >= MIN_SUPPORT, ratio, np.nan)


def _options(guidance: Guidance, trials: ShownTrials) -> list[Cells]:
    """Options of the most important parameters, and of contexts where there is room for them."""
    found: list[Cells] = []
    for param in selection.shown_params(guidance, trials.table):
        column = trials.column(param.name)
        cells = cut_param(
            param.name, param.distribution, column, MAX_BINS, MAX_CHOICES
        ).with_inactive()
        if sum(map(len, found)) + len(cells) > MAX_OPTIONS:
            break
        found.append(cells)
    for name in trials.table.contexts.names:
        cells = selection.cut_context(trials.table, name, MAX_CHOICES)
        if 1 < len(cells) <= MAX_OPTIONS - sum(map(len, found)):
            found.append(cells)
    return found


def _counts(shown: list[Cells], flags: Any) -> tuple[FloatArray, FloatArray]:
    """Trials that have both options, and the selected ones; NaN for two options of one parameter.

    Two options of one parameter exclude each other.
    """
    member = np.hstack([o.member for o in shown]).astype(np.float64)
    chosen = member[flags]
    owner = np.repeat(np.arange(len(shown)), [len(o) for o in shown])
    exclude = (owner[:, None] == owner) & ~np.eye(len(owner), dtype=bool)
    both, selected = member.T @ member, chosen.T @ chosen
    both[exclude] = selected[exclude] = np.nan
    return both, selected


def _heatmap(numbers: Numbers) -> dict[str, Any]:
    both, chosen, ratio = numbers.both, numbers.chosen, numbers.ratio
    z = np.log2(ratio) if numbers.show == "lift" else np.where(both > 0, chosen, np.nan)
    names = [
        f"{theme.safe(group.name, 24)} {theme.safe(word, 24)}"
        for group in numbers.groups
        for word in group.labels
    ]
    said = [
        [_hover(a, b, *cell) for b, *cell in zip(names, *rows, strict=True)]
        for a, *rows in zip(names, both, chosen, ratio, numbers.q, strict=True)
    ]
    return {
        "type": "heatmap",
        "z": [theme.rounded(row, 3) for row in z],
        "hovertext": said,
        "hoverinfo": "text",
        "hoverongaps": False,
        "coloraxis": "coloraxis",
        "xgap": 1,
        "ygap": 1,
    }


def _hover(row: str, column: str, both: float, chosen: float, ratio: float, q: float) -> str:
    if np.isnan(both) or both == 0:
        return ""
    name = row if row == column else f"{row}<br>{column}"
    words = f"{name}<br>{chosen:.0f} of {both:.0f} trials selected"
    return words if np.isnan(ratio) else f"{words}, lift {ratio:.2f}<br>corrected q {equals(q)}"


def _colours(numbers: Numbers) -> dict[str, Any]:
    look: dict[str, Any] = {
        "thickness": 10,
        "outlinewidth": 0,
        "x": 1.02,
        "tickfont": {"size": 10},
    }
    if numbers.show == "count":
        high = max(float(np.nanmax(numbers.chosen)), 1.0)
        bar = {**look, "nticks": 5, "title": {"text": "trials", "font": {"size": 11}}}
        return {"colorscale": COUNTS, "cmin": 0, "cmax": high, "colorbar": bar}
    reach = float(np.log2(MAX_LIFT))
    ticks = {"tickvals": [-2, -1, 0, 1, 2], "ticktext": ["¼×", "½×", "1×", "2×", "4×"]}
    bar = {**look, **ticks, "title": {"text": "lift", "font": {"size": 11}}}
    return {"colorscale": LIFTS, "cmin": -reach, "cmax": reach, "colorbar": bar}


def _starts(shown: Sequence[Group]) -> list[int]:
    return [0, *itertools.accumulate(map(len, shown))]


def _frames(shown: Sequence[Group]) -> dict[str, Any]:
    """Lines between the parameters."""
    end = _starts(shown)[-1] - 0.5
    x: list[float] = []
    y: list[float] = []
    for start in _starts(shown):
        x += [start - 0.5, start - 0.5, np.nan, -0.5, end, np.nan]
        y += [-0.5, end, np.nan, start - 0.5, start - 0.5, np.nan]
    return theme.scatter(x, y, "lines", line={"color": theme.INK, "width": 1})


def _dots(numbers: Numbers) -> dict[str, Any]:
    """On the cells that differ beyond chance."""
    rows, columns = np.nonzero(numbers.differs)
    return theme.scatter(columns, rows, "markers", marker=DOT)


def _describe(guidance: Guidance, trials: ShownTrials, flags: Any, selected: Selection) -> str:
    values = trials.values[flags]
    name = (
        selected.replace("top 10%", name_top(0.1)) if isinstance(selected, str) else "an interval"
    )
    if selection.has_equals(trials, selected, flags):
        name += " and equals of the last"
    return (
        f"Selected: {name}, {flags.sum()} of {len(trials)} trials, "
        f"{lettering.truncate(guidance.title, 60)} from {values.min():.4g} to {values.max():.4g}"
    )
