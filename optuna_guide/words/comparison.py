"""What several studies have in common, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.domain.ranges import describe
from optuna_guide.domain.wording import cut, one_line, percent
from optuna_guide.guidance import NotReady

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optuna_guide.across.comparison import Comparison

NAME_WIDTH = 40


def sentences(comparison: Comparison) -> tuple[str, ...]:
    """What holds everywhere, what differs, and which studies say nothing."""
    return tuple(_sentences(comparison))


def _sentences(comparison: Comparison) -> Iterator[str]:
    ranked = comparison.rank
    n_trusted = int((~np.isnan(ranked)).any(axis=0).sum())
    if len(comparison.params):
        first = np.nansum(ranked == 1, axis=1)
        top = int(np.argmax(first))
        name = _name(comparison.params[top])
        yield f"{name} matters most in {int(first[top])} of {_studies(n_trusted)}."
    if comparison.agreement is not None:
        agreement = f"{comparison.agreement:.2f}"
        yield f"Two studies order what they share with a mean rank correlation of {agreement}."
    for common in comparison.common:
        name, n = _name(common.name), _studies(common.n_studies)
        if common.promising is None:
            yield f"{name} depends on the study: its promising ranges in {n} do not overlap."
        else:
            range_ = describe(common.distribution, common.promising)
            yield f"{name} {range_} is promising in all {n} that suggest a range."
    for unneeded in comparison.unneeded:
        yield (
            f"{_name(unneeded.name)} explains at most {percent(unneeded.most)} in "
            f"{unneeded.n_studies} of {_studies(unneeded.n_studies)} and can be frozen in each: "
            "leave it out."
        )
    for name, guidance in zip(comparison.names, comparison.guidances, strict=True):
        if isinstance(guidance, NotReady):
            yield f"{_name(name)} says nothing: {one_line(guidance.reason)}"
        elif not guidance.trust.is_open:
            yield f"{_name(name)} says nothing: it cannot be trusted yet."


def _name(name: str) -> str:
    return cut(one_line(name), NAME_WIDTH)


def _studies(n: int) -> str:
    return f"{n} {'study' if n == 1 else 'studies'}"
