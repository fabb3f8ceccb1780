"""The search space as columns: parameters of all kinds on common scales."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from optuna_guide.sampling.relation import Relation

    FloatArray: TypeAlias = npt.NDArray[np.float64]
    BoolArray: TypeAlias = npt.NDArray[np.bool_]
    IntArray: TypeAlias = npt.NDArray[np.int64]

_MAX_LEVELS = 2**53  # beyond, floats cannot tell them apart: the column is continuous


@dataclass(frozen=True, eq=False)
class Space:
    """Columns of the search space; every array has the shape ``(n_params,)``.

    Attributes:
        distributions: Domain of each column, in column order.
        is_categorical: Whether the column holds choice indices.
        is_log: Whether the unit interval is logarithmic.
        is_grid: Whether the column is numeric and has levels.
        n_levels: Number of values of the column; 0 = continuous.
        low: Lower end of the unit interval in the parameter's own (or log) scale.
        width: Length of the unit interval in that scale.
        origin: Value of level 0 of a grid; 0 elsewhere.
        step: Distance of two levels of a grid; 1 elsewhere.
        lower: Lowest unit value that may be proposed.
        upper: Highest unit value that may be proposed.
        choices: Choice indices that may be proposed; empty for numeric columns.
        relation: What a proposal has to fulfil beside these bounds.
    """

    distributions: dict[str, BaseDistribution]
    is_categorical: BoolArray
    is_log: BoolArray
    is_grid: BoolArray
    n_levels: IntArray
    low: FloatArray
    width: FloatArray
    origin: FloatArray
    step: FloatArray
    lower: FloatArray
    upper: FloatArray
    choices: tuple[IntArray, ...]
    relation: Relation | None = None

    @property
    def n_params(self) -> int:
        """Number of columns."""
        return len(self.distributions)


def make_space(distributions: Mapping[str, BaseDistribution]) -> Space:
    """The columns of ``distributions``, of which none may be ``single()``."""
    columns = [_column(d) for d in distributions.values()]
    n_levels, low, high, is_log, origin, step = (np.array(c) for c in zip(*columns, strict=True))
    is_categorical = np.array(
        [isinstance(d, CategoricalDistribution) for d in distributions.values()]
    )
    return Space(
        distributions=dict(distributions),
        is_categorical=is_categorical,
        is_log=is_log,
        is_grid=(n_levels > 0) & ~is_categorical,
        n_levels=n_levels,
        low=low,
        width=high - low,
        origin=origin,
        step=step,
        lower=np.zeros(len(columns)),
        upper=np.ones(len(columns)),
        choices=tuple(
            np.arange(n if categorical else 0)
            for n, categorical in zip(n_levels, is_categorical, strict=True)
        ),
    )


def _column(distribution: BaseDistribution) -> tuple[int, float, float, bool, float, float]:
    """Number of levels, ends of the unit interval, whether they are logs, origin and step."""
    if isinstance(distribution, CategoricalDistribution):
        return len(distribution.choices), 0.0, 1.0, False, 0.0, 1.0
    if not isinstance(distribution, FloatDistribution | IntDistribution):
        raise TypeError(
            f"Unknown distribution {distribution!r}: "
            "use suggest_float, suggest_int or suggest_categorical."
        )
    low, high, step = float(distribution.low), float(distribution.high), distribution.step
    n_levels, origin = 0, 0.0
    if step is not None:
        n_levels, origin = round((high - low) / step) + 1, low
    if n_levels > _MAX_LEVELS:
        n_levels, origin, step = 0, 0.0, None
    elif step is not None:
        low, high = low - step / 2, high + step / 2
    if distribution.log:
        low, high = math.log(low), math.log(high)
    return n_levels, low, high, distribution.log, origin, float(step or 1.0)
