"""Parts of a range as they are spoken of: none that too few trials have, none wider than tried."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.domain import space as spaces
from optuna_guide.domain.cells import Cells
from optuna_guide.domain.labels import label as label_value
from optuna_guide.domain.labels import shortest, span
from optuna_guide.domain.ranges import Choices, Intervals, PromisingRange
from optuna_guide.models.stretches import MIN_ROWS

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution

    from optuna_guide.domain.space import FloatArray

_MIN_PILE = 20  # trials
_ASIDE = (0.0, 0.05)  # of them, that may lie below a pile, and above it: none, or a few
_PILED = 0.5  # of the bin, that a pile takes up at most


def without_rare(cells: Cells) -> Cells:
    """Rare parts of numbers joined with the smaller neighbour; rare choices and values together.

    Of numbers that took few values, rare ones beside each other are joined, and left out where
    they are still rare: what many trials say of one value is not said of the few beside it.
    """
    counts = cells.member.sum(axis=0).tolist()
    groups = [[k] for k in range(len(cells))]
    if isinstance(next(iter(cells.ranges), None), Choices):
        rare = [k for k, n in enumerate(counts) if n < MIN_ROWS]
        groups = [[k] for k in range(len(cells)) if k not in rare]
        if sum(counts[k] for k in rare) >= MIN_ROWS:
            groups.append(rare)
    elif all(isinstance(r, Intervals) and np.ptp(r.intervals) == 0 for r in cells.ranges):
        groups = _join_rare_runs(counts)
    else:
        while len(groups) > 1 and min(counts) < MIN_ROWS:
            k = int(np.argmin(counts))
            beside = [i for i in (k - 1, k + 1) if 0 <= i < len(groups)]
            first, second = sorted((k, min(beside, key=lambda i: counts[i])))
            groups[first : second + 1] = [groups[first] + groups[second]]
            counts[first : second + 1] = [counts[first] + counts[second]]
    place = np.full(len(cells) + 1, -1)  # the last one stands for inactive
    for new, group in enumerate(groups):
        place[group] = new
    joined = [_join([(cells.labels[k], cells.ranges[k]) for k in group]) for group in groups]
    labels, ranges = tuple(label for label, _ in joined), tuple(held for _, held in joined)
    return Cells(cells.name, labels, place[cells.codes], ranges)


def where_tried(cells: Cells, distribution: BaseDistribution, column: FloatArray) -> Cells:
    """Bins in a part of which a sampler piled up its trials stand for that part only.

    What is seen of the pile is not said of values that hardly any trial has; the few trials beside
    it are left out.

    Args:
        cells: Bins of a number; values and choices stay as they are.
        distribution: Of the parameter.
        column: ``(n_trials,)`` internal values; NaN = inactive.
    """
    labels, ranges, codes = list(cells.labels), list(cells.ranges), cells.codes.copy()
    for k, held in enumerate(cells.ranges):
        inside = cells.codes == k
        if not isinstance(held, Intervals) or inside.sum() < _MIN_PILE:
            continue
        ends = spaces.to_unit(distribution, [held.intervals[0][0], held.intervals[-1][-1]])
        unit = spaces.to_unit(distribution, column[inside])
        piles = (
            np.quantile(unit, [share, 1 - share], method="closest_observation") for share in _ASIDE
        )
        pile = next((pile for pile in piles if np.ptp(pile) < _PILED * np.ptp(ends)), None)
        if pile is None:
            continue
        is_piled = (unit >= pile[0]) & (unit <= pile[1])
        piled = column[inside][is_piled]
        part = float(piled.min()), float(piled.max())
        codes[np.flatnonzero(inside)[~is_piled]] = -1
        ranges[k] = Intervals((part,))
        labels[k] = span(*(_short(distribution, end, part) for end in part))
    return Cells(cells.name, tuple(labels), codes, tuple(ranges))


def _short(distribution: BaseDistribution, end: float, part: tuple[float, float]) -> str:
    if spaces.n_levels(distribution) is not None:
        return label_value(distribution, end)
    return shortest(end, 0.1 * (part[1] - part[0]))


def _join_rare_runs(counts: list[int]) -> list[list[int]]:
    """Groups of values that are no longer rare: single ones, and rare ones in a row."""
    groups: list[list[int]] = []
    run: list[int] = []
    for k, n in enumerate(counts):
        if n >= MIN_ROWS:
            run = []
            groups.append([k])
            continue
        run.append(k)
        if sum(counts[i] for i in run) >= MIN_ROWS:
            groups.append(run)
            run = []
    return groups


def _join(cells: list[tuple[str, PromisingRange]]) -> tuple[str, PromisingRange]:
    (label, first), (other, last) = cells[0], cells[-1]
    if isinstance(first, Intervals) and isinstance(last, Intervals):
        ends = first.intervals[0][0], last.intervals[-1][-1]
        return span(label.split(" … ")[0], other.split(" … ")[-1]), Intervals((ends,))
    chosen = {i for _, held in cells if isinstance(held, Choices) for i in held.indices}
    return ", ".join(label for label, _ in cells), Choices(tuple(sorted(chosen)))
