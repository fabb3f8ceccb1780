"""The explainable boosting machine: what each value, and each pair of values, adds to the target.

The model is ``intercept + sum of f_j(x_j) + sum of f_ij(x_i, x_j)`` (GA2M; Lou et al. 2013, Nori
et al. 2019), cyclic boosting of one-dimensional trees, averaged over bags of the trials. It is
readable, not the best predictor: the forest decides about trust, the EBM shows shapes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from optuna.distributions import BaseDistribution, CategoricalDistribution

from optuna_guide.domain import space as spaces
from optuna_guide.domain.cells import cell_edges
from optuna_guide.domain.ranges import Choices, Intervals
from optuna_guide.guidance import Shape, Surface
from optuna_guide.models.boosting import BoostedTerms, boost

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from optuna_guide.domain.direction import Direction
    from optuna_guide.domain.space import FloatArray

MIN_TRIALS = 20
N_SURFACE_CELLS = 16

_AVOID_ERRORS = 2.0
_AVOID_MIN_TRIALS = 5


@dataclass(frozen=True)
class PairTerm:
    """Interaction of two parameters.

    Attributes:
        names: The two parameters, in the order of the space.
        importance: Mean absolute score of the interaction alone over the trials, in target units.
        surface: Intercept + main + main + interaction, and the interaction alone. The interaction
            alone misleads: it does not name the best combination.
    """

    names: tuple[str, str]
    importance: float
    surface: Surface


@dataclass(frozen=True, eq=False)
class Ebm:
    """What the EBM learnt; all scores are in the target's units.

    Attributes:
        shapes: Shape function of every parameter.
        importances: ``(p,)`` mean absolute score of each main effect over the trials.
        pairs: The interactions that were boosted, strongest first.
        intercept: Mean of the clipped values, as the model sees it.
        model: The fitted model.
    """

    shapes: Mapping[str, Shape]
    importances: FloatArray
    pairs: tuple[PairTerm, ...]
    intercept: float
    model: BoostedTerms

    def predict(self, params: FloatArray) -> FloatArray:
        """``(n,)`` predictions in target units for ``(n, p)`` internal values; NaN = inactive."""
        return self.model.predict(params)

    def alone(self, params: FloatArray) -> FloatArray:
        """``(n, p)`` scores of the main effects for ``(n, p)`` internal values; 0 without one."""
        scores, found = self.model.scores(params), np.zeros(params.shape)
        for k, term in enumerate(self.model.terms):
            if len(term) == 1:
                found[:, term[0]] = scores[:, k]
        return found


def fit_ebm(
    space: Mapping[str, BaseDistribution],
    params: FloatArray,
    values: FloatArray,
    *,
    direction: Direction,
    seed: int,
    weights: FloatArray | None = None,
    tried: FloatArray | None = None,
) -> Ebm:
    """Fit the EBM and read its terms.

    Args:
        space: Declared distributions; key order = column order.
        params: ``(n, p)`` internal values; NaN = inactive.
        values: ``(n,)`` target in its own units, the bad side clipped.
        direction: Which way the target is better.
        seed: Seed of the bags.
        weights: ``(n,)`` how many trials each stands for; 1 by default.
        tried: ``(n_all, p)`` internal values of all trials, to count them; ``params`` by default.

    Raises:
        ValueError: If there are fewer than 20 trials, or the shapes do not fit.
    """
    if len(values) < MIN_TRIALS:
        raise ValueError(
            f"An EBM needs at least {MIN_TRIALS} trials, found {len(values)}: "
            "with fewer it fits noise. Run more trials."
        )
    tried = params if tried is None else tried
    weights = np.ones(len(values)) if weights is None else weights
    model = boost(space, params, values, seed=seed, weights=weights)
    scores = model.scores(params)
    mean_abs = np.average(np.abs(scores), axis=0, weights=weights)
    mains = {t[0]: k for k, t in enumerate(model.terms) if len(t) == 1}
    shapes = [_shape(model, mains.get(j), tried[:, j], j) for j in range(len(space))]
    worse = 1.0 if direction == "minimize" else -1.0
    bar = _typical_deviation(scores[:, list(mains.values())], weights)
    return Ebm(
        shapes={
            name: _with_avoid(shape, distribution, worse, bar)
            for (name, distribution), shape in zip(space.items(), shapes, strict=True)
        },
        importances=np.array(
            [mean_abs[mains[j]] if j in mains else 0.0 for j in range(len(space))]
        ),
        pairs=_pairs(model, tried, mean_abs),
        intercept=model.intercept,
        model=model,
    )


def _shape(model: BoostedTerms, term: int | None, column: FloatArray, j: int) -> Shape:
    """Shape function of column ``j``; flat where the model has no such term."""
    distribution = list(model.space.values())[j]
    active = column[~np.isnan(column)]
    sometimes_inactive = len(active) < len(column)
    if isinstance(distribution, CategoricalDistribution):
        n = len(distribution.choices)
        edges = np.arange(n + 1) - 0.5
        bins = _choice_bins(model, j, n) if term is not None else np.full(n, -1)
    else:
        cuts = _cuts(model, j) if term is not None else np.empty(0)
        edges = _edges(distribution, cuts)
        bins = np.arange(1, len(edges))
    counts = np.histogram(active, bins=edges)[0]
    score, error = np.zeros(len(bins)), np.zeros(len(bins))
    inactive = 0.0
    if term is not None:
        means = model.scale * model.regressor.term_scores_[term]
        errors = model.scale * model.regressor.standard_deviations_[term]
        score, error, inactive = means[bins], errors[bins], float(means[0])
    return Shape(
        edges=tuple(edges.tolist()),
        score=tuple(score.tolist()),
        error=tuple(error.tolist()),
        counts=tuple(counts.tolist()),
        inactive=inactive if sometimes_inactive else None,
    )


def _edges(distribution: Any, cuts: FloatArray) -> FloatArray:
    """Bin edges in internal units; the outer ones are those of the first and last level's cell."""
    half_step = (distribution.step or 0.0) / 2
    inner = np.exp(cuts) if distribution.log else cuts
    return np.concatenate([[distribution.low - half_step], inner, [distribution.high + half_step]])


def _cuts(model: BoostedTerms, j: int) -> FloatArray:
    cuts: FloatArray = model.regressor.bins_[model.columns.index(j)][0]
    return cuts


def _choice_bins(model: BoostedTerms, j: int, n_choices: int) -> npt.NDArray[np.int64]:
    """Bin of each choice; the last one, which scores 0, where a choice was never tried."""
    known = model.regressor.bins_[model.columns.index(j)][0]
    return np.array([known.get(str(index), -1) for index in range(n_choices)])


def _typical_deviation(scores: FloatArray, weights: FloatArray) -> float:
    """Standard deviation of the main effects' scores ``(n, n_mains)``, averaged over parameters.

    Each counts as much as it deviates: the average is that of a parameter that matters, however
    many there are that do not.
    """
    mean = np.average(scores, axis=0, weights=weights)
    deviations = np.sqrt(np.average((scores - mean) ** 2, axis=0, weights=weights))
    total = deviations.sum()
    return float((deviations**2).sum() / total) if total > 0 else 0.0


def _with_avoid(shape: Shape, distribution: BaseDistribution, worse: float, bar: float) -> Shape:
    """Add the segments to avoid.

    A segment is a run of adjacent bins, or one choice, of which each scores worse than the mean by
    more than ``bar``, the typical standard deviation of the main effects. It is kept where its
    mean score exceeds twice its mean error over the bags, and at least five trials lie in it.
    """
    loss, error = worse * np.array(shape.score), np.array(shape.error)
    counts = np.array(shape.counts)
    categorical = isinstance(distribution, CategoricalDistribution)
    segments = []
    for start, stop in _runs(loss > bar, split=categorical):
        n = counts[start:stop].sum()
        if n < _AVOID_MIN_TRIALS:
            continue
        weights = counts[start:stop] / n
        if weights @ loss[start:stop] > _AVOID_ERRORS * (weights @ error[start:stop]):
            segments.append((start, stop))
    if not segments:
        return shape
    if categorical:
        return replace(shape, avoid=Choices(tuple(start for start, _ in segments)))
    edges = shape.edges
    return replace(
        shape,
        avoid=Intervals(
            tuple(
                _legal_bounds(distribution, edges[start], edges[stop]) for start, stop in segments
            )
        ),
    )


def _runs(flags: npt.NDArray[np.bool_], *, split: bool) -> list[tuple[int, int]]:
    """Half-open runs of true flags; every flag is a run of its own where ``split``."""
    if split:
        return [(int(i), int(i) + 1) for i in np.flatnonzero(flags)]
    steps = np.diff(np.concatenate([[0], flags.astype(np.int64), [0]]))
    starts, stops = np.flatnonzero(steps == 1), np.flatnonzero(steps == -1)
    return [(int(a), int(b)) for a, b in zip(starts, stops, strict=True)]


def _legal_bounds(distribution: Any, low: float, high: float) -> tuple[float, float]:
    """The outermost values between two edges that the parameter can take."""
    step = distribution.step
    if step is None:
        return low, high
    first = np.ceil((low - distribution.low) / step - 1e-9)
    last = np.floor((high - distribution.low) / step + 1e-9)
    return float(distribution.low + step * first), float(distribution.low + step * last)


def _pairs(model: BoostedTerms, params: FloatArray, mean_abs: FloatArray) -> tuple[PairTerm, ...]:
    names = list(model.space)
    terms = model.terms
    mains = {t[0]: k for k, t in enumerate(terms) if len(t) == 1}
    pairs = []
    for k, term in enumerate(terms):
        if len(term) == 2:
            i, j = term
            surface = _surface(model, params, (i, j), [mains[i], mains[j], k])
            pairs.append(PairTerm((names[i], names[j]), float(mean_abs[k]), surface))
    return tuple(sorted(pairs, key=lambda pair: -pair.importance))


def _surface(
    model: BoostedTerms, params: FloatArray, pair: tuple[int, int], terms: list[int]
) -> Surface:
    """The surface on a grid of both parameters, the others inactive and not counted."""
    distributions = list(model.space.values())
    x, y = (_grid(distributions[j], params[:, j]) for j in pair)
    grid = np.full((len(x) * len(y), len(distributions)), np.nan)
    grid[:, pair[0]] = np.repeat(x, len(y))
    grid[:, pair[1]] = np.tile(y, len(x))
    main_x, main_y, interaction = model.scores(grid)[:, terms].T.reshape(3, len(x), len(y))
    total = model.intercept + main_x + main_y + interaction
    return Surface(
        x=tuple(x.tolist()),
        y=tuple(y.tolist()),
        total=tuple(map(tuple, total.tolist())),
        interaction=tuple(map(tuple, interaction.tolist())),
    )


def _grid(distribution: BaseDistribution, column: FloatArray) -> FloatArray:
    """At most 16 legal values, ascending: those that were tried, where they are few.

    Otherwise they lie evenly over the range, or are the choices tried most.
    """
    tried, counts = np.unique(column[~np.isnan(column)], return_counts=True)
    if len(tried) <= N_SURFACE_CELLS:
        return tried
    if isinstance(distribution, CategoricalDistribution):
        return np.sort(tried[np.argsort(-counts, kind="stable")[:N_SURFACE_CELLS]])
    edges = cell_edges(distribution, N_SURFACE_CELLS)
    return spaces.from_unit(distribution, (edges[:-1] + edges[1:]) / 2)
