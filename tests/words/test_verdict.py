"""The verdict: three lines that say what matters, what to try, and how far to trust it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import optuna
import pytest
from guidances import GUIDANCE, close_gate, make_guidance
from optuna.distributions import CategoricalDistribution, FloatDistribution
from ugly import UGLY

from optuna_guide.analysis.diagnostics import check_search, diagnose, flagged
from optuna_guide.analysis.record import Record, read_record
from optuna_guide.domain.ranges import Choices, Intervals
from optuna_guide.guidance import Advice, BestTrial, Context, Guidance, NotReady
from optuna_guide.keeping.refit import read_fresh
from optuna_guide.models.advice import MIXED_UP
from optuna_guide.study.exploration import align, explore
from optuna_guide.study.next_trial import NextTrial
from optuna_guide.study.snapshot import read_snapshot
from optuna_guide.study.table import read_trials
from optuna_guide.study.targets import read_target
from optuna_guide.words.answers import answer_questions
from optuna_guide.words.verdict import URGENT, Verdict, gather, headline

RECORD = Record(89, 0.98, n_since=20, n_recent=50, n_improved=2, gained=0.01, lead=0.05)
FREE = NextTrial("free", False, 0, sampler="TPESampler")


def parts(verdict: Verdict) -> dict[str, tuple[str, str]]:
    return {part.topic: (part.said, part.more) for part in verdict.parts}


def test_an_open_guidance_is_told_in_three_lines() -> None:
    guidance = replace(make_guidance(), kept_top=0.8)
    verdict = gather(guidance, RECORD, {"Repeated configurations": "A third are repeats."})
    assert verdict.is_open
    trust, attempt, search = verdict.lines
    assert trust == (
        "A good guide, except for differences in accuracy below 0.07: learning_rate (36 % of what "
        "is explained), layer0_units (23 %) and activation (15 %) drive accuracy."
    )
    assert attempt.startswith("Try learning_rate 0.01585 … 0.1585, layer0_units 25 … 63 and ")
    assert "80 % of the top tenth of the trials lie in these and 2 more ranges" in attempt
    assert search == (
        "Go on? Perhaps: it gains, but tries little new; best 0.98 (trial 89), 20 trials ago; the "
        "last 50 trials gained 0.01, less than predictions tell apart. A third are repeats."
    )


def test_the_first_answers_say_how_far_it_goes_and_what_of() -> None:
    found = parts(gather(make_guidance()))
    assert found["trust"] == (
        "A good guide, except for differences in accuracy below 0.07",
        "predictions rank unseen trials with a correlation of 0.82, and are typically off by 0.07",
    )
    shares = "77 % of the variance is explained; then momentum 10 % and 3 more; 1 other below 2 %"
    assert found["matters"][1] == shares
    assert "search" not in found


def test_a_duration_is_told_in_seconds() -> None:
    found = parts(gather(make_guidance(), replace(RECORD, unit="s")))
    assert found["trust"][1].endswith("typically off by 0.07 s")
    assert found["search"][1].startswith("best 0.98 s (trial 89)")
    assert found["search"][1].endswith("gained 0.01 s, less than predictions tell apart")


def test_the_typical_error_within_a_context_says_so() -> None:
    context = Context(("dataset",), chosen=False, within=("dataset",), how="ranks")
    found = parts(gather(replace(make_guidance(), context=context)))
    assert found["trust"][1].endswith("typically off by 0.07 (ranks within dataset)")


def test_ranks_alone_are_a_rough_guide() -> None:
    guidance = make_guidance()
    ranks = replace(guidance, trust=replace(guidance.trust, state="ranks", skew=0.7))
    assert parts(gather(ranks))["trust"] == (
        "A rough guide",
        "predictions rank unseen trials inside the sampled region with a correlation of 0.82; "
        "their values are not predicted: typically off by 0.07",
    )


def test_trust_is_not_claimed_of_differences_below_the_typical_error() -> None:
    guidance = make_guidance()
    close, far = (tuple(BestTrial(i, 0.9 - i * by, {}) for i in range(3)) for by in (0.01, 0.1))
    said = "A good guide, except for differences in accuracy below 0.07"
    assert parts(gather(replace(guidance, best=close)))["trust"][0] == said
    assert headline(replace(guidance, best=close)).startswith(f"Guidance v3, a{said[1:]}: ")
    guidance = replace(guidance, best=far)
    assert parts(gather(guidance))["trust"][0] == "A good guide"
    assert parts(gather(guidance, replace(RECORD, gained=0.01)))["trust"][0] == said
    assert parts(gather(guidance, replace(RECORD, gained=0.1)))["trust"][0] == "A good guide"
    within = tuple(replace(t, context="a") for t in close)
    assert parts(gather(replace(guidance, best=within)))["trust"][0] == "A good guide"


@pytest.mark.parametrize(
    ("ends", "best", "said"),
    [
        ((1e-3, 1e-1), (0.05, 0.07, 0.06), "0.001 … 0.1 (the best three trials: 0.05 … 0.07)"),
        ((1e-4, 1e-2), (0.005, 0.005), "0.0001 … 0.01 (the best two trials: 0.005)"),
        ((2e-4, 5e-2), (0.01, 0.01), "0.0002 … 0.05 (the best two trials: 0.01)"),
        ((1e-3, 1e-1), (0.001, 0.09, 0.06), "0.001 … 0.1"),
        ((1e-3, 1e-1), (0.05,), "0.001 … 0.1"),
        ((1e-2, 1e-1), (0.05, 0.07, 0.06), "0.01 … 0.1"),
    ],
)
def test_of_a_wide_range_it_is_told_where_the_best_lie(
    ends: tuple[float, float], best: tuple[float, ...], said: str
) -> None:
    guidance = make_guidance()
    rate = FloatDistribution(1e-4, 1e-1, log=True)
    first = replace(guidance.params[0], distribution=rate, promising=Intervals((ends,)))
    trials = tuple(BestTrial(i, 0.9, {first.name: value}) for i, value in enumerate(best))
    found = replace(guidance, params=(first,), best=trials)
    assert parts(gather(found))["try"][0] == f"learning_rate {said}"
    for no_row in (replace(found, n_front=2), replace(found, n_best=15)):
        assert parts(gather(no_row))["try"][0] == f"learning_rate {said.split(' (')[0]}"


def test_a_closed_gate_says_what_is_missing_and_drives_nothing() -> None:
    verdict = gather(close_gate(make_guidance()), RECORD)
    assert not verdict.is_open
    assert verdict.lines[0] == "Too early to trust: about 25 more complete trials are needed."
    assert len(verdict.lines) == 2
    lost = close_gate(make_guidance())
    lost = replace(lost, trust=replace(lost.trust, n_missing=None))
    assert gather(lost).lines[0].startswith("Not to be trusted: what was tried does not explain")
    pruned = gather(replace(lost, n_trials=28, n_finished=200))
    assert pruned.lines[0].startswith("Not to be trusted: 28 of 200 trials do not explain")
    waiting = gather(NotReady("4 usable trials, 10 are needed.", 4, 6), RECORD)
    assert waiting.lines[:2] == (
        "No guidance yet: 4 usable trials, 10 are needed.",
        "Run 6 more trials; what matters is told as soon as they have ended.",
    )


def test_the_most_urgent_check_is_warned_of_even_where_the_record_is_unknown() -> None:
    found = {"Sampling skew": "It is skewed.", "Pruned too early": "Prune after step 3."}
    assert gather(make_guidance(), RECORD, found).lines[-1].endswith("Prune after step 3.")
    assert gather(make_guidance(), None, found).lines[-1].endswith("Prune after step 3.")
    assert gather(close_gate(make_guidance()), None, found).lines[-1] == "Prune after step 3."


def test_every_check_has_its_urgency() -> None:
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    study.optimize(lambda t: t.suggest_float("x", 0, 1), n_trials=5)
    exploration = explore(read_snapshot(study))
    checks = diagnose(exploration, align(read_target(exploration.trials), 5))
    assert {check.name for check in checks} == set(URGENT)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "Yes: it still gains"),
        ({"n_since": 26}, "Perhaps not: nothing gained for 26 trials"),
        ({"gained": 0.004}, "Perhaps: it gains little"),
        ({"n_improved": 0, "gained": 0.0}, "Rather not: nothing gained of late"),
        ({"n_improved": 0, "gained": 0.0, "n_recent": 9}, "Yes: it has just begun"),
        ({"gained": float("nan"), "lead": float("nan")}, "Yes: it still gains"),
    ],
)
def test_whether_to_go_on_is_answered_by_what_was_gained(
    changes: dict[str, Any], said: str
) -> None:
    assert parts(gather(make_guidance(), replace(RECORD, **changes)))["search"][0] == said


def test_what_was_gained_before_is_told_of_the_trials_before() -> None:
    found = parts(gather(make_guidance(), replace(RECORD, n_since=26)))["search"]
    small = "gained 0.01, less than predictions tell apart"
    assert found[1] == f"best 0.98 (trial 89); the 24 trials before these {small}"
    found = parts(gather(make_guidance(), replace(RECORD, gained=0.2)))["search"]
    assert found[1].endswith("the last 50 trials gained 0.2")


@pytest.mark.parametrize(
    ("changes", "ahead", "step"),
    [
        ({"n_improved": 0}, FREE, "stop, or go on with GuidedSampler(TPESampler())"),
        ({"n_since": 26}, FREE, "stop, or go on with GuidedSampler(TPESampler())"),
        ({"gained": 0.004}, FREE, "go on with GuidedSampler(TPESampler())"),
        ({}, FREE, "GuidedSampler(TPESampler()) would search where the good trials lie"),
        ({"n_since": 26}, NextTrial("guided", True, 0), "stop, unless a trial costs little"),
        ({"n_since": 26}, NextTrial("confined", True, 0), "stop, or clear the applied ranges"),
        ({"n_since": 26}, NextTrial("paused", True, 0), "stop, or resume guiding"),
        ({}, NextTrial("guided", True, 0), "best 0.98 (trial 89), 20 trials ago"),
    ],
)
def test_what_to_do_next_is_told_once(
    changes: dict[str, Any], ahead: NextTrial, step: str
) -> None:
    found = parts(gather(make_guidance(), replace(RECORD, ahead=ahead, **changes)))["search"]
    assert found[1].startswith(f"{step}; ")


def test_the_front_of_several_objectives_grows() -> None:
    nan = float("nan")
    front = replace(RECORD, is_front=True, n_since=0, n_improved=0, gained=nan, lead=nan)
    assert parts(gather(make_guidance(), front))["search"] == (
        "Rather not: nothing gained of late",
        "the front last grew with the newest trial; none of the last 50 trials joined it",
    )


def test_ranges_of_what_hardly_matters_are_counted_and_not_named() -> None:
    guidance = replace(make_guidance(), kept_top=1.0)
    last = replace(guidance.params[-1], importance=0.001, promising=guidance.params[-1].promising)
    first = guidance.params[0]
    few = replace(guidance, params=(first, replace(last, promising=first.promising)))
    said, more = parts(gather(few))["try"]
    assert "solver" not in said
    assert more == "all of the top tenth of the trials lie in this and 1 more range"


def test_parameters_below_two_percent_are_counted() -> None:
    guidance = make_guidance()
    small = replace(guidance.params[-1], importance=0.001)
    found = parts(gather(replace(guidance, params=(guidance.params[0], *[small] * 3))))
    assert found["matters"][1].endswith("; 3 others below 2 % each")


@pytest.mark.parametrize(
    ("shares", "named"),
    [
        pytest.param((0.68, 0.16, 0.162, 0.0), 3, id="both of two"),
        pytest.param((0.68, *[0.06] * 5), 1, id="none of too many"),
        pytest.param((*[0.1] * 9,), 3, id="three where all are alike"),
        pytest.param((0.7, 0.2, 0.1), 2, id="no more than it takes"),
    ],
)
def test_of_parameters_of_equal_importance_all_are_named_or_none(
    shares: tuple[float, ...], named: int
) -> None:
    guidance = make_guidance()
    first = guidance.params[0]
    params = [replace(first, name=f"p{k}", importance=s) for k, s in enumerate(shares)]
    said = parts(gather(replace(guidance, params=tuple(params), pairs=())))["matters"][0]
    assert [f"p{k}" in said for k in range(len(shares))] == [k < named for k in range(len(shares))]


def test_what_is_worse_is_told_where_no_range_stands_out() -> None:
    guidance = make_guidance()
    first = guidance.params[0]
    worse = Advice("avoid", "clearly worse", Intervals(((1e-4, 1e-3),)))
    found = gather(replace(guidance, params=(replace(first, promising=None, advice=worse),)))
    assert parts(found)["try"] == ("avoid learning_rate 0.0001 … 0.001", "no range stands out")
    assert "Avoid learning_rate" in found.lines[1]


def test_the_headline_is_one_line() -> None:
    lone = replace(make_guidance(), best=())
    assert headline(lone).startswith(
        "Guidance v3, a good guide: learning_rate (36 % of what is explained), "
    )
    closed = headline(close_gate(make_guidance()))
    assert closed == "Guidance v3, too early to trust: about 25 more complete trials are needed."
    assert headline(NotReady("no trial.")) == "No guidance yet: no trial."


@pytest.mark.parametrize(("kind", "begins"), [("none", "No range"), ("widen", "Widen ")])
def test_without_a_range_the_second_line_is_a_sentence(kind: Any, begins: str) -> None:
    guidance = make_guidance()
    advice = Advice(kind, "", bound="low" if kind == "widen" else None)
    numeric = [p for p in guidance.params if not hasattr(p.distribution, "choices")]
    params = tuple(replace(p, promising=None, advice=advice) for p in numeric)
    line = gather(replace(guidance, params=params)).lines[1]
    assert line.startswith(begins)
    assert line.lower().endswith("no range stands out.")


@pytest.mark.parametrize("key", GUIDANCE)
def test_any_guidance_has_a_verdict_of_three_lines(key: str) -> None:
    lines = gather(GUIDANCE[key](), RECORD, {"Sampling skew": "It is skewed."}).lines
    assert 1 <= len(lines) <= 3
    assert all(line.isprintable() and line.endswith((".", "…")) for line in lines)


@pytest.mark.parametrize("key", UGLY)
def test_any_study_has_a_verdict(key: str) -> None:
    snapshot, guidance = read_fresh(UGLY[key]())
    record = read_record(snapshot, read_trials(snapshot), guidance)
    checks = check_search(explore(snapshot), guidance)
    verdict = gather(guidance, record, flagged(checks))
    assert 1 <= len(verdict.lines) <= 3
    assert verdict.is_open == (isinstance(guidance, Guidance) and guidance.trust.is_open)


def test_what_changed_together_with_others_is_not_said_to_drive() -> None:
    guidance = make_guidance()
    mixed = Advice("none", f"{MIXED_UP}; 5 of the top 6 trials lie in 25 … 63")
    first, second, *others = guidance.params
    found = replace(guidance, params=(first, replace(second, advice=mixed), *others))
    said, more = parts(gather(found))["matters"]
    assert said == (
        "learning_rate (36 % of what is explained) and activation (15 %) drive accuracy, perhaps "
        "layer0_units (23 %) too"
    )
    mixture = "; layer0_units changed together with others, which may be behind its 23 %"
    assert more.endswith(mixture)
    answers = {a.question: a.sentence for a in answer_questions(found)}
    assert answers["What matters most?"].endswith(f"is explained{mixture}.")
    little = parts(gather(replace(found, unexplained=0.8)))["matters"][0]
    assert little.endswith(
        "matter for accuracy, perhaps layer0_units (23 %) too, of the 20 % that is explained"
    )
    last = replace(found, params=(first, others[0], found.params[1], *others[1:]))
    little = parts(gather(replace(last, unexplained=0.8)))["matters"][0]
    assert "matter most for accuracy, perhaps layer0_units" in little
    alone = parts(gather(replace(found, params=(replace(first, advice=mixed),))))["matters"][0]
    assert alone == "perhaps learning_rate (36 % of what is explained) drives accuracy"


def test_a_part_that_is_explained_and_a_part_of_the_trials_are_said() -> None:
    guidance = make_guidance()
    few = replace(guidance, unexplained=0.8, n_finished=10 * guidance.n_trials)
    said = parts(gather(few))["matters"][0]
    n = guidance.n_trials
    assert said.endswith(
        f" matter most for accuracy, of the 20 % that is explained among {n} of {10 * n} trials"
    )


def test_the_verdict_has_the_bare_name_of_the_target() -> None:
    within = Context(("set",), chosen=True, within=("set",), how="ranks", groups={"a": 9, "b": 9})
    said = parts(gather(replace(make_guidance(), context=within)))["matters"][0]
    assert said.endswith("drive accuracy")


def test_a_range_of_a_branch_that_is_not_promising_is_not_tried() -> None:
    guidance = make_guidance()
    first, second, *_ = guidance.params
    chosen = next(
        replace(p, promising=Choices((0,)))
        for p in guidance.params
        if isinstance(p.distribution, CategoricalDistribution)
    )
    inside = replace(first, where={chosen.name: Choices((0,))})
    outside = replace(second, where={chosen.name: Choices((1,))})
    found = parts(gather(replace(guidance, params=(chosen, outside, inside))))["try"][0]
    assert inside.name in found
    assert outside.name not in found
    both = replace(chosen, promising=None)
    found = parts(gather(replace(guidance, params=(both, outside, inside))))["try"][0]
    branches = [chosen.label(k) for k in (0, 1)]
    assert all(f"(in {branch})" in found for branch in branches)


def test_names_that_differ_in_the_middle_are_told_apart() -> None:
    guidance = make_guidance()
    first, second, *others = guidance.params
    family = [f"a_common_beginning_of_layer_{k}_and_a_common_end" for k in (17, 38)]
    named = (replace(first, name=family[0]), replace(second, name=family[1]), *others)
    said = " ".join(gather(replace(guidance, params=named)).lines)
    assert "17" in said
    assert "38" in said


def test_choices_to_try_are_whole_names_and_the_rest_is_counted() -> None:
    guidance = make_guidance()
    many = CategoricalDistribution([f"optimizer_{k}" for k in range(9)])
    kept = Choices(tuple(range(5)))
    first = replace(guidance.params[0], distribution=many, promising=kept)
    said = parts(gather(replace(guidance, params=(first,))))["try"][0]
    assert said == "learning_rate optimizer_0, optimizer_1 and 3 more"


def test_where_every_trial_failed_the_objective_is_to_be_mended() -> None:
    snapshot, missing = read_fresh(UGLY["all failed"]())
    assert not missing
    record = read_record(snapshot, read_trials(snapshot), missing)
    first, attempt = gather(missing, record).lines
    assert first.startswith("No guidance yet: no trial is complete (12 failed")
    assert attempt.startswith("Mend the objective: every trial failed")
