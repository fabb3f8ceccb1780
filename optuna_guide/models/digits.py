"""Curves and surfaces in as many digits as somebody reads, so that their JSON stays small."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from optuna_guide.domain.labels import n_digits

if TYPE_CHECKING:
    from collections.abc import Iterable

    from optuna.distributions import BaseDistribution

    from optuna_guide.domain.space import FloatArray
    from optuna_guide.guidance import Shape, Surface


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


def place_on_axis(distribution: BaseDistribution, internal: FloatArray) -> tuple[float, ...]:
    """Places on the axis of a parameter, which may need many digits to stay apart."""
    return rounded(internal, min(n_digits(distribution) + 2, 17))


def rounded(values: Iterable[float], digits: int = 6) -> tuple[float, ...]:
    """Numbers with so many significant digits."""
    return tuple(float(f"{v:.{digits}g}") for v in values)


def round_share(value: float) -> float:
    """A share, to a hundredth of a percent."""
    return round(float(value), 4)
