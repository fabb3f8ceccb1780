"""Phrases about a guidance, the same on every surface.

Names come from a study and may be anything: they are written as text, never as markup.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.analysis.findings.finding import ALPHA
from optuna_guide.domain.wording import cut, equals, join_words, one_line, ordinal, percent
from optuna_guide.models.advice import MIXED_UP
from optuna_guide.models.stretches import MIN_TRIALS
from optuna_guide.study.branching import name_branch

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from optuna_guide.analysis.findings import Finding
    from optuna_guide.domain.space import FloatArray
    from optuna_guide.guidance import (
        BestTrial,
        Branch,
        Guidance,
        LeftOut,
        PairGuidance,
        ParamGuidance,
    )

N_PAIRS = 3
N_BRANCHES = 8
MIN_PAIR_SHARE = 0.01
NAME_WIDTH = 28

SIGNS = {"flagged": "▲", "well": "✓", "unknown": "–"}  # of a check of the search
ABOUT_FINDINGS = (
    "Effect: share of the variance of ranks, taken once among all trials that are compared, that "
    "it explains beyond what is clearer, or of being at the top. Numbers without a promising "
    "range are told of by quarters of their range, or by their values where they took few. "
    "Found inside the sampled region, so a reason to look and no proof."
)
NO_FINDINGS = (
    f"Nothing stands out beyond chance (errors in at most {percent(ALPHA)} of studies); fewer "
    f"than {MIN_TRIALS} complete trials are not tested."
)
FAILURES = "Where trials fail"
HEADINGS = ("parameter", "importance", "promising range", "top tenth\nin / out", "advice")


def better(guidance: Guidance) -> str:
    """Which way the target is better."""
    return "higher is better" if guidance.direction == "maximize" else "lower is better"


def gate(guidance: Guidance) -> str:
    """Whether suggestions are shown, and why or what is missing."""
    trust = guidance.trust
    state = "Suggestions are shown" if trust.is_open else "No suggestions yet"
    return f"{state}: {one_line(trust.reason).rstrip('.')}. {trusted(guidance)}".rstrip()


def trusted(guidance: Guidance) -> str:
    """How far predicted values go, in units of the target; empty while nothing is shown."""
    trust = guidance.trust
    off = f"typically off by {trust.typical_error:.2g} in {one_line(guidance.title)}"
    if trust.state == "values":
        return f"Predicted values are {off}."
    if trust.state == "ranks":
        return f"The order of trials is predicted, their values are not: {off}."
    return ""


def with_equals(params: Sequence[ParamGuidance], n: int, most: int) -> list[ParamGuidance]:
    """The first parameters, and those whose importance reads like that of the last of them.

    Where these are too many to be named, those before them.

    Args:
        params: Most important first.
        n: Parameters that are to be named.
        most: Parameters that may be named.
    """
    if not 0 < n < len(params):
        return list(params[:n])
    last = percent(params[n - 1].importance)
    if percent(params[n].importance) != last:
        return list(params[:n])
    alike = [i for i, p in enumerate(params) if percent(p.importance) == last]
    end = alike[-1] + 1
    return list(params[: end if end <= most else alike[0] or n])


def predicted_place(guidance: Guidance) -> str:
    """Which place the forest predicted the best trial at, among those that it did not see."""
    trust = guidance.trust
    if not trust.mrr > 0:
        return ""
    place = ordinal(1 / trust.mrr)
    return f"The forest, without the top trial, predicted it {place} of {trust.n_trials} by rank."


def skill(guidance: Guidance) -> str:
    """How much each model explains of trials that it has not seen, and how even they lie."""
    trust = guidance.trust
    models = {"forest": trust.r2, "EBM": trust.r2_ebm, "linear model": trust.r2_linear}
    known = {name: r2 for name, r2 in models.items() if r2 is not None and math.isfinite(r2)}
    scores = ", ".join(f"{name} {r2:.2f}" for name, r2 in known.items())
    measured = f"R² on unseen trials: {scores}. " if scores else ""
    return f"{measured}Sampling skew {trust.skew:.2f} (0 = uniform)."


def explained(guidance: Guidance) -> str:
    """What the importances are shares of."""
    known = percent(max(1 - guidance.unexplained, 0.0))
    if known == percent(0.0):
        return "Nothing is explained of trials that were not seen: importances tell nothing yet."
    return (
        f"Importances are shares of the {known} of the variance that is explained, alone and in "
        "pairs."
    )


def is_mixed_up(param: ParamGuidance) -> bool:
    """Whether others that varied with a parameter may be behind what it seems to explain."""
    return MIXED_UP in param.advice.text


def mixed_up(params: Sequence[ParamGuidance], names: Mapping[str, str]) -> str:
    """Which of some parameters may matter only in name; empty where none does."""
    mixed = [p for p in params if is_mixed_up(p)]
    if not mixed:
        return ""
    who, shares = (
        join_words(words)
        for words in zip(*((names[p.name], percent(p.importance)) for p in mixed), strict=True)
    )
    whose = "their" if len(mixed) > 1 else "its"
    return f"{who} changed together with others, which may be behind {whose} {shares}"


def beyond(values: FloatArray, shown: FloatArray, what: str = "trial") -> str:
    """How many of some values lie beyond the axis that shows them, and where; empty where none.

    Args:
        values: ``(n,)`` what was measured.
        shown: ``(n,)`` the same, where the drawing has it: the bad side is cut.
        what: What a value is of.
    """
    cut_off = np.flatnonzero(values != shown)
    if not len(cut_off):
        return ""
    furthest = cut_off[np.argmax(np.abs(values[cut_off] - shown[cut_off]))]
    many = f"{what}s lie" if len(cut_off) > 1 else f"{what} lies"
    return (
        f"{len(cut_off)} {many} beyond the axis, cut at {shown[furthest]:.4g}: "
        f"the furthest at {values[furthest]:.4g}"
    )


def faintest(values: FloatArray, reach: tuple[float, float]) -> str:
    """How many points are worse than the value where colours begin; empty where none is.

    Args:
        values: ``(n,)`` what the colours show; NaN = not known.
        reach: Values of the faintest and of the strongest colour.
    """
    first, last = reach
    n = int((values < first).sum() if first < last else (values > first).sum())
    if not n:
        return ""
    many = f"{n} points are" if n > 1 else "1 point is"
    return f"{many} worse than {first:.4g}, where colours begin"


def support(finding: Finding) -> str:
    """What a finding rests on: the size of its test, or that there is none."""
    if finding.kind == "untested":
        return f"n = {finding.n}, not tested"
    p, q = equals(finding.p_value), equals(finding.q_value).removeprefix("= ")
    return f"effect {finding.effect:.2f}, n = {finding.n}, p {p}, corrected {q}"


def left_out(n: int) -> str:
    """How many parameters a panel has no room for."""
    return f"{n} less important parameter{' is' if n == 1 else 's are'} not shown"


def beside(n_hidden: int, cut_off: str) -> str:
    """What stands below curves of parameters: how many are left out, and which values are cut."""
    hidden = f"{left_out(n_hidden)}." if n_hidden and cut_off else left_out(n_hidden)
    return " ".join(filter(None, [hidden if n_hidden else "", cut_off]))


def promising(param: ParamGuidance) -> str:
    """The promising range; empty where there is none."""
    return "" if param.promising is None else one_line(param.describe(param.promising))


def unless(param: ParamGuidance) -> str:
    """Where the promising range is the wrong one; empty where nothing is known."""
    return f" (unless {param.advice.unless})" if param.advice.unless else ""


def short_advice(guidance: Guidance, param: ParamGuidance) -> str:
    """The advice in few words, such as ``in mlp: avoid sgd``; a range alone is one to keep to."""
    words, branch = _shortened(param), branch_of(guidance, param)
    return f"in {branch}: {words}" if words and branch else words


def branch_of(guidance: Guidance, param: ParamGuidance) -> str:
    """The branch in which a conditional parameter is asked for, such as ``mlp``; else empty."""
    known: tuple[ParamGuidance | LeftOut, ...] = (*guidance.params, *guidance.left_out)
    space = {p.name: p.distribution for p in known if p.name in param.where}
    if space.keys() != param.where.keys():
        return ""
    branch = name_branch(param.where, space)
    return one_line(branch) if branch else ""


def _shortened(param: ParamGuidance) -> str:
    advice = param.advice
    if advice.kind == "widen" and advice.bound is not None:
        end: float = getattr(param.distribution, advice.bound)
        return f"widen {'below' if advice.bound == 'low' else 'above'} {param.label(end)}"
    if advice.kind == "log":
        return "use a log scale"
    if advice.range is None or advice.kind == "narrow":
        return f"{promising(param)}{unless(param)}"
    verb = "avoid" if advice.kind == "avoid" else "freeze at"
    return f"{verb} {one_line(param.describe(advice.range))}"


def short_evidence(param: ParamGuidance) -> str:
    """Shares of the trials inside and outside that reach the top tenth: ``58 % / 6 %``."""
    found = param.evidence
    if found is None:
        return ""
    outside = "none" if found.top_outside is None else percent(found.top_outside)
    return f"{percent(found.top_inside)} / {outside}"


def evidence(param: ParamGuidance) -> list[str]:
    """What supports the promising range, in sentences."""
    found = param.evidence
    if found is None:
        return []
    outside = "" if found.top_outside is None else f", {percent(found.top_outside)} outside"
    of = "" if param.active_share == 1 else f" of the {found.n_active} trials that have it"
    sentences = [
        f"{percent(found.top_inside)} of the {found.n_inside} trials inside reach the top tenth"
        f"{of}{outside}.",
        f"{percent(found.coverage)} of that tenth lie in it.",
    ]
    if found.agreement is not None:
        sentences.append(f"Forest and EBM agree by {percent(found.agreement)}.")
    return sentences


def expected(guidance: Guidance, param: ParamGuidance) -> str:
    """What is expected at the best value of a parameter, on the whole and among promising ones.

    Empty where no other parameter has a promising range.
    """
    given, tried = param.effect.promising, np.array(param.effect.counts) > 0
    if given is None or not tried.any() or not np.isfinite(given).all():
        return ""
    sign = 1.0 if guidance.direction == "maximize" else -1.0
    at = int(np.argmax(np.where(tried, sign * np.array(given), -np.inf)))
    return (
        f"At {param.label(param.effect.x[at])}, {one_line(guidance.title)} is expected at "
        f"{param.effect.mean[at]:.4g} averaged over all else, and at {given[at]:.4g} where the "
        "others are promising."
    )


def about(guidance: Guidance) -> str:
    """Target, direction, number of trials and version."""
    version = f" · version {guidance.version}" if guidance.version else ""
    target = one_line(guidance.title)
    return f"{target}, {better(guidance)} · {learnt_from(guidance)}{version}"


def learnt_from(guidance: Guidance) -> str:
    """How many trials a guidance rests on, and of how many that have ended: ``100 of 120 trials``.

    Those that were pruned or failed are left out, and those that lack the target.
    """
    n, n_finished = guidance.n_trials, guidance.n_finished
    return f"{n} of {n_finished} trials" if n < n_finished else f"{n} trials"


def on_top(guidance: Guidance) -> str:
    """What the best trials are: on the front, where there are several objectives."""
    n = guidance.n_front
    return "Observed top trials" if n is None else f"{n} trial{'s' * (n != 1)} on the front"


def leaders(guidance: Guidance) -> tuple[BestTrial, ...]:
    """The best trials, best first; none where they are on a front, or each in its own context."""
    is_one_row = guidance.n_front is None and not any(t.context for t in guidance.best)
    return guidance.best if is_one_row else ()


def reached(guidance: Guidance, trial: BestTrial, digits: int = 4) -> str:
    """What a trial reached: the target, or all objectives where the target is a Pareto rank.

    Where it is one of the best within a context, with that.
    """
    where = f" in {cut(one_line(trial.context), NAME_WIDTH)}" if trial.context else ""
    if guidance.n_front is None:
        return f"{trial.value:.{digits}g}{where}"
    told = (f"{one_line(k)} {v:.{digits}g}" for k, v in trial.objectives.items())
    return ", ".join(told) + where


def notes(guidance: Guidance) -> Iterator[str]:
    """What to know beside the table: how much is explained, strong pairs, what was left out."""
    yield explained(guidance)
    if guidance.n_front is not None:
        yield f"{on_top(guidance)}: no other trial beats them."
    if guidance.kept_top is not None:
        yield f"All ranges together keep {percent(guidance.kept_top)} of the top tenth."
    for pair in guidance.pairs[:N_PAIRS]:
        if pair.share >= MIN_PAIR_SHARE and pair.is_clear:
            yield _pair(guidance, pair)
    yield from guidance.notes


def verdicts(guidance: Guidance) -> Iterator[str]:
    """A sentence for each parameter whose choices bring others: what became of each choice."""
    by_param: dict[str, list[str]] = {}
    for branch in guidance.branches:
        said = f"{one_line(branch.choice)}: {_ended(branch)}, {branch_reached(branch)}"
        by_param.setdefault(branch.param, []).append(said)
    for name, choices in by_param.items():
        hidden = len(choices) - N_BRANCHES
        more = f"; {hidden} more" if hidden > 0 else ""
        given = "" if guidance.context is None else str(guidance.context)
        given = f" ({given})" if given else ""
        yield f"By {one_line(name)}: {'; '.join(choices[:N_BRANCHES])}{more}{given}."


def branch_reached(branch: Branch) -> str:
    """The best value of a branch, or how many of its trials are on the front."""
    if branch.best is None:
        return "nothing reached"
    if branch.n_front is not None:
        return f"{branch.n_front} on the front"
    return f"observed best {branch.best:.4g}"


def _ended(branch: Branch) -> str:
    n = branch.n_complete + branch.n_pruned + branch.n_failed
    parts = ((branch.n_pruned, "pruned"), (branch.n_failed, "failed"))
    lost = " and ".join(f"{k} {word}" for k, word in parts if k)
    return f"{lost} of {n}" if lost else f"{n} trial{'s' * (n != 1)}"


def _pair(guidance: Guidance, pair: PairGuidance) -> str:
    first, second = (cut(one_line(name), NAME_WIDTH) for name in pair.names)
    share = percent(guidance.of_explained(pair.share))
    return f"Together {first} × {second} make {share} of what is explained, beyond each alone."
