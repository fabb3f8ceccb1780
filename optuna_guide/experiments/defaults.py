"""What a parameter is set to when it is ablated: its default, or off."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from optuna.distributions import BaseDistribution, CategoricalDistribution, IntDistribution

from optuna_guide.domain import space as spaces
from optuna_guide.experiments.basis import takes
from optuna_guide.experiments.naming import find_trial
from optuna_guide.experiments.values import read_value
from optuna_guide.store.keys import EXPERIMENT, FIXED
from optuna_guide.study.provenance import PARENT

if TYPE_CHECKING:
    from optuna_guide.experiments.basis import Basis

_OFF = ("none", "off", "no", "false", "identity", "linear", "0")


class Default(NamedTuple):
    """The default of a parameter.

    Attributes:
        value: Internal value.
        source: Where it comes from.
        reason: The same in words, such as ``enqueued in trial 0``.
    """

    value: float
    source: Literal["given", "trial", "declared"]
    reason: str


def find_defaults(
    basis: Basis, given: Mapping[str, Any] | int | None = None
) -> dict[str, Default]:
    """Parameter to default: a person's, else that of a baseline trial, else the declared rule.

    Args:
        basis: The study.
        given: A person's values, or the number of a baseline trial. Where nothing is said the
            first trial that somebody enqueued, not made from another one, is the baseline.

    Raises:
        ValueError: If a value is none of its parameter, or there is no such trial.
    """
    found = {n: _declared(d, basis.lost.get(n, frozenset())) for n, d in basis.space.items()}
    if isinstance(given, int):
        baseline = find_trial(basis, given, complete=False)
        values, reason = basis.params_of(baseline), f"as in trial {given}"
        found |= {n: Default(v, "trial", reason) for n, v in values.items()}
        return found
    number, enqueued = _first_enqueued(basis)
    found |= {n: Default(v, "trial", f"enqueued in trial {number}") for n, v in enqueued.items()}
    problems = []
    for name, value in (given or {}).items():
        if name not in basis.space:
            problems.append(f"there is no parameter {name!r}")
            continue
        try:
            internal = read_value(name, value, basis.space[name])
        except ValueError as error:
            problems.append(str(error))
        else:
            found[name] = Default(internal, "given", "given")
    if problems:
        raise ValueError(f"These are no defaults: {'; '.join(problems)}")
    return found


def _first_enqueued(basis: Basis) -> tuple[int, dict[str, float]]:
    """What a person fixed in the first trial that was enqueued and is no child."""
    for trial in basis.snapshot.trials:
        fixed = trial.system_attrs.get(FIXED)
        if fixed and not {PARENT, EXPERIMENT} & trial.user_attrs.keys():
            values = basis.params_of(trial)
            usable = {n: v for n, v in values.items() if n in fixed and takes(n, v, basis)}
            return trial.number, usable
    return -1, {}


def _declared(distribution: BaseDistribution, lost: Collection[float]) -> Default:
    """Off where the distribution has such a value, else a plain one."""
    if isinstance(distribution, CategoricalDistribution):
        left = [k for k in range(len(distribution.choices)) if k not in lost]
        for k in left:
            choice = distribution.choices[k]
            if choice is None or choice is False or str(choice).strip().lower() in _OFF:
                return Default(float(k), "declared", "the choice that is off")
        return Default(float(left[0]), "declared", "the first choice")
    low, high, _ = spaces.grid(distribution)
    if low <= 0 <= high and float(spaces.snap(distribution, 0.0)) == 0:
        return Default(0.0, "declared", "0")
    if isinstance(distribution, IntDistribution) and not distribution.log:
        return Default(low, "declared", "the lowest")
    middle = float(spaces.from_unit(distribution, 0.5))
    return Default(middle, "declared", "the middle of the range")
