"""A region as the `suggest_*` lines of an objective."""

from __future__ import annotations

import keyword
from collections.abc import Mapping
from typing import Any, cast

from optuna.distributions import BaseDistribution, CategoricalDistribution, IntDistribution

from optuna_guide.domain.ranges import Choices, PromisingRange, Region
from optuna_guide.domain.region import narrowed_distribution


def as_code(region: Region, space: Mapping[str, BaseDistribution]) -> str:
    """The ``suggest_*`` lines of all parameters, narrowed to the region, to paste.

    Bounds are rounded outwards to four digits. What no ``suggest_*`` call can say, such as the gap
    between two ranges, is a comment.
    """
    return "\n".join(_line(name, space[name], region.get(name)) for name in space)


def _line(name: str, distribution: BaseDistribution, part: PromisingRange | None) -> str:
    narrowed = narrowed_distribution(distribution, part)
    target = name if name.isidentifier() and not keyword.iskeyword(name) else f"params[{name!r}]"
    call = f"{target} = trial.{_call(name, narrowed)}"
    if part is None or narrowed == distribution:
        return call
    if isinstance(distribution, CategoricalDistribution):
        kept = cast("CategoricalDistribution", narrowed).choices
        dropped = [repr(c) for c in distribution.choices if c not in kept]
        return f"{call}  # without {', '.join(dropped)}"
    d: Any = distribution
    comment = f"was {d.low!r} to {d.high!r}"
    if not isinstance(part, Choices) and len(part.intervals) > 1:
        ranges = " or ".join(f"{low:.4g} to {high:.4g}" for low, high in part.intervals)
        comment += f"; only {ranges}"
    return f"{call}  # {comment}"


def _call(name: str, distribution: BaseDistribution) -> str:
    if isinstance(distribution, CategoricalDistribution):
        return f"suggest_categorical({name!r}, {list(distribution.choices)!r})"
    d: Any = distribution
    kind, plain_step = ("int", 1) if isinstance(d, IntDistribution) else ("float", None)
    options = ", log=True" if d.log else "" if d.step == plain_step else f", step={d.step!r}"
    return f"suggest_{kind}({name!r}, {d.low!r}, {d.high!r}{options})"
