"""What was learnt about two parameters together: interactions and their surfaces."""

from __future__ import annotations

from dataclasses import dataclass

CLEAR = 0.01  # p-value of an interaction that is spoken of
NOTABLE = 0.01  # of the variance, that it explains at least


@dataclass(frozen=True)
class Surface:
    """Target over two parameters; rows follow the first one.

    Attributes:
        x: Middles of the cells along the first parameter.
        y: Middles of the cells along the second parameter.
        total: Main + main + interaction, in the target's units.
        interaction: The interaction alone.
    """

    x: tuple[float, ...]
    y: tuple[float, ...]
    total: tuple[tuple[float, ...], ...]
    interaction: tuple[tuple[float, ...], ...]

    def transposed(self) -> Surface:
        """The same surface with the parameters swapped."""
        total, alone = (tuple(zip(*rows, strict=True)) for rows in (self.total, self.interaction))
        return Surface(self.y, self.x, total, alone)


@dataclass(frozen=True)
class PairGuidance:
    """Interaction of two parameters.

    Attributes:
        names: The two parameters, the more important first.
        share: Variance share of the interaction alone, scaled by the out-of-bag R2.
        spread: Standard deviation of that share over the trees.
        importance_ebm: Mean absolute score of the EBM's pair term; None where the EBM has no such
            term.
        p_value: That both add up, by an F test on the trials, times the number of all pairs; None
            beyond the strongest ones.
        surface: Marginal of the forest; None beyond the strongest pairs.
        ebm_surface: The EBM's main + main + pair; None where it has no such term.
    """

    names: tuple[str, str]
    share: float
    spread: float
    importance_ebm: float | None = None
    p_value: float | None = None
    surface: Surface | None = None
    ebm_surface: Surface | None = None

    @property
    def is_clear(self) -> bool:
        """Whether the trials themselves show that both do notably more together than alone."""
        return self.p_value is not None and self.p_value < CLEAR and self.share >= NOTABLE
