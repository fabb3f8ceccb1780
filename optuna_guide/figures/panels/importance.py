"""Bars: which parameters, alone and in pairs, explain the target, and what nothing explains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from optuna_guide.domain import wording
from optuna_guide.figures.drawing import theme
from optuna_guide.figures.drawing.lettering import measure
from optuna_guide.words.names import short_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    import plotly.graph_objects as go

    from optuna_guide.figures.drawing.look import About, Look
    from optuna_guide.figures.sources import Sources
    from optuna_guide.guidance import Guidance, PairGuidance, ParamGuidance

TITLE = "Importance"
HOW = (
    "Length: share of the variance that a parameter explains alone and with others (below: in "
    "pairs), and the rest; ◆ what matters among the better half."
)
BASE = "numbers: shares of what is explained,<br>unexplained: of the variance"
COLOURS = {"alone": theme.BLUE, "with others": "#8bb4d8", "pairs": theme.PURPLE, "◆": theme.ORANGE}

MAX_PARAMS = 9
MAX_PAIRS = 4
MIN_PAIR_SHARE = 0.005
MIN_ROWS = 7  # bars of a small study do not grow fat
NAME_COLUMNS = 24
RIGHT = 70  # pixels beside the bars
PIXELS_OF_AN_EN = 5.8  # of one of 11 px


@dataclass(frozen=True)
class Bar:
    """A bar: shares of the variance, and what is said about them.

    Attributes:
        name: Stands left of the bar; that of a pair right of it.
        alone: What a parameter explains by itself.
        shared: What it explains beyond that, with others.
        pair: What a pair explains beyond each of its two.
        rest: What nothing explains.
        spread: Of ``alone``, over the trees.
        top: Importance among the better half, on the scale of the bar; None = not known.
        score: Its importance, as everywhere: a share of what is explained; None where that is not
            written.
        full: Names that are written out on hover.
        said: Lines that follow them.
    """

    name: str
    alone: float = 0.0
    shared: float = 0.0
    pair: float = 0.0
    rest: float = 0.0
    spread: float = 0.0
    top: float | None = None
    score: float | None = None
    full: tuple[str, ...] = ()
    said: tuple[str, ...] = ()

    @property
    def length(self) -> float:
        """Of the whole bar."""
        return self.alone + self.shared + self.pair + self.rest


@dataclass(frozen=True)
class Numbers:
    """Rows from top to bottom: parameters, pairs, and the unexplained rest."""

    about: About
    rows: tuple[Bar, ...]


def gather(sources: Sources) -> Numbers:
    """The most important parameters, the strongest clear pairs and the unexplained rest."""
    return Numbers(sources.about, tuple(_rows(sources.found)))


def draw(numbers: Numbers, look: Look) -> go.Figure:
    """Draw the bars."""
    rows = numbers.rows
    reach = max(max(r.length, r.alone + r.spread, r.top or 0.0, 2 * r.pair) for r in rows)
    low, high = -0.02 * max(reach, 0.05), 1.12 * max(reach, 0.05)
    axis, left = theme.rows(["pair" if row.pair else row.name for row in rows], NAME_COLUMNS)
    per_share = (look.width - left - RIGHT) / (high - low) / PIXELS_OF_AN_EN
    pairs = [_pair_name(row, rows, (high - row.pair) * per_share) for row in rows if row.pair]
    found = [
        _bars(rows, "alone", color=theme.BLUE),
        _bars(rows, "shared", color=theme.BLUE_LIGHT),
        {**_bars(rows, "pair", color=theme.PURPLE), "text": pairs},
        _spreads(rows),
        _tops(rows),
    ]
    rest = _bars(rows, "rest", color=theme.FILL)
    right = {"x": 1, "xref": "paper", "xanchor": "left", "xshift": 6, "yref": "y"}
    scores = [
        theme.label(theme.percent(row.score), y=i, **right)
        for i, row in enumerate(rows)
        if row.score is not None
    ]
    heading = theme.label("importance", y=-0.5, yanchor="bottom", **right)
    return theme.draw(
        numbers.about,
        look,
        TITLE,
        HOW,
        [*theme.by_trust(numbers.about, found), rest],
        colours=COLOURS,
        annotations=[*scores, {**heading, "font": {"size": 10}}],
        margin={"l": left, "r": RIGHT, "b": 40 + theme.LINE},
        barmode="stack",
        bargap=0.35,
        xaxis={
            **theme.AXIS,
            "range": [low, high],
            "showticklabels": False,
            "nticks": 5,
            "showgrid": True,
            "gridcolor": theme.GRID,
            "title": {"text": BASE, "font": {"size": 11}, "standoff": 6},
        },
        yaxis={**axis, "range": [max(len(rows), MIN_ROWS) - 0.4, -1.0]},
    )


def _rows(guidance: Guidance) -> list[Bar]:
    explained = max(1.0 - guidance.unexplained, 0.0)
    shown, others = guidance.params[:MAX_PARAMS], guidance.params[MAX_PARAMS:]
    rows = [_param_row(param, explained) for param in shown]
    if others:
        alone = sum(p.share for p in others)
        total = sum(p.importance for p in others)
        name = f"{len(others)} more"
        shared = max(total * explained - alone, 0.0)
        said = f"{name} parameters, together {wording.percent(total)} of what is explained"
        rows.append(Bar(name, alone, shared, score=total, said=(said,)))
    pairs = [p for p in guidance.pairs if p.share >= MIN_PAIR_SHARE and p.is_clear][:MAX_PAIRS]
    rows += [_pair_row(pair, guidance.of_explained(pair.share)) for pair in pairs]
    rest = min(max(guidance.unexplained, 0.0), 1.0)
    words = f"{wording.percent(rest)} of the variance is explained by no parameter and no pair"
    return [*rows, Bar("unexplained", rest=rest, said=(words,))]


def _param_row(param: ParamGuidance, explained: float) -> Bar:
    lines = [
        f"importance {wording.percent(param.importance)} of what is explained",
        f"alone {wording.percent(param.share)} of the variance, "
        f"spread over the trees {wording.percent(param.spread)}",
        f"of what is explained among the better half {wording.percent(param.importance_top)}, "
        f"for the top tenth (PED-ANOVA) {wording.percent(param.importance_ped)}",
    ]
    if param.importance_ebm is not None:
        lines.append(f"{wording.percent(param.importance_ebm)} of what the EBM's terms move")
    return Bar(
        param.name,
        alone=param.share,
        shared=max(param.importance * explained - param.share, 0.0),
        spread=param.spread,
        top=param.importance_top * explained,
        score=param.importance,
        full=(param.name,),
        said=tuple(lines),
    )


def _pair_row(pair: PairGuidance, score: float) -> Bar:
    said = (
        f"together beyond each alone {wording.percent(score)} of what is explained, "
        f"{wording.percent(pair.share)} of the variance"
    )
    name = " × ".join(pair.names)
    return Bar(name, pair=pair.share, score=score, full=pair.names, said=(said,))


def _pair_name(row: Bar, rows: Sequence[Bar], room: float) -> str:
    """Both names in ``room`` ens, as far as they tell the parameters apart."""
    first, second = row.full
    family = {name for row in rows for name in row.full}
    room -= measure(" × ")
    share = max(room - measure(wording.one_line(second)), room / 2)
    first = short_names(family, share, measure)[first]
    second = short_names(family, room - measure(first), measure)[second]
    return theme.safe(f"{first} × {second}")


def _hover(row: Bar) -> str:
    bold = [f"<b>{' × '.join(map(theme.wrapped, row.full))}</b>"] if row.full else []
    return "<br>".join([*bold, *map(theme.safe, row.said)])


def _bars(rows: Sequence[Bar], part: str, **marker: Any) -> dict[str, Any]:
    shown = [(i, row) for i, row in enumerate(rows) if getattr(row, part) > 0]
    labels = [theme.percent(row.rest) if part == "rest" else "" for _, row in shown]
    if part == "rest":
        marker["pattern"] = {"shape": "/", "size": 5, "fgcolor": theme.INK, "fgopacity": 0.5}
    return {
        "type": "bar",
        "orientation": "h",
        "x": theme.rounded([getattr(row, part) for _, row in shown]),
        "y": [i for i, _ in shown],
        "marker": {"line": {"width": 0}, **marker},
        "text": labels,
        "textposition": "outside",
        "textfont": {"size": 11, "color": theme.INK},
        "cliponaxis": False,
        "hovertext": [_hover(row) for _, row in shown],
        "hoverinfo": "text",
    }


def _spreads(rows: Sequence[Bar]) -> dict[str, Any]:
    """A thin line, two spreads long, around the end of what a parameter explains alone."""
    shown = [(i, row) for i, row in enumerate(rows) if row.spread > 0]
    ends = [row.alone for _, row in shown]
    below = [min(row.spread, end) for (_, row), end in zip(shown, ends, strict=True)]
    return theme.scatter(
        ends,
        [i for i, _ in shown],
        "markers",
        marker={"size": 1, "color": theme.INK},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": theme.rounded([row.spread for _, row in shown]),
            "arrayminus": theme.rounded(below),
            "color": theme.INK,
            "thickness": 1.2,
            "width": 0,
        },
    )


def _tops(rows: Sequence[Bar]) -> dict[str, Any]:
    shown = [(i, row.top) for i, row in enumerate(rows) if row.top is not None]
    return theme.scatter(
        [top for _, top in shown],
        [i for i, _ in shown],
        "markers",
        marker={"symbol": "diamond", "size": 8, "color": theme.ORANGE},
        cliponaxis=False,
    )
