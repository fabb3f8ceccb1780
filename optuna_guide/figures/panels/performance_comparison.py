"""Several studies over common axes: a histogram stacked by study, and what each target costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from optuna_guide.analysis import selection
from optuna_guide.analysis.trade_off import read_trade_off, unbeaten
from optuna_guide.domain.cells import Cells
from optuna_guide.figures.drawing import histogram, lettering, multiples, theme
from optuna_guide.figures.drawing.colours import GROUPS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import plotly.graph_objects as go

    from optuna_guide.analysis.trade_off import TradeOff
    from optuna_guide.domain.space import FloatArray
    from optuna_guide.figures.drawing.histogram import Normalisation
    from optuna_guide.guidance import Guidance
    from optuna_guide.study.table import TrialsTable

TITLE = "Performance of several studies"
HOW = (
    "Left: number of trials by target, stacked by study; right: target against a cost, lines: "
    "trials that none of their study beats."
)
USES_TRIALS = True
COLOURS: dict[str, str] = {}

MAX_STUDIES = 5
MAX_TRIALS = 300  # of a study, in the trade-off


class _Member(NamedTuple):
    name: str
    values: FloatArray
    pair: TradeOff | None


def figure(
    guidance: Guidance,
    table: TrialsTable,
    *,
    studies: Mapping[str, TrialsTable] | None = None,
    normalise: Normalisation = "none",
    against: str | None = None,
    limit: float | None = None,
) -> go.Figure:
    """Draw the studies that have the target, at most five.

    Args:
        guidance: The target.
        table: Trials of its study.
        studies: Name to the trials of every study, that one included.
        normalise: Make studies comparable, each by itself: ``"min-max"`` to 0 and 1, ``"rank"`` to
            the share of its trials with a lower target, ``"z"`` to mean 0 and deviation 1.
        against: Another objective, ``"duration"`` or a numeric user attribute, as the cost.
        limit: What the cost must not exceed (or fall below, for a maximised objective): a line.

    Raises:
        ValueError: If an option is unknown, or the first study does not have the target or cost.
    """
    histogram.check(normalise)
    selection.read_goal(guidance, table)
    first = read_trade_off(guidance, table, against)
    cost = None if first is None else first.x_name
    tables = {guidance.study_name: table} if studies is None else studies
    found = [m for name, t in tables.items() if (m := _read(guidance, name, t, cost)) is not None]
    members, missing = found[:MAX_STUDIES], len(tables) - len(found[:MAX_STUDIES])
    if not members:
        why = "There is no trial with this target."
        return multiples.nothing(guidance, TITLE, HOW, why, {})
    names = tuple(member.name for member in members)
    codes = np.repeat(np.arange(len(members)), [len(m.values) for m in members])
    groups = Cells("study", names, codes)
    values = histogram.normalised(np.concatenate([m.values for m in members]), groups, normalise)
    pairs = [(k, m.pair) for k, m in enumerate(members) if m.pair is not None]
    across = (0.0, 0.44) if pairs else (0.0, 1.0)
    unit = "" if normalise == "none" else f", {normalise} in each study"
    layout = {
        "xaxis": histogram.axis(across, "y", f"{lettering.cut(guidance.target, 24)}{unit}"),
        "yaxis": {**histogram.axis((0.0, 1.0), "x", ""), "nticks": 5},
    }
    traces = histogram.stacked(groups, values)
    legend, height = histogram.legend(groups)
    for k, pair in pairs:
        traces += [{**trace, "xaxis": "x2", "yaxis": "y2"} for trace in _trade_off(k, pair)]
    if pairs:
        layout |= _cost_axes([pair for _, pair in pairs])
        traces += _limit([pair for _, pair in pairs], limit)
    foot = "of the studies lack the target or are too many" if missing else ""
    return theme.draw(
        guidance,
        TITLE,
        HOW,
        traces,
        annotations=[
            *legend,
            *multiples.foot(f"{missing} {foot}" if foot else "", 46, 38),
        ],
        margin={"l": 46, "r": 20, "b": 56, "t": 30 + height},
        barmode="stack",
        bargap=0.04,
        **layout,
    )


def _read(guidance: Guidance, name: str, table: TrialsTable, cost: str | None) -> _Member | None:
    """A study's values, and its trade-off where it has the cost; None without the target."""
    try:
        trials = selection.read_shown(guidance, table)
    except ValueError:
        return None
    if not len(trials):
        return None
    try:
        pair = None if cost is None else read_trade_off(guidance, table, cost)
    except ValueError:
        pair = None
    return _Member(name, trials.drawn, pair)


def _trade_off(k: int, pair: TradeOff) -> list[dict[str, Any]]:
    rows = selection.thin(pair.y_loss, MAX_TRIALS)
    line = np.flatnonzero(unbeaten(pair))[:MAX_TRIALS]
    line = line[np.argsort(pair.x_loss[line], kind="stable")]
    colour = GROUPS[k]
    said = [f"trial {pair.numbers[r]}<br>{pair.y[r]:.5g} at {pair.x[r]:.5g}" for r in rows]
    points = {"size": 5, "color": colour, "opacity": 0.45}
    steps = {"color": colour, "width": 2, "shape": "hv"}
    return [
        theme.scatter(pair.x[rows], pair.y[rows], "markers", marker=points, hovertext=said),
        theme.scatter(pair.x[line], pair.y[line], "lines", line=steps),
    ]


def _cost_axes(pairs: Sequence[TradeOff]) -> dict[str, Any]:
    better = "lower" if pairs[0].x_sign > 0 else "higher"
    title = f"{lettering.cut(pairs[0].x_label, 22)}, {better} is better"
    look = {"type": histogram.scale(np.concatenate([pair.x for pair in pairs]))}
    cost = histogram.axis((0.56, 1.0), "y2", title)
    return {
        "xaxis2": {**cost, **look, "tickformat": "", "exponentformat": "SI"},
        "yaxis2": histogram.axis((0.0, 1.0), "x2", ""),
    }


def _limit(pairs: Sequence[TradeOff], limit: float | None) -> list[dict[str, Any]]:
    if limit is None:
        return []
    y = np.concatenate([pair.y for pair in pairs])
    dashed = {"color": theme.RED, "width": 1.5, "dash": "dash"}
    line = theme.scatter([limit, limit], [y.min(), y.max()], "lines", line=dashed)
    return [{**line, "xaxis": "x2", "yaxis": "y2"}]
