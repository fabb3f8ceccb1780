"""Guidance made by hand, from the plain to the ugly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)

from optuna_guide.domain import space
from optuna_guide.domain.cells import cell_edges
from optuna_guide.domain.ranges import Choices, Intervals
from optuna_guide.guidance import (
    Advice,
    BestTrial,
    Effect,
    Evidence,
    Guidance,
    PairGuidance,
    ParamGuidance,
    SkillPoint,
    Trust,
)

DIGITS: dict[str, BaseDistribution] = {
    "learning_rate": FloatDistribution(1e-4, 1.0, log=True),
    "layer0_units": IntDistribution(4, 128, log=True),
    "activation": CategoricalDistribution(("relu", "tanh", "logistic")),
    "momentum": FloatDistribution(0.0, 0.99),
    "alpha": FloatDistribution(1e-6, 1e-1, log=True),
    "n_layers": IntDistribution(1, 3),
    "batch_size": IntDistribution(16, 256, log=True),
    "solver": CategoricalDistribution(("adam", "sgd")),
}
UGLY_NAMES = (
    "<b>x</b>",
    "a:b",
    "学習率" * 9,
    "n" * 300,
    "",
    "<script>alert(1)</script>",
    "$x$ %{y}",
)


def make_param(
    name: str, distribution: BaseDistribution, importance: float, rng: np.random.Generator
) -> ParamGuidance:
    unit_edges = cell_edges(distribution, 32)
    middles = (unit_edges[1:] + unit_edges[:-1]) / 2
    x = space.from_unit(distribution, middles)
    if isinstance(distribution, CategoricalDistribution):
        promising: Choices | Intervals = Choices((0,))
    else:
        low, high = space.from_unit(distribution, [0.55, 0.8])
        promising = Intervals(((float(low), float(high)),))
    mean = 0.9 - importance * (middles - 0.65) ** 2 * 2
    wanted = np.exp(-4 * (middles - 0.6) ** 2)
    counts = rng.multinomial(180, wanted / wanted.sum())
    return ParamGuidance(
        name=name,
        distribution=distribution,
        importance=importance,
        share=importance * 0.6,
        spread=importance * 0.1,
        importance_top=importance * rng.uniform(0.5, 1.5),
        importance_ped=importance,
        importance_ebm=importance,
        active_share=0.4 if name == "momentum" else 1.0,
        promising=promising if importance > 0.06 else None,
        evidence=Evidence(61, 180, 0.58, 0.06, 0.9, 0.8) if importance > 0.06 else None,
        advice=_advice(importance, promising, distribution),
        effect=Effect(
            x=tuple(x.tolist()),
            edges=tuple(space.place(distribution, unit_edges).tolist()),
            mean=tuple(mean.tolist()),
            spread=tuple((0.02 + 0.02 * rng.random(len(x))).tolist()),
            counts=tuple(counts.tolist()),
        ),
    )


def make_guidance(
    distributions: dict[str, BaseDistribution] | None = None, *, n_trials: int = 180
) -> Guidance:
    """An open guidance of the digits study, or of other distributions."""
    rng = np.random.default_rng(0)
    distributions = DIGITS if distributions is None else distributions
    weights = 0.65 ** np.arange(len(distributions))
    weights /= weights.sum()
    params = tuple(
        make_param(name, distribution, float(weight), rng)
        for (name, distribution), weight in zip(distributions.items(), weights, strict=True)
    )
    best = tuple(
        BestTrial(
            number=10 + i,
            value=0.97 - 0.001 * i,
            params={
                p.name: float(space.from_unit(p.distribution, rng.uniform(0.55, 0.8)))
                for p in params
                if p.active_share == 1 or i % 2
            },
            objectives={"accuracy": 0.97 - 0.001 * i},
        )
        for i in range(10)
    )
    names = [p.name for p in params]
    pairs = tuple(
        PairGuidance((a, b), share, share / 5, p_value=0.001)
        for a, b, share in zip(names, names[1:], (0.1, 0.04, 0.02, 0.01), strict=False)
    )
    return Guidance(
        study_name="digits-mlp",
        target="accuracy",
        direction="maximize",
        n_trials=n_trials,
        last_trial=n_trials - 1,
        n_finished=n_trials,
        fitted_at="2026-05-04T03:02:01+00:00",
        seconds=1.2,
        seed=7,
        trust=make_trust(n_trials),
        params=params,
        pairs=pairs,
        unexplained=0.23,
        intercept=0.9,
        best=best,
        notes=("Trials were concentrated by the sampler.",),
        version=3,
    )


def make_trust(n_trials: int) -> Trust:
    curve = tuple(
        SkillPoint(
            n=round(n_trials * part),
            spearman=0.85 - 0.3 / (1 + 10 * part),
            spearman_std=0.2 / (1 + 10 * part),
            r2=0.75 - 0.5 / (1 + 10 * part),
            mse=0.01,
            mrr=0.5,
        )
        for part in (0.05, 0.1, 0.2, 0.3, 0.5, 1.0)
    )
    return Trust(
        is_open=True,
        state="values",
        reason="predictions rank unseen trials with a correlation of 0.82 (n = 180)",
        spearman=0.82,
        spearman_lower=0.75,
        threshold=0.3,
        r2=0.7,
        r2_linear=0.42,
        r2_ebm=0.68,
        mse=0.01,
        typical_error=0.07,
        mrr=0.5,
        n_trials=n_trials,
        n_missing=0,
        skew=0.31,
        curve=curve,
    )


def close_gate(guidance: Guidance) -> Guidance:
    trust = replace(
        guidance.trust,
        is_open=False,
        state="closed",
        reason="predictions rank unseen trials with a correlation of 0.20, at least -0.10 "
        "(n = 180); 0.3 is needed: about 25 more complete trials",
        spearman=0.2,
        spearman_lower=-0.1,
        r2=-0.3,
        r2_linear=float("nan"),
        r2_ebm=None,
        n_missing=25,
        curve=(),
    )
    params = tuple(
        replace(p, promising=None, evidence=None, advice=Advice("none", "no advice yet"))
        for p in guidance.params
    )
    return replace(guidance, trust=trust, params=params, unexplained=1.0)


def ugly_guidance() -> Guidance:
    """Names and choices that would be markup, formulas or templates if they were not escaped."""
    distributions: dict[str, BaseDistribution] = {
        name: FloatDistribution(0.0, 1.0) for name in UGLY_NAMES[:4]
    }
    for name in UGLY_NAMES[4:]:
        distributions[name] = CategoricalDistribution((*UGLY_NAMES, None, True, 1.5))
    guidance = make_guidance(distributions)
    return replace(
        guidance,
        study_name="<i>study</i>",
        target="<u>%{x}</u>[bold]",
        notes=("<script>note</script> [red]",),
    )


def _advice(
    importance: float, promising: Choices | Intervals, distribution: BaseDistribution
) -> Advice:
    if importance > 0.1:
        return Advice("narrow", "keep to the promising range", promising)
    if importance > 0.06 and not isinstance(distribution, CategoricalDistribution):
        return Advice("widen", "the top trials lie at the upper bound", bound="high")
    return Advice("none", "no advice")


GUIDANCE: dict[str, Callable[[], Guidance]] = {
    "open": make_guidance,
    "closed": lambda: close_gate(make_guidance()),
    "one parameter": lambda: make_guidance({"x": FloatDistribution(-5.0, 5.0)}),
    "two parameters": lambda: make_guidance(dict(list(DIGITS.items())[:2])),
    "60 parameters": lambda: make_guidance(
        {f"block{i}_attention_width": FloatDistribution(1e-12, 1.0, log=True) for i in range(60)}
    ),
    "200 choices": lambda: make_guidance(
        {
            f"tokenizer{i}": CategoricalDistribution([f"bpe with {k} merges" for k in range(200)])
            for i in range(60)
        }
    ),
    "ugly names": ugly_guidance,
    "ugly names, closed": lambda: close_gate(ugly_guidance()),
    "single values": lambda: make_guidance(
        {
            "x": FloatDistribution(2.0, 2.0),
            "n": IntDistribution(3, 3),
            "c": CategoricalDistribution(["a"]),
        }
    ),
    "huge numbers": lambda: make_guidance(
        {"x": FloatDistribution(-1e300, 1e300), "n": IntDistribution(0, 7 * 10**8, step=7)}
    ),
}
