"""Variations: neighbours of a trial, a few changes away, the most promising first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from optuna_guide.domain import space as spaces
from optuna_guide.domain.parsing import as_names, parse_region
from optuna_guide.domain.region import holds as lies_inside
from optuna_guide.experiments.basis import Basis, read_basis
from optuna_guide.experiments.branches import settle
from optuna_guide.experiments.candidates import Experiment, make_candidates
from optuna_guide.experiments.choosing import choose
from optuna_guide.experiments.enqueueing import check_count
from optuna_guide.experiments.limits import Limit, LimitFunction, find_within, hold, read_limits
from optuna_guide.experiments.moves import ACTIONS, Action, Move, find_moves
from optuna_guide.experiments.naming import find_groups, find_trial
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
_MAX_PARENTS = 100


def create_variations(
    study: Study,
    trial: int | FrozenTrial | Sequence[int | FrozenTrial],
    n: int = 10,
    max_changes: int = 2,
    *,
    params: Iterable[str] | Mapping[str, Collection[Action]] | None = None,
    region: Mapping[str, Any] | bool = False,
    limits: Sequence[str | LimitFunction] = (),
    seed: int = 0,
    target: str | int | None = None,
    direction: Direction | None = None,
) -> Experiment:
    """Neighbours of a complete trial, or of several, that nobody tried, the most promising first.

    Numbers are perturbed in their own scale, choices switched; a choice that brings others with
    it is replaced together with them; an integer that counts layers has one added anywhere, as a
    copy of another one, or any one removed. Nothing is written: pass the result to `enqueue`.
    After the variations of REMAP (Cashman et al. 2020).

    They are ordered by their expected improvement over the parent, of several over the best, and
    within limits over the best trial that keeps to them; each is chosen as if the earlier ones had
    reached what is expected of them (the kriging believer of Ginsbourger et al. 2010).

    Args:
        study: The study.
        trial: The trial, or its number; or up to 100, such as ``study.best_trials``, whose
            neighbours compete.
        n: How many, 1 to 200; fewer where there are no more.
        max_changes: Changes of each, at most.
        params: Parameters that may change, or patterns such as ``layer2_*``, by default all but
            contexts; or each to what may be done to it (``perturb``, ``switch``, ``replace``,
            ``add``, ``remove``).
        region: Ranges to stay in, as for `apply_region`; True for the one that was applied.
        limits: Limits such as ``n_params <= 100000`` on objectives and numeric user attributes,
            each held with 80 % by a model of it, and on numeric parameters; or functions that tell
            from the parameters whether they are allowed, where that is known before a trial runs.
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
    trial: int | FrozenTrial | Sequence[int | FrozenTrial],
    n: int = 10,
    max_changes: int = 2,
    *,
    params: Iterable[str] | Mapping[str, Collection[Action]] | None = None,
    region: Mapping[str, Any] | bool = False,
    limits: Sequence[str | LimitFunction] = (),
    seed: int = 0,
) -> Experiment:
    """`create_variations` of a study that was read already."""
    check_count(n)
    if isinstance(max_changes, bool) or not isinstance(max_changes, int) or max_changes < 1:
        raise ValueError(f"max_changes is a number of changes from 1, not {max_changes!r}.")
    parents = _parents(basis, trial)
    first = basis.params_of(parents[0])
    inside, allowed, bounds = (
        _region(basis, region),
        _allowed(basis, params),
        read_limits(limits, basis),
    )
    rng = np.random.default_rng(seed)
    pool: dict[Key, tuple[int, Params]] = {}
    for parent in parents:
        own = basis.params_of(parent)
        moves = find_moves(basis, own, allowed)
        if not moves:
            raise ValueError(f"Nothing of trial {parent.number} may change: allow more of it.")
        for child in _draw(basis, own, moves, max_changes, inside, rng, _POOL // len(parents)):
            pool.setdefault(key_of(child), (parent.number, child))
    drawn = _within(basis, list(pool.values()), bounds, first)
    to_beat = parents[0].number if not bounds else basis.best_of(find_within(bounds, basis))
    chosen = choose(basis, [child for _, child in drawn], n, to_beat)
    candidates = [
        candidate
        for number, child in (drawn[k] for k in chosen)
        for candidate in make_candidates(basis, "variation", number, [(child, None)])
    ]
    return Experiment(
        kind="variation",
        parent=parents[0].number,
        value=basis.values[parents[0].number],
        target=basis.target,
        direction=basis.goal.direction,
        candidates=tuple(candidates),
        notes=_say(basis, first, len(candidates), n, inside, bounds),
    )


def _parents(
    basis: Basis, trial: int | FrozenTrial | Sequence[int | FrozenTrial]
) -> list[FrozenTrial]:
    """The trials, the best by the target first."""
    listed = list(trial) if isinstance(trial, Sequence) else [trial]
    if not 1 <= len(listed) <= _MAX_PARENTS:
        raise ValueError(f"1 to {_MAX_PARENTS} trials can be varied at once, not {len(listed)}.")
    found = {one.number: one for one in (find_trial(basis, each) for each in listed)}
    sign = -1.0 if basis.maximised else 1.0
    return sorted(found.values(), key=lambda one: (sign * basis.values[one.number], one.number))


def _within(
    basis: Basis,
    pool: list[tuple[int, Params]],
    limits: Sequence[Limit | LimitFunction],
    near: Params,
) -> list[tuple[int, Params]]:
    """Those that keep to all limits."""
    for limit in limits:
        if pool:
            kept = hold(limit, basis, [child for _, child in pool], near)
            pool = [one for one, ok in zip(pool, kept, strict=True) if ok]
    return pool


def _say(
    basis: Basis,
    near: Params,
    n_found: int,
    n: int,
    region: Region,
    limits: Sequence[Limit | LimitFunction],
) -> tuple[str, ...]:
    """What a reader should know."""
    notes = []
    if n_found < n:
        within = " inside the region" if region else ""
        said = [str(limit) if isinstance(limit, Limit) else "the given rule" for limit in limits]
        held = f" within {', '.join(said)}" if said else ""
        found = "variation was" if n_found == 1 else "variations were"
        how_many = f"Only {n_found}" if n_found else "No"
        notes.append(f"{how_many} untried {found} found{within}{held}.")
    emulator = basis.emulator(near)
    if isinstance(emulator, NotReady):
        notes.append(f"They are in no order: {emulator.reason}")
    return tuple(notes)


def _allowed(
    basis: Basis, params: Iterable[str] | Mapping[str, Collection[Action]] | None
) -> Mapping[str, Collection[Action]]:
    if params is None:
        return dict.fromkeys(basis.chosen, ACTIONS)
    if not isinstance(params, Mapping):
        params = dict.fromkeys(as_names(params), ACTIONS)
    for actions in params.values():
        unknown = [a for a in actions if a not in ACTIONS]
        if unknown:
            raise ValueError(f"There is no action {unknown[0]!r}: there are {', '.join(ACTIONS)}.")
    groups = zip(find_groups(params, basis), params.values(), strict=True)
    return {name: actions for names, actions in groups for name in names}


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
    size: int,
) -> list[Params]:
    """Distinct configurations that nobody tried, each a few moves away."""
    found: dict[Key, Params] = {}
    fill = _Fill(basis, rng)
    for _ in range(size * _TRIES):
        if len(found) >= size:
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
