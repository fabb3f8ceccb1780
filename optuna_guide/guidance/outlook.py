"""What the trials say of the search itself: which trial holds, and what more trials would gain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from optuna.distributions import BaseDistribution

from optuna_guide.domain.direction import Direction

RivalKind: TypeAlias = Literal["runner-up", "best observed", "default"]

SMALL = 0.1  # of the way from the median to the best: a gain below it is small
SETTLED = 0.95  # chance from which one configuration is called better than another
EQUAL = 0.75  # chance to be better below which, if no repeats tell them apart, two are equal
MAX_REPEATS = 100  # more repeats than this are not asked for


@dataclass(frozen=True)
class Rival:
    """A configuration that the recommended one is compared with.

    Attributes:
        kind: The next best by its expected value, the one that looks best, or the default.
        trial: Number of its first trial; None where it was not tried.
        params: Its values, as told to Optuna.
        observed: Mean of what its trials reached; None where it was not tried.
        expected: What a trial of it reaches on average, in units of the target.
        chance: That the recommended configuration is truly better, 0 to 1.
        n_repeats: Further trials of each of the two that settle it, should their expected values
            stay as they are; 0 = settled, None = more than `MAX_REPEATS`.
    """

    kind: RivalKind
    trial: int | None
    params: Mapping[str, Any]
    observed: float | None
    expected: float
    chance: float
    n_repeats: int | None

    @property
    def is_equal(self) -> bool:
        """Whether it is practically as good as the recommended one."""
        return self.n_repeats is None and 1.0 - EQUAL < self.chance < EQUAL


@dataclass(frozen=True)
class Recommendation:
    """The configuration to use: the best by all trials together, not by its own luck.

    Attributes:
        study_name: The study.
        target: Name of the objective.
        direction: Which way it is better.
        n_trials: Complete trials that it rests on.
        trial: Number of the first trial of the recommended configuration; None where it lies
            between trials and was not tried.
        params: Its values, as told to Optuna.
        space: Distribution of each parameter.
        n_tried: How many of the trials have just this configuration.
        observed: Mean of what they reached, in units of the target; None without any.
        expected: What a trial of it reaches on average, in units of the target.
        interval: Where that lies with a probability of 95 %, lower end first.
        noise: Standard deviation of one trial around its average, in units of the target.
        rivals: What it was compared with.
        shows_noise: Whether repeats differ, or neighbours as only noise makes them differ. Else
            the best observed value may be no luck.
        is_log: Whether all averages are of logarithms: values are decades apart, and noise with
            them. They are in units of the target all the same.
    """

    study_name: str
    target: str
    direction: Direction
    n_trials: int
    trial: int | None
    params: Mapping[str, Any]
    space: Mapping[str, BaseDistribution]
    n_tried: int
    observed: float | None
    expected: float
    interval: tuple[float, float]
    noise: float
    rivals: tuple[Rival, ...]
    shows_noise: bool
    is_log: bool = False

    @property
    def n_repeats(self) -> int:
        """Further trials of the recommended configuration that settle what can be settled."""
        return max((rival.n_repeats or 0 for rival in self.rivals), default=0)

    @property
    def repeats(self) -> tuple[Mapping[str, Any], ...]:
        """Every further trial that settles what can be settled, of it and of its rivals.

        A rival that is two things at once, such as the next best and the default, is repeated once
        for both.
        """
        most: dict[str, Rival] = {}
        for rival in self.rivals:
            name = repr(sorted(rival.params.items()))
            if (rival.n_repeats or 0) > (most[name].n_repeats or 0 if name in most else 0):
                most[name] = rival
        rivals = [r.params for r in most.values() for _ in range(r.n_repeats or 0)]
        return (*[self.params] * self.n_repeats, *rivals)

    def __str__(self) -> str:
        from optuna_guide.words import outlook

        return "\n".join(outlook.say_recommendation(self))


@dataclass(frozen=True)
class Forecast:
    """What further trials of a study would gain; see `benchmarks/README.md` for what came true.

    Attributes:
        study_name: The study.
        target: Name of the objective.
        direction: Which way it is better.
        n_known: Complete trials that it rests on.
        n_trials: Further trials that it speaks of.
        least: The gain that is asked for, in units of the target.
        chance: That one becomes better than the best tried by more than ``least``, 0 to 1.
        expected: By how much it becomes better on average, in units of the target.
        seconds: What so many trials take at the pace of the newest ones; None where it is unknown.
        room: How much better a metric that ends, as a share does at 1, can become at all; None
            where no end is known.
    """

    study_name: str
    target: str
    direction: Direction
    n_known: int
    n_trials: int
    least: float
    chance: float
    expected: float
    seconds: float | None
    room: float | None = None

    def __str__(self) -> str:
        from optuna_guide.words import outlook

        return outlook.say_forecast(self)
