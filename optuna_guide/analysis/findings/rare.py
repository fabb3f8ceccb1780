"""Parts of a range without those that too few trials have to be spoken of."""

from __future__ import annotations

import numpy as np

from optuna_guide.analysis.findings.stretches import MIN_ROWS
from optuna_guide.domain.cells import Cells
from optuna_guide.domain.labels import span
from optuna_guide.domain.ranges import Choices, Intervals, PromisingRange


def without_rare(cells: Cells) -> Cells:
    """Rare numbers joined with the smaller neighbour; rare choices together, or left out."""
    counts = cells.member.sum(axis=0).tolist()
    groups = [[k] for k in range(len(cells))]
    if isinstance(next(iter(cells.ranges), None), Choices):
        rare = [k for k, n in enumerate(counts) if n < MIN_ROWS]
        groups = [[k] for k in range(len(cells)) if k not in rare]
        if sum(counts[k] for k in rare) >= MIN_ROWS:
            groups.append(rare)
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


def _join(cells: list[tuple[str, PromisingRange]]) -> tuple[str, PromisingRange]:
    (label, first), (other, last) = cells[0], cells[-1]
    if isinstance(first, Intervals) and isinstance(last, Intervals):
        ends = first.intervals[0][0], last.intervals[-1][-1]
        return span(label.split(" … ")[0], other.split(" … ")[-1]), Intervals((ends,))
    chosen = {i for _, held in cells if isinstance(held, Choices) for i in held.indices}
    return ", ".join(label for label, _ in cells), Choices(tuple(sorted(chosen)))
