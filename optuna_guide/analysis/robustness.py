"""How many trials it takes: the skill of a model on held-out trials, against those it learns from.

The procedure is that of the paper behind the EBM panels: growing parts of the trials, the same
held-out ones for all parts of a resample, and three scores with their deviations.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from optuna_guide.domain.wording import percent
from optuna_guide.guidance import NotReady
from optuna_guide.models import skill
from optuna_guide.models.boosting import boost
from optuna_guide.models.ebm import MIN_TRIALS as MIN_EBM_TRIALS
from optuna_guide.models.forest import fit_forest, ranks
from optuna_guide.models.sample import MIN_TRIALS, read_sample
from optuna_guide.study.exploration import explore
from optuna_guide.study.snapshot import read_snapshot
from optuna_guide.study.table import read_trials
from optuna_guide.study.targets import read_target

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TypeAlias

    import numpy.typing as npt
    from optuna import Study

    from optuna_guide.domain.direction import Direction
    from optuna_guide.domain.space import FloatArray, IntArray
    from optuna_guide.models.sample import Sample
    from optuna_guide.study.exploration import Exploration

    FitPredict: TypeAlias = Callable[[IntArray, IntArray], tuple[FloatArray, FloatArray]]

By = Literal["random", "trial order"]
ModelName = Literal["forest", "ebm"]

SHARES = (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0)  # of the trials to learn from
N_RESAMPLES = 5
MAX_ROWS = 1000
MAX_SAMPLERS = 4
_HELD_OUT = 0.2
_N_TREES = 16
_N_BAGS = 2
_LARGEST = 1e75  # beyond, deviations of squared errors overflow
_KNEE = 0.2  # of the fall, below the line
_FEWEST = {"forest": MIN_TRIALS, "ebm": MIN_EBM_TRIALS}  # trials to learn from


@dataclass(frozen=True)
class RobustnessPoint:
    """Skill of a model that learnt from so many trials, on those that were held out.

    Attributes:
        n: Trials that it learnt from.
        mse: Mean squared error in squared units of the target, outliers clipped.
        spearman: Rank correlation of predicted and observed values.
        mrr: Reciprocal rank of the best held-out trial, ordered by their predictions: 1 = first.
        mse_std: Standard deviation of the error over the resamples.
        spearman_std: That of the rank correlation.
        mrr_std: That of the reciprocal rank.
    """

    n: int
    mse: float
    spearman: float
    mrr: float
    mse_std: float
    spearman_std: float
    mrr_std: float


@dataclass(frozen=True)
class RobustnessCurve:
    """Skill against the number of trials.

    Attributes:
        target: What is predicted.
        model: ``"forest"`` or ``"ebm"``.
        by: ``"random"``: growing random parts of the trials; ``"trial order"``: the first ones.
        n_trials: Distinct trials, a fifth of which is held out in each resample.
        n_resamples: What the means and deviations are over.
        points: Ascending in ``n``.
        knee: ``n`` of the point up to which the error falls most steeply, see `find_knee`; None
            where there is none.
        samplers: The same of a model that learns from the trials of one sampler alone, where
            several made enough of them.
    """

    target: str
    model: ModelName
    by: By
    n_trials: int
    n_resamples: int
    points: tuple[RobustnessPoint, ...]
    knee: int | None
    samplers: Mapping[str, tuple[RobustnessPoint, ...]] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """What the curve says about the number of trials."""
        first, last = self.points[0], self.points[-1]
        if self.knee is None:
            return (
                f"The error goes from {first.mse:.3g} with {first.n} trials to {last.mse:.3g} "
                f"with {last.n}, without a knee."
            )
        knee = next(p for p in self.points if p.n == self.knee)
        return (
            f"The error falls most steeply up to {knee.n} of {last.n} trials "
            f"({percent(knee.n / last.n)}): from {first.mse:.3g} to {knee.mse:.3g}, and to "
            f"{last.mse:.3g} with all."
        )


def robustness_curve(
    study: Study,
    *,
    by: By = "random",
    model: ModelName = "forest",
    target: str | int | None = None,
    direction: Direction | None = None,
    seed: int | None = None,
) -> RobustnessCurve | NotReady:
    """How many trials of a study suffice to predict the others.

    Args:
        study: Any Optuna study; it is only read.
        by: Learn from random parts of the trials, or from the first ones.
        model: The random forest, or the EBM.
        target: See `fit_guidance`.
        direction: See `fit_guidance`.
        seed: Of resamples and models. By default it follows from the trials.

    Returns:
        The curve, or a falsy `NotReady` that says what is missing.

    Raises:
        ValueError: If the study has no such target, or ``by`` or ``model`` is neither.
    """
    snapshot = read_snapshot(study)
    table = read_trials(snapshot)
    if not len(table):
        return NotReady("the study has no usable trial.", 0, MIN_TRIALS)
    sample = read_sample(table, read_target(table, target, direction=direction))
    if isinstance(sample, NotReady):
        return sample
    return measure_robustness(sample, explore(snapshot), by=by, model=model, seed=seed)


def measure_robustness(
    sample: Sample,
    exploration: Exploration,
    *,
    by: By = "random",
    model: ModelName = "forest",
    seed: int | None = None,
) -> RobustnessCurve | NotReady:
    """`robustness_curve` of trials that were read already.

    Args:
        sample: What there is to learn from; at most 1000 distinct rows of it are used.
        exploration: Says which sampler made which trial.
        by: See `robustness_curve`.
        model: See `robustness_curve`.
        seed: See `robustness_curve`.

    Raises:
        ValueError: If ``by`` or ``model`` is neither.
    """
    for name, value, known in (("by", by, get_args(By)), ("model", model, get_args(ModelName))):
        if value not in known:
            raise ValueError(f"{name} must be one of {', '.join(known)}, not {value!r}.")
    rng = np.random.default_rng((sample.seed if seed is None else seed, 2))
    rows = sample.even[skill.distinct_rows(sample.unit[sample.even])]
    if len(rows) > MAX_ROWS:
        rows = np.sort(rng.choice(rows, MAX_ROWS, replace=False))
    fewest = _FEWEST[model]
    needed = int(np.ceil(2 * fewest / (1 - _HELD_OUT)))
    if len(rows) < needed:
        words = f"{len(rows)} distinct trials, at least {needed} are needed to hold some out."
        return NotReady(words, len(rows), needed - len(rows))
    numbers = sample.table.numbers[sample.rows]
    made_by = dict(zip(exploration.trials.numbers.tolist(), exploration.samplers, strict=True))
    samplers = np.array([made_by.get(number, "") for number in numbers.tolist()])
    fit_predict = _FITS[model](sample, rng)
    splits = [_split(rng.permutation(rows), numbers, by) for _ in range(N_RESAMPLES)]
    points = _measure(fit_predict, sample, splits, fewest)
    return RobustnessCurve(
        target=sample.goal.name,
        model=model,
        by=by,
        n_trials=len(rows),
        n_resamples=N_RESAMPLES,
        points=points,
        knee=find_knee(points),
        samplers={
            name: _measure(fit_predict, sample, chosen, fewest)
            for name, chosen in _by_sampler(splits, samplers, fewest).items()
        },
    )


def find_knee(points: Sequence[RobustnessPoint]) -> int | None:
    """Trials of the point that lies furthest below the line from the first to the last one.

    Both axes are scaled to their ranges, errors being their running minimum (Kneedle: Satopaa et
    al. 2011). None where the error falls by less than the deviations of both ends, or where the
    point lies below the line by less than a fifth of the fall.
    """
    mse = np.minimum.accumulate([p.mse for p in points])
    fall = mse[0] - mse[-1]
    if len(points) < 3 or fall <= points[0].mse_std + points[-1].mse_std:
        return None
    n = np.array([p.n for p in points], dtype=np.float64)
    along, fallen = (n - n[0]) / (n[-1] - n[0]), (mse[0] - mse) / fall
    below = fallen - along
    return points[int(np.argmax(below))].n if below.max() >= _KNEE else None


def _fit_forests(sample: Sample, rng: np.random.Generator) -> FitPredict:
    filled = np.where(np.isnan(sample.unit), rng.random(sample.unit.shape), sample.unit)

    def fit_predict(train: IntArray, test: IntArray) -> tuple[FloatArray, FloatArray]:
        forest = fit_forest(
            sample.space, sample.unit[train], ranks(sample.loss[train]), n_trees=_N_TREES, rng=rng
        )
        values = forest.revalued(sample.values[train])
        return forest.predict(filled[test]).mean(axis=0), values.predict(filled[test]).mean(axis=0)

    return fit_predict


def _fit_ebms(sample: Sample, rng: np.random.Generator) -> FitPredict:
    sign = -1.0 if sample.goal.direction == "maximize" else 1.0
    seed = int(rng.integers(2**31))

    def fit_predict(train: IntArray, test: IntArray) -> tuple[FloatArray, FloatArray]:
        params, values = sample.params[train], sample.values[train]
        predicted = boost(sample.space, params, values, seed=seed, n_bags=_N_BAGS).predict(
            sample.params[test]
        )
        return sign * predicted, predicted

    return fit_predict


_FITS: Mapping[str, Callable[[Sample, np.random.Generator], FitPredict]] = {
    "forest": _fit_forests,
    "ebm": _fit_ebms,
}


def _split(shuffled: IntArray, numbers: IntArray, by: By) -> tuple[IntArray, IntArray]:
    """Rows to learn from, in the order in which they are added, and held-out ones."""
    n_test = int(np.ceil(_HELD_OUT * len(shuffled)))
    test, train = shuffled[:n_test], shuffled[n_test:]
    return (train[np.argsort(numbers[train])] if by == "trial order" else train), test


def _by_sampler(
    splits: Sequence[tuple[IntArray, IntArray]], samplers: npt.NDArray[np.str_], fewest: int
) -> dict[str, list[tuple[IntArray, IntArray]]]:
    """The splits of each sampler's trials, where several samplers made enough in every split."""
    found = {}
    for name in sorted(set(samplers.tolist()) - {""}):
        chosen = [(train[samplers[train] == name], test) for train, test in splits]
        if min(len(train) for train, _ in chosen) >= 2 * fewest:
            found[name] = chosen
    most = sorted(found, key=lambda name: -len(found[name][0][0]))[:MAX_SAMPLERS]
    return {name: found[name] for name in most} if len(found) > 1 else {}


def _measure(
    fit_predict: FitPredict,
    sample: Sample,
    splits: Sequence[tuple[IntArray, IntArray]],
    fewest: int,
) -> tuple[RobustnessPoint, ...]:
    most = min(len(train) for train, _ in splits)
    sizes = sorted({n for share in SHARES if (n := round(share * most)) >= fewest})
    points = []
    for n in sizes:
        scores = []
        for train, test in splits:
            loss, values = fit_predict(train[:n], test)
            scores.append(
                (
                    skill.mse(_limit(values), _limit(sample.values[test])),
                    skill.spearman(loss, sample.loss[test]),
                    skill.mrr(loss, sample.loss[test]),
                )
            )
        mean, deviation = np.mean(scores, axis=0), np.std(scores, axis=0, ddof=1)
        points.append(RobustnessPoint(n, *map(float, mean), *map(float, deviation)))
    return tuple(points)


def _limit(values: FloatArray) -> FloatArray:
    limited: FloatArray = np.clip(values, -_LARGEST, _LARGEST)
    return limited
