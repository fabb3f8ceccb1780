"""The trials that a figure shows: their target, a selection by it, and a bounded part of them."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from optuna_guide.domain.cells import Cells
from optuna_guide.domain.outliers import clip_outliers
from optuna_guide.study.targets import read_goal

if TYPE_CHECKING:
    import numpy.typing as npt

    from optuna_guide.domain.space import FloatArray
    from optuna_guide.guidance import Guidance, ParamGuidance
    from optuna_guide.study.table import TrialsTable

Selection: TypeAlias = str | tuple[float, float]
Flags: TypeAlias = "npt.NDArray[np.bool_]"

_SHARE = re.compile(r"(top|bottom) (\d+(?:\.\d+)?) ?%")


@dataclass(frozen=True, eq=False)
class ShownTrials:
    """Trials that have the target of a guidance; row ``i`` of every array is the same trial.

    Attributes:
        table: The trials.
        values: ``(n_trials,)`` target in its own units.
        drawn: ``(n_trials,)`` the same with the bad side clipped at 3 IQR, for an axis.
        loss: ``(n_trials,)`` lower is better; infeasible trials are behind the feasible ones.
        maximise: Whether higher values are better.
    """

    table: TrialsTable
    values: FloatArray
    drawn: FloatArray
    loss: FloatArray
    maximise: bool

    def __len__(self) -> int:
        return len(self.values)

    @property
    def n_clipped(self) -> int:
        """Number of trials that are drawn at the limit."""
        return int(np.sum(self.values != self.drawn))

    @property
    def n_better(self) -> npt.NDArray[np.int64]:
        """``(n_trials,)`` number of trials that are strictly better."""
        return np.searchsorted(np.sort(self.loss), self.loss)

    def column(self, name: str) -> FloatArray:
        """``(n_trials,)`` internal values of a parameter; NaN = inactive."""
        column: FloatArray = self.table.params[:, self.table.names.index(name)]
        return column


def read_shown(guidance: Guidance, table: TrialsTable) -> ShownTrials:
    """The trials of a table that have the target of the guidance.

    Raises:
        ValueError: If the table does not know the target: it is of another study.
    """
    goal = read_goal(guidance, table)
    return ShownTrials(
        table=table.take(goal.rows),
        values=goal.values,
        drawn=clip_outliers(goal.values, goal.direction),
        loss=goal.loss,
        maximise=goal.direction == "maximize",
    )


def shown_params(guidance: Guidance, table: TrialsTable) -> tuple[ParamGuidance, ...]:
    """Parameters of the guidance that mean the same in the table, most important first.

    A stored guidance may be older than the table: a parameter whose choices changed is left out.
    """
    return tuple(
        param
        for param in guidance.params
        if param.name in table.space
        and repr(getattr(param.distribution, "choices", ()))
        == repr(getattr(table.space[param.name], "choices", ()))
    )


def cut_context(table: TrialsTable, name: str, at_most: int) -> Cells:
    """Values of a context: those that most trials have, the others put together."""
    labels, codes = table.contexts.codes[name]
    counts = np.bincount(codes[codes >= 0], minlength=len(labels))
    n_own = at_most if len(labels) <= at_most else at_most - 1
    kept = sorted(np.argsort(-counts, kind="stable")[:n_own].tolist())
    place = np.full(len(labels) + 1, len(kept))
    place[kept] = np.arange(len(kept))
    place[-1] = -1  # unknown
    names = [labels[k] for k in kept]
    if len(kept) < len(labels):
        names.append(f"{len(labels) - len(kept)} others")
    return Cells(name, tuple(names), place[codes]).with_inactive()


def thin(loss: FloatArray, at_most: int) -> npt.NDArray[np.int64]:
    """Rows in ascending order of loss: half of them the best, the others evenly from the rest."""
    order = np.argsort(loss, kind="stable")
    if len(order) <= at_most:
        return order
    n_best = at_most - at_most // 2
    rest = order[n_best:]
    every = np.linspace(0, len(rest) - 1, at_most - n_best).round().astype(int)
    return np.concatenate([order[:n_best], rest[every]])


def thinned_note(n_shown: int, n_trials: int) -> str:
    """Says that not every trial is drawn; empty where all are."""
    if n_shown >= n_trials:
        return ""
    return f"{n_shown} of {n_trials} trials are drawn: the top ones and an even part of the rest"


def noise(numbers: npt.NDArray[np.int64]) -> FloatArray:
    """Evenly spread over ±0.5, and the same for a trial at every drawing (golden ratio)."""
    return np.asarray((numbers * 0.6180339887498949) % 1.0 - 0.5, dtype=np.float64)


def select(trials: ShownTrials, selection: Selection) -> npt.NDArray[np.bool_]:
    """``(n_trials,)`` flags of the selected trials; trials that tie are selected together.

    Args:
        trials: The trials.
        selection: ``"top 10%"`` or ``"bottom 25%"`` with any number, ``"main cluster"`` (the
            shortest interval of the target that holds half of the trials), or an interval
            ``(low, high)`` of the target in its own units.

    Raises:
        ValueError: If the selection is none of these.
    """
    if isinstance(selection, tuple) and len(selection) == 2:
        low, high = selection
        return (trials.values >= low) & (trials.values <= high)
    if selection == "main cluster":
        low, high = _shortest_half(trials.values)
        return (trials.values >= low) & (trials.values <= high)
    found = _SHARE.fullmatch(selection) if isinstance(selection, str) else None
    if found is None or not 0 < float(found[2]) <= 100:
        raise ValueError(
            f"Unknown selection {selection!r}: use 'top 10%' or 'bottom 25%' (any number up to "
            "100), 'main cluster', or an interval (low, high) of the target."
        )
    n = math.ceil(len(trials) * float(found[2]) / 100 - 1e-9)
    if found[1] == "top":
        return trials.n_better < n
    worse = len(trials) - np.searchsorted(np.sort(trials.loss), trials.loss, side="right")
    return worse < n


def has_equals(trials: ShownTrials, selection: Selection, flags: Flags) -> bool:
    """Whether a share holds more trials than it says, as some equal its last one."""
    found = _SHARE.fullmatch(selection) if isinstance(selection, str) else None
    return found is not None and int(flags.sum()) > math.ceil(
        len(trials) * float(found[2]) / 100 - 1e-9
    )


def _shortest_half(values: FloatArray) -> tuple[float, float]:
    """The shorth (Andrews et al. 1972): the shortest interval that holds half of the values."""
    if not len(values):
        return 0.0, 0.0
    ordered = np.clip(np.sort(values), -1e300, 1e300)
    n = (len(ordered) - 1) // 2  # steps from the first to the last value of a half
    start = int(np.argmin(ordered[n:] - ordered[: len(ordered) - n]))
    return float(ordered[start]), float(ordered[start + n])
