"""Whether a configuration is worth its time: what it is expected to reach, how new it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from optuna_guide.analysis.projection.gower import gower
from optuna_guide.domain.region import holds
from optuna_guide.experiments.basis import read_basis, to_row
from optuna_guide.experiments.candidates import SURELY, forecast
from optuna_guide.experiments.craft import check
from optuna_guide.experiments.values import ran
from optuna_guide.guidance import NotReady
from optuna_guide.store.regions import newest_region
from optuna_guide.study.targets import PARETO_RANK, read_target

if TYPE_CHECKING:
    from optuna_guide.domain.ranges import Region
    from optuna_guide.experiments.basis import Basis
    from optuna_guide.experiments.candidates import Candidate
    from optuna_guide.experiments.craft import Problem
    from optuna_guide.experiments.values import Params

WorthVerdict: TypeAlias = Literal["run", "tried", "dominated", "fails", "outside", "impossible"]

_MAX_FRONT = 8  # trials of a front that a configuration is compared with


@dataclass(frozen=True)
class Worth:
    """What speaks for and against a configuration.

    Attributes:
        candidate: What would be enqueued, compared with the best trial; None where it cannot be.
        problems: Why it cannot be run.
        dominated_by: A trial that is better with 95 %, by every objective; None where none is.
        nearest: The trial that is most like it; None where none ran.
        novelty: Mean difference from that trial, 0 (the same) to 1.
        failures: Rules by which trials like it fail, in words.
        outside: Parameters outside of the region that a person applied.
        unpromising: Parameters outside of their promising ranges.
    """

    candidate: Candidate | None
    problems: tuple[Problem, ...] = ()
    dominated_by: int | None = None
    nearest: int | None = None
    novelty: float | None = None
    failures: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    unpromising: tuple[str, ...] = ()

    @property
    def verdict(self) -> WorthVerdict:
        """Whether to run it, or the strongest reason not to."""
        if self.candidate is None:
            return "impossible"
        if self.candidate.tried:
            return "tried"
        if self.outside:
            return "outside"
        if self.failures:
            return "fails"
        return "run" if self.dominated_by is None else "dominated"


def judge(
    basis: Basis,
    params: Mapping[str, Any],
    *,
    promising: Region | None = None,
    shared: bool = True,
) -> Worth:
    """Whether a configuration is worth its time; nothing is written.

    Args:
        basis: The study.
        params: Parameter to value, as told to Optuna.
        promising: Promising ranges of a guidance.
        shared: Whether the storage keeps values as JSON.
    """
    checked = check(basis, params, basis.best, shared)
    if checked.candidate is None:
        return Worth(None, checked.problems)
    internal = dict(checked.candidate.internal)
    nearest, novelty = find_nearest(basis, internal)
    applied = newest_region(basis.snapshot.attributes)
    region = {} if applied is None or applied.paused else applied.region
    return Worth(
        candidate=checked.candidate,
        dominated_by=None if checked.drawn else find_better(basis, internal),
        nearest=nearest,
        novelty=novelty,
        failures=basis.failures.warnings(internal),
        outside=_strays(region, internal),
        unpromising=_strays(promising or {}, internal),
    )


def find_nearest(basis: Basis, params: Params) -> tuple[int | None, float | None]:
    """The trial that ran, or will, and is most like a configuration, and their mean difference."""
    trials = [(t.number, p) for t in basis.snapshot.trials if ran(t) and (p := basis.params_of(t))]
    if not trials:
        return None, None
    rows = np.array([to_row(p, basis.space) for _, p in trials])
    apart = gower(basis.space, to_row(params, basis.space)[None], rows)[0]
    k = int(np.argmin(apart))
    return trials[k][0], float(apart[k])


def find_better(basis: Basis, params: Params) -> int | None:
    """A trial that is better than a configuration with 95 %, by every objective."""
    names = basis.snapshot.objectives
    if basis.target not in names or len(names) == 1:
        return basis.best if _is_surely_worse(basis, params, basis.best) else None
    bases = [read_basis(basis.snapshot, k) for k in range(len(names))]
    for number in _front(basis):
        if all(_is_surely_worse(one, params, number) for one in bases):
            return number
    return None


def _is_surely_worse(basis: Basis, params: Params, number: int | None) -> bool:
    if number is None:
        return False
    parent = basis.params_of(basis.snapshot.by_number[number])
    if parent == params or isinstance(basis.emulator(parent), NotReady):
        return False
    (expected,) = forecast(basis, [params], parent)
    p_worse = None if expected is None else expected.p_worse
    return p_worse is not None and p_worse >= SURELY


def _front(basis: Basis) -> list[int]:
    """Some trials of the Pareto front, spread over it by its first objective."""
    ranks = read_target(basis.table, PARETO_RANK)
    rows = ranks.rows[ranks.loss == np.min(ranks.loss, initial=np.inf)]
    rows = rows[np.argsort(basis.table.losses[rows, 0], kind="stable")]
    chosen = np.unique(np.linspace(0, len(rows) - 1, min(len(rows), _MAX_FRONT)).round())
    numbers: list[int] = basis.table.numbers[rows[chosen.astype(np.int64)]].tolist()
    return numbers


def _strays(region: Region, params: Params) -> tuple[str, ...]:
    return tuple(
        name for name, part in region.items() if name in params and not holds({name: part}, params)
    )
