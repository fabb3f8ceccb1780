"""Parts of a range without those that too few trials have to be spoken of."""

from __future__ import annotations

import numpy as np

from optuna_guide.analysis.findings.stretches import MIN_ROWS
from optuna_guide.domain.cells import Cells
from optuna_guide.domain.labels import span
from optuna_guide.domain.ranges import Choices, Intervals, PromisingRange


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
