"""What the trials say of the beliefs about a study."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optuna_guide.guidance import NotReady
from optuna_guide.sampling.lite_gp.beliefs import weigh
from optuna_guide.sampling.lite_gp.request import Request
from optuna_guide.sampling.outlook.process import fit_process
from optuna_guide.store.beliefs import held_beliefs, read_belief_entries

if TYPE_CHECKING:
    from optuna_guide.sampling.lite_gp.beliefs import Weighed
    from optuna_guide.study.snapshot import Snapshot


def weigh_beliefs(snapshot: Snapshot) -> list[Weighed] | NotReady:
    """How likely the best value lies where it is believed, for each belief that counts.

    Returns:
        The beliefs, oldest first, or why nothing can be said of them yet.
    """
    if len(snapshot.directions) > 1:
        return NotReady("Which of several objectives counts most is a matter of taste.")
    process = fit_process(snapshot)
    if isinstance(process, NotReady):
        return process
    held = held_beliefs(read_belief_entries(snapshot.attributes))
    request = Request(process.known, process.space, process.rules, 0, held=held)
    return weigh(request, process.model)
