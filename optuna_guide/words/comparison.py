"""What several studies have in common, in sentences and tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from optuna_guide.domain.ranges import describe
from optuna_guide.domain.wording import cut, one_line, percent
from optuna_guide.guidance import Guidance, NotReady
from optuna_guide.words.phrases import better, gate, promising

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optuna_guide.across.comparison import Comparison

NAME_WIDTH = 40
STUDY_HEADS = ("trials", "explained", "best", "trust")

Rows: TypeAlias = "tuple[tuple[str, ...], ...]"
"""A row per parameter or study: its name, then a cell for each study."""


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
    for one in comparison.unneeded:
        n = f"{one.n_studies} of {_studies(one.n_studies)}"
        share = "below 1 %" if one.most < 0.01 else f"at most {percent(one.most)}"
        yield (
            f"{_name(one.name)} is {share} of what is explained in {n}; by all their trials it "
            f"explains less than {percent(one.bound)} on average: leave it out."
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


def importance_rows(comparison: Comparison) -> Rows:
    """Part of what is explained in each study, with the rank there."""
    return tuple(
        (name, *map(_ranked, shares, ranks))
        for name, shares, ranks in zip(
            comparison.params, comparison.importance, comparison.rank, strict=True
        )
    )


def range_rows(comparison: Comparison) -> Rows:
    """Promising range in each study, then what they share; parameters without any left out."""
    known = [
        {p.name: promising(p) for p in g.params} if isinstance(g, Guidance) else {}
        for g in comparison.guidances
    ]
    shared = {
        one.name: "none"
        if one.promising is None
        else one_line(describe(one.distribution, one.promising))
        for one in comparison.common
    }
    rows = [
        (name, *(ranges.get(name) or "–" for ranges in known), shared.get(name, "–"))
        for name in comparison.params
    ]
    return tuple(row for row in rows if {*row[1:]} != {"–"})


def transfer_rows(comparison: Comparison) -> Rows:
    """Rank correlation on the trials of the row's study, by a model of the column's."""
    found, names = comparison.transfers, comparison.names
    return tuple(
        (of, *(f"{found[of, by].rank:.2f}" if (of, by) in found else "–" for by in names))
        for of in names
    )


def study_rows(comparison: Comparison) -> Rows:
    """Each study: what it explains, the best there, and how far to trust it."""
    return tuple(
        (name, *_known(guidance))
        for name, guidance in zip(comparison.names, comparison.guidances, strict=True)
    )


def _known(guidance: Guidance | NotReady) -> tuple[str, str, str, str]:
    if isinstance(guidance, NotReady):
        return str(guidance.n_trials), "–", "–", guidance.reason
    best = f"{guidance.best[0].value:.6g}"
    return str(guidance.n_trials), f"{guidance.title}, {better(guidance)}", best, gate(guidance)


def _ranked(share: float, rank: float) -> str:
    return "–" if np.isnan(share) else f"{percent(share)} ({rank:.0f})"
