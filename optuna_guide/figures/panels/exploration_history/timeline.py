"""Trials in the order in which a history shows them, and the record that they set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
from optuna.distributions import CategoricalDistribution

from optuna_guide.domain import wording
from optuna_guide.figures.drawing.colours import colour_range
from optuna_guide.study.curves import best_reported
from optuna_guide.study.targets import PARETO_RANK
from optuna_guide.words import phrases

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optuna_guide.domain.space import FloatArray, IntArray
    from optuna_guide.guidance import ParamGuidance
    from optuna_guide.study.exploration import Exploration
    from optuna_guide.study.targets import Target

Order: TypeAlias = Literal["trial", "batch", "generation", "bracket", "rung", "step"]

ORDERS: tuple[Order, ...] = ("trial", "batch", "generation", "bracket", "rung", "step")
MAX_TRIALS = 500
MOST_OPTIONS = 6  # whose survivors are told
SIGNS = {"startup": "■", "guided": "●", "explored": "◆", "enqueued": "★"}
WHY_NOT = {
    "trial": "there is none",
    "batch": "there is none",
    "generation": "no population-based sampler left its mark",
    "bracket": "brackets of Hyperband cannot be told from the rungs",
    "rung": "no pruner by successive halving completed one",
    "step": "no intermediate value was reported",
}


@dataclass(frozen=True, eq=False)
class Timeline:
    """Trials in an order.

    Attributes:
        exploration: The trials and how they came to be.
        target: Has a row for each of them.
        order: What the places count.
        x: ``(n_trials,)`` place of each; NaN = none in this order.
        rows: The trials that are drawn, ascending.
        reach: Target values of the faintest and of the strongest colour.
    """

    exploration: Exploration
    target: Target
    order: Order
    x: FloatArray
    rows: IntArray
    reach: tuple[float, float]


def lay_out(
    exploration: Exploration,
    target: Target,
    by: Order,
    reach: tuple[float, float] | None = None,
    at_most: int = MAX_TRIALS,
) -> Timeline:
    """Place the trials, and choose those that are drawn.

    Args:
        exploration: The trials and how they came to be.
        target: Has a row for each of them.
        by: What the places count.
        reach: Target values of the faintest and of the strongest colour; by default from what
            nine in ten trials reach to the record.
        at_most: Trials that are drawn.
    """
    trials = exploration.trials
    places = {
        "trial": trials.numbers.astype(np.float64),
        "batch": exploration.batches.astype(np.float64),
        "generation": exploration.generations,
        "bracket": exploration.brackets,
        "rung": exploration.rungs,
        "step": exploration.curves.last_steps(),
    }
    x = places[by]
    rows = np.flatnonzero(~np.isnan(x) & ~np.isnan(target.loss))
    limits = reach or colour_range(target.values[rows], target.direction)
    return Timeline(
        exploration, target, by, x, _choose(exploration, target, rows, at_most), limits
    )


def _choose(exploration: Exploration, target: Target, rows: IntArray, at_most: int) -> IntArray:
    """The top fifth of the room, up to a fifth enqueued ones, and evenly spaced others."""
    if len(rows) <= at_most:
        return rows
    top = rows[np.argsort(target.loss[rows], kind="stable")[: at_most // 5]]
    asked = rows[exploration.kinds[rows] == "enqueued"][: at_most // 5]
    kept = np.union1d(top, asked)
    rest = np.setdiff1d(rows, kept)
    others = rest[np.linspace(0, len(rest) - 1, at_most - len(kept)).astype(int)]
    return np.union1d(kept, others)


def find_record(line: Timeline) -> tuple[FloatArray, FloatArray]:
    """Distinct places in ascending order, and the record up to each, or at each rung or step."""
    rows = np.flatnonzero(~np.isnan(line.x) & ~np.isnan(line.target.loss))
    complete = rows[~line.exploration.trials.pruned[rows]]
    rows = complete if len(complete) else rows
    rows = rows[np.argsort(line.x[rows], kind="stable")]
    x, first = np.unique(line.x[rows], return_index=True)
    objectives = line.exploration.trials.objectives
    if line.order == "step" and line.target.name == objectives[0] and len(objectives) == 1:
        maximise = bool(line.exploration.trials.maximised[0])
        steps, best = best_reported(line.exploration.curves, maximise=maximise)
        return steps.astype(np.float64), best
    if line.target.name == PARETO_RANK:
        on_front = (line.target.loss[rows] == 0).astype(np.float64)
        return x, np.add.reduceat(on_front, first).cumsum() / max(on_front.sum(), 1)
    loss = np.minimum.reduceat(line.target.loss[rows], first)
    if line.order in ("trial", "batch", "generation"):
        loss = np.minimum.accumulate(loss)
    place = {float(v): k for k, v in zip(rows, line.target.loss[rows], strict=True)}
    values = line.target.values[[place[float(v)] for v in loss]]
    return x, np.clip(values, -1e300, 1e300)


def find_spots(line: Timeline, rows: IntArray) -> FloatArray:
    """Where trials stand; those of one batch, generation or rung beside each other."""
    x = line.x[rows]
    if line.order in ("trial", "step"):
        return x
    groups, index, counts = np.unique(x, return_inverse=True, return_counts=True)
    order = np.argsort(index, kind="stable")
    starts = np.cumsum(counts) - counts
    within = np.empty(len(rows))
    within[order] = np.arange(len(rows)) - np.repeat(starts, counts)
    return groups[index] + 0.7 * ((within + 0.5) / counts[index] - 0.5)


def describe_signs(line: Timeline) -> str:
    """Signs of the kinds that are there."""
    found, rows = line.exploration, line.rows
    kinds = set(found.kinds[rows].tolist())
    kinds |= {"guided"} if "repaired" in kinds else set()
    signs = [f"{sign} {kind}" for kind, sign in SIGNS.items() if kind in kinds]
    signs += ["○ pruned"] if found.trials.pruned[rows].any() else []
    signs += ["curves: parent to child"] if (found.parents[rows] >= 0).any() else []
    return "   ".join(signs)


def describe_survivors(line: Timeline, params: Sequence[ParamGuidance]) -> str:
    """The share of each option's trials that were not pruned, of the first choice that has few."""
    trials = line.exploration.trials
    for param in params:
        if not isinstance(param.distribution, CategoricalDistribution) or not trials.pruned.any():
            continue
        column = trials.params[:, trials.names.index(param.name)]
        codes = np.unique(column[~np.isnan(column)])
        if len(codes) <= MOST_OPTIONS:
            shares = [
                f"{wording.cut(wording.one_line(param.label(code)), 16)} "
                f"{wording.percent(1 - float(trials.pruned[column == code].mean()))}"
                for code in codes.tolist()
            ]
            return f"survive pruning: {', '.join(shares)}"
    return ""


def describe_left_out(line: Timeline, n_hidden: int) -> str:
    """How many trials and parameters there is no room for."""
    n = int(np.sum(~np.isnan(line.x) & ~np.isnan(line.target.loss)))
    words = []
    if len(line.rows) < n:
        words.append(f"{len(line.rows)} of {n} trials are drawn: the top ones, and evenly others")
    if n_hidden:
        words.append(phrases.left_out(n_hidden))
    return "; ".join(words)


def describe_trial(line: Timeline, row: int) -> str:
    """Number, value and kind of one trial."""
    found = line.exploration
    words = f"{found.trials.numbers[row]}: {line.target.values[row]:.4g}"
    if found.trials.pruned[row]:
        words += ", pruned"
    return f"{words}, {found.kinds[row]}" if found.kinds[row] else words
