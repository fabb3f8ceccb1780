"""How values are distributed over common bins, group by group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from optuna_guide.domain.outliers import clip_outliers

if TYPE_CHECKING:
    import numpy.typing as npt

    from optuna_guide.domain.cells import Cells
    from optuna_guide.domain.direction import Direction
    from optuna_guide.domain.space import FloatArray

Normalisation: TypeAlias = Literal["none", "min-max", "rank", "z"]

NORMALISATIONS = ("none", "min-max", "rank", "z")
N_BINS = 24


@dataclass(frozen=True, eq=False)
class Histogram:
    """Numbers of values per bin and group.

    Attributes:
        name: What the groups are options of; empty where there is one group of all.
        labels: Of the groups.
        edges: ``(n_bins + 1,)`` ascending; the outermost bins hold all that lies beyond.
        counts: ``(n_groups, n_bins)``.
        normalise: How the groups were made comparable.
        values: ``(n_values,)`` what was counted.
        shown: ``(n_values,)`` the same inside the bins.
    """

    name: str
    labels: tuple[str, ...]
    edges: FloatArray
    counts: npt.NDArray[np.int64]
    normalise: Normalisation
    values: FloatArray
    shown: FloatArray


def check(normalise: str) -> None:
    """Refuse an unknown normalisation.

    Raises:
        ValueError: If it is none of `NORMALISATIONS`.
    """
    if normalise not in NORMALISATIONS:
        known = ", ".join(map(repr, NORMALISATIONS))
        raise ValueError(f"normalise must be one of {known}, not {normalise!r}.")


def normalise_groups(values: FloatArray, groups: Cells, how: Normalisation) -> FloatArray:
    """``(n_values,)`` values made comparable, each group by itself.

    Args:
        values: ``(n_values,)``.
        groups: Of each value.
        how: ``"min-max"`` to 0 and 1, ``"rank"`` to the share of its group that is lower, ``"z"``
            to mean 0 and deviation 1, ``"none"``.

    Raises:
        ValueError: If ``how`` is none of these.
    """
    check(how)
    out = np.array(values)
    for k in range(len(groups)):
        rows = groups.codes == k
        part = values[rows]
        if how == "min-max":
            out[rows] = (part - part.min()) / (np.ptp(part) or 1.0)
        elif how == "rank":
            out[rows] = np.searchsorted(np.sort(part), part) / max(len(part) - 1, 1)
        elif how == "z":
            out[rows] = (part - part.mean()) / (part.std() or 1.0)
    return out


def count(
    values: FloatArray, groups: Cells, normalise: Normalisation, direction: Direction
) -> Histogram:
    """Count values that were normalised like that, over bins that all groups have in common.

    The bins end 3 IQR beyond the quartile on the bad side.
    """
    shown = clip_outliers(values, direction)
    low, high = float(shown.min()), float(shown.max())
    if high <= low:
        low, high = low - 0.5, high + 0.5
    edges = np.linspace(low, high, N_BINS + 1)
    counts = [np.histogram(shown[groups.codes == k], edges)[0] for k in range(len(groups))]
    return Histogram(groups.name, groups.labels, edges, np.array(counts), normalise, values, shown)
