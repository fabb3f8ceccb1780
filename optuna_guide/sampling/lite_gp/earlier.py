"""Earlier studies: what they tried and how good it was, read once and kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
from optuna.study import Study

from optuna_guide.domain.space import widest
from optuna_guide.sampling.lite_gp.history import TrialArrays, read
from optuna_guide.sampling.lite_gp.pruned import MAX_PRUNED, expected_ends
from optuna_guide.sampling.lite_gp.targets import clip_bad_tail
from optuna_guide.store.once import warn_once
from optuna_guide.store.storages import id_of, list_studies, open_study, storage_of
from optuna_guide.study.declared import is_categorical
from optuna_guide.study.snapshot import read_snapshot

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution

    from optuna_guide.sampling.lite_gp.space import BoolArray, FloatArray, IntArray
    from optuna_guide.study.snapshot import Snapshot

MAX_STUDIES = 200  # that are read, the newest of a storage
MAX_TRIALS = 60  # of a study that are kept
MIN_TRIALS = 5  # below, there is no order to learn


@dataclass(frozen=True, eq=False)
class EarlierStudy:
    """An earlier study some of whose parameters have other names in the new one.

    Attributes:
        study: The earlier study.
        renamed: Its name of a parameter -> the new study's name of it; those that are not named
            are called the same in both.
    """

    study: Study
    renamed: Mapping[str, str] = field(default_factory=dict)

    def __deepcopy__(self, memo: object) -> EarlierStudy:
        return self  # a copy of a sampler learns from the very same studies


EarlierStudies: TypeAlias = Iterable[Study | EarlierStudy] | Literal["storage"]
"""Studies, or ``"storage"``: all others of the new study's storage."""


@dataclass(frozen=True, eq=False)
class EarlierTrials:
    """Trials of one earlier study; row ``i`` of both arrays is the same one, the best first.

    Attributes:
        name: Name of the study.
        distributions: Domain of each parameter, under the new study's names.
        params: Internal values, NaN = inactive, shape ``(n, n_params)``.
        values: Clipped values, larger is better, whatever the study optimised; shape
            ``(n, n_objectives)``.
    """

    name: str
    distributions: Mapping[str, BaseDistribution]
    params: FloatArray
    values: FloatArray


def parse_earlier(asked: EarlierStudies) -> tuple[EarlierStudy, ...] | Literal["storage"]:
    """What was asked for in one form.

    Raises:
        TypeError: If it is neither ``"storage"`` nor a sequence of studies.
        ValueError: If it is another text.
    """
    if isinstance(asked, str):
        if asked != "storage":
            raise ValueError(
                f"earlier_studies is a list of studies or 'storage', not {asked!r}: "
                f"pass [optuna.load_study(study_name={asked!r}, storage=...)]."
            )
        return asked
    given: list[Any] = list(asked) if isinstance(asked, Iterable) else [asked]
    parsed = [EarlierStudy(one) if isinstance(one, Study) else one for one in given]
    wrong = [one for one in parsed if not isinstance(one, EarlierStudy)]
    if wrong or not isinstance(asked, Iterable):
        raise TypeError(
            "earlier_studies is a list of studies or EarlierStudy, or 'storage': "
            f"found {(wrong or [asked])[0]!r}."
        )
    return tuple(parsed)


def read_earlier(
    asked: Sequence[EarlierStudy] | Literal["storage"], study: Study
) -> tuple[EarlierTrials, ...]:
    """The trials of all earlier studies that a study can learn from.

    One that cannot be read is left out with a warning, and so are, silently, the study itself,
    those of another number of objectives, and those of fewer than five usable trials.
    """
    found = []
    for earlier in _studies(asked, study):
        try:
            trials = _read(earlier, len(study.directions))
        except Exception as error:
            name = earlier.study.study_name
            warn_once(
                ("earlier", name, type(error)),
                f"The earlier study {name!r} cannot be read: {error!r}. It is left out.",
            )
            continue
        if trials is not None:
            found.append(trials)
    return tuple(found)


def joint_distributions(earlier: Sequence[EarlierTrials]) -> dict[str, BaseDistribution]:
    """Every parameter of the studies, as wide as any had it, of the kind that the last one had."""
    joint: dict[str, BaseDistribution] = {}
    for trials in earlier:
        for name, distribution in trials.distributions.items():
            known = joint.get(name, distribution)
            alike = is_categorical(known) == is_categorical(distribution)
            joint[name] = widest([known, distribution]) if alike else distribution
    return joint


def _studies(
    asked: Sequence[EarlierStudy] | Literal["storage"], study: Study
) -> Sequence[EarlierStudy]:
    storage, own = storage_of(study), id_of(study)
    if isinstance(asked, str):
        ids = [i for i, _ in list_studies(storage) if i != own][-MAX_STUDIES:]
        return [EarlierStudy(open_study(storage, i)) for i in ids]
    others = [e for e in asked if storage_of(e.study) is not storage or id_of(e.study) != own]
    return others[-MAX_STUDIES:]


def _read(earlier: EarlierStudy, n_objectives: int) -> EarlierTrials | None:
    snapshot = read_snapshot(earlier.study)
    if len(snapshot.directions) != n_objectives:
        return None
    return earlier_trials(snapshot, earlier.renamed)


def earlier_trials(
    snapshot: Snapshot, renamed: Mapping[str, str] | None = None
) -> EarlierTrials | None:
    """What a study tried; None where fewer than five of its trials are usable."""
    renamed = renamed or {}
    arrays = read(TrialArrays(), snapshot.trials, len(snapshot.directions))
    params, values = _usable(arrays, snapshot)
    if len(values) < MIN_TRIALS:
        return None
    values = np.stack([clip_bad_tail(column) for column in values.T], axis=1)
    kept = _best_and_spread(values)
    names = [renamed.get(name, name) for name in arrays.distributions]
    distributions = dict(zip(names, arrays.distributions.values(), strict=True))
    return EarlierTrials(snapshot.study_name, distributions, params[kept], values[kept])


def _usable(arrays: TrialArrays, snapshot: Snapshot) -> tuple[FloatArray, FloatArray]:
    """Parameters and values, larger is better, of complete and of comparable pruned trials.

    What violates a constraint is as bad as the worst that does not.
    """
    signs = np.where(snapshot.maximised, 1.0, -1.0)
    values = signs * arrays.values.reshape(-1, len(signs))  # of no trials, it has no columns
    complete: BoolArray = np.all(~np.isnan(values), axis=1)
    reported = ~complete & np.array([len(r) > 0 for r in arrays.reports], dtype=bool)
    pruned = np.flatnonzero(reported)[-MAX_PRUNED:]
    values[pruned, 0] = expected_ends(arrays.reports, values, complete, pruned, signs)[0]
    usable = np.all(~np.isnan(values), axis=1)
    params, values = arrays.params[usable], values[usable]
    violated = np.any(arrays.constraints[usable] > 0, axis=1)
    if violated.any() and not violated.all():
        values[violated] = values[~violated].min(axis=0)
    return params, values


def _best_and_spread(values: FloatArray) -> IntArray:
    """Indices of all trials by mean rank, or of the best half and others at even distances."""
    ranks = np.argsort(np.argsort(-values, axis=0, kind="stable"), axis=0)
    order: IntArray = np.argsort(ranks.mean(axis=1), kind="stable")
    n_best = MAX_TRIALS // 2
    if len(order) <= MAX_TRIALS:
        return order
    others = np.linspace(n_best, len(order) - 1, MAX_TRIALS - n_best).round().astype(int)
    return np.concatenate([order[:n_best], order[others]])
