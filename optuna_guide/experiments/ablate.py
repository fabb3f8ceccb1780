"""Ablations: which choices of a trial carry it, each set back to its default in turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from optuna_guide.domain.labels import label
from optuna_guide.domain.wording import one_line
from optuna_guide.experiments.basis import Basis, read_basis
from optuna_guide.experiments.branches import settle
from optuna_guide.experiments.candidates import Experiment, SkippedParam, make_candidates
from optuna_guide.experiments.defaults import Default, find_defaults
from optuna_guide.experiments.naming import find_groups, find_trial
from optuna_guide.experiments.values import key_of

if TYPE_CHECKING:
    from optuna import Study
    from optuna.trial import FrozenTrial

    from optuna_guide.domain.direction import Direction
    from optuna_guide.experiments.values import Params

MOST = 8  # defaults of one source that are named


def create_ablations(
    study: Study,
    trial: int | FrozenTrial,
    params: Sequence[str] | None = None,
    defaults: Mapping[str, Any] | int | None = None,
    *,
    target: str | int | None = None,
    direction: Direction | None = None,
) -> Experiment:
    """Children of a complete trial, each with one parameter at its default or off value.

    A parameter that decides about others takes them along: those of a branch that is left are
    dropped, those of one that is entered come with their defaults. Nothing is written: pass the
    result to `enqueue`. After the ablations of REMAP (Cashman et al. 2020).

    Args:
        study: The study.
        trial: The trial, or its number.
        params: Parameters to ablate, all of the trial by default. A pattern such as ``layer2_*``
            stands for a group that is ablated as one.
        defaults: Parameter to default, or the number of a baseline trial. Where nothing is said:
            what the first enqueued trial fixed, else 0 where the range has it, the lowest of an
            integer, the middle of another range, and the choice that says off, or the first one.
        target: What the children are judged by: an objective's name or index, a numeric user
            attribute, ``"duration"``; the first objective by default.
        direction: Which way a user attribute is better.

    Returns:
        The children, those that are expected to lose most first, with the expected change in
        units of the target.

    Raises:
        ValueError: If the trial is not complete or of another study, a parameter does not exist,
            or a default is none of its values.
    """
    return ablate(read_basis(study, target, direction=direction), trial, params, defaults)


def ablate(
    basis: Basis,
    trial: int | FrozenTrial,
    params: Sequence[str] | None = None,
    defaults: Mapping[str, Any] | int | None = None,
) -> Experiment:
    """`create_ablations` of a study that was read already."""
    parent = find_trial(basis, trial)
    own = basis.params_of(parent)
    found = find_defaults(basis, defaults)
    ours = [name for name in own if name in basis.chosen]
    groups = find_groups(ours if params is None else params, basis)
    groups = [tuple(n for n in group if n in own) or group for group in groups]
    children: dict[Any, tuple[Params, Sequence[str]]] = {}
    left_out = []
    for group in groups:
        child, reason = _ablated(basis, own, group, found)
        if not reason and key_of(child) in children:
            reason = f"would give the same child as {children[key_of(child)][1][0]}"
        if reason:
            left_out.append(SkippedParam(", ".join(group), reason))
        else:
            children[key_of(child)] = (child, group)
    made = make_candidates(basis, "ablation", parent.number, list(children.values()))
    sign = 1.0 if basis.maximised else -1.0
    made.sort(key=lambda c: 0.0 if c.forecast is None else sign * (c.forecast.delta or 0.0))
    asked = {name for group in groups for name in group}
    return Experiment(
        kind="ablation",
        parent=parent.number,
        value=basis.values[parent.number],
        target=basis.target,
        direction=basis.goal.direction,
        candidates=tuple(made),
        left_out=tuple(left_out),
        notes=say_defaults(basis, {n: d for n, d in found.items() if n in asked}),
    )


def say_defaults(basis: Basis, defaults: Mapping[str, Default]) -> tuple[str, ...]:
    """Where the defaults come from, a sentence for each source."""
    by_reason: dict[str, list[str]] = {}
    for name, default in defaults.items():
        said = f"{one_line(name)} {one_line(label(basis.space[name], default.value))}"
        by_reason.setdefault(default.reason, []).append(said)
    return tuple(
        f"Default, {reason}: {', '.join(said[:MOST])}"
        f"{f' and {len(said) - MOST} more' if len(said) > MOST else ''}."
        for reason, said in by_reason.items()
    )


def _ablated(
    basis: Basis, own: Params, group: Sequence[str], defaults: Mapping[str, Default]
) -> tuple[Params, str]:
    """The child without a group, or why there is none."""
    inactive = [name for name in group if name not in own]
    if inactive:
        return {}, "would change nothing, not being active in the trial"
    child = settle(
        {**own, **{name: defaults[name].value for name in group}},
        basis.where,
        lambda name: defaults[name].value,
    )
    if child == own:
        return {}, "would change nothing, being at default already"
    return child, basis.refusal(child)
