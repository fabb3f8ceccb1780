"""Trials by hand: a form that follows its conditions, and a check before anything is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from optuna.distributions import CategoricalDistribution

from optuna_guide.domain.wording import join_words, one_line
from optuna_guide.experiments.basis import Basis, read_basis, takes
from optuna_guide.experiments.branches import is_active
from optuna_guide.experiments.candidates import Candidate, make_candidates
from optuna_guide.experiments.defaults import find_defaults
from optuna_guide.experiments.naming import find_trial
from optuna_guide.experiments.values import read_value, survives, to_told
from optuna_guide.store.attributes import is_shared
from optuna_guide.study.branching import say_where

if TYPE_CHECKING:
    from optuna import Study
    from optuna.distributions import BaseDistribution
    from optuna.trial import FrozenTrial

    from optuna_guide.domain.direction import Direction
    from optuna_guide.domain.ranges import Region
    from optuna_guide.experiments.values import Params

_RECENT = 20  # finished trials that say whether a parameter is still asked for


@dataclass(frozen=True)
class Problem:
    """Why a value cannot be run.

    Attributes:
        name: The parameter; empty where it is the whole configuration.
        text: What is wrong, the value found, and what to do.
    """

    name: str
    text: str


@dataclass(frozen=True)
class Check:
    """What would become of a configuration.

    Attributes:
        candidate: What would be enqueued; None where there are problems.
        problems: Why it cannot be.
        drawn: Parameters that the sampler draws, as no value was given.
    """

    candidate: Candidate | None
    problems: tuple[Problem, ...] = ()
    drawn: tuple[str, ...] = ()

    @property
    def is_valid(self) -> bool:
        """Whether it can be enqueued."""
        return not self.problems

    def __str__(self) -> str:
        made = [] if self.candidate is None else [str(self.candidate), *self.candidate.warnings]
        return "\n".join([*made, *(problem.text for problem in self.problems)])


@dataclass(frozen=True)
class Field:
    """A parameter of the form.

    Attributes:
        name: The parameter.
        distribution: What it can take.
        value: Internal value to begin with; None = empty.
        where: The part of another parameter in which it is asked for; empty = always.
        is_active: Whether it is asked for with the values of the form.
    """

    name: str
    distribution: BaseDistribution
    value: float | None
    where: Region
    is_active: bool


def read_form(
    basis: Basis, start: int | Literal["default", "empty"] = "default"
) -> tuple[Field, ...]:
    """The fields of a configuration, to begin with.

    Args:
        basis: The study.
        start: The trial whose values they have, the defaults, or nothing.

    Raises:
        ValueError: If there is no such trial.
    """
    values: Params = {}
    if isinstance(start, int):
        values = basis.params_of(find_trial(basis, start, complete=False))
    defaults = {} if start == "empty" else find_defaults(basis)
    filled = {n: values.get(n, defaults[n].value) for n in basis.space if n in defaults}
    asked = {**filled, **values}
    return tuple(
        Field(
            name=name,
            distribution=distribution,
            value=filled.get(name),
            where=basis.where.get(name, {}),
            is_active=is_active(name, asked, basis.where),
        )
        for name, distribution in basis.space.items()
    )


def check_params(
    study: Study,
    params: Mapping[str, Any],
    *,
    parent: int | FrozenTrial | None = None,
    target: str | int | None = None,
    direction: Direction | None = None,
) -> Check:
    """Whether a configuration can be run, and what is expected of it; nothing is written.

    Args:
        study: The study.
        params: Parameter to value, as told to Optuna.
        parent: The trial that it is made from, to compare with.
        target: What it is judged by; the first objective by default.
        direction: Which way a user attribute is better.

    Returns:
        All problems at once, or the candidate with what is expected, where it was tried already,
        and what to know before it is run.

    Raises:
        ValueError: If the parent, or the target, does not exist.
    """
    return check(read_basis(study, target, direction=direction), params, parent, is_shared(study))


def check(
    basis: Basis,
    params: Mapping[str, Any],
    parent: int | FrozenTrial | None = None,
    shared: bool = True,
) -> Check:
    """`check_params` of a study that was read already.

    Args:
        basis: The study.
        params: Parameter to value, as told to Optuna.
        parent: The trial that it is made from.
        shared: Whether the storage keeps values as JSON.
    """
    number = None if parent is None else find_trial(basis, parent, complete=False).number
    if not isinstance(params, Mapping):
        return Check(None, (Problem("", f"A trial needs parameters and values, not {params!r}."),))
    if not params:
        words = "Give a value to at least one parameter: a sampler draws those without."
        return Check(None, (Problem("", words),))
    problems, internal = read_given(basis, params, shared)
    if problems:
        return Check(None, tuple(problems))
    ignored = [name for name in internal if not is_active(name, internal, basis.where)]
    active = {name: v for name, v in internal.items() if name not in ignored}
    drawn = tuple(n for n in basis.space if n not in active and _is_asked(basis, n, active))
    (made,) = make_candidates(basis, "crafted", number, [(active, None)])
    if drawn:
        made = replace(
            made,
            changes=tuple(change for change in made.changes if change.name not in drawn),
            forecast=None,
            untold=f"the sampler draws {join_words([one_line(name) for name in drawn])}",
            size={},
        )
    warnings = (*_ignored(basis, ignored), *_drawn(drawn), *_outdated(basis, active))
    return Check(replace(made, warnings=(*made.warnings, *warnings)), (), drawn)


def read_given(
    basis: Basis, params: Mapping[str, Any], shared: bool
) -> tuple[list[Problem], Params]:
    """Internal values of a configuration, and what is wrong with the others.

    Args:
        basis: The study.
        params: Parameter to value, as told to Optuna.
        shared: Whether the storage keeps values as JSON.
    """
    problems, internal = [], {}
    for name, value in params.items():
        if name not in basis.space:
            known = ", ".join(sorted(basis.space)) or "none: run a trial first"
            text = f"There is no parameter {name!r}; the study has seen: {known}."
            problems.append(Problem(str(name), text))
            continue
        newest = basis.declared.domains[name].newest
        try:
            internal[name] = read_value(name, value, basis.space[name])
            if isinstance(newest, CategoricalDistribution):
                read_value(name, value, newest)  # other choices would end the study
        except ValueError as error:
            problems.append(Problem(name, str(error)))
            continue
        told = to_told({name: internal[name]}, basis.space)[name]
        if shared and isinstance(newest, CategoricalDistribution) and not survives(told, newest):
            text = (
                f"{name!r} cannot be {told!r}: no storage keeps that choice of an enqueued trial."
            )
            problems.append(Problem(name, text))
    return problems, internal


def _is_asked(basis: Basis, name: str, params: Params) -> bool:
    """Whether the objective will ask for a parameter without a value, as far as is known."""
    recent = [t for t in basis.snapshot.trials if t.state.is_finished() and t.params][-_RECENT:]
    return is_active(name, params, basis.where) and any(name in t.params for t in recent)


def _ignored(basis: Basis, names: list[str]) -> list[str]:
    return [
        f"{one_line(name)} is left out: it is asked for where "
        f"{one_line(say_where(basis.where[name], basis.space))}."
        for name in names
    ]


def _drawn(names: tuple[str, ...]) -> list[str]:
    if not names:
        return []
    shown = ", ".join(map(one_line, names))
    return [f"The sampler draws {shown}: give values to know what to expect."]


def _outdated(basis: Basis, params: Params) -> list[str]:
    """Values that the newest trial would not have been given, and parameters gone by."""
    said = []
    recent = [t for t in basis.snapshot.trials if t.state.is_finished() and t.params][-_RECENT:]
    for name, value in params.items():
        newest = basis.declared.domains[name].newest
        if not isinstance(newest, CategoricalDistribution) and not takes(name, value, basis):
            said.append(
                f"{one_line(name)} lies outside of what the newest trial declares: Optuna warns, "
                "and runs it all the same."
            )
        is_gone = len(recent) == _RECENT and not any(name in t.params for t in recent)
        if is_gone and name not in basis.where:
            said.append(
                f"{one_line(name)} was in none of the last {_RECENT} trials: it is ignored if the "
                "objective does not ask for it."
            )
    return said
