"""Ranges as parts of the axes of models, which may know fewer parameters and choices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from optuna.distributions import BaseDistribution, CategoricalDistribution

from optuna_guide.domain import space as spaces
from optuna_guide.domain.ranges import Choices

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optuna_guide.domain.ranges import PromisingRange, Region
    from optuna_guide.models.boxes import UnitPart


def to_parts(
    region: Region, space: Mapping[str, BaseDistribution], own: Mapping[str, BaseDistribution]
) -> dict[int, UnitPart]:
    """A region as parts of the axes of models, by column.

    Args:
        region: Parts of ranges, as internal values of ``space``.
        space: Declared distributions that the region was made with.
        own: Distributions of the models; parameters that they do not have are left out.
    """
    parts: dict[int, UnitPart] = {}
    for j, (name, distribution) in enumerate(own.items()):
        if name in region:
            parts[j] = _to_part(region[name], space[name], distribution)
    return parts


def _to_part(part: PromisingRange, declared: BaseDistribution, own: BaseDistribution) -> UnitPart:
    if isinstance(part, Choices):
        if not isinstance(own, CategoricalDistribution):
            return np.array([[0.0, 1.0]])
        wanted = {_key(declared.to_external_repr(i)) for i in part.indices}
        kept = [k for k, choice in enumerate(own.choices) if _key(choice) in wanted]
        return np.array(kept, dtype=np.int64)
    half = (getattr(own, "step", None) or 0.0) / 2
    ends = np.array(part.intervals, dtype=np.float64).reshape(-1, 2)
    return spaces.to_unit(own, ends + np.array([-half, half]))


def _key(choice: object) -> tuple[type, str]:
    """Tells choices apart: 1 is not True."""
    return type(choice), repr(choice)
