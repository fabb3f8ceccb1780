"""Variations: neighbours of a trial, a few changes away, the most promising first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from optuna_guide.domain import space as spaces
from optuna_guide.domain.region import holds as lies_inside
from optuna_guide.domain.region import parse_region
from optuna_guide.experiments.basis import Basis, find_trial, read_basis, to_row
from optuna_guide.experiments.branches import settle
from optuna_guide.experiments.candidates import Experiment, make_candidates
from optuna_guide.experiments.enqueueing import check_count
from optuna_guide.experiments.limits import holds, read_limit
from optuna_guide.experiments.moves import ACTIONS, Action, Move, find_moves
from optuna_guide.experiments.values import Key, Params, key_of
from optuna_guide.guidance import NotReady
from optuna_guide.store.regions import newest_region

if TYPE_CHECKING:
    from optuna import Study
    from optuna.trial import FrozenTrial

    from optuna_guide.domain.direction import Direction
    from optuna_guide.domain.ranges import Region

_POOL = 2000  # configurations that are looked at
_TRIES = 8  # for each of them
_SCREENED = 400  # of them that are compared one by one


def create_variations(
    study: Study,
    trial: int | FrozenTrial,
    n: int = 10,
    max_changes: int = 2,
    *,
    params: Iterable[str] | Mapping[str, Collection[Action]] | None = None,
    region: Mapping[str, Any] | bool = False,
    limits: Sequence[str] = (),
    seed: int = 0,
    target: str | int | None = None,
    direction: Direction | None = None,
) -> Experiment:
    """Neighbours of a complete trial that nobody has tried, the most promising first.

    Numbers are perturbed in their own scale, choices switched; a choice that brings others with
    it is replaced together with them; an integer that counts layers has one added anywhere, as a
    copy of another one, or any one removed. Nothing is written: pass the result to `enqueue`.
    After the variations of REMAP (Cashman et al. 2020).

    They are ordered by their expected improvement over the best so far, each chosen as if the
    earlier ones had reached what is expected of them (the kriging believer of Ginsbourger et al.
    2010).

    Args:
        study: The study.
        trial: The trial, or its number.
        n: How many, 1 to 200; fewer where there are no more.
        max_changes: Changes of each, at most.
        params: Parameters that may change, all by default; or parameter to what may be done to
            it: ``perturb``, ``switch``, ``replace``, ``add``, ``remove``.
        region: Ranges to stay in, as for `apply_region`; True for the one that was applied.
        limits: Limits on numeric user attributes, such as ``n_params <= 100000``, each held with
            80 % by a model of the attribute.
        seed: Of the choice among equals.
        target: What the children are judged by; the first objective by default.
        direction: Which way a user attribute is better.

    Raises:
        ValueError: If the trial is not complete or of another study, a parameter or an action does
            not exist, a number is out of its range, or a limit cannot be held.
    """
    basis = read_basis(study, target, direction=direction)
    return vary(
        basis, trial, n, max_changes, params=params, region=region, limits=limits, seed=seed
    )


def vary(
    basis: Basis,
    trial: int | FrozenTrial,
    n: int = 10,
    max_changes: int = 2,
    *,
    params: Iterable[str] | Mapping[str, Collection[Action]] | None = None,
    region: Mapping[str, Any] | bool = False,
    limits: Sequence[str] = (),
    seed: int = 0,
) -> Experiment:
    """`create_variations` of a study that was read already."""
    check_count(n)
    if isinstance(max_changes, bool) or not isinstance(max_changes, int) or max_changes < 1:
        raise ValueError(f"max_changes is a number of changes from 1, not {max_changes!r}.")
    parent = find_trial(basis, trial)
    own = basis.params_of(parent)
    inside = _region(basis, region)
    rng = np.random.default_rng(seed)
    moves = find_moves(basis, own, _allowed(basis, params))
    if not moves:
        raise ValueError(f"Nothing of trial {parent.number} may change: allow other parameters.")
    pool = _draw(basis, own, moves, max_changes, inside, rng)
    for limit in [read_limit(text, basis) for text in limits]:
        if pool:
            kept = holds(limit, basis, pool, own)
            pool = [params for params, ok in zip(pool, kept, strict=True) if ok]
    chosen = _choose(basis, own, pool, n)
    notes = []
    if len(chosen) < n:
        within = " inside the region" if inside else ""
        held = f" that keep to {', '.join(limits)}" if limits else ""
        notes.append(f"Only {len(chosen)} untried variations{within}{held} were found.")
    emulator = basis.emulator(own)
    if isinstance(emulator, NotReady):
        notes.append(f"They are in no order: {emulator.reason}")
    return Experiment(
        kind="variation",
        parent=parent.number,
        value=basis.values[parent.number],
        target=basis.target,
        direction=basis.goal.direction,
        candidates=tuple(
            make_candidates(basis, "variation", parent.number, [(p, None) for p in chosen])
        ),
        notes=tuple(notes),
    )


def _allowed(
    basis: Basis, params: Iterable[str] | Mapping[str, Collection[Action]] | None
) -> Mapping[str, Collection[Action]]:
    if params is None:
        return dict.fromkeys(basis.space, ACTIONS)
    if not isinstance(params, Mapping):
        params = dict.fromkeys([params] if isinstance(params, str) else params, ACTIONS)
    for name, actions in params.items():
        if name not in basis.space:
            known = ", ".join(sorted(basis.space)) or "none: run a trial first"
            raise ValueError(f"There is no parameter {name!r}; the study has seen: {known}.")
        unknown = [a for a in actions if a not in ACTIONS]
        if unknown:
            raise ValueError(f"There is no action {unknown[0]!r}: there are {', '.join(ACTIONS)}.")
    return params


def _region(basis: Basis, region: Mapping[str, Any] | bool) -> Region:
    if isinstance(region, Mapping):
        return parse_region(region, basis.space)
    if not region:
        return {}
    applied = newest_region(basis.snapshot.attributes)
    if applied is None or not applied.region:
        raise ValueError("No region is applied to the study: apply one, or pass its ranges.")
    return applied.region


def _draw(
    basis: Basis,
    own: Params,
    moves: Sequence[Move],
    max_changes: int,
    region: Region,
    rng: np.random.Generator,
) -> list[Params]:
    """Distinct configurations that nobody tried, each a few moves away."""
    found: dict[Key, Params] = {}
    fill = _Fill(basis, rng)
    for _ in range(_POOL * _TRIES):
        if len(found) >= _POOL:
            break
        k = min(int(rng.integers(1, max_changes + 1)), len(moves))
        child: Params | None = own
        for move in rng.choice(len(moves), size=k, replace=False):
            child = moves[move].apply(basis, child, rng) if child is not None else None
        if child is None:
            continue
        child = settle(child, basis.where, fill)
        key = key_of(child)
        is_new = key not in basis.known and key not in found
        if is_new and lies_inside(region, child) and not basis.refusal(child):
            found[key] = child
    return list(found.values())


class _Fill:
    """Values of a branch that is entered: those of the best trial that has them, else any."""

    def __init__(self, basis: Basis, rng: np.random.Generator) -> None:
        self._basis, self._rng = basis, rng
        self._best: dict[str, float | None] = {}

    def __call__(self, name: str) -> float:
        if name not in self._best:
            self._best[name] = self._of_best(name)
        known = self._best[name]
        if known is not None:
            return known
        return float(spaces.from_unit(self._basis.space[name], self._rng.random()))

    def _of_best(self, name: str) -> float | None:
        goal, table = self._basis.goal, self._basis.table
        if name not in table.names:
            return None
        column = table.params[goal.rows, table.names.index(name)]
        order = np.argsort(goal.loss, kind="stable")
        having = order[~np.isnan(column[order])]
        return float(column[having[0]]) if len(having) else None


def _choose(basis: Basis, own: Params, pool: list[Params], n: int) -> list[Params]:
    """The most promising, one after the other, each told what is expected of the earlier ones."""
    emulator = basis.emulator(own)
    if isinstance(emulator, NotReady) or not pool:
        return pool[:n]
    space = emulator.space.distributions
    rows = np.array([to_row(params, space) for params in pool])
    best = to_row(own, space)
    sign = 1.0 if basis.maximised else -1.0
    merit = emulator.improvement(rows, best, sign)
    left = np.argsort(-merit, kind="stable")[: max(_SCREENED, n)].tolist()
    chosen: list[int] = []
    while left and len(chosen) < n:
        merit = emulator.improvement(rows[left], best, sign)
        chosen.append(left.pop(int(np.argmax(merit))))
        newest = rows[chosen[-1]]
        emulator = emulator.believing(newest[None])
        if sign * emulator.compare(newest[None], best).value[0] > 0:
            best = newest
    return [pool[k] for k in chosen]
