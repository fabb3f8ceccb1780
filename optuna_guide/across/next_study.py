"""The follow-up study: narrowed ranges, warm-started by the trials inside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import optuna
from optuna.trial import TrialState

from optuna_guide.across.growing import changed_trial
from optuna_guide.across.growth import Growth
from optuna_guide.domain.parsing import parse_region
from optuna_guide.domain.region import holds, narrowed_distribution
from optuna_guide.sampling.steering.control import apply_region
from optuna_guide.store.attributes import write_attribute
from optuna_guide.store.keys import METRIC_NAMES
from optuna_guide.store.proposals import newest_proposal
from optuna_guide.store.versions import decode_guidance
from optuna_guide.study.declared import Declared
from optuna_guide.study.provenance import PARENT, read_parent
from optuna_guide.study.snapshot import read_snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optuna import Study
    from optuna.samplers import BaseSampler
    from optuna.storages import BaseStorage
    from optuna.trial import FrozenTrial

    from optuna_guide.domain.ranges import Region
    from optuna_guide.study.snapshot import Snapshot


def next_study(
    study: Study,
    region: Mapping[str, Any] | None = None,
    *,
    study_name: str | None = None,
    storage: str | BaseStorage | None = None,
    sampler: BaseSampler | None = None,
    redeclared: bool = False,
) -> Study:
    """Create a study that goes on in a narrower space.

    Complete and pruned trials inside the region are copied with their times, so that its sampler
    starts warm; metric names go along. The region is kept with the new study, where a
    `GuidedSampler` keeps to it; the objective needs no change. Whoever rather pastes `as_code`
    into the objective, for any sampler, sets ``redeclared``: the copied trials then have the
    narrowed distributions.

    Args:
        study: The study to go on from.
        region: As for `apply_region`; by default the promising ranges of the stored guidance, or
            else the sampler's last proposal.
        study_name: Name of the new study; "<name>-next" by default.
        storage: Where to create it; in memory by default.
        sampler: Its sampler; a `GuidedSampler` by default.
        redeclared: Narrow the distributions of the copied trials.

    Raises:
        ValueError: If no region is given and none is known, or the given one does not fit.
        optuna.exceptions.DuplicatedStudyError: If the storage has a study of that name.
    """
    following, copies = begin_next_study(
        study,
        region,
        study_name=study_name,
        storage=storage,
        sampler=sampler,
        redeclared=redeclared,
    )
    for trial in copies:
        following.add_trial(trial)
    return following


def begin_next_study(
    study: Study,
    region: Mapping[str, Any] | None = None,
    *,
    study_name: str | None = None,
    storage: str | BaseStorage | None = None,
    sampler: BaseSampler | None = None,
    redeclared: bool = False,
) -> tuple[Study, list[FrozenTrial]]:
    """The study of `next_study`, still empty, and the trials to add to it, oldest first."""
    from optuna_guide.sampling.guided.sampler import GuidedSampler

    snapshot = read_snapshot(study)
    space = Declared().seen(snapshot.trials).space
    wanted = parse_region(_known_region(snapshot) if region is None else region, space)
    following = optuna.create_study(
        study_name=study_name or f"{snapshot.study_name}-next",
        storage=storage,
        directions=snapshot.directions,
        sampler=sampler or GuidedSampler(),
    )
    if METRIC_NAMES in snapshot.attributes:
        write_attribute(following, METRIC_NAMES, snapshot.attributes[METRIC_NAMES])
    if not redeclared:
        apply_region(following, wanted, comment=f"Follows {snapshot.study_name!r}.", space=space)
    narrowed = {n: narrowed_distribution(space[n], wanted[n]) for n in wanted if redeclared}
    growth = Growth(narrowed)
    kept = [
        trial
        for trial in snapshot.trials
        if trial.state in (TrialState.COMPLETE, TrialState.PRUNED) and _is_inside(trial, wanted)
    ]
    places = {trial.number: place for place, trial in enumerate(kept)}
    return following, [
        _renumbered(changed_trial(trial, growth)[0], places.get(read_parent(trial)))
        for trial in kept
    ]


def _known_region(snapshot: Snapshot) -> Region:
    guidance = decode_guidance(snapshot.attributes)
    if guidance is not None and guidance.region:
        return guidance.region
    proposal = newest_proposal(snapshot.attributes)
    if proposal is not None and proposal.region:
        return proposal.region
    raise ValueError(
        f"No region of study {snapshot.study_name!r} is known: fit its guidance first, "
        "or pass a region such as {'lr': (1e-4, 1e-2)}."
    )


def _is_inside(trial: FrozenTrial, region: Region) -> bool:
    internal = {n: d.to_internal_repr(trial.params[n]) for n, d in trial.distributions.items()}
    return holds(region, internal)


def _renumbered(trial: FrozenTrial, parent: int | None) -> FrozenTrial:
    """The trial in the new study, where its parent has another number, or is left behind."""
    trial.user_attrs = {k: v for k, v in trial.user_attrs.items() if k != PARENT}
    if parent is not None:
        trial.user_attrs[PARENT] = parent
    return trial
