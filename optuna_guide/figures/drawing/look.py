"""What passes between the two halves of a figure, beside its numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from optuna_guide.words import phrases

if TYPE_CHECKING:
    from optuna_guide.guidance import Guidance

CARD = 428  # pixels of the narrowest card: the dashboard's in a window of 1,000 px
PHONE = 300  # pixels of the narrowest place in a page of our own


@dataclass(frozen=True)
class About:
    """What a figure is about, and whether it can be trusted.

    Attributes:
        target: Name of what is explained, and within what it is given.
        name: The name alone, as on an axis.
        better: Which way it is better, in words.
        n_trials: Number of trials.
        notice: Why nothing is suggested; empty while the gate is open.
        cut: How many trials the models see as better than they are, and where.
        n_studies: Number of studies; of several no trials are counted.
    """

    target: str
    name: str
    better: str
    n_trials: int
    notice: str
    cut: str = ""
    n_studies: int = 1

    @property
    def is_open(self) -> bool:
        """Whether the gate is open."""
        return not self.notice


@dataclass(frozen=True)
class Nothing:
    """There is nothing to draw.

    Attributes:
        why: The reason, as a sentence.
        about: What it is about; None where there is no guidance.
    """

    why: str
    about: About | None = None


@dataclass(frozen=True)
class Look:
    """What the place where a figure is shown wants.

    Attributes:
        number: Stands before the title.
        has_head: Whether title, reading aid and notice are part of the figure; a place that writes
            them itself wants none.
        in_page: Whether texts take the ink of the page around the figure, light or dark.
        width: Pixels that are there at least.
    """

    number: int | None = None
    has_head: bool = True
    in_page: bool = False
    width: int = CARD

    @property
    def room(self) -> float:
        """Ens of a line of 12 px."""
        return (self.width - 20) / 6

    @property
    def foot(self) -> float:
        """Ens of a line of 11 px, whose letters are rounded up to whole pixels."""
        return (self.width - 20) / 5.8


def describe(guidance: Guidance) -> About:
    """What the figures of a guidance are about."""
    return About(
        target=guidance.title,
        name=guidance.target,
        better=phrases.better(guidance),
        n_trials=guidance.n_trials,
        notice="" if guidance.trust.is_open else phrases.gate(guidance),
        cut=guidance.cut,
    )
