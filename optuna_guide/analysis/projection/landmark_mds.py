"""Maps of trials by multidimensional scaling, on which a trial stays where it was put.

A few landmarks, the oldest trials, are placed by classical scaling of the distances between them
(Torgerson 1952). Every other trial is placed by its distances to the landmarks alone (Gower 1968;
landmark MDS, de Silva and Tenenbaum 2004, eq. 3), so that further trials do not move the ones
that are there. The number of landmarks doubles up to 128; the map is turned so that the landmarks
before a doubling stay as near as possible to where they were (orthogonal Procrustes).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from optuna_guide.domain.space import FloatArray

MIN_LANDMARKS, MAX_LANDMARKS = 4, 128
_ROUNDING = 1e-9  # of the largest eigenvalue


@dataclass(frozen=True, eq=False)
class Embedding:
    """Trials as points.

    Attributes:
        points: ``(n_trials, 2)`` in the unit of the distances.
        share: Part of the landmarks' squared distances from their centre that the two axes show.
    """

    points: FloatArray
    share: float


def n_landmarks(n_trials: int) -> int:
    """How many of the oldest trials are landmarks: a power of two where there are enough."""
    n = MIN_LANDMARKS
    while 2 * n <= min(n_trials, MAX_LANDMARKS):
        n *= 2
    return min(n, n_trials)


def place(distances: FloatArray) -> Embedding:
    """Place trials by their distances to the landmarks.

    Args:
        distances: ``(n_trials, n_landmarks)``; the first trials are the landmarks.
    """
    n = distances.shape[1]
    if not n:
        return Embedding(np.zeros((len(distances), 2)), 0.0)
    before = None
    size = min(MIN_LANDMARKS, n)
    while True:
        rows = distances if size == n else distances[:size]
        points, share = _scale(rows[:, :size])
        if before is not None:
            points = points @ _turn(points[: len(before)], before)
        if size == n:
            return Embedding(points, share)
        before, size = points[:size], min(2 * size, n)


def _scale(distances: FloatArray) -> tuple[FloatArray, float]:
    """Points of all rows; the first ones are the landmarks, of which there is a column each."""
    squares = distances**2
    means = squares[: squares.shape[1]].mean(axis=0)
    centred = -(squares - means - squares.mean(axis=1, keepdims=True) + means.mean()) / 2
    values, vectors = np.linalg.eigh(centred[: squares.shape[1]])
    values, vectors = values[::-1], vectors[:, ::-1]
    vectors = vectors * np.sign(vectors[np.abs(vectors).argmax(axis=0), np.arange(len(values))])
    known = values > _ROUNDING * max(values[0], 1e-300)
    points = np.zeros((len(distances), 2))
    for axis in range(min(2, int(known.sum()))):
        points[:, axis] = (means - squares) @ vectors[:, axis] / (2 * np.sqrt(values[axis]))
    return points, float(values[:2][known[:2]].sum() / max(values[known].sum(), 1e-300))


def _turn(points: FloatArray, onto: FloatArray) -> FloatArray:
    """The rotation, or reflection, that brings points nearest to others (Schoenemann 1966)."""
    left, _, right = np.linalg.svd(points.T @ onto)
    turned: FloatArray = left @ right
    return turned
