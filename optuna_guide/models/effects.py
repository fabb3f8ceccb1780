"""Marginal curves and surfaces of the forest, in the target's units."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.domain import space as spaces
from optuna_guide.domain.cells import cell_edges
from optuna_guide.domain.labels import n_digits
from optuna_guide.guidance import Effect, Surface
from optuna_guide.models.fanova import interaction

if TYPE_CHECKING:
    from collections.abc import Iterable

    from optuna.distributions import BaseDistribution

    from optuna_guide.domain.space import FloatArray
    from optuna_guide.guidance import Shape
    from optuna_guide.models.fanova import Marginals

MAX_CELLS = 32
MAX_SURFACE_CELLS = 16


def read_effects(marginals: Marginals, unit: FloatArray) -> dict[str, Effect]:
    """Curve of every parameter.

    Args:
        marginals: Marginals of a forest that holds the target in its own units.
        unit: ``(n_trials, n_params)`` unit values for the density; NaN = inactive.
    """
    found = {}
    for j, (name, distribution) in enumerate(marginals.forest.space.items()):
        edges = cell_edges(distribution, MAX_CELLS)
        middles = (edges[1:] + edges[:-1]) / 2
        curves = marginals.curve(j, middles)
        column = unit[:, j]
        counts, _ = np.histogram(column[~np.isnan(column)], bins=edges)
        found[name] = Effect(
            x=_positions(distribution, spaces.from_unit(distribution, middles)),
            edges=_positions(distribution, spaces.place(distribution, edges)),
            mean=rounded(curves.mean(axis=0)),
            spread=rounded(curves.std(axis=0)),
            counts=tuple(int(c) for c in counts),
        )
    return found


def read_surface(marginals: Marginals, first: int, second: int) -> Surface:
    """Surface over two parameters, columns of the forest's space."""
    distributions = list(marginals.forest.space.values())
    edges = [cell_edges(distributions[j], MAX_SURFACE_CELLS) for j in (first, second)]
    x, y = [(e[1:] + e[:-1]) / 2 for e in edges]
    total = marginals.surface(first, second, x, y)
    alone = interaction(total, np.diff(edges[0]), np.diff(edges[1]))
    return Surface(
        x=_positions(distributions[first], spaces.from_unit(distributions[first], x)),
        y=_positions(distributions[second], spaces.from_unit(distributions[second], y)),
        total=tuple(rounded(row) for row in total),
        interaction=tuple(rounded(row) for row in alone),
    )


def short_shape(shape: Shape) -> Shape:
    """The same shape function with rounded scores."""
    return replace(
        shape,
        score=rounded(shape.score),
        error=rounded(shape.error),
        inactive=None if shape.inactive is None else rounded([shape.inactive])[0],
    )


def short_surface(surface: Surface) -> Surface:
    """The same surface with rounded values."""
    return replace(
        surface,
        total=tuple(rounded(row) for row in surface.total),
        interaction=tuple(rounded(row) for row in surface.interaction),
    )


def rounded(values: Iterable[float], digits: int = 6) -> tuple[float, ...]:
    """Numbers with so many significant digits: nobody reads more, and JSON stays small."""
    return tuple(float(f"{v:.{digits}g}") for v in values)


def _positions(distribution: BaseDistribution, internal: FloatArray) -> tuple[float, ...]:
    """Places on the axis of a parameter, which may need many digits to stay apart."""
    return rounded(internal, min(n_digits(distribution) + 2, 17))
