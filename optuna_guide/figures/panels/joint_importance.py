"""Bars: how much chosen parameters explain together, or how many parameters suffice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from optuna_guide.domain import wording
from optuna_guide.domain.parsing import as_names
from optuna_guide.figures.drawing import lettering, multiples, theme
from optuna_guide.figures.drawing.look import Nothing
from optuna_guide.guidance import NotReady
from optuna_guide.models.joint import joint_importance

if TYPE_CHECKING:
    from collections.abc import Sequence

    import plotly.graph_objects as go

    from optuna_guide.figures.drawing.look import About, Look
    from optuna_guide.figures.sources import Sources
    from optuna_guide.models.joint import JointImportance

TITLE = "Joint importance"
HOW = (
    "Variance that the named parameters explain together: each alone and by their interactions; "
    "line: all parameters."
)
COLOURS = {"each alone": theme.BLUE, "interactions": theme.PURPLE}

MAX_SETS, MAX_GROWING = 8, 6
MIN_ROWS = 5
NAME_COLUMNS = 34


@dataclass(frozen=True)
class Numbers:
    """What sets of parameters explain together.

    Attributes:
        about: The target.
        bars: One for each set.
        everything: All parameters together.
        is_growing: Whether each set is the one before it and one more.
    """

    about: About
    bars: tuple[JointImportance, ...]
    everything: JointImportance
    is_growing: bool


def gather(sources: Sources, *, sets: Sequence[str | Sequence[str]] = ()) -> Numbers | Nothing:
    """What at most 8 sets explain.

    Args:
        sources: The models, and the order and skill of the guidance.
        sets: Sets of parameters; by default the most important one, the two most important ones,
            and so on.

    Raises:
        KeyError: If the guidance has no such parameter.
        ValueError: If the trials do not have the target of the guidance.
    """
    guidance, models = sources.found, sources.models
    chosen = [tuple(guidance[name].name for name in as_names(names)) for names in sets][:MAX_SETS]
    names = [p.name for p in guidance.params]
    growing = [tuple(names[: k + 1]) for k in range(min(len(names), MAX_GROWING))]
    shown = chosen or growing
    if isinstance(models, NotReady):
        return Nothing(f"There is no trial to tell: {models.reason}", sources.about)
    skill = guidance.trust.r2
    *bars, everything = [joint_importance(models, each, skill) for each in (*shown, names)]
    return Numbers(sources.about, tuple(bars), everything, is_growing=not chosen)


def draw(numbers: Numbers, look: Look) -> go.Figure:
    """Draw a bar for each set."""
    bars, everything = numbers.bars, numbers.everything
    labels = [_describe(bar, is_growing=numbers.is_growing) for bar in bars]
    axis, left = theme.rows(labels, NAME_COLUMNS)
    reach = max(everything.together, *(bar.together for bar in bars), 0.05)
    place = {"x": 1, "xref": "paper", "xanchor": "left", "xshift": 6, "yref": "y"}
    scores = [theme.label(theme.percent(bar.together), y=i, **place) for i, bar in enumerate(bars)]
    return theme.draw(
        numbers.about,
        look,
        TITLE,
        HOW,
        [*theme.by_trust(numbers.about, _bars(bars)), _limit(everything, len(bars))],
        colours=COLOURS,
        annotations=[*scores, *multiples.foot(_said(everything), left, 30)],
        margin={"l": left, "r": 52, "b": 66},
        barmode="stack",
        bargap=0.4,
        xaxis={
            **theme.AXIS,
            "range": [0, 1.02 * reach],
            "tickformat": ".0%",
            "nticks": 5,
            "showgrid": True,
            "gridcolor": theme.GRID,
        },
        yaxis={**axis, "range": [max(len(bars), MIN_ROWS) - 0.4, -0.7]},
    )


def _describe(bar: JointImportance, *, is_growing: bool) -> str:
    if is_growing:
        return f"{'+ ' * (len(bar.names) > 1)}{wording.one_line(bar.names[-1])}"
    room = NAME_COLUMNS // max(len(bar.names), 1) - 2
    return " × ".join(
        lettering.truncate(wording.one_line(name), max(room, 3)) for name in bar.names
    )


def _bars(bars: Sequence[JointImportance]) -> list[dict[str, Any]]:
    hover = [
        f"<b>{theme.wrapped(', '.join(bar.names))}</b><br>{theme.percent(bar.alone)} of the "
        f"variance by each alone, {theme.percent(bar.together)} together"
        for bar in bars
    ]
    lengths = [bar.alone for bar in bars], [bar.together - bar.alone for bar in bars]
    return [
        {
            "type": "bar",
            "orientation": "h",
            "x": theme.rounded(x),
            "y": list(range(len(bars))),
            "marker": {"color": colour, "line": {"width": 0}},
            "hovertext": hover,
            "hoverinfo": "text",
        }
        for x, colour in zip(lengths, (theme.BLUE, theme.PURPLE), strict=True)
    ]


def _limit(everything: JointImportance, n: int) -> dict[str, Any]:
    dotted = {"color": theme.INK, "width": 1, "dash": "dot"}
    ends = [everything.together, everything.together]
    return theme.scatter(ends, [-0.6, n - 0.4], "lines", line=dotted)


def _said(everything: JointImportance) -> str:
    return (
        f"All {len(everything.names)} parameters together explain "
        f"{wording.percent(everything.together)}; the rest is noise, or too fine for the forest."
    )
