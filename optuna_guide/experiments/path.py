"""The path from the defaults to a trial, one step at a time: which of its choices brought what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from optuna_guide.domain.wording import signed
from optuna_guide.experiments.ablate import say_defaults
from optuna_guide.experiments.basis import Basis, read_basis
from optuna_guide.experiments.branches import settle
from optuna_guide.experiments.candidates import (
    Candidate,
    Experiment,
    forecast,
    make_candidates,
)
from optuna_guide.experiments.defaults import find_defaults
from optuna_guide.experiments.naming import find_trial
from optuna_guide.experiments.values import key_of
from optuna_guide.guidance import NotReady

if TYPE_CHECKING:
    from optuna import Study
    from optuna.trial import FrozenTrial

    from optuna_guide.domain.direction import Direction
    from optuna_guide.experiments.values import Params

N_PAIRS = 3


@dataclass(frozen=True)
class PathStep:
    """One step of a path, in units of the target.

    Attributes:
        names: Parameters that take the trial's values, the one that decides about others first.
        candidate: The configuration after the step.
        value: Expected value after it.
        gain: Expected difference to the step before, in the direction of the target's numbers.
        alone: The same, were it the only step from the defaults.
        measured: Mean of the trials that ran with that configuration; None = none yet.
    """

    names: tuple[str, ...]
    candidate: Candidate
    value: float
    gain: float
    alone: float
    measured: float | None

    def __str__(self) -> str:
        return f"{', '.join(self.names)}: {self.value:.4g}, {signed(self.gain)}"


@dataclass(frozen=True)
class Path:
    """From the defaults to a trial, the largest expected gain first.

    Attributes:
        parent: Number of the trial.
        target: What is expected.
        direction: Which way that is better.
        start: The defaults as a configuration.
        start_value: What is expected of them.
        start_measured: Mean of the trials that ran with the defaults; None = none yet.
        steps: The last one ends at the trial.
        interactions: Pairs of steps whose gains do not add up, with how much more they bring
            together, the largest first.
        notes: What a reader should know.
    """

    parent: int
    target: str
    direction: Direction
    start: Candidate
    start_value: float
    start_measured: float | None
    steps: tuple[PathStep, ...]
    interactions: tuple[tuple[str, str, float], ...]
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        head = f"to trial {self.parent}, from the defaults: {self.target} {self.start_value:.4g}"
        return "\n".join([head, *(f"  {step}" for step in self.steps)])

    @property
    def experiment(self) -> Experiment:
        """The defaults and all steps, to `enqueue`; what ran already is left out there."""
        return Experiment(
            kind="path",
            parent=self.parent,
            value=self.steps[-1].value if self.steps else self.start_value,
            target=self.target,
            direction=self.direction,
            candidates=(self.start, *(step.candidate for step in self.steps)),
            notes=self.notes,
        )


def create_path(
    study: Study,
    trial: int | FrozenTrial,
    defaults: Mapping[str, Any] | int | None = None,
    *,
    target: str | int | None = None,
    direction: Direction | None = None,
) -> Path | NotReady:
    """The way from the defaults to a complete trial, one parameter after the other.

    Each step takes the parameter that is expected to gain most where the path stands (the greedy
    ablation path of Fawcett and Hoos 2016). Contexts are those of the trial all along. Nothing is
    written: ``enqueue(study, path.experiment)`` measures it.

    Args:
        study: The study.
        trial: The trial, or its number.
        defaults: As of `create_ablations`.
        target: What is expected; the first objective by default.
        direction: Which way a user attribute is better.

    Returns:
        The path, or why the trials do not tell what to expect.

    Raises:
        ValueError: As of `create_ablations`.
    """
    return find_path(read_basis(study, target, direction=direction), trial, defaults)


def find_path(
    basis: Basis, trial: int | FrozenTrial, defaults: Mapping[str, Any] | int | None = None
) -> Path | NotReady:
    """`create_path` of a study that was read already."""
    parent = find_trial(basis, trial)
    end = basis.params_of(parent)
    emulator = basis.emulator(end)
    if isinstance(emulator, NotReady):
        return emulator
    found = find_defaults(basis, defaults)
    kept = {name: end.get(name) for name in found if name not in basis.chosen}
    found = {name: default for name, default in found.items() if name in basis.chosen}
    plain = {name: default.value for name, default in found.items()}
    plain |= {name: value for name, value in kept.items() if value is not None}
    start = settle(plain, basis.where, plain.get)
    walk = _Walk(basis, start, end, plain)
    order = walk.order()
    made = make_candidates(
        basis, "path", parent.number, [(p, None) for p in [start, *walk.configurations(order)]]
    )
    values = walk.expect([dict(c.internal) for c in made])
    alone = walk.expect([walk.after([group]) for group in order])
    steps = tuple(
        PathStep(
            names=group,
            candidate=candidate,
            value=value,
            gain=value - before,
            alone=single - values[0],
            measured=_measured(basis, candidate),
        )
        for group, candidate, value, before, single in zip(
            order, made[1:], values[1:], values, alone, strict=False
        )
    )
    return Path(
        parent=parent.number,
        target=basis.target,
        direction=basis.goal.direction,
        start=made[0],
        start_value=values[0],
        start_measured=_measured(basis, made[0]),
        steps=steps,
        interactions=walk.interactions(order, values[0], alone),
        notes=say_defaults(basis, {n: d for n, d in found.items() if n in {*start, *end}}),
    )


class _Walk:
    """Configurations between two ends."""

    def __init__(self, basis: Basis, start: Params, end: Params, plain: Params) -> None:
        self._basis, self._start, self._end, self._plain = basis, start, end, plain

    def order(self) -> list[tuple[str, ...]]:
        """Groups of parameters, the largest expected gain first where the path stands."""
        left = self._groups()
        sign = 1.0 if self._basis.maximised else -1.0
        done: list[tuple[str, ...]] = []
        while left:
            values = self.expect([self.after([*done, group]) for group in left])
            best = max(range(len(left)), key=lambda k: sign * values[k])
            done.append(left.pop(best))
        return done

    def configurations(self, order: list[tuple[str, ...]]) -> list[Params]:
        """The configuration after each step."""
        return [self.after(order[: k + 1]) for k in range(len(order))]

    def after(self, groups: list[tuple[str, ...]]) -> Params:
        """The configuration with these groups as in the trial."""
        names = {name for group in groups for name in group}
        mixed = {n: v for n, v in self._start.items() if n not in names}
        mixed |= {n: self._end[n] for n in names if n in self._end}
        return settle(mixed, self._basis.where, self._plain.get)

    def expect(self, configurations: list[Params]) -> list[float]:
        """Expected values."""
        told = forecast(self._basis, configurations)
        return [float("nan") if one is None else one.value for one in told]

    def interactions(
        self, order: list[tuple[str, ...]], start: float, alone: list[float]
    ) -> tuple[tuple[str, str, float], ...]:
        """Pairs of steps that bring more, or less, together than each alone."""
        pairs = [(i, j) for j in range(len(order)) for i in range(j)]
        values = self.expect([self.after([order[i], order[j]]) for i, j in pairs])
        extra = [
            (order[i][0], order[j][0], value - alone[i] - alone[j] + start)
            for (i, j), value in zip(pairs, values, strict=True)
        ]
        extra.sort(key=lambda one: -abs(one[2]))
        return tuple(extra[:N_PAIRS])

    def _groups(self) -> list[tuple[str, ...]]:
        """What changes, each parameter with those that it brings and that nobody else decides."""
        names = {n for n in {*self._start, *self._end} if self._start.get(n) != self._end.get(n)}
        heads = [n for n in self._basis.space if n in names and not self._brought_by(n, names)]
        groups = []
        for head in heads:
            brought = [n for n in self._basis.space if head in self._brought_by(n, names)]
            groups.append((head, *brought))
        return groups

    def _brought_by(self, name: str, names: set[str]) -> set[str]:
        """Those of the changing parameters that decide whether another one is there."""
        found: set[str] = set()
        front = {name}
        while front:
            parents = {p for n in front for p in self._basis.where.get(n, {})}
            front = parents - found
            found |= parents
        return found & names


def _measured(basis: Basis, candidate: Candidate) -> float | None:
    values = [
        basis.values[n]
        for n in basis.known.get(key_of(candidate.internal), ())
        if n in basis.values
    ]
    return sum(values) / len(values) if values else None
