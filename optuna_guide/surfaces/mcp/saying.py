"""From what the floors below found to answers: shortened, in order of importance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optuna.distributions import CategoricalDistribution

from optuna_guide.domain.labels import label, span
from optuna_guide.domain.wording import cut, one_line, percent
from optuna_guide.guidance import Guidance
from optuna_guide.study.branching import say_where
from optuna_guide.surfaces.mcp import answers
from optuna_guide.surfaces.mcp.sizes import told
from optuna_guide.words import phrases
from optuna_guide.words.experiments import weigh

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optuna.distributions import BaseDistribution

    from optuna_guide.experiments.basis import Basis
    from optuna_guide.experiments.candidates import Candidate, Experiment
    from optuna_guide.experiments.report import Report
    from optuna_guide.experiments.worth import Worth
    from optuna_guide.guidance import LeftOut, ParamGuidance
    from optuna_guide.surfaces.mcp.desk import StudyReading

_DECLARED = 80  # columns


def say_guidance(reading: StudyReading, guidance: Guidance) -> answers.GuidanceOverview:
    """What matters, and how far to trust it."""
    every: tuple[ParamGuidance | LeftOut, ...] = (*guidance.params, *guidance.left_out)
    space = {p.name: p.distribution for p in every}
    return answers.GuidanceOverview(
        study=guidance.study_name,
        target=guidance.title,
        direction=guidance.direction,
        n_trials=guidance.n_trials,
        trust=guidance.trust.state,
        trust_reason=guidance.trust.reason,
        verdict=list(reading.summary.verdict.lines),
        params=[_param(guidance, p, space) for p in guidance.params],
        notes=[*phrases.verdicts(guidance), *phrases.notes(guidance)],
    )


def say_knowledge(reading: StudyReading) -> answers.Knowledge:
    """What is known, and what is not."""
    summary, guidance = reading.summary, reading.guidance
    known = [f.sentence for f in summary.findings if f.kind != "untested"]
    unknown = [f.sentence for f in summary.findings if f.kind == "untested"]
    doubts = [f"{c.name}: {c.sentence}" for c in summary.checks if c.is_flagged]
    if not isinstance(guidance, Guidance):
        return answers.Knowledge(known, [guidance.reason, *unknown, *doubts])
    if not guidance.trust.is_open:
        unknown.insert(0, guidance.trust.reason)
    unknown.append(f"{percent(guidance.unexplained)} of the variance is not explained.")
    unknown += [
        f"{one_line(p.name)} is not modelled: {one_line(p.reason)}." for p in guidance.left_out
    ]
    return answers.Knowledge([*summary.verdict.lines, *known], [*doubts, *unknown])


def say_dead_ends(reading: StudyReading) -> answers.DeadEnds:
    """Where trials fail, what to avoid, what became of each branch."""
    found = [rule.sentence for rule in reading.basis.failures.rules]
    guidance = reading.guidance
    if isinstance(guidance, Guidance):
        found += [
            f"{one_line(p.name)}: {p.advice.text}"
            for p in guidance.params
            if p.advice.kind == "avoid"
        ]
        found += phrases.verdicts(guidance)
    return answers.DeadEnds(found)


def say_points(
    reading: StudyReading, found: Sequence[Worth], wanted: int
) -> answers.Configurations:
    """Proposals, and why there are no more, or no predictions."""
    basis = reading.basis
    emulator = basis.emulator()
    few = f"Only {len(found)} of {wanted} seem worth a trial. " if len(found) < wanted else ""
    why_not = getattr(emulator, "reason", "")
    note = f"{few}{f'No predictions: {why_not}' if why_not else ''}".strip()
    points = [say_point(basis, worth) for worth in found]
    return answers.Configurations(basis.goal.title, basis.goal.direction, points, note)


def say_point(basis: Basis, worth: Worth) -> answers.ConfigurationAnswer:
    """A configuration with what speaks for and against it."""
    made = worth.candidate
    forecast = None if made is None else made.forecast
    return answers.ConfigurationAnswer(
        verdict=worth.verdict,
        params=told(made.params) if made is not None else {},
        predicted=None if forecast is None else forecast.value,
        low=None if forecast is None else forecast.low,
        high=None if forecast is None else forecast.high,
        delta=None if forecast is None else forecast.delta,
        novelty=worth.novelty,
        nearest=worth.nearest,
        why=weigh(worth, basis.values),
    )


def say_ablations(basis: Basis, made: Experiment) -> answers.Ablations:
    """What each choice of a trial is expected to be worth."""
    return answers.Ablations(
        trial=made.parent,
        target=basis.goal.title,
        value=made.value,
        direction=made.direction,
        children=[_child(candidate) for candidate in made.candidates],
        notes=[*made.notes, *made.say_left_out()],
    )


def say_report(report: Report, author: str) -> answers.Written:
    """What was written, trial by trial."""
    return answers.Written(
        author=author,
        done=[f"trial {s.number}: {s.text}, {s.outcome}" for s in report.steps if s.is_done],
        not_done=[f"{step.text}: {step.outcome}" for step in report.left],
        trials=list(report.numbers),
    )


def _child(made: Candidate) -> answers.AblatedChild:
    forecast = made.forecast
    return answers.AblatedChild(
        change=made.change,
        expected=None if forecast is None else forecast.delta,
        low=None if forecast is None else forecast.delta_low,
        high=None if forecast is None else forecast.delta_high,
        verdict=made.verdict,
    )


def _param(
    guidance: Guidance, param: ParamGuidance, space: dict[str, BaseDistribution]
) -> answers.Param:
    is_told = param.where.keys() <= space.keys()
    return answers.Param(
        name=param.name,
        importance=param.importance,
        declared=_declared(param.distribution),
        promising=phrases.promising(param),
        advice=phrases.short_advice(guidance, param),
        only_where=one_line(say_where(param.where, space)) if param.where and is_told else "",
    )


def _declared(distribution: BaseDistribution) -> str:
    """What a parameter can be: ``0.0001 … 1, log``, or its choices."""
    if isinstance(distribution, CategoricalDistribution):
        choices = (label(distribution, k) for k in range(len(distribution.choices)))
        return cut(one_line(", ".join(choices)), _DECLARED)
    low, high = (label(distribution, getattr(distribution, end)) for end in ("low", "high"))
    kind = "integer" if type(distribution).__name__.startswith("Int") else ""
    log = "log" if getattr(distribution, "log", False) else ""
    return ", ".join(filter(None, (span(low, high), kind, log)))
