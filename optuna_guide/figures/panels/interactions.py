"""Surfaces of the strongest interactions: the target over two parameters at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from optuna_guide.analysis import selection
from optuna_guide.domain import space, wording
from optuna_guide.figures.drawing import axes, multiples, theme
from optuna_guide.figures.drawing.look import Nothing

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt
    import plotly.graph_objects as go

    from optuna_guide.analysis.selection import ShownTrials
    from optuna_guide.domain.space import FloatArray
    from optuna_guide.figures.drawing.look import About, Look
    from optuna_guide.figures.sources import Sources
    from optuna_guide.guidance import Guidance, PairGuidance, ParamGuidance, Surface

    InteractionPart = Literal["total", "interaction"]

TITLE = "Interactions"
HOW = (
    "The target expected over two parameters, their own effects included; strongest "
    "interaction first; rings: trials, filled: top tenth."
)
COLOURS: dict[str, str] = {}

MAX_PAIRS = 4
MAX_TRIALS = 150  # on each surface
TOP_SHARE = 0.1
GAP_X, GAP_Y = 0.16, 0.2
AVERAGES = "Viridis"  # in print and for the colour-blind as well; bright = better
DEVIATIONS = ((0.0, "#2b6fb0"), (0.5, "#e9e9e9"), (1.0, "#d98200"))


@dataclass(frozen=True, eq=False)
class Rings:
    """Trials on a surface, the top ones last; arrays ``(n_trials,)``."""

    x: FloatArray
    y: FloatArray
    is_top: npt.NDArray[np.bool_]
    numbers: npt.NDArray[np.int64]
    values: FloatArray


@dataclass(frozen=True, eq=False)
class Map:
    """A surface over two parameters.

    Attributes:
        names: Of the parameters: the first goes along, the second up.
        share: Of what is explained, beyond what each explains alone.
        is_clear: Whether that is more than chance.
        edges: Places from 0 to 1 between the cells, along and up.
        labels: Of the cells in the parameters' own units, along and up.
        values: ``(n_along, n_up)`` target, or what the interaction adds to it.
        ticks: Places and labels along and up.
        rings: The trials; None where they are not known.
    """

    names: tuple[str, str]
    share: float
    is_clear: bool
    edges: tuple[FloatArray, FloatArray]
    labels: tuple[tuple[str, ...], tuple[str, ...]]
    values: FloatArray
    ticks: tuple[tuple[tuple[float, str], ...], tuple[tuple[float, str], ...]]
    rings: Rings | None


@dataclass(frozen=True)
class Numbers:
    """Surfaces on one scale, strongest first.

    Attributes:
        about: The target.
        maps: The surfaces.
        part: What they show.
        is_minimised: Whether less is better.
        n_trials: Trials that could be drawn.
    """

    about: About
    maps: tuple[Map, ...]
    part: InteractionPart
    is_minimised: bool
    n_trials: int


def gather(sources: Sources, *, part: InteractionPart = "total") -> Numbers | Nothing:
    """Up to four surfaces, and the trials where they are known.

    Args:
        sources: The guidance, and trials if there are any.
        part: ``"total"``: main + main + interaction. ``"interaction"``: the interaction alone,
            which does not say where the target is good.

    Raises:
        ValueError: If ``part`` is neither, or the trials do not have the target of the guidance.
    """
    if part not in ("total", "interaction"):
        raise ValueError(f"part must be 'total' or 'interaction', not {part!r}.")
    guidance = sources.found
    trials = sources.shown if sources.has_trials else None
    pairs = [(p, p.surface) for p in guidance.pairs if p.surface is not None][:MAX_PAIRS]
    if not pairs:
        why = "No pair of parameters was measured: an interaction takes two that vary."
        return Nothing(why, sources.about)
    room = multiples.tick_room(len(pairs), GAP_X)
    maps = [_map(guidance, pair, surface, part, trials, room) for pair, surface in pairs]
    is_minimised = guidance.direction == "minimize"
    n_trials = 0 if trials is None else len(trials)
    return Numbers(sources.about, tuple(maps), part, is_minimised, n_trials)


def draw(numbers: Numbers, look: Look) -> go.Figure:
    """Draw the surfaces on one colour scale."""
    layout: dict[str, Any] = {"coloraxis": _colours(numbers)}
    traces, titles = [], []
    names = theme.short([name for one in numbers.maps for name in one.names], 14)
    for i, one in enumerate(numbers.maps):
        across, up = multiples.domains(len(numbers.maps), gap_x=GAP_X, gap_y=GAP_Y)[i]
        n = multiples.suffix(i)
        layout[f"xaxis{n}"] = multiples.value_axis(one.ticks[0], across, f"y{n}")
        layout[f"yaxis{n}"] = multiples.value_axis(one.ticks[1], up, f"x{n}")
        titles += _titles(one, names, across, up)
        drawn = [_surface(one)]
        if one.rings is not None:
            drawn.append(_rings(one.rings, numbers.about.target))
        traces += [{**trace, "xaxis": f"x{n}", "yaxis": f"y{n}"} for trace in drawn]
    thinned = selection.thinned_note(min(MAX_TRIALS, numbers.n_trials), numbers.n_trials)
    note = ". ".join(filter(None, [thinned, numbers.about.cut]))
    return theme.draw(
        numbers.about,
        look,
        TITLE,
        HOW,
        theme.by_trust(numbers.about, traces),
        annotations=[*titles, *multiples.foot(note, 64, n_lines=3)],
        margin={
            "l": 64,
            "r": 76,
            "b": max(56 if note else 24, multiples.below(note, n_lines=3)),
            "t": 34,
        },
        **layout,
    )


def _map(
    guidance: Guidance,
    pair: PairGuidance,
    surface: Surface,
    part: InteractionPart,
    trials: ShownTrials | None,
    room: float,
) -> Map:
    first, second = guidance[pair.names[0]], guidance[pair.names[1]]
    known = trials is not None and {first.name, second.name} <= set(trials.table.names)
    return Map(
        names=(first.name, second.name),
        share=guidance.of_explained(pair.share),
        is_clear=pair.is_clear,
        edges=(_edges(first, surface.x), _edges(second, surface.y)),
        labels=(tuple(map(first.label, surface.x)), tuple(map(second.label, surface.y))),
        values=np.array(getattr(surface, part)),
        ticks=(tuple(axes.ticks(first, room)), tuple(axes.upright_ticks(second, 8))),
        rings=_find_rings(first, second, trials) if trials is not None and known else None,
    )


def _colours(numbers: Numbers) -> dict[str, Any]:
    """One scale for all surfaces; better is bright, or orange where 0 is in the middle."""
    found = [one.values for one in numbers.maps]
    low, high = min(float(z.min()) for z in found), max(float(z.max()) for z in found)
    scale: Any = AVERAGES
    if numbers.part == "interaction":
        high = max(abs(low), abs(high), 1e-300)
        low, scale = -high, DEVIATIONS
    return {
        "colorscale": scale,
        "reversescale": numbers.is_minimised,
        "cmin": low,
        "cmax": high,
        "colorbar": {
            "title": {"text": theme.safe(numbers.about.name, 12), "font": {"size": 11}},
            "thickness": 10,
            "outlinewidth": 0,
            "nticks": 6,
            "tickformat": ".3~g",
            "tickfont": {"size": 10},
            "x": 1.02,
        },
    }


def _surface(one: Map) -> dict[str, Any]:
    names = theme.safe(one.names[0], 30), theme.safe(one.names[1], 30)
    across = [f"{names[0]} {theme.safe(label, 30)}" for label in one.labels[0]]
    upwards = [f"{names[1]} {theme.safe(label, 30)}" for label in one.labels[1]]
    return {
        "type": "heatmap",
        "x": theme.rounded(one.edges[0]),
        "y": theme.rounded(one.edges[1]),
        "z": [theme.rounded(row) for row in one.values.T],
        "hovertext": [
            [f"{a}<br>{u}<br>expected {one.values[i, j]:.4g}" for i, a in enumerate(across)]
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


def _find_rings(first: ParamGuidance, second: ParamGuidance, trials: ShownTrials) -> Rings:
    rows = selection.thin(trials.loss, MAX_TRIALS)[::-1]
    x, y = (space.to_unit(p.distribution, trials.column(p.name))[rows] for p in (first, second))
    numbers = trials.table.numbers[rows]
    return Rings(
        x=x + _room(first) * selection.noise(numbers),
        y=y + _room(second) * selection.noise(7 * numbers + 3),
        is_top=trials.n_better[rows] < np.ceil(TOP_SHARE * len(trials)),
        numbers=numbers,
        values=trials.values[rows],
    )


def _rings(rings: Rings, target: str) -> dict[str, Any]:
    name = theme.safe(target, 30)
    return theme.scatter(
        rings.x,
        rings.y,
        "markers",
        marker={
            "size": [7 if t else 5 for t in rings.is_top],
            "color": ["#fff" if t else "rgba(255,255,255,.15)" for t in rings.is_top],
            "line": {
                "width": [1 if t else 0.8 for t in rings.is_top],
                "color": "rgba(30,30,30,.8)",
            },
        },
        hovertext=[
            f"trial {n}: {name} {v:.5g}" for n, v in zip(rings.numbers, rings.values, strict=True)
        ],
    )


def _room(param: ParamGuidance) -> float:
    """How far a trial may be moved so that it does not hide others: half of a level's cell."""
    n = space.n_levels(param.distribution)
    return 0.5 / n if n is not None else 0.0


def _titles(
    one: Map,
    short: Mapping[str, str],
    across: tuple[float, float],
    up: tuple[float, float],
) -> list[dict[str, Any]]:
    """The second parameter goes up, the first one along: both are named above."""
    words = f"<b>{short[one.names[1]]} ↑</b> × <b>{short[one.names[0]]} →</b>"
    full = " × ".join(wording.one_line(name) for name in one.names)
    beyond = theme.percent(one.share) if one.share > 0 else "nothing"
    chance = "" if one.is_clear else ", perhaps by chance"
    words += f"<br>beyond each alone: {beyond} of what is explained{chance}"
    return [multiples.heading(words, across, up, full)]
