"""What the next trial will keep to, as far as the study tells."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from optuna.trial import TrialState

from optuna_guide.domain.ranges import Choices, Intervals
from optuna_guide.store.keys import FIXED
from optuna_guide.store.proposals import newest_proposal
from optuna_guide.store.regions import newest_region
from optuna_guide.store.samplers import read_samplers
from optuna_guide.study import provenance
from optuna_guide.study.exhausted import exhausted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from optuna.trial import FrozenTrial

    from optuna_guide.study.snapshot import Snapshot

N_LATELY = 20  # trials that nobody asked for, which tell whether a guided sampler is at work
_STARTING = ("startup", "open")  # decisions that no proposal plays a part in
_MODELLED = "modelled"  # a base with a model of its own, alone


@dataclass(frozen=True)
class NextTrial:
    """What the next trial keeps to.

    Attributes:
        kind: Confined to a person's region; guided, most trials, to what the sampler proposed;
            modelled, by a base whose own model needs no region any more; free; or paused by a
            person.
        is_guided: Whether a sampler that keeps to regions made one of the last trials.
        n_running: Trials that run now.
        region: What a person applied, paused or not; else what the sampler proposed.
        is_applied: Whether the region is a person's.
        author: Who set the region or the pause; None where nobody gave a name.
        at: ISO time in UTC of when it was set; empty where nothing is.
        since: First trial that kept to the person's region; None where none did.
        sampler: Name of the sampler of the newest trial; empty where nobody saw it.
        is_fading: Whether ever more of the guided trials are left to the base's own model.
        exhausted: That all there was to try was tried; empty where some is left.
    """

    kind: Literal["confined", "guided", "modelled", "free", "paused"]
    is_guided: bool
    n_running: int
    region: Mapping[str, Intervals | Choices] = field(default_factory=dict)
    is_applied: bool = False
    author: str | None = None
    at: str = ""
    since: int | None = None
    sampler: str = ""
    is_fading: bool = False
    exhausted: str = ""


def read_next(snapshot: Snapshot) -> NextTrial:
    """What the next trial of a study keeps to."""
    trials, attributes = snapshot.trials, snapshot.attributes
    lately = _drawn_lately(trials)
    decisions = [provenance.read_decision(t.system_attrs) for t in lately]
    made = [decision for decision in decisions if decision]
    free = NextTrial(
        "free",
        is_guided=bool(made),
        n_running=sum(trial.state == TrialState.RUNNING for trial in trials),
        sampler=_newest_sampler(lately, attributes),
        exhausted=exhausted(snapshot),
    )
    person, proposal = newest_region(attributes), newest_proposal(attributes)
    if person is not None and person.region and not person.cleared:
        return replace(
            free,
            kind="free" if not made else "paused" if person.paused else "confined",
            region=person.region,
            is_applied=True,
            author=person.author,
            at=person.at,
            since=read_spans(trials).get(person.version, (None, None))[0],
        )
    if person is not None and person.paused and made:
        return replace(free, kind="paused", author=person.author, at=person.at)
    last = made[-1] if made else {}
    if last.get("kind") == _MODELLED and last.get("version") is None:
        return replace(free, kind="modelled")
    is_narrowed = bool(made) and last.get("kind") not in _STARTING
    if is_narrowed and proposal is not None and proposal.region:
        is_fading = any(decision.get("kind") == _MODELLED for decision in made)
        guided = replace(free, kind="guided", region=proposal.region, at=proposal.at)
        return replace(guided, is_fading=is_fading)
    return free


def _drawn_lately(trials: Sequence[FrozenTrial]) -> Sequence[FrozenTrial]:
    """The newest trials that nobody asked for: others tell nothing of the sampler at work."""
    drawn = (trial for trial in reversed(trials) if FIXED not in trial.system_attrs)
    return list(itertools.islice(drawn, N_LATELY))[::-1]


def _newest_sampler(lately: Sequence[FrozenTrial], attributes: Mapping[str, Any]) -> str:
    watched = read_samplers(attributes, np.array([t.number for t in lately], dtype=np.int64))
    for trial, name in zip(reversed(lately), reversed(watched.tolist()), strict=True):
        found = provenance.read_sampler(trial.system_attrs, name)
        if found:
            return found
    return ""


def read_spans(trials: Sequence[FrozenTrial]) -> dict[int, tuple[int, int]]:
    """Version of a person's region to the first and the last trial that kept to it."""
    spans: dict[int, tuple[int, int]] = {}
    for trial in trials:
        version = provenance.read_decision(trial.system_attrs).get("person")
        if isinstance(version, int):
            spans[version] = (spans.get(version, (trial.number, 0))[0], trial.number)
    return spans
