"""A region as the `suggest_*` lines of an objective."""

from __future__ import annotations

import keyword
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, cast

from optuna.distributions import BaseDistribution, CategoricalDistribution, IntDistribution

from optuna_guide.domain.ranges import Choices, PromisingRange, Region
from optuna_guide.domain.region import narrowed_distribution
from optuna_guide.domain.wording import one_line
from optuna_guide.study.branching import say_where


def as_code(
    region: Region,
    space: Mapping[str, BaseDistribution],
    where: Mapping[str, Region] = MappingProxyType({}),
    reasons: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """The ``suggest_*`` lines of all parameters, parents first, narrowed to the region, to paste.

    Bounds are rounded outwards to four digits. What no ``suggest_*`` call can say, such as the gap
    between two ranges, is a comment.

    Args:
        region: Parameter to the part to keep to.
        space: All parameters.
        where: Conditional parameters to where they are asked for.
        reasons: What else is to be said of a parameter, such as why the models do not see it.
    """
    lines = []
    for name in sorted(space, key=lambda name: _depth(name, where)):
        distribution = space[name]
        narrowed = narrowed_distribution(distribution, region.get(name))
        is_name = name.isidentifier() and not keyword.iskeyword(name)
        comments = [
            _condition(where.get(name, {}), space),
            _narrowing(distribution, narrowed, region.get(name)),
            reasons.get(name, ""),
        ]
        said = one_line("; ".join(filter(None, comments)))
        call = f"{name if is_name else f'params[{name!r}]'} = trial.{_call(name, narrowed)}"
        lines.append(f"{call}  # {said}" if any(comments) else call)
    return "\n".join(lines)


def _depth(name: str, where: Mapping[str, Region]) -> int:
    """How many parameters a parameter hangs on, one after the other."""
    return max((1 + _depth(parent, where) for parent in where.get(name, ())), default=0)


def _condition(where: Region, space: Mapping[str, BaseDistribution]) -> str:
    known = where and where.keys() <= space.keys()
    return f"only where {say_where(where, space)}" if known else ""


def _narrowing(
    distribution: BaseDistribution, narrowed: BaseDistribution, part: PromisingRange | None
) -> str:
    """What was left out; empty where nothing was."""
    if part is None or narrowed == distribution:
        return ""
    if isinstance(distribution, CategoricalDistribution):
        kept = cast("CategoricalDistribution", narrowed).choices
        return f"without {', '.join(repr(c) for c in distribution.choices if c not in kept)}"
    d: Any = distribution
    comment = f"was {d.low!r} to {d.high!r}"
    if not isinstance(part, Choices) and len(part.intervals) > 1:
        ranges = " or ".join(f"{low:.4g} to {high:.4g}" for low, high in part.intervals)
        comment += f"; only {ranges}"
    return comment


def _call(name: str, distribution: BaseDistribution) -> str:
    if isinstance(distribution, CategoricalDistribution):
        return f"suggest_categorical({name!r}, {list(distribution.choices)!r})"
    d: Any = distribution
    kind, plain_step = ("int", 1) if isinstance(d, IntDistribution) else ("float", None)
    options = ", log=True" if d.log else "" if d.step == plain_step else f", step={d.step!r}"
    return f"suggest_{kind}({name!r}, {d.low!r}, {d.high!r}{options})"
