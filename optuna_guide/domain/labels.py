"""Parameter values as text."""

from __future__ import annotations

import math

from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)

_LARGEST_PLAIN = 1e9  # integers beyond are written with an exponent


def label(distribution: BaseDistribution, internal: float) -> str:
    """An internal value as text: a number with as many digits as its range needs, or a choice.

    A choice is quoted where it is blank, or reads as another one does: ``'1'`` beside ``1``.
    """
    if isinstance(distribution, CategoricalDistribution):
        return _choice(distribution, int(internal))
    if isinstance(distribution, IntDistribution) and abs(internal) < _LARGEST_PLAIN:
        return f"{internal:.0f}"
    return f"{internal:.{n_digits(distribution)}g}"


def n_digits(distribution: BaseDistribution) -> int:
    """Digits that tell a value from its neighbours in the range: four, or more if it is narrow.

    From 2000 to 2001, values need seven.
    """
    if not isinstance(distribution, FloatDistribution | IntDistribution) or distribution.single():
        return 4
    largest = max(abs(distribution.low), abs(distribution.high))
    ratio = largest / (distribution.high - distribution.low)
    return min(17, 4 + math.floor(math.log10(max(ratio, 1.0))))


def telling(distribution: BaseDistribution, internal: list[float]) -> list[str]:
    """Distinct internal values of a number as texts that can be told apart."""
    texts = [label(distribution, value) for value in internal]
    for digits in range(5, 18):
        if len(set(texts)) == len(texts):
            break
        texts = [f"{value:.{digits}g}" for value in internal]
    return texts


def shortest(value: float, error: float) -> str:
    """A number with so many digits, two at least, that it is wrong by at most this."""
    words = (f"{float(f'{value:.{digits}g}'):.15g}" for digits in range(2, 17))
    return next((w for w in words if abs(float(w) - value) <= error), f"{value!r}")


def span(first: str, last: str) -> str:
    """From one text to another, such as ``0.001 … 0.1``; one of them where they are the same."""
    return first if first == last else f"{first} … {last}"


def _choice(distribution: CategoricalDistribution, index: int) -> str:
    choice = distribution.choices[index]
    text = str(choice)
    alike = sum(str(other) == text for other in distribution.choices)
    return text if alike == 1 and text.strip() else repr(choice)
