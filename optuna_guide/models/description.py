"""The guidance that is read from fitted models."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.domain.outliers import limit
from optuna_guide.guidance import BestTrial, Guidance, PairGuidance, ParamGuidance
from optuna_guide.models import digits
from optuna_guide.models.branches import find_left_out, judge_branches
from optuna_guide.models.contexts import describe_context
from optuna_guide.models.digits import round_share
from optuna_guide.models.expectations import expect_along, expect_over
from optuna_guide.models.fanova import normalised
from optuna_guide.models.kept_top import N_BEST, count_best
from optuna_guide.models.notes import note_cut, write_notes
from optuna_guide.models.pair_tests import look_at_pairs
from optuna_guide.models.parts import to_parts
from optuna_guide.models.suggestions import Suggestions, nothing, suggest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optuna_guide.domain.space import FloatArray
    from optuna_guide.guidance import Effect
    from optuna_guide.models.ebm import Ebm
    from optuna_guide.models.fitting import Models
    from optuna_guide.study.table import TrialsTable
    from optuna_guide.study.targets import Target

ALLOWED_FOR = 0.05  # share of an interaction from which a test of another parameter allows for it
N_SURFACES = 6
N_BEST_WITHIN = 8


def describe(models: Models, started: float) -> Guidance:
    """The guidance that is read from models.

    Args:
        models: Fitted to the trials.
        started: When the work began, by `time.perf_counter`.
    """
    sample = models.sample
    table, goal = sample.table, sample.goal
    left_out = find_left_out(sample)
    effects = expect_along(models, {}).effects
    suggested = _suggest(models, effects)
    params = _describe_params(models, suggested, _add_promising(models, suggested, effects))
    pairs = _describe_pairs(models)
    shares = sum(p.share for p in params) + sum(p.share for p in pairs)
    explained = min(shares, max(0.0, models.trust.r2))  # each is estimated, and so is the whole
    return Guidance(
        study_name=table.study_name,
        target=goal.name,
        direction=goal.direction,
        n_trials=len(goal.rows),
        last_trial=int(table.numbers.max()),
        n_finished=sum(table.states.get(s, 0) for s in ("COMPLETE", "PRUNED", "FAIL")),
        fitted_at=datetime.now(timezone.utc).isoformat(timespec="seconds"),
        seconds=round(time.perf_counter() - started, 3),
        seed=models.seed,
        trust=models.trust,
        params=params,
        pairs=pairs,
        unexplained=round_share(max(0.0, 1.0 - explained)),
        intercept=None if models.ebm is None else models.ebm.intercept,
        best=_best_trials(table, goal),
        n_best=count_best(goal),
        cut=note_cut(sample),
        n_front=int((goal.loss == 0).sum()) if goal.kind == "pareto_rank" else None,
        kept_top=suggested.kept,
        left_out=left_out,
        branches=judge_branches(table, goal),
        context=describe_context(table, goal),
        notes=write_notes(sample, left_out),
    )


def _suggest(models: Models, effects: Mapping[str, Effect]) -> Suggestions:
    """Ranges and advice; none while the gate is closed."""
    sample, ranked = models.sample, models.ranked
    importance = models.fanova.shapley()
    if not models.trust.is_open or not importance.any():
        return nothing(sample)
    shared = max(0.0, models.trust.r2) * (importance - models.fanova.mains)
    names, shapes = list(sample.space), {} if models.ebm is None else models.ebm.shapes
    pairs = {
        (names[i], names[j]): share
        for (i, j), share in models.fanova.pairs.items()
        if share >= ALLOWED_FOR
    }
    partners = _partners(models)
    return suggest(sample, ranked, importance, shared, pairs, shapes, effects, partners)


def _add_promising(
    models: Models, suggested: Suggestions, effects: Mapping[str, Effect]
) -> dict[str, Effect]:
    """The effects, with what is expected where the other parameters are promising."""
    space, region = models.sample.space, suggested.region
    given = expect_along(models, to_parts(region, space, space)).effects if region else {}
    return {
        name: replace(effect, promising=given[name].mean if region.keys() - {name} else None)
        for name, effect in effects.items()
    }


def _partners(models: Models) -> dict[str, list[str]]:
    """Parameters to those with which they do more than alone, the strongest first."""
    names, mains = list(models.sample.space), models.fanova.mains
    found: dict[str, list[str]] = {}
    for (i, j), share in sorted(models.fanova.pairs.items(), key=lambda item: -item[1]):
        for one, other in ((i, j), (j, i)):
            if share > mains[one]:
                found.setdefault(names[one], []).append(names[other])
    return found


def _describe_params(
    models: Models, suggested: Suggestions, effects: Mapping[str, Effect]
) -> tuple[ParamGuidance, ...]:
    """Every parameter, most important first."""
    sample = models.sample
    skill = max(0.0, models.trust.r2)
    importance = models.fanova.shapley()
    ebm_importance = (
        None if models.ebm is None else _ebm_importances(models.ebm, list(sample.space))
    )
    shapes = {} if models.ebm is None else models.ebm.shapes
    described = []
    for j, (name, distribution) in enumerate(sample.space.items()):
        column = sample.all_params[:, j]
        shape = shapes.get(name)
        described.append(
            ParamGuidance(
                name=name,
                distribution=distribution,
                importance=round_share(importance[j]),
                share=round_share(skill * models.fanova.mains[j]),
                spread=round_share(skill * models.fanova.spread[j]),
                importance_top=round_share(models.top[j]),
                importance_ped=round_share(models.ped[j]),
                importance_ebm=None if ebm_importance is None else round_share(ebm_importance[j]),
                active_share=round_share(float(np.mean(~np.isnan(column)))),
                promising=suggested.region.get(name),
                evidence=suggested.evidence.get(name),
                advice=suggested.advice[name],
                effect=effects[name],
                shape=None
                if shape is None
                else digits.short_shape(replace(shape, avoid=suggested.worse.get(name))),
                where=sample.table.branching.where.get(name, {}),
            )
        )
    return tuple(sorted(described, key=lambda p: -p.importance))


def _describe_pairs(models: Models) -> tuple[PairGuidance, ...]:
    """Every measured interaction, strongest first; surfaces for the first few only."""
    names = list(models.sample.space)
    skill = max(0.0, models.trust.r2)
    importance = models.fanova.shapley()
    boosted = {} if models.ebm is None else {frozenset(p.names): p for p in models.ebm.pairs}
    found = []
    strongest = sorted(models.fanova.pairs.items(), key=lambda item: -item[1])
    sample = models.sample
    even = sample.even
    p_values = look_at_pairs(
        sample.space,
        sample.params[even],
        [sample.values[even], limit(sample.loss[even])],
        sample.table.numbers[sample.rows[even]],
        [pair for pair, _ in strongest[:N_SURFACES]],
        np.argsort(-importance, kind="stable").tolist(),
        None if models.ebm is None else models.ebm.alone(sample.params[even]),
    )
    for rank, ((i, j), share) in enumerate(strongest):
        key = (i, j)
        if importance[j] > importance[i]:
            i, j = j, i
        term = boosted.get(frozenset((names[i], names[j])))
        flip = term is not None and term.names != (names[i], names[j])
        drawn = rank < N_SURFACES
        surface = digits.short_surface(term.surface) if term is not None and drawn else None
        found.append(
            PairGuidance(
                names=(names[i], names[j]),
                share=round_share(skill * share),
                spread=round_share(skill * models.fanova.pair_spread[min(i, j), max(i, j)]),
                importance_ebm=None if term is None else digits.rounded([term.importance])[0],
                p_value=digits.rounded([p])[0] if (p := p_values.get(key)) is not None else None,
                surface=expect_over(models, i, j) if drawn else None,
                ebm_surface=surface.transposed() if surface is not None and flip else surface,
            )
        )
    return tuple(found)


def _best_trials(table: TrialsTable, goal: Target) -> tuple[BestTrial, ...]:
    """The best trials; within a context the best of each of its largest groups."""
    order, labels = np.argsort(goal.loss, kind="stable")[:N_BEST], {}
    if goal.within is not None:
        groups = goal.within.groups[goal.rows]
        largest = np.argsort(-np.bincount(groups), kind="stable")[:N_BEST_WITHIN]
        members = [np.flatnonzero(groups == k) for k in largest]
        order = np.array([rows[goal.loss[rows].argmin()] for rows in members])
        labels = {i: goal.within.labels[groups[i]] for i in order.tolist()}
    told = table.losses * np.where(table.maximised, -1.0, 1.0)
    return tuple(
        BestTrial(
            number=int(table.numbers[goal.rows[i]]),
            value=float(goal.measured[i]),
            params={
                name: float(v)
                for name, v in zip(table.names, table.params[goal.rows[i]], strict=True)
                if not np.isnan(v)
            },
            objectives=dict(zip(table.objectives, told[goal.rows[i]].tolist(), strict=True)),
            context=labels.get(i, ""),
        )
        for i in order.tolist()
    )


def _ebm_importances(ebm: Ebm, names: list[str]) -> FloatArray:
    """Mean absolute scores, half of an interaction for each partner, normalised."""
    totals = ebm.importances.copy()
    for pair in ebm.pairs:
        for name in pair.names:
            totals[names.index(name)] += pair.importance / 2
    return normalised(totals)
