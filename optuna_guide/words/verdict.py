"""The verdict: what a person wants to know first, in three lines, the same on every surface.

How far to trust it and what drives the target; what to try; whether the search still gains, with
the one warning that matters.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from optuna_guide.domain.wording import cut, join_words, one_line, percent
from optuna_guide.guidance import NotReady
from optuna_guide.models.trust import CONCENTRATED
from optuna_guide.words import phrases

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optuna_guide.analysis.record import Record
    from optuna_guide.guidance import Guidance, ParamGuidance

Topic = Literal["trust", "matters", "try", "search"]

QUESTIONS: dict[Topic, str] = {
    "trust": "Can it be trusted?",
    "matters": "What matters?",
    "try": "What to try?",
    "search": "Go on?",
}
TRUST = {"values": "Reliable", "ranks": "A rough guide", "closed": "Too early to trust"}
EXPLAINED = 0.8  # of what is explained: what drives the target stands for at least so much
N_DRIVERS = N_RANGES = 3
RANGE_WIDTH = 40  # columns
MIN_DRIVER = 0.05
_VERBS = ("widen ", "search ")  # how a change of the declaration begins
MINOR = 0.02  # of what is explained: below, a parameter hardly matters
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


@dataclass(frozen=True)
class Verdict:
    """What a person wants to know first.

    Attributes:
        is_open: Whether suggestions are shown.
        parts: Answers, each topic once at most; trust first.
        warning: The one that matters; empty where nothing is flagged.
    """

    is_open: bool
    parts: tuple[Part, ...]
    warning: str = ""

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
) -> Verdict:
    """The verdict on a study.

    Args:
        guidance: What was learnt, or why nothing was.
        record: The best so far; None = unknown.
        flagged: Name of each check of the search that is flagged to what was found.
    """
    found = [] if record is None else [_search(record)]
    warning = _warn(flagged)
    if isinstance(guidance, NotReady):
        trust = Part("trust", "No guidance yet", one_line(guidance.reason).rstrip("."))
        return Verdict(False, (trust, *found), warning)
    if not guidance.trust.is_open:
        return Verdict(False, (_trust(guidance), *found), warning)
    return Verdict(True, (_trust(guidance), _matters(guidance), _try(guidance), *found), warning)


def headline(guidance: Guidance | NotReady) -> str:
    """Version, trust and what drives the target, in one line."""
    trust, *others = gather(guidance).parts
    if isinstance(guidance, NotReady):
        return f"{trust.said}: {trust.more}."
    said = next((part.said for part in others if part.topic == "matters"), trust.more)
    version = f" v{guidance.version}" if guidance.version else ""
    return f"Guidance{version}, {trust.said[0].lower()}{trust.said[1:]}: {said}."


def hardly_matter(guidance: Guidance) -> tuple[ParamGuidance, ...]:
    """Parameters that explain little, tell no top apart, and of which nothing is to be said."""
    return tuple(
        p
        for p in guidance.params
        if p.importance < MINOR
        and max(p.importance_top, p.importance_ped) < MIN_DRIVER
        and p.promising is None
        and p.advice.kind in ("none", "freeze")
    )


def _trust(guidance: Guidance) -> Part:
    trust = guidance.trust
    if not trust.is_open:
        if trust.n_missing is None:
            more = "what was tried does not explain the target, or noise hides it"
            return Part("trust", "Not to be trusted", more)
        return Part("trust", TRUST["closed"], f"about {trust.n_missing} more trials are needed")
    off = f"typically off by {trust.typical_error:.2g}"
    where = " inside the sampled region" if trust.skew > CONCENTRATED else ""
    ranked = f"it ranks new trials{where} with a correlation of {trust.spearman:.2f}"
    values = off if trust.state == "values" else f"their values are not predicted: {off}"
    return Part("trust", TRUST[trust.state], f"{ranked}, {values}")


def _matters(guidance: Guidance) -> Part:
    drivers: list[str] = []
    explained = 0.0
    for param in guidance.params[:N_DRIVERS]:
        if drivers and (explained >= EXPLAINED or param.importance < MIN_DRIVER):
            break
        explained += param.importance
        drivers.append(f"{_name(param.name)} ({percent(param.importance)})")
    verb = "drives" if len(drivers) == 1 else "drive"
    n = len(hardly_matter(guidance))
    rest = f"; {n} other{'s' * (n != 1)} hardly matter{'s' * (n == 1)}" if n else ""
    share = percent(max(1 - guidance.unexplained, 0.0))
    more = f"shares of what is explained, {share} of the variance{rest}"
    return Part("matters", f"{join_words(drivers)} {verb} {_name(guidance.title)}", more)


def _try(guidance: Guidance) -> Part:
    ranges = [p for p in guidance.params if p.promising is not None]
    shown = [p for p in ranges if p.importance >= MINOR][:N_RANGES] or ranges[:1]
    change = next(
        (_change(guidance, p) for p in guidance.params if p.advice.kind in ("widen", "log")), ""
    )
    if not shown:
        return Part("try", change or "more trials", "no range stands out")
    said = join_words([f"{_name(p.name)} {cut(phrases.promising(p), RANGE_WIDTH)}" for p in shown])
    return Part("try", said, "; ".join(filter(None, (_kept(guidance, len(shown)), change))))


def _kept(guidance: Guidance, n_shown: int) -> str:
    """How much of the top tenth lies inside all ranges."""
    if guidance.kept_top is None:
        return ""
    n = len(guidance.region)
    who = "together they keep" if n > 1 else "it keeps"
    if n > n_shown:
        who = f"with {n - n_shown} more range{'s' * (n - n_shown != 1)} they keep"
    return f"{who} {percent(guidance.kept_top)} of the top tenth"


def _change(guidance: Guidance, param: ParamGuidance) -> str:
    """How a parameter should be declared instead."""
    name = _name(param.name)
    if param.advice.kind == "log":
        return f"search {name} on a log scale"
    return phrases.short_advice(guidance, param).replace("widen", f"widen {name}", 1)


def _search(record: Record) -> Part:
    if record.is_front:
        said = f"The front last grew {_ago(record.n_since)}"
        return Part("search", said, f"{_of_recent(record)} joined it")
    said = f"Best {record.value:.4g} (trial {record.number}), {_ago(record.n_since)}"
    return Part("search", said, f"{_of_recent(record)} improved it")


def _ago(n: int) -> str:
    return "with the newest trial" if n == 0 else f"{n} trial{'s' * (n != 1)} ago"


def _of_recent(record: Record) -> str:
    return f"{record.n_improved or 'none'} of the last {record.n_recent} trials"


def _warn(flagged: Mapping[str, str]) -> str:
    return next((one_line(flagged[name]) for name in URGENT if name in flagged), "")


def _sentence(part: Part) -> str:
    said = part.said
    if part.topic == "try":
        is_told = said.startswith(_VERBS)
        said = f"{said[0].upper()}{said[1:]}" if is_told else f"Try {said}"
    return f"{said}; {part.more}." if part.more else f"{said}."


def _name(name: str) -> str:
    return cut(one_line(name), phrases.NAME_WIDTH)
