"""How the target is distributed, and what it costs: a stacked histogram beside a trade-off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from optuna_guide.analysis import selection
from optuna_guide.analysis.trade_off import TradeOff, read_trade_off, unbeaten, within
from optuna_guide.domain.cells import Cells, cut, cut_attribute
from optuna_guide.figures.drawing import histogram, lettering, multiples, theme

if TYPE_CHECKING:
    import numpy.typing as npt
    import plotly.graph_objects as go

    from optuna_guide.analysis.selection import ShownTrials
    from optuna_guide.figures.drawing.histogram import Normalisation
    from optuna_guide.guidance import Guidance
    from optuna_guide.study.table import TrialsTable

TITLE = "Performance overview"
HOW = (
    "Left: number of trials by target, stacked by the named options; right: the target "
    "against a cost, trials that no other beats."
)
USES_TRIALS = True
COLOURS = {"no other beats": theme.PURPLE}

MAX_OPTIONS = 4
MAX_CHOICES = 5
MAX_TRIALS = 600  # in the trade-off
CROSS = {"size": 5, "color": theme.FILL, "symbol": "x-thin-open"}


def figure(
    guidance: Guidance,
    table: TrialsTable,
    *,
    by: str | None = None,
    normalise: Normalisation = "none",
    against: str | None = None,
    limit: float | None = None,
) -> go.Figure:
    """Draw the histogram, and the trade-off where there is a cost.

    Args:
        guidance: The target; its most important parameter stacks the histogram by default.
        table: Trials of the same study.
        by: A parameter or a numeric user attribute whose options are stacked.
        normalise: Make groups comparable, each by itself: ``"min-max"`` to 0 and 1, ``"rank"`` to
            the share of its trials with a lower target, ``"z"`` to mean 0 and deviation 1.
        against: Another objective, ``"duration"`` or a numeric user attribute, as the cost.
        limit: What the cost must not exceed (or fall below, for a maximised objective): a line.

    Raises:
        ValueError: If an option is unknown, or the trials do not have the target of the guidance.
    """
    histogram.check(normalise)
    trials = selection.read_shown(guidance, table)
    if not len(trials):
        why = "There is no trial with this target."
        return multiples.nothing(guidance, TITLE, HOW, why, COLOURS)
    groups = _groups(guidance, trials, by)
    values = histogram.normalised(trials.drawn, groups, normalise)
    pair = read_trade_off(guidance, trials.table, against)
    unit = "" if normalise == "none" else f", {normalise} in each group"
    across = (0.0, 1.0) if pair is None else (0.0, 0.44)
    layout = {
        "xaxis": histogram.axis(across, "y", f"{lettering.cut(guidance.target, 24)}{unit}"),
        "yaxis": {**histogram.axis((0.0, 1.0), "x", ""), "nticks": 5},
    }
    traces = histogram.stacked(groups, values)
    notes, height = histogram.legend(groups)
    if pair is not None:
        flags = unbeaten(pair)
        traces += [{**t, "xaxis": "x2", "yaxis": "y2"} for t in _trade_off(pair, flags, limit)]
        notes += _trade_off_notes(pair, flags, limit)
        better = "lower" if pair.x_sign > 0 else "higher"
        cost = histogram.axis(
            (0.56, 1.0), "y2", f"{lettering.cut(pair.x_label, 22)}, {better} is better"
        )
        cost |= {"type": histogram.scale(pair.x), "tickformat": "", "exponentformat": "SI"}
        layout["xaxis2"] = cost
        layout["yaxis2"] = histogram.axis((0.0, 1.0), "x2", "")
    return theme.draw(
        guidance,
        TITLE,
        HOW,
        traces,
        colours=COLOURS,
        annotations=notes,
        margin={"l": 46, "r": 20, "b": 56, "t": 30 + height},
        barmode="stack",
        bargap=0.04,
        **layout,
    )


def _groups(guidance: Guidance, trials: ShownTrials, by: str | None) -> Cells:
    table = trials.table
    known = selection.shown_params(guidance, table)
    if by is None:
        if not known:
            return Cells("", ("all",), np.zeros(len(trials), dtype=np.int64))
        by = known[0].name
    if by in table.space:
        column = trials.column(by)
        return cut(by, table.space[by], column, MAX_OPTIONS, MAX_CHOICES).with_inactive()
    if by in table.attributes:
        return cut_attribute(by, table.attributes[by], MAX_OPTIONS)
    names = ", ".join(map(repr, [*table.space, *table.attributes]))
    raise ValueError(f"There is no parameter or numeric attribute {by!r}; there are {names}.")


def _trade_off(
    pair: TradeOff, flags: npt.NDArray[np.bool_], limit: float | None
) -> list[dict[str, Any]]:
    rows = np.union1d(selection.thin(pair.y_loss, MAX_TRIALS), np.flatnonzero(flags)[:MAX_TRIALS])
    kept = within(pair, limit)
    line = np.flatnonzero(flags)[:MAX_TRIALS]
    line = line[np.argsort(pair.x_loss[line], kind="stable")]
    found = [
        _dots(pair, rows[~kept[rows]], CROSS),
        _dots(pair, rows[kept[rows]], {"size": 5, "color": theme.BLUE_LIGHT}),
        _dots(pair, line, {"size": 7, "color": theme.PURPLE}),
    ]
    steps = {"color": theme.PURPLE, "width": 1.5, "shape": "hv"}
    found.append(theme.scatter(pair.x[line], pair.y[line], "lines", line=steps))
    if limit is not None:
        ends = [float(pair.y.min()), float(pair.y.max())]
        dashed = {"color": theme.RED, "width": 1.5, "dash": "dash"}
        found.append(theme.scatter([limit, limit], ends, "lines", line=dashed))
    return found


def _dots(pair: TradeOff, rows: npt.NDArray[np.int64], marker: dict[str, Any]) -> dict[str, Any]:
    names = theme.safe(pair.y_name, 24), theme.safe(pair.x_name, 24)
    said = [
        f"trial {pair.numbers[r]}<br>{names[0]} {pair.y[r]:.5g}<br>{names[1]} {pair.x[r]:.5g}"
        for r in rows
    ]
    return theme.scatter(pair.x[rows], pair.y[rows], "markers", marker=marker, hovertext=said)


def _trade_off_notes(
    pair: TradeOff, flags: npt.NDArray[np.bool_], limit: float | None
) -> list[dict[str, Any]]:
    words = f"{theme.safe(pair.y_name, 20)} against {theme.safe(pair.x_name, 20)}"
    kept = np.flatnonzero(within(pair, limit) & pair.feasible)
    if limit is not None and len(kept):
        top = kept[np.argmin(pair.y_loss[kept])]
        words += f"<br>within the limit: {pair.y[top]:.4g} (trial {pair.numbers[top]})"
    elif limit is not None:
        words += "<br>no trial keeps to the limit"
    place = {"x": 0.56, "y": 1, "xref": "paper", "yref": "paper", "xanchor": "left"}
    notes = [theme.label(words, yanchor="bottom", **place)]
    note = selection.thinned_note(min(MAX_TRIALS, len(pair.x)), len(pair.x))
    if note:
        notes += multiples.foot(f"Right: {note}", 46, 38)
    return notes
