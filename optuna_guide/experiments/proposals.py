"""What to try next: the points that `LiteGPSampler` would take, several at once, with reasons."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from optuna.trial import TrialState

from optuna_guide.domain import space as spaces
from optuna_guide.domain.region import holds
from optuna_guide.experiments.basis import to_row
from optuna_guide.experiments.branches import settle
from optuna_guide.experiments.enqueueing import check_count
from optuna_guide.experiments.values import key_of, to_told
from optuna_guide.experiments.vary import vary
from optuna_guide.experiments.worth import judge
from optuna_guide.guidance import NotReady
from optuna_guide.sampling.guided.confine import confine
from optuna_guide.sampling.guided.soft import hard_bounds
from optuna_guide.sampling.lite_gp.history import TrialArrays, read
from optuna_guide.sampling.lite_gp.observe import observe
from optuna_guide.sampling.lite_gp.region import confined
from optuna_guide.sampling.lite_gp.request import Request
from optuna_guide.sampling.lite_gp.rows import to_internal, to_rows
from optuna_guide.sampling.lite_gp.space import make_space
from optuna_guide.sampling.lite_gp.suggest import suggest_row
from optuna_guide.sampling.lite_gp.threads import single_threaded_blas
from optuna_guide.store.beliefs import held_beliefs, read_belief_entries
from optuna_guide.store.regions import newest_region

if TYPE_CHECKING:
    from collections.abc import Iterable

    from optuna_guide.domain.ranges import Region
    from optuna_guide.experiments.basis import Basis
    from optuna_guide.experiments.values import Key, Params
    from optuna_guide.experiments.worth import Worth
    from optuna_guide.sampling.lite_gp.known import KnownRows
    from optuna_guide.sampling.lite_gp.space import FloatArray, Space

MIN_TRIALS = 5  # complete ones, before the process is asked
MAX_CHANGES = 3  # of a variation


def propose(
    basis: Basis, n: int = 3, *, promising: Region | None = None, seed: int = 0
) -> tuple[Worth, ...] | NotReady:
    """Configurations that are worth a trial, inside the region that a person applied.

    First those that `LiteGPSampler` would try, by what people believe as well, each as if the
    earlier ones, and what waits, were running already. Where the model of experiments holds one
    of them for surely worse, or it is none that is worth a trial for another reason, a variation
    of the best trial takes its place.

    Args:
        basis: The study.
        n: How many, 1 to 200; fewer where no more are worth a trial.
        promising: Promising ranges of a guidance, which they are compared with.
        seed: Of the search for the best points.

    Raises:
        ValueError: If ``n`` is out of its range.
    """
    check_count(n)
    snapshot = basis.snapshot
    history = read(TrialArrays(), snapshot.trials, len(snapshot.directions))
    varied = {name: d for name, d in history.distributions.items() if not d.single()}
    n_complete = int(history.is_complete.sum())
    if n_complete < MIN_TRIALS:
        missing = MIN_TRIALS - n_complete
        words = f"{n_complete} trials are complete, {MIN_TRIALS} are needed."
        return NotReady(words, n_complete, missing)
    if not varied:
        return NotReady("no parameter was varied.", n_complete)
    rng = np.random.default_rng(seed)
    thetas: dict[int, FloatArray] = {}
    applied = newest_region(snapshot.attributes)
    region = {} if applied is None or applied.paused else applied.region
    inside = {name: c for name, d in varied.items() if (c := confine(d, region.get(name), rng))}
    space = confined(make_space(varied), hard_bounds(inside))
    running = [trial for trial in snapshot.trials if trial.state == TrialState.RUNNING]
    known, rules = observe(space, history, running, snapshot.directions)
    known = _begun(known, _waiting(basis, space))
    held = held_beliefs(read_belief_entries(snapshot.attributes))
    rows: list[FloatArray] = []
    for _ in range(n):
        request = Request(known, space, rules, len(snapshot.trials) + len(rows), held=held)
        with single_threaded_blas():
            rows.append(suggest_row(request, rng, thetas).row)
        known = _begun(known, rows[-1][None])
    drawn = [_whole(basis, _rounded(basis, to_internal(space, row), region)) for row in rows]
    found = _worthy(basis, drawn, promising)
    if len(found) < n and basis.best is not None:
        varied_best = vary(basis, basis.best, n, MAX_CHANGES, region=bool(region), seed=seed)
        others = [_rounded(basis, dict(c.internal), region) for c in varied_best.candidates]
        found = {**found, **_worthy(basis, others, promising)}
    return tuple(found.values())[:n]


def _worthy(
    basis: Basis, configurations: Iterable[Params], promising: Region | None
) -> dict[Key, Worth]:
    """Those of some configurations that are worth a trial."""
    different = {key_of(params): params for params in configurations}
    judged = {
        key: judge(basis, to_told(params, basis.space), promising=promising)
        for key, params in different.items()
    }
    return {key: worth for key, worth in judged.items() if worth.verdict == "run"}


def _begun(known: KnownRows, rows: FloatArray) -> KnownRows:
    """What is known, once trials of these rows have begun."""
    pending, seen = (np.concatenate([those, rows]) for those in (known.pending, known.seen))
    return replace(known, pending=pending, seen=seen)


def _waiting(basis: Basis, space: Space) -> FloatArray:
    """Rows of the trials that wait."""
    waiting = [t for t in basis.snapshot.trials if t.state == TrialState.WAITING]
    params = [p for t in waiting if (p := basis.params_of(t))]
    internal = [to_row(one, space.distributions) for one in params]
    return to_rows(space, np.array(internal).reshape(len(params), space.n_params))


def _whole(basis: Basis, params: Params) -> Params:
    """With the parameters that can take one value only, where they are active."""

    def only_value(name: str) -> float | None:
        distribution = basis.space[name]
        is_single = distribution.single()
        return float(spaces.from_unit(distribution, 0.5)) if is_single else None

    always = {
        name: value
        for name in basis.space
        if name not in basis.where and (value := only_value(name)) is not None
    }
    return settle({**always, **params}, basis.where, only_value)


def _rounded(basis: Basis, params: Params, region: Region) -> Params:
    """Continuous values in six digits, which a person, or a language model, can copy."""
    found = dict(params)
    for name, value in params.items():
        short = float(f"{value:.6g}")
        distribution = basis.space[name]
        fits = spaces.snap(distribution, short) == short and holds(region, {name: short})
        if spaces.n_levels(distribution) is None and fits:
            found[name] = short
    return found
