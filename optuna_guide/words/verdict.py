"""The verdict: what a person wants to know first, in three lines, the same on every surface.

How far to trust it and what drives the target; what to try; whether the search still gains, with
the one warning that matters.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from optuna_guide.domain.region import intersect
from optuna_guide.domain.wording import cut, join_words, measured, one_line, percent
from optuna_guide.guidance import NotReady
from optuna_guide.models.trust import CONCENTRATED
from optuna_guide.words import phrases
from optuna_guide.words.glossary import TRUST
from optuna_guide.words.names import short_names
from optuna_guide.words.ranges import to_try
from optuna_guide.words.search import say_search

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from optuna_guide.analysis.record import Record
    from optuna_guide.domain.ranges import Region
    from optuna_guide.guidance import Guidance, ParamGuidance

Topic = Literal["trust", "matters", "try", "search"]

QUESTIONS: dict[Topic, str] = {
    "trust": "Can I trust it?",
    "matters": "What matters?",
    "try": "What to try?",
    "search": "Go on?",
}
EXPLAINED = 0.8  # of what is explained: what drives the target stands for at least so much
N_DRIVERS = N_RANGES = 3
MAX_DRIVERS = 5  # with those that explain as much as the last one
TITLE_WIDTH = 60  # columns
MIN_DRIVER = 0.05
PART = 0.5  # of the variance that is explained to call it driven; of the trials, else it is said
# How a change of the declaration begins.
_VERBS = ("widen ", "search ", "avoid ", "in ", "run ", "mend ")
NO_RANGE = "no range stands out"
MINOR = 0.02  # of what is explained: parameters below it are counted and not named
# Checks by how much of what was learnt, or of the search, they put in doubt.
URGENT = (
    "Pruned too early",
    "Late starters are pruned",
    "Repeated configurations",
    "Decades on a linear scale",
    "Drift without gain",
    "Premature convergence",
    "Bias of perturbations",
    "Independent sampling",
    "Piling at a bound",
    "Diversity of the newest trials",
    "Sampling skew",
)


@dataclass(frozen=True)
class Part:
    """One answer.

    Attributes:
        topic: What it is about.
        said: The answer in a few words.
        more: What stands behind it; may be empty.
    """

    topic: Topic
    said: str
    more: str = ""

    @property
    def question(self) -> str:
        """What it answers."""
        return QUESTIONS[self.topic]

    @property
    def lead(self) -> str:
        """What is said where the question is not asked, without a full stop."""
        if self.topic == "search":
            return f"{self.question} {self.said}"
        if self.topic != "try":
            return self.said
        is_told = self.said.startswith((*_VERBS, NO_RANGE))
        return f"{self.said[0].upper()}{self.said[1:]}" if is_told else f"Try {self.said}"

    @property
    def rest(self) -> str:
        """What stands behind it, as a sentence; may be empty."""
        return f"{self.more[0].upper()}{self.more[1:]}." if self.more else ""


@dataclass(frozen=True)
class Verdict:
    """What a person wants to know first.

    Attributes:
        is_open: Whether suggestions are shown.
        parts: Answers, each topic once at most; trust first.
        warning: The one that matters; empty where nothing is flagged.
        next_trial: What the next trial keeps to, in one line; empty where that is not known.
    """

    is_open: bool
    parts: tuple[Part, ...]
    warning: str = ""
    next_trial: str = ""

    @property
    def lines(self) -> tuple[str, ...]:
        """At most three: trust and what drives the target, what to try, the search."""
        said = {part.topic: part for part in self.parts}
        trust, matters = said["trust"], said.get("matters")
        first = f"{trust.said}: {matters.said if matters else trust.more}."
        attempt, search = said.get("try"), said.get("search")
        others = [_sentence(part) for part in (attempt, search) if part]
        if self.warning:
            others[-1:] = [" ".join([*others[-1:], self.warning])]
        return (first, *others)


def gather(
    guidance: Guidance | NotReady,
    record: Record | None = None,
    flagged: Mapping[str, str] = MappingProxyType({}),
    next_trial: str = "",
) -> Verdict:
    """The verdict on a study.

    Args:
        guidance: What was learnt, or why nothing was.
        record: The best so far; None = unknown.
        flagged: Name of each check of the search that is flagged to what was found.
        next_trial: What the next trial keeps to, in one line.
    """
    found = [] if record is None else [Part("search", *say_search(record, flagged, guidance))]
    unit = "" if record is None else record.unit
    warning = _warn(flagged)
    if isinstance(guidance, NotReady):
        trust = Part("trust", "No guidance yet", one_line(guidance.reason).rstrip("."))
        return Verdict(False, (trust, *_wait(guidance), *found), warning, next_trial)
    trust = _trust(guidance, unit, _stake(guidance, record))
    if not guidance.trust.is_open:
        return Verdict(False, (trust, *found), warning, next_trial)
    parts = (trust, _matters(guidance), _try(guidance), *found)
    return Verdict(True, parts, warning, next_trial)


def headline(guidance: Guidance | NotReady) -> str:
    """Version, trust and what drives the target, in one line."""
    trust, *others = gather(guidance).parts
    if isinstance(guidance, NotReady):
        return f"{trust.said}: {trust.more}."
    said = next((part.said for part in others if part.topic == "matters"), trust.more)
    version = f" v{guidance.version}" if guidance.version else ""
    return f"Guidance{version}, {trust.said[0].lower()}{trust.said[1:]}: {said}."


def _trust(guidance: Guidance, unit: str, stake: float) -> Part:
    """How far to trust it, and what for: not where what is at stake is less than its errors."""
    trust = guidance.trust
    if not trust.is_open:
        if trust.n_missing is None:
            few = guidance.n_trials < PART * guidance.n_finished
            tried = f"{phrases.learnt_from(guidance)} do" if few else "what was tried does"
            more = f"{tried} not explain the target, or noise hides it"
            return Part("trust", "Not to be trusted", more)
        return Part(
            "trust", TRUST["closed"], f"about {trust.n_missing} more complete trials are needed"
        )
    ranks = "rank" if f"{trust.typical_error:.2g}" == "1" else "ranks"
    error = measured(trust.typical_error, unit if guidance.n_front is None else ranks, 2)
    if guidance.context is not None and str(guidance.context):
        error += f" ({guidance.context})"
    off = f"typically off by {error}"
    where = " inside the sampled region" if trust.skew > CONCENTRATED else ""
    ranked = f"predictions rank unseen trials{where} with a correlation of {trust.spearman:.2f}"
    if trust.state == "ranks":
        return Part("trust", TRUST["ranks"], f"{ranked}; their values are not predicted: {off}")
    said = TRUST["values"]
    if stake < trust.typical_error:
        target = _target(guidance)
        said += f", except for differences in {target} below {error}"
    return Part("trust", said, f"{ranked}, and are {off}")


def _stake(guidance: Guidance, record: Record | None) -> float:
    """How little the best trials differ, or the newest ones gained; infinite if neither is known.

    In units of the target.
    """
    best = [trial.value for trial in phrases.leaders(guidance)]
    gaps = [abs(best[0] - best[-1])] if len(best) > 1 else []
    gained = 0.0 if record is None else record.gained
    return min([*gaps, gained] if gained > 0 else gaps, default=math.inf)


def _matters(guidance: Guidance) -> Part:
    n_drivers, explained = 0, 0.0
    for param in guidance.params[:N_DRIVERS]:
        if n_drivers and (explained >= EXPLAINED or param.importance < MIN_DRIVER):
            break
        explained += param.importance
        n_drivers += 1
    drivers = phrases.with_equals(guidance.params, n_drivers, MAX_DRIVERS)
    n, names = sum(p.importance < MINOR for p in guidance.params), _names(guidance)
    known = max(1 - guidance.unexplained, 0.0)
    between = [p for p in guidance.params if p not in drivers and p.importance >= MINOR]
    then = [f"{names[p.name]} {percent(p.importance)}" for p in between[:1]]
    then += [f"{len(between) - 1} more"] if len(between) > 1 else []
    behind = [
        f"{percent(known)} of the variance is explained",
        f"then {join_words(then)}" if then else "",
        f"{n} other{'s' * (n != 1)} below {percent(MINOR)}{' each' * (n > 1)}" if n else "",
        phrases.mixed_up(drivers, names),
    ]
    n, n_finished = guidance.n_trials, guidance.n_finished
    among = f" among {n} of {n_finished} trials" if n < PART * n_finished else ""
    said = _drive(drivers, names, _target(guidance), known)
    return Part("matters", said + among, "; ".join(filter(None, behind)))


def _drive(
    params: Sequence[ParamGuidance], names: Mapping[str, str], target: str, known: float
) -> str:
    """What drives the target, and what may: it varied together with others, so nobody can tell.

    Args:
        params: The most important ones.
        names: What they are called.
        target: Its name.
        known: Share of the variance that is explained.
    """
    shares = [f"{names[p.name]} ({percent(p.importance)})" for p in params]
    are_mixed = [phrases.is_mixed_up(p) for p in params]
    if known >= PART:
        first = are_mixed.index(False) if False in are_mixed else 0
        shares[first] = f"{shares[first][:-1]} of what is explained)"
    clear, mixed = (
        [share for share, is_mixed in zip(shares, are_mixed, strict=True) if is_mixed == wanted]
        for wanted in (False, True)
    )
    verb = "drive" if known >= PART else "matter"
    s = "s" * (len(clear or mixed) == 1)
    is_most = not clear or are_mixed == sorted(are_mixed)  # none that is mixed comes before
    how = "" if known >= PART else " most for" if is_most else " for"
    said = f"{join_words(clear or mixed)} {verb}{s}{how} {target}"
    if mixed:
        said = f"{said}, perhaps {join_words(mixed)} too" if clear else f"perhaps {said}"
    return said if known >= PART else f"{said}, of the {percent(known)} that is explained"


def _try(guidance: Guidance) -> Part:
    region = guidance.region
    ranges = [p for p in guidance.params if p.promising is not None and _is_met(p.where, region)]
    shown = [p for p in ranges if p.importance >= MINOR][:N_RANGES] or ranges[:1]
    change = next(
        (_change(guidance, p) for p in guidance.params if p.advice.kind in ("widen", "log")), ""
    )
    if not shown and not change:
        worse = [p for p in guidance.params if p.advice.kind == "avoid" and p.importance >= MINOR]
        change = next((_change(guidance, p) for p in worse), "")
    if not shown:
        return Part("try", change, NO_RANGE) if change else Part("try", NO_RANGE)
    names = _names(guidance)
    told = [
        f"{names[p.name]} {to_try(guidance, p)}{phrases.unless(p)}{_only_in(guidance, p)}"
        for p in shown
    ]
    said = "; ".join(told) if any(", " in words for words in told) else join_words(told)
    return Part("try", said, "; ".join(filter(None, (_kept(guidance, len(shown)), change))))


def _target(guidance: Guidance) -> str:
    """What is explained; of several objectives at once, in words."""
    if guidance.n_front is not None:
        return "how near to the front trials come"
    return cut(one_line(guidance.target), TITLE_WIDTH)


def _is_met(where: Region, region: Region) -> bool:
    """Whether a parameter is active somewhere inside the promising ranges of others."""
    return all(
        name not in region or intersect(part, region[name]) is not None
        for name, part in where.items()
    )


def _only_in(guidance: Guidance, param: ParamGuidance) -> str:
    """The branch of a parameter, unless all that is promising lies in it."""
    region, where = guidance.region, param.where
    if all(n in region and intersect(region[n], part) == region[n] for n, part in where.items()):
        return ""
    branch = phrases.branch_of(guidance, param)
    return f" (in {branch})" if branch else ""


def _wait(missing: NotReady) -> tuple[Part, ...]:
    """What to do where there is no guidance; nothing where more trials would not help."""
    n = missing.n_missing
    if missing.to_do:
        return (Part("try", missing.to_do),)
    if n is None or n <= 0:
        return ()
    more = "more " * (missing.n_trials > 0)
    said = f"run {n} {more}trial{'s' * (n != 1)}"
    return (Part("try", said, "what matters is told as soon as they have ended"),)


def _kept(guidance: Guidance, n_shown: int) -> str:
    """How much of the top tenth lies inside all ranges."""
    if guidance.kept_top is None:
        return ""
    n = len(guidance.region)
    where = {1: "in this range", 2: "in both ranges"}.get(n, "in all of these ranges")
    if n > n_shown:
        these = "this" if n_shown == 1 else "these"
        where = f"in {these} and {n - n_shown} more range{'s' * (n - n_shown != 1)}"
    many = "all" if guidance.kept_top == 1 else percent(guidance.kept_top)
    return f"{many} of the top tenth of the trials lie {where}"


def _change(guidance: Guidance, param: ParamGuidance) -> str:
    """How a parameter should be declared instead."""
    name = _names(guidance)[param.name]
    if param.advice.kind == "log":
        return f"search {name} on a log scale"
    verb = param.advice.kind
    words = phrases.short_advice(guidance, param)
    return words.replace(verb, f"{verb} {name}", 1)


def _warn(flagged: Mapping[str, str]) -> str:
    return next((one_line(flagged[name]) for name in URGENT if name in flagged), "")


def _sentence(part: Part) -> str:
    return f"{part.lead}; {part.more}." if part.more else f"{part.lead}."


def _names(guidance: Guidance) -> dict[str, str]:
    """The parameters as they are called here, told apart from each other."""
    return short_names([p.name for p in guidance.params], phrases.NAME_WIDTH)
