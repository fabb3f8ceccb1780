"""A few trials in detail: what they reported step by step, their attributes and artifacts."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from optuna_guide.domain.labels import label
from optuna_guide.experiments.provenance import read_origin
from optuna_guide.store.keys import OWN
from optuna_guide.store.storages import trial_id_of
from optuna_guide.study.curves import (
    INTERMEDIATE,
    best_reported,
    read_curves,
    read_series,
    reported,
    thin_out,
    waypoints,
)
from optuna_guide.surfaces.workbench.wire import column, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optuna.trial import FrozenTrial

    from optuna_guide.study.curves import Curves
    from optuna_guide.study.exploration import Exploration
    from optuna_guide.surfaces.workbench.wire import Json

MAX_POINTS = 500  # of a curve
MAX_SERIES = 20
MAX_CHARACTERS = 20_000  # of an attribute
_ARTIFACT = "artifacts:"


def curves(trials: Sequence[FrozenTrial], exploration: Exploration) -> Json:
    """Intermediate values, and numeric lists among the user attributes, of some trials.

    Args:
        trials: Some trials of the study.
        exploration: Of all trials, among which late gains are told.
    """
    found = read_curves([reported(t) for t in trials])
    series = list(read_series(trials, found).items())[:MAX_SERIES]
    row_of = {int(n): i for i, n in enumerate(exploration.trials.numbers)}
    places = [row_of.get(trial.number) for trial in trials]
    gains = {name: exploration.late_gains(name) for name in exploration.metrics}

    def describe(name: str, own: Curves, i: int) -> Json:
        place = places[i]
        gain = None if place is None or name not in gains else float(gains[name][place])
        return {**_points(own, i), "gain": number(gain)}

    return {
        "curves": [
            {
                "number": trial.number,
                **describe(INTERMEDIATE, found, i),
                "series": {name: describe(name, own, i) for name, own in series},
            }
            for i, trial in enumerate(trials)
        ]
    }


def tracks(exploration: Exploration) -> Json:
    """Some points of the curves of all trials, and the best that was reported at each step."""
    points = waypoints(exploration.curves)
    rows = np.flatnonzero(points.lengths > 0)
    maximise = bool(exploration.trials.maximised[0])
    steps, best = best_reported(exploration.curves, maximise=maximise)
    kept = thin_out(len(steps), MAX_POINTS)
    return {
        "number": column(exploration.trials.numbers[rows].astype(np.int32)),
        "starts": column(np.append(points.starts[rows], len(points.steps)).astype(np.int32)),
        "steps": column(points.steps.astype(np.int32)),
        "steps_known": column(steps[kept].astype(np.int32)),
        "best": column(best[kept].astype(np.float32)),
    }


def details(study_id: int, trials: Sequence[FrozenTrial]) -> Json:
    """Everything that a person may want to know about some trials of a study."""
    return {"trials": [_describe(study_id, trial) for trial in trials]}


def _points(found: Curves, i: int) -> Json:
    steps, values = found.of(i)
    kept = thin_out(len(steps), MAX_POINTS)
    return {"steps": steps[kept].tolist(), "values": values[kept].tolist()}


def _describe(study_id: int, trial: FrozenTrial) -> Json:
    params = {
        name: label(d, d.to_internal_repr(trial.params[name]))
        for name, d in trial.distributions.items()
    }
    start, end = trial.datetime_start, trial.datetime_complete
    origin = read_origin(trial)
    return {
        "number": trial.number,
        "state": trial.state.name,
        "values": trial.values,
        "params": params,
        "constraints": dict(trial.constraints),
        "started": None if start is None else start.isoformat(),
        "ended": None if end is None else end.isoformat(),
        "attributes": {
            name: _cut(value)
            for name, value in trial.user_attrs.items()
            if not name.startswith(OWN)
        },
        "origin": None if origin is None else asdict(origin),
        "artifacts": list(_artifacts(study_id, trial)),
    }


def _cut(value: Any) -> Any:
    """The value, or the beginning of its text where that is long."""
    try:
        text = json.dumps(value)
    except (TypeError, ValueError):
        text = json.dumps(str(value))
        value = str(value)
    return value if len(text) <= MAX_CHARACTERS else f"{text[:MAX_CHARACTERS]}…"


def _artifacts(study_id: int, trial: FrozenTrial) -> list[Json]:
    """Name, type and address of each artifact, where the dashboard serves them."""
    found = []
    for key, value in trial.system_attrs.items():
        if key.startswith(_ARTIFACT):
            try:
                about = json.loads(value)
                url = f"/artifacts/{study_id}/{trial_id_of(trial)}/{about['artifact_id']}"
                found.append({"name": about["filename"], "type": about["mimetype"], "url": url})
            except (TypeError, ValueError, KeyError, RecursionError):
                continue
    return found
