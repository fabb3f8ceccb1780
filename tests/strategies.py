"""Hypothesis strategies: distributions of every kind, and guidance of every shape."""

from __future__ import annotations

import math
import warnings

from hypothesis import strategies as st
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)

from optuna_guide.domain.ranges import Choices, Intervals
from optuna_guide.domain.space import with_choices
from optuna_guide.guidance import (
    SCHEMA_VERSION,
    Advice,
    BestTrial,
    Effect,
    Evidence,
    Guidance,
    PairGuidance,
    ParamGuidance,
    Shape,
    SkillPoint,
    Surface,
    Trust,
)

finite = st.floats(allow_nan=False, allow_infinity=False)
number = st.floats(allow_nan=False)
shares = st.floats(0, 1)
counts = st.integers(0, 10**6)
texts = st.text(max_size=8)


@st.composite
def _plain(draw: st.DrawFn) -> FloatDistribution:
    low = draw(st.floats(-1e6, 1e6))
    return FloatDistribution(low, low + draw(st.floats(0, 1e9)))


@st.composite
def _logarithmic(draw: st.DrawFn) -> FloatDistribution:
    low = 10 ** draw(st.floats(-30, 5))
    return FloatDistribution(low, low * 10 ** draw(st.floats(0, 12)), log=True)


@st.composite
def _stepped(draw: st.DrawFn) -> FloatDistribution:
    low = draw(st.integers(-1000, 1000)) / 100
    step = draw(st.sampled_from([0.1, 0.25, 0.3, 1.0, 0.05, 7.0]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # steps that do not divide
        return FloatDistribution(low, low + draw(st.floats(0, 300)) * step, step=step)


@st.composite
def _integers(draw: st.DrawFn) -> IntDistribution:
    log = draw(st.booleans())
    low = draw(st.integers(1 if log else -(10**6), 10**6))
    step = 1 if log else draw(st.integers(1, 9))
    high = low + step * draw(st.integers(0, 300) | st.integers(0, 10**12))
    return IntDistribution(low, high, log=log, step=step)


atoms = st.none() | st.booleans() | st.integers() | st.floats() | texts
choices = st.recursive(atoms, lambda inner: st.tuples(inner, inner) | st.lists(inner, max_size=2))
categorical = st.lists(choices, min_size=1, max_size=20, unique_by=repr).map(with_choices)
numeric: st.SearchStrategy[FloatDistribution | IntDistribution] = st.one_of(
    _plain(), _logarithmic(), _stepped(), _integers()
)
distributions: st.SearchStrategy[BaseDistribution] = st.one_of(numeric, categorical)


def is_integral(distribution: BaseDistribution) -> bool:
    return isinstance(distribution, IntDistribution | CategoricalDistribution)


def _tuples(elements: st.SearchStrategy, size: int | None = None) -> st.SearchStrategy:
    if size is None:
        return st.lists(elements, max_size=3).map(tuple)
    return st.tuples(*[elements] * size)


ranges = st.one_of(
    st.builds(Intervals, _tuples(st.tuples(number, number))),
    st.builds(Choices, _tuples(st.integers(0, 20))),
)
effects = st.builds(Effect, *[_tuples(number)] * 4, counts=_tuples(counts))
shapes = st.builds(
    Shape,
    *[_tuples(number)] * 3,
    counts=_tuples(counts),
    inactive=st.none() | number,
    avoid=st.none() | ranges,
)
surfaces = st.builds(
    Surface, _tuples(number, 2), _tuples(number, 2), *[_tuples(_tuples(number, 2), 2)] * 2
)
evidences = st.builds(
    Evidence, counts, counts, shares, st.none() | shares, shares, agreement=st.none() | shares
)
advices = st.builds(
    Advice,
    st.sampled_from(["narrow", "widen", "freeze", "avoid", "none"]),
    texts,
    range=st.none() | ranges,
    bound=st.sampled_from([None, "low", "high"]),
)
params = st.builds(
    ParamGuidance,
    name=texts,
    distribution=distributions,
    importance=shares,
    share=shares,
    spread=shares,
    importance_top=shares,
    importance_ped=shares,
    importance_ebm=st.none() | shares,
    active_share=shares,
    promising=st.none() | ranges,
    evidence=st.none() | evidences,
    advice=advices,
    effect=effects,
    shape=st.none() | shapes,
)
pairs = st.builds(
    PairGuidance,
    st.tuples(texts, texts),
    shares,
    shares,
    importance_ebm=st.none() | finite,
    surface=st.none() | surfaces,
    ebm_surface=st.none() | surfaces,
)
trusts = st.builds(
    Trust,
    is_open=st.booleans(),
    state=st.sampled_from(["values", "ranks", "closed"]),
    reason=texts,
    r2_ebm=st.none() | number,
    n_trials=counts,
    n_missing=st.none() | counts,
    curve=_tuples(st.builds(SkillPoint, counts, *[number] * 5)),
    **dict.fromkeys(
        [
            "spearman",
            "spearman_lower",
            "threshold",
            "r2",
            "r2_linear",
            "mse",
            "typical_error",
            "mrr",
            "skew",
        ],
        number,
    ),
)
guidances = st.builds(
    Guidance,
    study_name=texts,
    target=texts,
    direction=st.sampled_from(["minimize", "maximize"]),
    n_trials=counts,
    last_trial=counts,
    n_finished=counts,
    fitted_at=texts,
    seconds=finite,
    trust=trusts,
    params=_tuples(params),
    pairs=_tuples(pairs),
    unexplained=shares,
    intercept=st.none() | number,
    best=_tuples(st.builds(BestTrial, counts, number, st.dictionaries(texts, finite, max_size=3))),
    notes=_tuples(texts),
    version=counts,
    schema=st.just(SCHEMA_VERSION),
)


def same_choice(one: object, other: object) -> bool:
    """Equal in type and value; NaN equals NaN."""
    if isinstance(one, float) and math.isnan(one):
        return isinstance(other, float) and math.isnan(other)
    return type(one) is type(other) and repr(one) == repr(other)
