"""What is recommended, and what more trials would gain, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optuna_guide.domain.labels import label
from optuna_guide.domain.wording import one_line, percent
from optuna_guide.guidance import NotReady
from optuna_guide.guidance.outlook import MAX_REPEATS
from optuna_guide.words.names import short_names
from optuna_guide.words.phrases import NAME_WIDTH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optuna_guide.guidance.outlook import Forecast, Recommendation, Rival
    from optuna_guide.study.snapshot import Snapshot

_WORDS = {"runner-up": "next best", "best observed": "trial that looks best", "default": "default"}


def say_recommendation(found: Recommendation) -> list[str]:
    """Sentences: what to use, what to expect of it, and a sentence for each rival."""
    low, high = sorted(found.interval)
    named = "what lies between good trials" if found.trial is None else f"trial {found.trial}"
    told = "it was not tried"
    if found.observed is not None:
        n, reached = found.n_tried, f"reached {found.observed:.4g}"
        told = f"its {n} trials {reached} on average" if n > 1 else f"it {reached}"
    if found.is_log:
        told += " (averages of logarithms, as values are decades apart)"
    ends = f"{low:.4g}", f"{high:.4g}"
    within = f" (95 %: {ends[0]} to {ends[1]})" if ends[0] != ends[1] else ""
    return [
        f"Use {named}: {configuration(found)}.",
        f"A Gaussian process expects its {one_line(found.target)} at {found.expected:.4g} on "
        f"average{within}; {told}.",
        *(say_rival(found, rival) for rival in _once(found.rivals)),
    ]


def _once(rivals: Sequence[Rival]) -> list[Rival]:
    """Without the next best where it is also what looks best: that sentence says more."""
    told = {r.trial for r in rivals if r.kind == "best observed"}
    return [r for r in rivals if r.kind != "runner-up" or r.trial not in told]


QUESTION = "Which configuration to use, and whether to go on?"


def look_and_say(snapshot: Snapshot, explained: str) -> tuple[str, ...]:
    """The answer to `QUESTION` by the trials of a study; empty where nothing can be told.

    Args:
        snapshot: The study.
        explained: Title of what the surface speaks of; of what is no objective nothing is said.
    """
    if explained not in snapshot.objectives:
        return ()
    from optuna_guide.sampling.outlook.reading import look_ahead

    ahead = look_ahead(snapshot)
    return () if isinstance(ahead, NotReady) else tuple(say_in_short(*ahead))


def say_in_short(found: Recommendation, ahead: Forecast | NotReady) -> list[str]:
    """What to use, what of the best value was luck, and whether to go on."""
    lucky = [say_rival(found, rival) for rival in found.rivals if rival.kind == "best observed"]
    gain = [] if isinstance(ahead, NotReady) else [say_forecast(ahead)]
    return [*say_recommendation(found)[:2], *lucky, *gain]


def configuration(found: Recommendation) -> str:
    """The recommended parameters with their values, as ``lr 0.01, depth 3``."""
    short = short_names(found.params, NAME_WIDTH)
    return ", ".join(
        f"{short[name]} "
        f"{one_line(label(found.space[name], found.space[name].to_internal_repr(value)))}"
        for name, value in found.params.items()
    )


def say_rival(found: Recommendation, rival: Rival) -> str:
    """How a rival compares, what of its value was luck, and what would settle it."""
    named = "which was not tried" if rival.trial is None else f"trial {rival.trial}"
    expected, noisy, end = f"{rival.expected:.4g} expected", "", "."
    if rival.kind == "best observed" and rival.observed is not None:
        sign = 1.0 if found.direction == "maximize" else -1.0
        luck = sign * (rival.observed - rival.expected)
        lucky = f", {luck:.2g} of it luck" * (found.shows_noise and luck > 0)
        expected = f"{rival.observed:.4g}{lucky}; {expected}"
        if not found.shows_noise:
            noisy = "If trials are noisy, which they do not show, "
            told = "a trial of it would tell" if found.trial is None else f"{named} is better"
            end = f"; if not, {told}."
    other = f"the {_WORDS[rival.kind]}, {named} ({expected})"
    said = f"it is truly better than {other}, with a chance of {chance(rival.chance)}"
    if rival.is_equal:
        said = f"it is practically equal to {other}"
    words = f"{noisy}{said}: {_settled(rival)}{end}"
    return f"{words[0].upper()}{words[1:]}"


def chance(probability: float) -> str:
    """A chance that is never called certain."""
    return "over 99 %" if probability > 0.995 else percent(probability)


def _settled(rival: Rival) -> str:
    if rival.n_repeats == 0:
        return "that is settled"
    if rival.n_repeats is None:
        return f"{MAX_REPEATS} more trials of each would not tell them apart"
    n = rival.n_repeats
    return f"{n} more trial{'s' * (n != 1)} of each would settle it"


def say_forecast(found: Forecast) -> str:
    """One sentence: chance, least gain, trials and time; or that there is no room for the gain."""
    if found.room is not None and found.least >= found.room:
        return (
            f"No trial can gain more than {found.least:.2g} in {one_line(found.target)}: "
            f"{found.room:.2g} is left at most."
        )
    took = "" if found.seconds is None else f", {duration(found.seconds)}"
    return (
        f"{chance(found.chance).capitalize()} chance to gain more than {found.least:.2g} in "
        f"{one_line(found.target)} by {found.n_trials} more trials{took}."
    )


def duration(seconds: float) -> str:
    """A time in the largest unit that it has two of: ``45 s``, ``12 min``, ``3 h``, ``4 days``."""
    for size, unit in ((86_400, "days"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s" if seconds >= 1 else "under 1 s"
