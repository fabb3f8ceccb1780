"""Regions as text: ranges typed on a command line, and code to paste into an objective."""

from __future__ import annotations

import keyword
import math
from collections.abc import Iterable, Mapping
from typing import Any, cast

from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)

from optuna_guide import space as spaces
from optuna_guide.guidance import Choices, PromisingRange, Region

_DIGITS = 4


def parse_assignments(
    assignments: Iterable[str], space: Mapping[str, BaseDistribution]
) -> dict[str, Any]:
    """Ranges as they are typed, for `apply_region`.

    ``lr=1e-4:1e-2`` is a range, ``lr=:1e-2`` starts at the declared bound,
    ``lr=1e-5:1e-4,1e-3:1e-2`` are two, ``n_layers=3`` freezes, and
    ``solver=adam,sgd`` keeps two choices.

    Raises:
        ValueError: If there is no such parameter or a part cannot be read.
    """
    wanted: dict[str, Any] = {}
    for assignment in assignments:
        name, separator, text = assignment.rpartition("=")
        if not separator or not name or not text:
            raise ValueError(f"{assignment!r} is no range: write name=low:high or name=choice.")
        if name not in space:
            known = ", ".join(sorted(space)) or "none: run a trial first"
            raise ValueError(f"There is no parameter {name!r}; the study has seen: {known}.")
        distribution = space[name]
        if isinstance(distribution, CategoricalDistribution):
            wanted[name] = [_choice(name, part, distribution) for part in text.split(",")]
        else:
            wanted[name] = [_pair(name, part) for part in text.split(",")]
    return wanted


def as_code(region: Region, space: Mapping[str, BaseDistribution]) -> str:
    """The ``suggest_*`` lines of all parameters, narrowed to the region, to paste.

    Bounds are rounded outwards to four digits. What no ``suggest_*`` call can say, such as the gap
    between two ranges, is a comment.
    """
    return "\n".join(_line(name, space[name], region.get(name)) for name in space)


def narrowed_distribution(
    distribution: BaseDistribution, part: PromisingRange | None
) -> BaseDistribution:
    """The distribution that an objective narrowed to this part would declare."""
    if part is None or distribution.single():
        return distribution
    if isinstance(part, Choices):
        categorical = cast("CategoricalDistribution", distribution)
        return spaces.with_choices(categorical.choices[i] for i in part.indices)
    low, high = part.intervals[0][0], part.intervals[-1][1]
    numeric = cast("FloatDistribution | IntDistribution", distribution)
    if isinstance(numeric, FloatDistribution) and numeric.step is None:
        low, high = _round(low, math.floor), _round(high, math.ceil)
    return spaces.narrow(numeric, low, high)


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


def _round(value: float, towards: Any) -> float:
    if value == 0:
        return value
    scale = 10.0 ** (_DIGITS - 1 - math.floor(math.log10(abs(value))))
    return float(f"{towards(value * scale) / scale:.{_DIGITS}g}")


def _choice(name: str, text: str, distribution: CategoricalDistribution) -> Any:
    for choice in distribution.choices:
        if text in (str(choice), repr(choice)):
            return choice
    known = ", ".join(str(c) for c in distribution.choices)
    raise ValueError(f"{text!r} is no choice of {name!r}; it has {known}.")


def _pair(name: str, text: str) -> tuple[float | None, float | None]:
    ends = text.split(":")
    if len(ends) > 2:
        raise ValueError(f"{text!r} is no range of {name!r}: write low:high.")
    try:
        numbers = [float(end) if end.strip() else None for end in ends]
    except ValueError:
        raise ValueError(f"{text!r} is no range of {name!r}: write low:high.") from None
    return numbers[0], numbers[-1]
