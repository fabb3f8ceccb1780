"""Surfaces of the strongest interactions: the target over two parameters at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from optuna_guide.analysis import selection
from optuna_guide.domain import space, wording
from optuna_guide.figures.drawing import look, multiples, theme

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from optuna_guide.analysis.selection import ShownTrials
    from optuna_guide.domain.space import FloatArray
    from optuna_guide.guidance import Guidance, PairGuidance, ParamGuidance, Surface
    from optuna_guide.study.table import TrialsTable

    Part = Literal["total", "interaction"]

TITLE = "Interactions"
HOW = (
    "The target expected over two parameters, their own effects included; strongest "
    "interaction first; rings: trials, filled: top tenth."
)
USES_TRIALS = True
COLOURS: dict[str, str] = {}

MAX_PAIRS = 4
MAX_TRIALS = 150  # on each surface
TOP_SHARE = 0.1
AVERAGES = "Viridis"  # in print and for the colour-blind as well; bright = better
DEVIATIONS = ((0.0, "#2b6fb0"), (0.5, "#e9e9e9"), (1.0, "#d98200"))


def figure(
    guidance: Guidance, table: TrialsTable | None = None, *, part: Part = "total"
) -> go.Figure:
    """Draw up to four surfaces on one colour scale.

    Args:
        guidance: The surfaces.
        table: Trials of the same study, drawn on the surfaces.
        part: ``"total"``: main + main + interaction. ``"interaction"``: the interaction alone,
            which does not say where the target is good.

    Raises:
        ValueError: If ``part`` is neither, or the trials do not have the target of the guidance.
    """
    if part not in ("total", "interaction"):
        raise ValueError(f"part must be 'total' or 'interaction', not {part!r}.")
    trials = None if table is None else selection.read_shown(guidance, table)
    pairs = [(p, p.surface) for p in guidance.pairs if p.surface is not None][:MAX_PAIRS]
    if not pairs:
        why = "No pair of parameters was measured: an interaction takes two that vary."
        return multiples.nothing(guidance, TITLE, HOW, why, COLOURS)
    found = [np.array(getattr(surface, part)) for _, surface in pairs]
    layout: dict[str, Any] = {"coloraxis": _colours(guidance, found, part)}
    traces, titles = [], []
    for i, (pair, surface) in enumerate(pairs):
        first, second = guidance[pair.names[0]], guidance[pair.names[1]]
        across, up = multiples.domains(len(pairs), gap_x=0.16, gap_y=0.2)[i]
        n = multiples.suffix(i)
        layout[f"xaxis{n}"] = multiples.param_axis(first, across, f"y{n}")
        layout[f"yaxis{n}"] = multiples.param_axis(second, up, f"x{n}")
        titles += _titles(pair, across, up)
        drawn = [_surface(first, second, surface, found[i])]
        if trials is not None and {first.name, second.name} <= set(trials.table.names):
            drawn.append(_trials(guidance, first, second, trials))
        traces += [{**trace, "xaxis": f"x{n}", "yaxis": f"y{n}"} for trace in drawn]
    n_shown = len(trials) if trials is not None else 0
    note = selection.thinned_note(min(MAX_TRIALS, n_shown), n_shown)
    return theme.draw(
        guidance,
        TITLE,
        HOW,
        theme.by_trust(look.describe(guidance), traces),
        annotations=[*titles, *multiples.foot(note, 64)],
        margin={"l": 64, "r": 76, "b": 40 if note else 24, "t": 34},
        **layout,
    )


def _colours(guidance: Guidance, found: list[FloatArray], part: Part) -> dict[str, Any]:
    """One scale for all surfaces; better is bright, or orange where 0 is in the middle."""
    low, high = min(float(z.min()) for z in found), max(float(z.max()) for z in found)
    scale: Any = AVERAGES
    if part == "interaction":
        high = max(abs(low), abs(high), 1e-300)
        low, scale = -high, DEVIATIONS
    return {
        "colorscale": scale,
        "reversescale": guidance.direction == "minimize",
        "cmin": low,
        "cmax": high,
        "colorbar": {
            "title": {"text": theme.safe(guidance.target, 12), "font": {"size": 11}},
            "thickness": 10,
            "outlinewidth": 0,
            "nticks": 6,
            "tickformat": ".3~g",
            "tickfont": {"size": 10},
            "x": 1.02,
        },
    }


def _surface(
    first: ParamGuidance, second: ParamGuidance, surface: Surface, values: FloatArray
) -> dict[str, Any]:
    names = theme.safe(first.name, 30), theme.safe(second.name, 30)
    across = [f"{names[0]} {theme.safe(first.label(x), 30)}" for x in surface.x]
    upwards = [f"{names[1]} {theme.safe(second.label(y), 30)}" for y in surface.y]
    return {
        "type": "heatmap",
        "x": theme.rounded(_edges(first, surface.x)),
        "y": theme.rounded(_edges(second, surface.y)),
        "z": [theme.rounded(row) for row in values.T],
        "hovertext": [
            [f"{a}<br>{u}<br>{values[i, j]:.4g}" for i, a in enumerate(across)]
            for j, u in enumerate(upwards)
        ],
        "hoverinfo": "text",
        "coloraxis": "coloraxis",
    }


def _edges(param: ParamGuidance, middles: tuple[float, ...]) -> FloatArray:
    """Unit edges of cells, half way between their middles; even where those do not ascend."""
    units = space.to_unit(param.distribution, middles)
    edges = np.concatenate([[0.0], (units[1:] + units[:-1]) / 2, [1.0]])
    return edges if (np.diff(edges) > 0).all() else np.linspace(0.0, 1.0, len(units) + 1)


def _trials(
    guidance: Guidance, first: ParamGuidance, second: ParamGuidance, trials: ShownTrials
) -> dict[str, Any]:
    rows = selection.thin(trials.loss, MAX_TRIALS)[::-1]
    x, y = (space.to_unit(p.distribution, trials.column(p.name))[rows] for p in (first, second))
    noise = selection.noise(trials.table.numbers[rows])
    top = trials.n_better[rows] < np.ceil(TOP_SHARE * len(trials))
    target = theme.safe(guidance.target, 30)
    return theme.scatter(
        x + _room(first) * noise,
        y + _room(second) * selection.noise(7 * trials.table.numbers[rows] + 3),
        "markers",
        marker={
            "size": [7 if t else 5 for t in top],
            "color": ["#fff" if t else "rgba(255,255,255,.15)" for t in top],
            "line": {"width": [1 if t else 0.8 for t in top], "color": "rgba(30,30,30,.8)"},
        },
        hovertext=[
            f"trial {trials.table.numbers[row]}: {target} {trials.values[row]:.5g}" for row in rows
        ],
    )


def _room(param: ParamGuidance) -> float:
    """How far a trial may be moved so that it does not hide others: half of a level's cell."""
    n = space.n_levels(param.distribution)
    return 0.5 / n if n is not None else 0.0


def _titles(
    pair: PairGuidance, across: tuple[float, float], up: tuple[float, float]
) -> list[dict[str, Any]]:
    """The second parameter goes up, the first one along: both are named above."""
    words = f"<b>{theme.safe(pair.names[1], 14)} ↑</b> × <b>{theme.safe(pair.names[0], 14)} →</b>"
    full = " × ".join(wording.one_line(name) for name in pair.names)
    beyond = theme.percent(pair.share) if pair.share > 0 else "nothing"
    words += f"<br>beyond each alone: {beyond}"
    return [multiples.heading(words, across, up, full)]
