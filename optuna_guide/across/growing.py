"""A study goes on in another space: a faithful copy, in which only what was asked for changed.

Optuna lets no study change its choices, and samplers keep things with a study that would silently
mislead in another space. Everything is checked before anything is written.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import optuna
from optuna.trial import TrialState

from optuna_guide.across.growth import DomainChange, Growth, parse_growth
from optuna_guide.domain.wording import one_line
from optuna_guide.store.attributes import write_attribute
from optuna_guide.store.keys import (
    DECISION,
    EARLIER,
    FIXED,
    KEPT,
    LEFT_OUT,
    METRIC_NAMES,
    OBSERVED_BOUNDS,
    OWN,
    PANELS,
    PLAN,
    SAMPLERS,
    SUCCESSOR,
)
from optuna_guide.store.stops import save_stop
from optuna_guide.store.storages import storage_of, trial_id_of
from optuna_guide.study.declared import Declared
from optuna_guide.study.snapshot import read_snapshot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optuna import Study
    from optuna.storages import BaseStorage
    from optuna.trial import FrozenTrial

    from optuna_guide.study.snapshot import Snapshot

_OF_A_TRIAL = re.compile(r"^dashboard:(\d+):")
_OF_ITS_IDS = re.compile(r"^[A-Za-z]+Sampler:parent:")
_OF_SAMPLERS = ("cma:", "tpe:relative_params", "grid_id", "search_space")


@dataclass(frozen=True, eq=False)
class Grown:
    """What a study becomes; nothing is written yet.

    Attributes:
        source: The study as it was read.
        trials: Its trials in the new space, in the old order.
        attributes: System attributes that hold in the new space.
        user_attributes: All of them.
        notes: What does not go along, in sentences.
    """

    source: Snapshot
    trials: Sequence[FrozenTrial]
    attributes: Mapping[str, Any]
    user_attributes: Mapping[str, Any]
    notes: tuple[str, ...]


def grow_study(
    study: Study,
    changes: Mapping[str, DomainChange] | None = None,
    *,
    name: str | None = None,
    log: Mapping[str, bool] | None = None,
    renamed: Mapping[str, str] | None = None,
    added: Mapping[str, tuple[DomainChange, Any]] | None = None,
    dropped: str | Collection[str] = (),
    storage: str | BaseStorage | None = None,
) -> Study:
    """Go on with a study in another search space, without losing its trials.

    The new study has the numbers, states, times, values, reports, attributes, constraints, metric
    names and waiting trials of the old one. A trial that has no place in the new space, such as
    one of a removed choice, stays as a failed one, so that numbers hold. Workers of the old study
    that have a `GuideCallback` end as by `stop`, and say where to go on.

    Args:
        study: The study to go on from; it is kept, and marked with its successor.
        changes: Parameter to its new bounds ``(low, high)``, choices, or distribution.
        name: Name of the new study; "<name>-grown" by default.
        log: Parameter to whether it is logarithmic from now on.
        renamed: Parameter to its new name.
        added: New parameter to its range, choices or distribution, and the value that the old
            trials had, ``{"warmup": ((0, 1000), 0)}``.
        dropped: Parameters that the objective asks for no more.
        storage: Where to create it; by default where the study is.

    Raises:
        ValueError: If a change does not fit the study.
        optuna.exceptions.DuplicatedStudyError: If the storage has a study of that name.
    """
    grown = plan_growth(
        study, changes or {}, log=log, renamed=renamed, added=added, dropped=dropped
    )
    return write_grown(study, grown, name=name, storage=storage)


def plan_growth(study: Study, changes: Mapping[str, DomainChange], **options: Any) -> Grown:
    """What a study becomes, to look at before it is written; see `grow_study`.

    Raises:
        ValueError: If a change does not fit the study.
    """
    snapshot = read_snapshot(study)
    growth = parse_growth(Declared().seen(snapshot.trials).space, changes, **options)
    changed = [changed_trial(trial, growth) for trial in snapshot.trials]
    trials = [trial for trial, _ in changed]
    attributes = _attributes(snapshot, growth)
    notes = _notes(snapshot, [stray for _, stray in changed], attributes)
    return Grown(snapshot, trials, attributes, study.user_attrs, notes)


def write_grown(
    study: Study,
    grown: Grown,
    *,
    name: str | None = None,
    storage: str | BaseStorage | None = None,
) -> Study:
    """Create the new study, and mark the old one.

    Raises:
        optuna.exceptions.DuplicatedStudyError: If the storage has a study of that name.
    """
    following = optuna.create_study(
        study_name=name or f"{grown.source.study_name}-grown",
        storage=storage if storage is not None else storage_of(study),
        directions=grown.source.directions,
    )
    for trial in grown.trials:
        following.add_trial(trial)
    new_ids = {
        str(trial_id_of(old)): str(trial_id_of(new))
        for old, new in zip(grown.source.trials, following.get_trials(deepcopy=False), strict=True)
    }
    for key, value in grown.attributes.items():
        write_attribute(following, _with_new_id(key, new_ids), value)
    for key, value in grown.user_attributes.items():
        following.set_user_attr(key, value)
    write_attribute(study, SUCCESSOR, following.study_name)
    save_stop(study, "", goes_on=following.study_name)
    return following


def changed_trial(trial: FrozenTrial, growth: Growth) -> tuple[FrozenTrial, str]:
    """A trial in the new space, and what of it has no place there."""
    params, distributions, strays = growth.change(trial)
    new = copy.deepcopy(trial)
    new.distributions = distributions
    new.params = params
    new.system_attrs = {
        key: value
        for key, value in new.system_attrs.items()
        if not key.startswith(_OF_SAMPLERS) and key not in (DECISION, PLAN, EARLIER)
    }
    fixed: Any = new.system_attrs.get(FIXED)
    if fixed:
        new.system_attrs[FIXED] = _fixed(fixed, growth)
    if trial.state == TrialState.RUNNING:
        _fail(new, trial)
    if strays:
        _fail(new, trial)
        new.user_attrs[LEFT_OUT] = ", ".join(strays)
    return new, ", ".join(strays)


def _fail(new: FrozenTrial, trial: FrozenTrial) -> None:
    new.state, new.values = TrialState.FAIL, None
    new.datetime_complete = trial.datetime_complete or trial.datetime_start


def _fixed(fixed: Mapping[str, Any], growth: Growth) -> dict[str, Any]:
    """Enqueued values that the new space has, under their new names."""
    kept = {}
    for name, value in fixed.items():
        distribution = growth.distributions.get(name)
        if name in growth.dropped:
            continue
        if distribution is not None and not _is_choice(distribution, value):
            continue
        kept[growth.renamed.get(name, name)] = value
    return kept


def _is_choice(distribution: Any, value: Any) -> bool:
    choices = getattr(distribution, "choices", None)
    return choices is None or value in choices


def _attributes(snapshot: Snapshot, growth: Growth) -> dict[str, Any]:
    """System attributes of the study that hold in the new space."""
    kept = {}
    for key, value in snapshot.attributes.items():
        own = key in (METRIC_NAMES, KEPT) or key.startswith(SAMPLERS)
        guide = key.startswith((OWN, PANELS))
        if own or not (guide or key.startswith(_OF_SAMPLERS) or _OF_ITS_IDS.match(key)):
            kept[key] = value
    observed = snapshot.attributes.get(OBSERVED_BOUNDS)
    if isinstance(observed, list | tuple):
        left = [n for n in observed if n not in growth.distributions and n not in growth.dropped]
        kept[OBSERVED_BOUNDS] = [growth.renamed.get(n, n) for n in left]
    elif observed is not None:
        kept[OBSERVED_BOUNDS] = observed
    return kept


def _notes(
    snapshot: Snapshot, strays: Sequence[str], attributes: Mapping[str, Any]
) -> tuple[str, ...]:
    notes = []
    left = [stray for stray in strays if stray]
    if left:
        notes.append(
            f"{len(left)} of {len(strays)} trials have no place in the new space, such as "
            f"{one_line(left[0])}: they stay as failed trials, without those values."
        )
    running = sum(trial.state == TrialState.RUNNING for trial in snapshot.trials)
    if running:
        what = "trials that run are" if running > 1 else "trial that runs is"
        notes.append(f"{running} {what} failed in the copy.")
    lost = [k for k in snapshot.attributes if k not in attributes]
    samplers = [k for k in lost if not k.startswith((OWN, PANELS))]
    if samplers:
        notes.append("What samplers kept with the study does not hold in the new space.")
    return tuple(notes)


def _with_new_id(key: str, new_ids: Mapping[str, str]) -> str:
    """Notes of optuna-dashboard name the trial by its id."""
    found = _OF_A_TRIAL.match(key)
    if not found:
        return key
    return f"dashboard:{new_ids.get(found[1], found[1])}:{key[found.end() :]}"
