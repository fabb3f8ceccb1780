"""The process that one reading of a study is fitted by, and what it says of configurations."""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from optuna.distributions import FloatDistribution, IntDistribution
from optuna.study import StudyDirection

from optuna_guide.guidance import NotReady
from optuna_guide.sampling.lite_gp.history import TrialArrays, read
from optuna_guide.sampling.lite_gp.kernel import code_inactive
from optuna_guide.sampling.lite_gp.known import MIN_REPEATS
from optuna_guide.sampling.lite_gp.observe import observe
from optuna_guide.sampling.lite_gp.rows import to_internal, to_rows
from optuna_guide.sampling.lite_gp.space import make_space
from optuna_guide.sampling.lite_gp.surrogates import fit_surrogates
from optuna_guide.sampling.lite_gp.targets import scalarised
from optuna_guide.sampling.lite_gp.threads import single_threaded_blas
from optuna_guide.study.table import read_trials
from optuna_guide.study.targets import read_target

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optuna.distributions import BaseDistribution
    from optuna.trial import FrozenTrial

    from optuna_guide.sampling.lite_gp.known import KnownRows
    from optuna_guide.sampling.lite_gp.posterior import Posterior
    from optuna_guide.sampling.lite_gp.rules import Rule
    from optuna_guide.sampling.lite_gp.space import BoolArray, FloatArray, IntArray, Space
    from optuna_guide.study.snapshot import Snapshot

_SAME = 1e-16  # squared standardised differences that are rounding
DECADES = (
    "Values are decades apart, and so is their noise: what is gained can be told of logarithms "
    "only; let the objective return them."
)
_DECADES_APART = 1e3  # between the best tenth and the worst
_A_DECADE = 10.0
MIN_TRIALS = 10  # complete and feasible ones, before anything is said


@dataclass(frozen=True, eq=False)
class Process:
    """A Gaussian process over the trials of a study; its values are larger where better.

    Attributes:
        declared: Distribution of each parameter, those of one value among them.
        space: The columns of all rows.
        rules: When parameters are active.
        known: What it was fitted to; ``known.rows`` are the complete trials.
        numbers: Their trial numbers, shape ``(n,)``.
        is_feasible: Whether each of them meets all constraints, shape ``(n,)``.
        model: Of the standardised objective.
        centre: Value that is 0 on the standardised scale, larger is better.
        scale: Distance of 0 and 1 of the standardised scale in units of the value.
        sign: -1 where the study minimises.
        noise_share: Share of what the process does not explain that is noise; the rest is
            structure that it cannot see, and comes back when a configuration is repeated.
        n_repeats: Trials that repeat a configuration, from which that is known.
        n_told: Observations of the model that were told; the others stand for failed trials.
        is_log: Whether its values are logarithms.
    """

    declared: Mapping[str, BaseDistribution]
    space: Space
    rules: tuple[Rule, ...]
    known: KnownRows
    numbers: IntArray
    is_feasible: BoolArray
    model: Posterior
    centre: float
    scale: float
    sign: float
    noise_share: float
    n_repeats: int
    n_told: int
    is_log: bool = False

    def give(self, values: FloatArray) -> FloatArray:
        """Values on the scale of the process in units of the target."""
        own = self.sign * values
        return np.exp(own) if self.is_log else own

    @property
    def tried(self) -> FloatArray:
        """Rows of the feasible trials, oldest first, shape ``(n_feasible, n_params)``."""
        return self.known.rows[self.is_feasible]

    @property
    def noise(self) -> float:
        """Standard deviation of one trial around its average, in units of the value."""
        return math.sqrt(self.noise_share * self.unexplained)

    @property
    def unexplained(self) -> float:
        """Variance of single trials around the process, in squared units of the value."""
        return self.scale**2 * self.model.kernel.noise

    def expect(self, rows: FloatArray) -> FloatArray:
        """What a trial of each row reaches on average, in units of the value, ``(n_rows,)``."""
        mean: FloatArray = self.model.predict(code_inactive(self.space, rows))[0]
        return self.centre + self.scale * mean

    def covariance(self, rows: FloatArray) -> FloatArray:
        """Of these averages, in squared units of the value, shape ``(n_rows, n_rows)``."""
        coded = code_inactive(self.space, rows)
        return self.scale**2 * self.model.predict_jointly(coded)[1]

    def variance(self, rows: FloatArray) -> FloatArray:
        """Of each of these averages, in squared units of the value, shape ``(n_rows,)``."""
        deviation: FloatArray = self.model.predict(code_inactive(self.space, rows))[1]
        return self.scale**2 * deviation**2

    @property
    def structure(self) -> float:
        """Variance around the process that is no noise, in squared units of the value."""
        return (1.0 - self.noise_share) * self.unexplained

    def with_own_share(self) -> Process:
        """The same, with the share of noise that its model and the repeats tell."""
        values = scalarised(self.known.values, np.ones(1))[self.is_feasible]
        y = (values - self.centre) / self.scale
        share, n_repeats = _share_of_noise(self.tried, y, self.model.kernel.noise)
        return replace(self, noise_share=share, n_repeats=n_repeats)

    def row_of(self, params: Mapping[str, Any]) -> FloatArray:
        """The row of a configuration, as told to Optuna; parameters that it lacks are inactive.

        Raises:
            ValueError: If a value is none of its parameter.
        """
        internal = np.full((1, self.space.n_params), np.nan)
        for j, (name, distribution) in enumerate(self.space.distributions.items()):
            if name in params:
                internal[0, j] = _internal(name, params[name], distribution)
        return to_rows(self.space, internal)[0]

    def params_of(self, row: FloatArray) -> dict[str, Any]:
        """The configuration of a row, as told to Optuna, without parameters of one value."""
        internal = to_internal(self.space, row)
        return {n: self.space.distributions[n].to_external_repr(v) for n, v in internal.items()}


def read_process(snapshot: Snapshot) -> Process | NotReady:
    """The process of a study whose values can be compared as they are, or why there is none.

    Of a loss whose noise hides the good values, as poor ones are a decade away or more and vary
    with it, it is that of the logarithms.

    Raises:
        ValueError: If the study has several objectives.
    """
    table = read_trials(snapshot)
    given = read_target(table).given if len(table) and len(snapshot.directions) == 1 else ""
    if given:
        return NotReady(
            f"Values are compared as {given} only: the promising ranges say what holds in all."
        )
    process = _fit(snapshot)
    if isinstance(process, NotReady) or not _is_ruled_by_the_poor(process, _A_DECADE):
        return process
    logged = _fit(replace(snapshot, trials=[_in_logarithms(t) for t in snapshot.trials]))
    return logged if isinstance(logged, NotReady) else replace(logged, is_log=True)


def fit_process(snapshot: Snapshot) -> Process | NotReady:
    """Fit a process to all trials of a study of one objective.

    Raises:
        ValueError: If the study has several objectives.
    """
    process = _fit(snapshot)
    if isinstance(process, NotReady) or not _is_ruled_by_the_poor(process, _DECADES_APART):
        return process
    return NotReady(DECADES, len(process.numbers))


def _fit(snapshot: Snapshot) -> Process | NotReady:
    if len(snapshot.directions) > 1:
        raise ValueError(
            f"Study {snapshot.study_name!r} has {len(snapshot.directions)} objectives: which of "
            "its trials is best is a matter of taste. Studies of one objective can be asked."
        )
    history = read(TrialArrays(), snapshot.trials, 1)
    numbers = history.numbers[history.is_complete]
    feasible = np.all(~(history.constraints[history.is_complete] > 0), axis=1)
    varied = {name: d for name, d in history.distributions.items() if not d.single()}
    n = int(feasible.sum())
    if n < MIN_TRIALS:
        missing = MIN_TRIALS - n
        found = f"{n} complete trial{'s' * (n != 1)}{' are' if n != 1 else ' is'} feasible"
        return NotReady(f"{found}, {MIN_TRIALS} are needed.", n, missing)
    if not varied:
        return NotReady("No parameter was varied.", n)
    space = make_space(varied)
    known, rules = observe(space, history, (), snapshot.directions)
    with single_threaded_blas():
        models = fit_surrogates(known, space, np.random.default_rng(0), {})
    assert models.objective is not None  # some trial is feasible
    process = Process(
        declared=history.distributions,
        space=space,
        rules=rules,
        known=known,
        numbers=numbers,
        is_feasible=models.is_feasible,
        model=models.objective,
        centre=models.centre,
        scale=models.scale,
        sign=1.0 if snapshot.directions[0] == StudyDirection.MAXIMIZE else -1.0,
        noise_share=1.0,
        n_repeats=0,
        n_told=models.n_told,
    )
    return process.with_own_share()


def _is_ruled_by_the_poor(process: Process, apart: float) -> bool:
    """Whether losses are so far apart, above 0, and noise of the poor hides the good ones."""
    loss = -process.known.values[:, 0]
    good, poor = np.quantile(loss[process.is_feasible], [0.1, 0.9], method="lower")
    hidden = max(good, poor / _DECADES_APART)
    return bool(loss.min() > 0.0 and poor > apart * good and process.noise > hidden)


def _in_logarithms(trial: FrozenTrial) -> FrozenTrial:
    """The trial with the logarithms of all that it reached above 0, and nothing of the rest."""
    told = copy.copy(trial)
    if trial.values is not None:
        told.values = [math.log(value) if value > 0 else math.inf for value in trial.values]
    reports = trial.intermediate_values.items()
    told.intermediate_values = {step: math.log(value) for step, value in reports if value > 0}
    return told


def _internal(name: str, value: Any, distribution: BaseDistribution) -> float:
    wrong = f"{value!r} is no value of {name!r}, which is {distribution}."
    try:
        internal = float(distribution.to_internal_repr(value))
    except (TypeError, ValueError):
        raise ValueError(wrong) from None
    if isinstance(distribution, FloatDistribution | IntDistribution) and not (
        distribution.low <= internal <= distribution.high
    ):
        raise ValueError(wrong)
    return internal


def group(rows: FloatArray) -> tuple[IntArray, IntArray]:
    """Which configuration each row has, ``(n_rows,)``, and where each stands first, oldest first.

    Args:
        rows: Shape ``(n_rows, n_params)``; NaN = inactive.
    """
    coded = np.nan_to_num(rows, nan=-1.0).round(12)
    _, first, which = np.unique(coded, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(first)
    return np.argsort(order)[which.reshape(-1)], first[order]


def _share_of_noise(rows: FloatArray, y: FloatArray, unexplained: float) -> tuple[float, int]:
    """Share of the unexplained variance that is noise, and the number of repeats that tell it.

    Before anything was repeated it is the share of the variance that the process explains: one
    that explains little sees structure as noise, as of many narrow basins. That counts as one
    repeat; where all repeats agree there is no noise.
    """
    which, first = group(rows)
    n_repeats = len(rows) - len(first)
    means = np.bincount(which, weights=y) / np.bincount(which)
    squares = float(((y - means[which]) ** 2).sum())
    if n_repeats >= MIN_REPEATS and squares < _SAME * n_repeats:
        return 0.0, n_repeats
    believed = max(0.0, 1.0 - unexplained)
    return min(1.0, (squares / unexplained + believed) / (n_repeats + 1)), n_repeats
