"""The pipeline: from a study to its guidance, or to the reason why there is none."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.domain.labels import label
from optuna_guide.domain.wording import percent
from optuna_guide.guidance import (
    BestTrial,
    Branch,
    Guidance,
    LeftOut,
    NotReady,
    PairGuidance,
    ParamGuidance,
)
from optuna_guide.models import digits
from optuna_guide.models.digits import round_share as _share
from optuna_guide.models.expectations import expect_along, expect_over
from optuna_guide.models.fanova import normalised
from optuna_guide.models.fitting import fit_models
from optuna_guide.models.forest import ranks
from optuna_guide.models.ped_anova import ped_anova
from optuna_guide.models.sample import MIN_TRIALS, read_sample
from optuna_guide.models.suggestions import Suggestions, nothing, suggest
from optuna_guide.models.upper_share import largest_shares
from optuna_guide.study.snapshot import read_snapshot
from optuna_guide.study.table import read_trials
from optuna_guide.study.targets import read_goal, read_target

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optuna import Study

    from optuna_guide.domain.space import FloatArray
    from optuna_guide.guidance import Effect
    from optuna_guide.models.ebm import Ebm
    from optuna_guide.models.fitting import Models
    from optuna_guide.models.sample import Sample
    from optuna_guide.study.table import TrialsTable
    from optuna_guide.study.targets import Direction, Target

N_SURFACES = 6
N_BEST = 3


def fit_guidance(
    study: Study,
    *,
    target: str | int | None = None,
    direction: Direction | None = None,
    include_pruned: bool = False,
    seed: int | None = None,
) -> Guidance | NotReady:
    """Learn from the complete trials of a study what matters and which ranges are promising.

    Args:
        study: Any Optuna study, finished or running; it is only read.
        target: What to explain: an objective's name or index, a numeric user attribute,
            ``"duration"``, ``"pareto_rank"`` or ``"feasible"``. By default the objective, or the
            Pareto rank where there are several.
        direction: Which way a user attribute is better; ``"minimize"`` where nothing is said.
        include_pruned: Use pruned trials as well, through their last intermediate value.
        seed: Seed of the models. By default it follows from the trials, whatever their order: the
            same trials give the same guidance.

    Returns:
        The guidance, or a falsy `NotReady` that says what is missing.

    Raises:
        ValueError: If the study has no such target, or the options do not fit the study.
    """
    started = time.perf_counter()
    table = read_trials(read_snapshot(study), include_pruned=include_pruned)
    return fit_table(table, target=target, direction=direction, seed=seed, started=started)


def fit_table(
    table: TrialsTable,
    *,
    target: str | int | None = None,
    direction: Direction | None = None,
    seed: int | None = None,
    started: float | None = None,
) -> Guidance | NotReady:
    """`fit_guidance` for trials that were read already.

    Args:
        table: Usable trials.
        target: See `fit_guidance`.
        direction: See `fit_guidance`.
        seed: See `fit_guidance`.
        started: When the work began, by `time.perf_counter`; now, where nothing is said.
    """
    started = time.perf_counter() if started is None else started
    models = fit_target(table, target=target, direction=direction, seed=seed)
    return models if isinstance(models, NotReady) else describe(models, started)


def fit_target(
    table: TrialsTable,
    *,
    target: str | int | None = None,
    direction: Direction | None = None,
    seed: int | None = None,
) -> Models | NotReady:
    """The models behind a guidance; the arguments are those of `fit_table`."""
    if len(table) == 0:
        return NotReady(_nothing_usable(table), 0, MIN_TRIALS)
    sample = read_sample(table, read_target(table, target, direction=direction))
    return sample if isinstance(sample, NotReady) else fit_models(sample, seed)


def fit_again(guidance: Guidance, table: TrialsTable) -> Models | NotReady:
    """The models that a guidance was read from.

    Args:
        guidance: Says the target and the seed.
        table: The usable trials that it knows.

    Raises:
        ValueError: If the table does not know the target: it is of another study.
    """
    sample = read_sample(table, read_goal(guidance, table))
    return sample if isinstance(sample, NotReady) else fit_models(sample, guidance.seed)


def describe(models: Models, started: float) -> Guidance:
    """The guidance that is read from models.

    Args:
        models: Fitted to the trials.
        started: When the work began, by `time.perf_counter`.
    """
    sample = models.sample
    table, goal = sample.table, sample.goal
    left_out = _left_out(sample)
    effects = expect_along(models, {}).effects
    suggested = _suggest(models, effects)
    params = _describe_params(models, suggested, effects)
    pairs = _describe_pairs(models)
    explained = sum(p.share for p in params) + sum(p.share for p in pairs)
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
        unexplained=_share(max(0.0, 1.0 - explained)),
        intercept=None if models.ebm is None else models.ebm.intercept,
        best=_best_trials(table, goal),
        n_front=int((goal.loss == 0).sum()) if goal.kind == "pareto_rank" else None,
        kept_top=suggested.kept,
        left_out=left_out,
        branches=_judge_branches(table, goal),
        notes=(
            *table.notes,
            *(f"{p.name} {p.reason} and is left out." for p in left_out),
            *sample.notes,
            *_inheritance_note(models),
            *_dropped_note(table),
        ),
    )


def _suggest(models: Models, effects: Mapping[str, Effect]) -> Suggestions:
    """Ranges and advice; none while the gate is closed."""
    sample, ranked = models.sample, models.ranked
    importance = models.fanova.shapley()
    if not models.trust.is_open or not importance.any():
        return nothing(sample)
    largest = largest_shares(ranked, sample.unit, ranks(sample.loss), importance)
    shapes = {} if models.ebm is None else models.ebm.shapes
    return suggest(sample, ranked, largest, shapes, effects)


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
                importance=_share(importance[j]),
                share=_share(skill * models.fanova.mains[j]),
                spread=_share(skill * models.fanova.spread[j]),
                importance_top=_share(models.top[j]),
                importance_ped=_share(models.ped[j]),
                importance_ebm=None if ebm_importance is None else _share(ebm_importance[j]),
                active_share=_share(float(np.mean(~np.isnan(column)))),
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
    for rank, ((i, j), share) in enumerate(strongest):
        if importance[j] > importance[i]:
            i, j = j, i
        term = boosted.get(frozenset((names[i], names[j])))
        flip = term is not None and term.names != (names[i], names[j])
        drawn = rank < N_SURFACES
        surface = digits.short_surface(term.surface) if term is not None and drawn else None
        found.append(
            PairGuidance(
                names=(names[i], names[j]),
                share=_share(skill * share),
                spread=_share(skill * models.fanova.pair_spread[min(i, j), max(i, j)]),
                importance_ebm=None if term is None else digits.rounded([term.importance])[0],
                surface=expect_over(models, i, j) if drawn else None,
                ebm_surface=surface.transposed() if surface is not None and flip else surface,
            )
        )
    return tuple(found)


def _best_trials(table: TrialsTable, goal: Target) -> tuple[BestTrial, ...]:
    order = np.argsort(goal.loss, kind="stable")[:N_BEST]
    told = table.losses * np.where(table.maximised, -1.0, 1.0)
    return tuple(
        BestTrial(
            number=int(table.numbers[goal.rows[i]]),
            value=float(goal.values[i]),
            params={
                name: float(v)
                for name, v in zip(table.names, table.params[goal.rows[i]], strict=True)
                if not np.isnan(v)
            },
            objectives=dict(zip(table.objectives, told[goal.rows[i]].tolist(), strict=True)),
        )
        for i in order
    )


def _left_out(sample: Sample) -> tuple[LeftOut, ...]:
    """Every parameter that a trial had and the models do not see."""
    branching = sample.table.branching
    return tuple(
        LeftOut(
            name,
            distribution,
            sample.left_out.get(name, "was in no trial that can be used"),
            branching.where.get(name, {}),
        )
        for name, distribution in {**sample.table.space, **branching.space}.items()
        if name not in sample.space
    )


def _judge_branches(table: TrialsTable, goal: Target) -> tuple[Branch, ...]:
    """What became of each choice that brings parameters with it, the best of a parameter first."""
    branching = table.branching
    found = []
    for name, counts in branching.counts.items():
        children = {c: w[name] for c, w in branching.where.items() if name in w}
        column = np.full(len(goal.rows), np.nan)
        if name in table.space:
            column = table.params[goal.rows, table.names.index(name)]
        judged = []
        for counted in counts:
            k = counted.choice
            losses, values = goal.loss[column == k], goal.values[column == k]
            branch = Branch(
                param=name,
                choice=label(branching.space[name], k),
                params=tuple(child for child, part in children.items() if part.contains(k)),
                n_complete=counted.n_complete,
                n_pruned=counted.n_pruned,
                n_failed=counted.n_failed,
                best=float(values[np.argmin(losses)]) if len(losses) else None,
                n_front=int((losses == 0).sum()) if goal.kind == "pareto_rank" else None,
            )
            judged.append((min(losses, default=np.inf), branch))
        found += [branch for _, branch in sorted(judged, key=lambda one: one[0])]
    return tuple(found)


def _inheritance_note(models: Models) -> tuple[str, ...]:
    """What matters among trials that inherit nothing, where others were made from others."""
    sample = models.sample
    numbers = sample.table.numbers[sample.rows].tolist()
    first = np.array([number not in sample.table.inherited for number in numbers])
    if first.all():
        return ()
    note = (
        f"{int((~first).sum())} trials were made from others (their parents): importance mixes "
        "what they inherited with their own values."
    )
    if first.sum() < MIN_TRIALS:
        return (f"{note} Too few trials have no parent to compare with.",)
    importance = ped_anova(sample.space, sample.params[first], sample.loss[first])
    if not importance.any():
        return (f"{note} Nothing stands out among those without a parent.",)
    most = int(np.argmax(importance))
    return (
        f"{note} Among the {int(first.sum())} of the first generation {list(sample.space)[most]} "
        f"tells the top most ({percent(importance[most])}).",
    )


def _nothing_usable(table: TrialsTable) -> str:
    if not sum(table.states.values()):
        return "the study has no trials."
    states = ", ".join(f"{n} {state.lower()}" for state, n in sorted(table.states.items()))
    reason = f"no trial is complete ({states})."
    if table.states.get("COMPLETE"):
        by_state = ("failed", "pruned")
        unused = {why: n for why, n in table.dropped.items() if why not in by_state}
        reason = f"no complete trial can be used ({states}): {_counts(unused)}."
    if table.dropped.get("pruned") and len(table.objectives) == 1:
        reason += " Use pruned ones through their last value with include_pruned=True."
    return reason


def _dropped_note(table: TrialsTable) -> tuple[str, ...]:
    if not table.dropped:
        return ()
    return (f"Finished trials that were not used: {_counts(table.dropped)}.",)


def _counts(reasons: Mapping[str, int]) -> str:
    return ", ".join(f"{n} ({reason})" for reason, n in sorted(reasons.items()))


def _ebm_importances(ebm: Ebm, names: list[str]) -> FloatArray:
    """Mean absolute scores, half of an interaction for each partner, normalised."""
    totals = ebm.importances.copy()
    for pair in ebm.pairs:
        for name in pair.names:
            totals[names.index(name)] += pair.importance / 2
    return normalised(totals)
