"""Beliefs of people with base samplers that know none: a share of the trials is drawn by them.

The share falls as trials complete, and beliefs that the trials refute are dropped.
`LiteGPSampler` weights its own search by them instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from optuna_guide.domain.beliefs import value_of
from optuna_guide.store.beliefs import held_beliefs, read_belief_entries
from optuna_guide.study.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from optuna import Study
    from optuna.distributions import BaseDistribution
    from optuna.trial import FrozenTrial

    from optuna_guide.sampling.steering.beliefs import StatedPrior
    from optuna_guide.store.beliefs import Held

_SHARE = 0.5  # of the trials that follow at once
_EVERY = 5  # complete trials between two tests of the beliefs


@dataclass
class Believing:
    """The beliefs about one study.

    Attributes:
        prior: What the sampler was given.
        tested_at: Complete trials when the beliefs were tested last.
    """

    prior: StatedPrior
    tested_at: int = 0

    def hold(
        self, study: Study, attributes: Mapping[str, Any], complete: Sequence[FrozenTrial]
    ) -> tuple[Held, ...]:
        """What is believed by now; what the complete trials refute is dropped."""
        n = len(complete)
        if complete and self.prior.wanted:
            held = self.prior.state(study, attributes, complete[-1].distributions, n)
        else:
            held = held_beliefs(read_belief_entries(attributes))
        if not held or len(study.directions) > 1 or n - self.tested_at < _EVERY:
            return held
        self.tested_at = n
        refuted = _refute(study, complete, held)
        return tuple(h for h in held if h not in refuted)

    def lean(
        self,
        held: Sequence[Held],
        space: Mapping[str, BaseDistribution],
        draws: Callable[[], float | None],
    ) -> dict[str, Any]:
        """Values that are drawn by what is believed of some parameters.

        Args:
            held: As of `hold`; before a trial is complete, the prior counts.
            space: Distributions of the parameters.
            draws: Source of shares, see `value_of`.
        """
        varied = {name: d for name, d in space.items() if not d.single()}
        beliefs = {h.name: h.belief for h in held} or self.prior.of(varied)
        return {n: value_of(b, varied[n], draws()) for n, b in beliefs.items() if n in varied}


def share_of_followers(held: Sequence[Held], n_complete: int) -> float:
    """Share of the trials that are drawn by what is believed: it falls as trials complete."""
    if not held:
        return 0.0
    from optuna_guide.sampling.lite_gp.beliefs import FADED_AT, STRENGTH

    since = min(n_complete - h.n_known for h in held)
    return 0.0 if since >= FADED_AT else _SHARE * STRENGTH / (STRENGTH + since)


def _refute(study: Study, complete: Sequence[FrozenTrial], held: Sequence[Held]) -> list[Held]:
    from optuna_guide.guidance import NotReady
    from optuna_guide.sampling.lite_gp.beliefs import drop_refuted, find_refuted
    from optuna_guide.sampling.lite_gp.request import Request
    from optuna_guide.sampling.outlook.process import fit_process

    process = fit_process(Snapshot(study.study_name, tuple(study.directions), complete, {}))
    if isinstance(process, NotReady):
        return []
    request = Request(process.known, process.space, process.rules, 0, held=held)
    refuted = find_refuted(request, process.model)
    drop_refuted(study, refuted, len(process.known.rows))
    return [r.held for r in refuted]
