"""How a column is read: which kind of parameter its values are, and why."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)

from optuna_guide.domain.secrets import mask
from optuna_guide.domain.space import with_choices

if TYPE_CHECKING:
    import pandas as pd

MAX_OPTIONS = 8  # numbers that repeat are choices up to so many
MAX_TEXTS = 30  # texts are choices up to so many
_MIN_REPEATS = 3  # times that each of them comes, on average
_LOG_RATIO = 50  # of the largest and the smallest number of a logarithmic one
_SECRET = re.compile(
    r"(?:^|[^a-z])(?:api[_ -]?key|access[_ -]?key|secret|password|passwd|credentials?"
    r"|(?:auth|access)[_ -]?token)(?:$|[^a-z])",
    re.IGNORECASE,
)
_TEXTS = {"true": True, "false": False}
_MISSING = {"", "none", "null", "nan", "n/a", "na", "-"}


@dataclass(frozen=True, eq=False)
class Values:
    """Cleaned values of a column.

    Attributes:
        values: One for each row: bool, int, float or str; None = missing.
        distribution: What they are as a parameter; None where they are none.
        why: How they are read, or why they are no parameter.
        is_observed: Whether the bounds are the lowest and the highest value that was seen.
    """

    values: Sequence[Any]
    distribution: BaseDistribution | None
    why: str
    is_observed: bool = False

    @property
    def is_numeric(self) -> bool:
        """Whether all values that are there are numbers, and there are any."""
        known = [v for v in self.values if v is not None]
        return bool(known) and all(_is_number(v) for v in known)

    def numbers(self) -> np.ndarray[Any, np.dtype[np.float64]]:
        """``(n_rows,)``, NaN = missing or no number."""
        return np.array([float(v) if _is_number(v) else math.nan for v in self.values])


def holds_secrets(name: str, column: pd.Series[Any]) -> bool:
    """Whether a column is called like a secret, or a text of it holds a password."""
    texts = [v for v in column if isinstance(v, str)]
    return bool(_SECRET.search(name)) or any(mask(text) != text for text in texts)


def read_values(
    column: pd.Series[Any], *, is_number: bool = False, log: bool | None = None
) -> Values:
    """Values of a column, and the parameter that they are.

    Args:
        column: As it stands in the table.
        is_number: Whether a few numbers that repeat are a number all the same, not choices.
        log: Whether a number is logarithmic; None: by its values.
    """
    values = _cleaned(column)
    known = [v for v in values if v is not None]
    if not known:
        return Values(values, None, "no value")
    distinct = {(type(v), v): v for v in known}
    if len(distinct) == 1:
        return Values(values, None, f"one value throughout, {known[0]!r}")
    if all(isinstance(v, bool) for v in known):
        return Values(values, CategoricalDistribution((False, True)), "true and false")
    if all(_is_number(v) for v in known):
        return _read_numbers(values, sorted(distinct.values()), len(known), is_number, log)
    if len(distinct) > MAX_TEXTS or len(known) < _MIN_REPEATS * len(distinct) / 2:
        return Values(values, None, f"{len(distinct)} different texts in {len(known)} rows")
    options = sorted(distinct.values(), key=lambda v: (isinstance(v, str), str(v)))
    kinds = {type(v) for v in known}
    why = "texts" if kinds == {str} else "texts and numbers mixed"
    return Values(values, with_choices(options), f"{why}: {len(options)} choices")


def as_distribution(given: Sequence[Any], values: Values, *, log: bool | None) -> Values:
    """The values as a parameter between given bounds, or with given choices.

    Raises:
        ValueError: If the bounds are none, or values lie outside.
    """
    known = [v for v in values.values if v is not None]
    numeric = values.is_numeric and len(given) == 2 and all(map(_is_number, given))
    if not numeric:
        distribution: BaseDistribution = with_choices(given)
        missing = [v for v in known if not any(type(v) is type(c) and v == c for c in given)]
        if missing:
            raise ValueError(f"choices {list(given)!r} lack {missing[0]!r}, which a row has")
        return Values(values.values, distribution, "given choices")
    low, high = given
    outside = [v for v in known if not low <= v <= high]
    if not low <= high or outside:
        found = f"{outside[0]!r} lies outside" if outside else "the first is the larger"
        raise ValueError(f"bounds {low!r} to {high!r}: {found}")
    is_log = bool(log) if log is not None else _is_log(np.array(known, dtype=float), low)
    whole = all(isinstance(v, int) for v in (*known, low, high))
    distribution = (IntDistribution if whole else FloatDistribution)(low, high, log=is_log)
    return Values(values.values, distribution, _range_words(distribution) + ", as given")


def _read_numbers(
    values: Sequence[Any], distinct: list[Any], n: int, is_number: bool, log: bool | None
) -> Values:
    if not is_number and len(distinct) <= MAX_OPTIONS and n >= _MIN_REPEATS * len(distinct):
        why = f"{len(distinct)} numbers that repeat: choices"
        return Values(values, with_choices(distinct), why)
    low, high = distinct[0], distinct[-1]
    known = np.array([v for v in values if v is not None], dtype=float)
    is_log = _is_log(known, low) if log is None else log
    if is_log and low <= 0:
        raise ValueError(f"it has {low!r} and cannot be logarithmic")
    whole = all(isinstance(v, int) for v in distinct)
    distribution = (IntDistribution if whole else FloatDistribution)(low, high, log=is_log)
    why = f"{_range_words(distribution)}; the bounds are the values that were seen"
    return Values(values, distribution, why, is_observed=True)


def _range_words(distribution: FloatDistribution | IntDistribution) -> str:
    kind = "a whole number" if isinstance(distribution, IntDistribution) else "a number"
    return f"{kind}, logarithmic" if distribution.log else kind


def _is_log(values: np.ndarray[Any, np.dtype[np.float64]], low: float) -> bool:
    """Whether positive numbers span a factor of 50 and lie more evenly by their logarithms."""
    if low <= 0 or values.min() <= 0 or values.max() / values.min() < _LOG_RATIO:
        return False
    linear, logs = np.sort(values), np.sort(np.log(values))
    even = np.linspace(0, 1, len(values))
    uneven = [np.abs((v - v[0]) / (v[-1] - v[0]) - even).mean() for v in (linear, logs)]
    return bool(uneven[1] < uneven[0])


def _cleaned(column: pd.Series[Any]) -> list[Any]:
    """Python values; numbers and booleans out of their texts, None for what is missing."""
    values = [_clean(value) for value in column.tolist()]
    if any(isinstance(v, str) for v in values):  # among texts it is one of them
        texts = [str(value).strip() for value in column.tolist()]
        values = [t if t == "none" else v for t, v in zip(texts, values, strict=True)]
    floats = [v for v in values if isinstance(v, float)]
    if floats and all(v.is_integer() for v in floats):  # as a missing value makes of whole ones
        return [int(v) if isinstance(v, float) else v for v in values]
    if floats:
        return [float(v) if _is_number(v) else v for v in values]
    return values


def _clean(value: Any) -> Any:
    if isinstance(value, list) and len(value) < 2:  # how Hyperopt says what is inactive
        value = value[0] if value else None
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float | np.integer | np.floating):
        number = value.item() if isinstance(value, np.generic) else value
        return number if math.isfinite(number) else None
    if isinstance(value, np.bool_):
        return bool(value)
    text = str(value).strip()
    if text.lower() in _MISSING or text == "NaT":
        return None
    if text.lower() in _TEXTS:
        return _TEXTS[text.lower()]
    for kind in (int, float):
        try:
            number = kind(text)
        except ValueError:
            continue
        return number if math.isfinite(number) else None
    return text


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
