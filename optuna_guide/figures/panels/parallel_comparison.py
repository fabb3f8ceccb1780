"""Parallel coordinates of several studies over common axes, a colour for each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from optuna_guide.analysis import selection
from optuna_guide.domain import space as spaces
from optuna_guide.figures.drawing import axes, histogram, lettering, multiples, theme
from optuna_guide.figures.drawing.colours import GROUPS
from optuna_guide.figures.drawing.look import Nothing
from optuna_guide.figures.panels.parallel_coordinates import drawing
from optuna_guide.figures.panels.parallel_coordinates.gathering import (
    LEFT,
    RIGHT,
    Axis,
    axis_room,
    label_room,
    place,
    value_axis,
)
from optuna_guide.words import phrases
from optuna_guide.words.layers import describe_scale

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt
    import plotly.graph_objects as go

    from optuna_guide.analysis.selection import ShownTrials
    from optuna_guide.figures.drawing.look import About, Look
    from optuna_guide.figures.sources import Sources
    from optuna_guide.guidance import Guidance, ParamGuidance

TITLE = "Parallel coordinates of several studies"
HOW = (
    "Lines: trials in the colour of their study, its top tenth strong; an axis reaches as far as "
    "the widest of the studies, better up."
)
COLOURS: dict[str, str] = {}

MAX_STUDIES = 5
MAX_PARAMS = 10
AXIS_PIXELS = 38  # that an axis takes at least
MAX_LINES = 200  # of a study
TOP = 0.1


@dataclass(frozen=True, eq=False)
class StudyLines:
    """Trials of a study: places among the heights, its best tenth and the others.

    Attributes:
        name: The study.
        numbers: ``(n_trials,)`` of the trials.
        start: Place of the first of them.
        top: Places of the best tenth.
        others: Places of the others.
    """

    name: str
    numbers: npt.NDArray[np.int64]
    start: int
    top: npt.NDArray[np.int64]
    others: npt.NDArray[np.int64]

    def numbers_at(self, places: npt.NDArray[np.int64]) -> list[int]:
        """Numbers of the trials at some places."""
        found: list[int] = self.numbers[places - self.start].tolist()
        return found


@dataclass(frozen=True)
class Numbers:
    """Axes from left to right, over the trials of all studies, and the lines of each study.

    Attributes:
        about: Target and number of trials.
        axes: The parameters, then the target.
        scales: Of each axis, as a page that brushes it reads them.
        studies: The lines, the first study's first.
        n_left: Less important parameters that are no axis.
        said: What else was left out.
    """

    about: About
    axes: tuple[Axis, ...]
    scales: tuple[Mapping[str, Any], ...]
    studies: tuple[StudyLines, ...]
    n_left: int
    said: str


def gather(sources: Sources, *, params: Sequence[str] = ()) -> Numbers | Nothing:
    """The trials of at most five studies that have the target.

    Args:
        sources: Trials of several studies, the first of which says the target and the order.
        params: Parameters to show; by default those that all studies have, the most important
            ones next to the target, and left of them what only some have.

    Raises:
        KeyError: If no study has such a parameter.
        ValueError: If the trials of the first study do not have the target of the guidance.
    """
    if not len(sources.shown):
        return Nothing("The first study has no trial with this target.", sources.about)
    known = {name: _read(one) for name, one in sources.side_by_side.items()}
    members = {name: trials for name, trials in known.items() if trials is not None}
    members = dict(list(members.items())[:MAX_STUDIES])
    found = _order(sources.found, members)
    for name in params:
        if name not in found:
            raise KeyError(f"No study has a parameter {name!r} that can be compared.")
    kept = [found[name] for name in params or list(found)[:MAX_PARAMS]][::-1]
    if not kept:
        return Nothing("The studies have no parameter that can be compared.", sources.about)
    lines = tuple(_lines_of(members))
    n, n_trials = sum(len(s.top) + len(s.others) for s in lines), sum(map(len, members.values()))
    n_absent = len(known) - len(members)
    notes = [
        selection.thinned_note(n, n_trials),
        f"{n_absent} of the studies lack the target or are too many" if n_absent else "",
    ]
    drawn = np.concatenate([trials.drawn for trials in members.values()])
    maximise = next(iter(members.values())).maximise
    target = value_axis(sources.about.target, drawn, maximise)
    reach = {"low": float(drawn.min()), "high": float(drawn.max())}
    return Numbers(
        replace(sources.about, n_trials=n_trials) if sources.beside else sources.about,
        (*(_axis(param, members, len(kept) + 1) for param in kept), target),
        (
            *({"name": p.name, **describe_scale(p.distribution)} for p in kept),
            {"name": sources.found.target, "kind": "target", "maximise": maximise, **reach},
        ),
        lines,
        0 if params else len(found) - len(kept),
        "; ".join(filter(None, notes)),
    )


def draw(numbers: Numbers, look: Look) -> go.Figure:
    """Draw the trials over the axes, the best ones in front."""
    n_shown = min(len(numbers.axes), max(look.width // AXIS_PIXELS, 2))
    shown, studies = numbers.axes[-n_shown:], numbers.studies
    n_left = numbers.n_left + len(numbers.axes) - n_shown
    said = "; ".join(filter(None, [phrases.left_out(n_left) if n_left else "", numbers.said]))
    foot = multiples.foot(said, LEFT, 4, room=look.foot)
    n_lines = 1 + foot[0]["text"].count("<br>") if foot else 0
    legend, height = histogram.legend("study", [study.name for study in studies], look.foot)
    return theme.draw(
        numbers.about,
        look,
        TITLE,
        HOW,
        [
            *(_lines(shown, s.others, GROUPS[k], 0.22, 0.8) for k, s in enumerate(studies)),
            *(_lines(shown, s.top, GROUPS[k], 0.9, 1.5) for k, s in enumerate(studies)),
            drawing.frames(shown),
        ],
        meta={"axes": list(numbers.scales[-n_shown:]), "lines": _who(studies)},
        annotations=[
            *drawing.labels(shown),
            *drawing.names(shown, look.width),
            *({**note, "xshift": -18, "yshift": 2} for note in legend),
            *foot,
        ],
        margin={
            "l": LEFT,
            "r": RIGHT,
            "b": 6 + theme.LINE * n_lines,
            "t": 12 + height,
        },
        xaxis={**theme.AXIS, "range": [-0.3, len(shown) - 0.7], "showticklabels": False},
        yaxis={**theme.AXIS, "range": [drawing.BOTTOM, drawing.TOP], "showticklabels": False},
    )


def _who(studies: Sequence[StudyLines]) -> list[dict[str, Any] | None]:
    """The trials of each trace in the order of their lines; None of the axes."""
    lines = [(s.numbers_at(s.others), k == 0) for k, s in enumerate(studies)]
    lines += [(s.numbers_at(s.top), k == 0) for k, s in enumerate(studies)]
    return [*({"numbers": numbers, "is_own": is_own} for numbers, is_own in lines), None]


def _read(sources: Sources) -> ShownTrials | None:
    """The trials of a study that have the target; None where none has it."""
    try:
        trials = sources.shown
    except ValueError:
        return None
    return trials if len(trials) else None


def _order(guidance: Guidance, members: Mapping[str, ShownTrials]) -> dict[str, ParamGuidance]:
    """Parameters over the range of all studies that have them: those of all studies first.

    What is a number in one study and a choice in another cannot be compared.
    """
    every = [p.name for p in guidance.params]
    every += [name for trials in members.values() for name in trials.table.space]
    found: dict[str, ParamGuidance] = {}
    for name in dict.fromkeys(every):
        own = [t.table.space[name] for t in members.values() if name in t.table.space]
        basis = next((p for p in guidance.params if p.name == name), guidance.params[0])
        try:
            wide = spaces.widest([*own[1:], own[0]])
        except (IndexError, ValueError):
            continue
        found[name] = replace(basis, name=name, distribution=wide, promising=None)
    return dict(sorted(found.items(), key=lambda item: -_n_with(item[0], members)))


def _n_with(name: str, members: Mapping[str, ShownTrials]) -> int:
    return sum(name in trials.table.space for trials in members.values())


def _axis(param: ParamGuidance, members: Mapping[str, ShownTrials], n_axes: int) -> Axis:
    """One of the axes, over all studies; in a study without it, it is inactive."""
    heights, having = [], []
    for k, trials in enumerate(members.values()):
        internal = np.full(len(trials), np.nan)
        own = trials.table.space.get(param.name)
        if own is not None:
            internal = spaces.translate(trials.column(param.name), own, param.distribution)
            having.append(k)
        heights.append(place(param.distribution, internal, trials.table.numbers))
    names, note = list(members), ""
    if len(having) == 1 < len(members):
        name = names[having[0]]
        note = f"only {theme.safe(name)}"
        room = max(axis_room(n_axes) - 1, 6)
        if lettering.measure(note) > room:
            note = theme.short(names, room)[name]
    elif len(having) < len(members):
        note = f"{len(having)} of {len(members)}"
    labels = tuple(axes.upright_ticks(param, label_room(n_axes)))
    return Axis(param.name, np.concatenate(heights), labels, note=note)


def _lines_of(members: Mapping[str, ShownTrials]) -> list[StudyLines]:
    found, start = [], 0
    for name, trials in members.items():
        rows = selection.thin(trials.loss, MAX_LINES)
        is_top = trials.n_better[rows] < TOP * len(trials)
        places = start + rows
        numbers = trials.table.numbers
        found.append(StudyLines(name, numbers, start, places[is_top], places[~is_top]))
        start += len(trials)
    return found


def _lines(
    shown: Sequence[Axis], rows: npt.NDArray[np.int64], colour: str, opacity: float, width: float
) -> dict[str, Any]:
    """Lines of one look, separated by gaps."""
    gap = np.full(len(rows), np.nan)
    heights = np.column_stack([*(axis.heights[rows] for axis in shown), gap])
    x = np.tile(np.arange(len(shown) + 1), len(rows))
    line = {"color": colour, "width": width}
    return theme.scatter(x, np.round(heights, 3), "lines", line=line, opacity=opacity)
