"""What more trials would gain, from what the trials so far leave open.

The process tells how likely some configuration is better by a given amount; whether a search finds
it in so many trials is what replayed studies tell. The chance is a logistic function of the first,
of how large the gain is, and of how many more trials there are. Its coefficients were fitted to
studies of which the end is known, and flattened to what came true of problems that they were not
fitted to, by `benchmarks/outlook.py forecast`.
"""

from __future__ import annotations

import math
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.guidance import NotReady
from optuna_guide.guidance.outlook import SMALL, Forecast
from optuna_guide.sampling.lite_gp.candidates import latin_hypercube, perturb
from optuna_guide.sampling.lite_gp.kernel import code_inactive
from optuna_guide.sampling.lite_gp.rows import from_unit_cube
from optuna_guide.sampling.lite_gp.rules import deactivate
from optuna_guide.sampling.outlook.process import DECADES, read_process
from optuna_guide.sampling.outlook.tried import Tried
from optuna_guide.study.exhausted import exhausted
from optuna_guide.study.snapshot import read_snapshot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optuna import Study
    from optuna.trial import FrozenTrial

    from optuna_guide.sampling.lite_gp.space import FloatArray
    from optuna_guide.sampling.outlook.process import Process
    from optuna_guide.study.snapshot import Snapshot

_N_EVERYWHERE = 256
_N_NEAR = 128
_N_LEADERS = 10
_N_DRAWS = 200
_COEFFICIENTS = np.array([-2.024, 0.309, 0.735, -0.413, 0.023])  # of `features`
_SMALLEST = 1e-150  # below, ratios overflow
_N_STEPS = 64
_N_NEWEST = 50
_UNTIMED = timedelta(milliseconds=1)  # trials that took less were added, not run


def forecast(
    study: Study, n_trials: int = 50, *, least: float | None = None
) -> Forecast | NotReady:
    """What further trials would gain: how likely more than ``least``, how much on average.

    The gain is over the best configuration tried, with the noise taken off both. It is a
    forecast for a search like those that were replayed, by TPE and by Gaussian processes. Chances
    up to 90 % came true as often as they say, within two points, on problems that they were not
    fitted to; of a single problem they may be off by more.

    Args:
        study: A study of one objective.
        n_trials: Further trials.
        least: The gain that is worth having, above 0, in units of the objective; see
            `worth_having` for what is taken by default.

    Returns:
        The forecast, or why there is none yet.

    Raises:
        ValueError: If the study has several objectives, or ``n_trials`` or ``least`` is not
            positive.
    """
    if n_trials < 1:
        raise ValueError(f"n_trials must be at least 1, not {n_trials!r}.")
    if least is not None and not least > 0:
        raise ValueError(f"least is a gain above 0, not {least!r}.")
    snapshot = read_snapshot(study)
    process = read_process(snapshot)
    if isinstance(process, NotReady):
        return process
    return forecast_from(process, snapshot, n_trials, least=least)


def forecast_from(
    process: Process, snapshot: Snapshot, n_trials: int = 50, *, least: float | None = None
) -> Forecast | NotReady:
    """What `forecast` says, of a process that was fitted to the snapshot already."""
    if process.is_log:
        return NotReady(DECADES, len(process.numbers))
    if nothing_left := exhausted(snapshot):
        return NotReady(f"Nothing is left to gain: {nothing_left}.", len(process.numbers))
    n_known, room, spread = len(process.numbers), room_left(process), found_so_far(process)
    possible = np.minimum(possible_gains(process), room)
    least = worth_having(process) if least is None else least

    def chance(gain: float) -> float:
        if gain >= room:
            return 0.0
        told = features(possible, gain, spread, n_trials / n_known)
        return float(1.0 / (1.0 + np.exp(-told @ _COEFFICIENTS)))

    steps = np.linspace(0.0, float(possible.max()), _N_STEPS + 1)
    middles = (steps[1:] + steps[:-1]) / 2
    average = sum(chance(max(gain, _SMALLEST)) for gain in middles) * float(steps[1])
    pace = seconds_per_trial(snapshot.trials)
    return Forecast(
        study_name=snapshot.study_name,
        target=snapshot.objectives[0],
        direction="maximize" if snapshot.maximised[0] else "minimize",
        n_known=n_known,
        n_trials=n_trials,
        least=least,
        chance=chance(least),
        expected=min(average, room),
        room=room if math.isfinite(room) else None,
        seconds=None if pace is None else pace * n_trials,
    )


def room_left(process: Process) -> float:
    """How much better than the best configuration tried a metric can be; infinite if unknown."""
    tried = Tried.of(process)
    return max(tried.limits()[1] - float(tried.expected().max()), 0.0)


def seconds_per_trial(trials: Sequence[FrozenTrial]) -> float | None:
    """How often one of the newest trials ended, by however many workers; None where unknown.

    A gap that is longer than any of these trials took is a pause, and counts as one that is as
    long.
    """
    spans = [
        (t.datetime_complete, t.datetime_complete - t.datetime_start)
        for t in trials
        if t.datetime_complete is not None and t.datetime_start is not None
    ]
    newest = sorted(spans)[-_N_NEWEST:]
    longest = max((took for _, took in newest), default=timedelta())
    if len(newest) < 2 or longest < _UNTIMED:
        return None
    gaps = [min(b - a, longest) for (a, _), (b, _) in pairwise(newest)]
    return sum(gaps, timedelta()).total_seconds() / len(gaps)


def possible_gains(process: Process) -> FloatArray:
    """How much better the best of many configurations is than the best one tried, by draws.

    From the posterior over rows everywhere and near the leaders; at least 0, in units of the
    value, shape ``(n_draws,)``. The same trials give the same draws.
    """
    rng = np.random.default_rng(0)
    tried, space = Tried.of(process), process.space
    leaders = tried.rows[np.argsort(-tried.expected(), kind="stable")[:_N_LEADERS]]
    near = perturb(space, leaders[rng.integers(len(leaders), size=_N_NEAR)], rng)
    everywhere = from_unit_cube(space, latin_hypercube(_N_EVERYWHERE, space.n_params, rng))
    others = deactivate(process.rules, np.concatenate([near, everywhere]))
    rows = code_inactive(space, np.concatenate([leaders, others]))
    mean, covariance = process.model.predict_jointly(rows)
    values, vectors = np.linalg.eigh(covariance)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    draws = mean[:, None] + root @ rng.standard_normal((len(rows), _N_DRAWS))
    gains: FloatArray = process.scale * (draws.max(axis=0) - draws[0])
    return gains


def found_so_far(process: Process) -> float:
    """How much better the best configuration tried is than the median one, above 0."""
    tried = Tried.of(process)
    spread = float(tried.expected().max() - np.median(tried.observed))
    return max(spread, _SMALLEST)


def worth_having(process: Process) -> float:
    """The least gain that a person would notice, in units of the value, to one digit.

    A tenth of the distance from the median configuration to the best one tried, but no less than
    what a single trial is typically off the average of trials like it.
    """
    least = max(SMALL * found_so_far(process), math.sqrt(process.unexplained))
    return float(f"{least:.1g}")


def features(possible: FloatArray, least: float, spread: float, share: float) -> FloatArray:
    """What the log odds of a gain over ``least`` are linear in, shape ``(5,)``.

    Args:
        possible: As of `possible_gains`.
        least: The gain that is asked for, above 0.
        spread: As of `found_so_far`; all of these in units of the value.
        share: Number of further trials by the number of trials so far.
    """
    exceeding = (np.sum(possible > least) + 0.5) / (len(possible) + 1.0)
    odds, size = np.log(exceeding / (1.0 - exceeding)), np.log(least / spread)
    return np.array([1.0, odds, np.log(share), size, odds * size])
