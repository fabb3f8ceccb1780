"""Trials as a table: Optuna's own columns, and what the guidance says about each trial."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from optuna_guide.domain.region import find_inside
from optuna_guide.guidance import Guidance
from optuna_guide.models.fitting import Models
from optuna_guide.models.pipeline import fit_again
from optuna_guide.models.predictions import predict_trials
from optuna_guide.store.keys import METRIC_NAMES
from optuna_guide.study.table import read_trials

if TYPE_CHECKING:
    import numpy.typing as npt
    import pandas as pd

    from optuna_guide.domain.ranges import Region
    from optuna_guide.domain.space import FloatArray
    from optuna_guide.guidance import NotReady
    from optuna_guide.study.exploration import Exploration
    from optuna_guide.study.snapshot import Snapshot
    from optuna_guide.study.table import TrialsTable

PREFIX = "guide_"


def trials_frame(
    snapshot: Snapshot, guidance: Guidance | NotReady, exploration: Exploration
) -> pd.DataFrame:
    """A row per trial of any state.

    The first columns are those of ``Study.trials_dataframe``. Those that begin with ``guide_`` are
    missing where they are not known:

    - ``guide_sampler``: the sampler; ``guide_decision``: why the trial is where it is (startup,
      guided, explored, by the model, repaired, not narrowed, paused, enqueued,
      believed);
      ``guide_version``: the version of the proposal that it was decided under;
    - ``guide_generation``, ``guide_rung``, ``guide_bracket``, ``guide_parent``: its place in a
      search by populations, by halving, by variation;
    - ``guide_inside``: whether it lies inside all promising ranges of the parameters that it has;
    - ``guide_predicted``: what the forest expects of it, by trees that did not learn from it.
    """
    import pandas as pd

    frame = _own_columns(snapshot)
    table = exploration.trials
    known: dict[str, Any] = {
        "sampler": _texts(exploration.samplers),
        "decision": _texts(exploration.kinds),
        "version": _counts(exploration.versions, missing=0),
        "generation": exploration.generations,
        "rung": exploration.rungs,
        "bracket": exploration.brackets,
        "parent": _counts(exploration.parents, missing=-1),
    }
    if isinstance(guidance, Guidance):
        known["inside"] = _inside(guidance.region, table)
        known["predicted"] = _predict(snapshot.as_of(guidance.n_finished), guidance, table)
    added = pd.DataFrame({f"{PREFIX}{name}": column for name, column in known.items()})
    whole = ("version", "generation", "rung", "bracket", "parent")
    added = added.astype({f"{PREFIX}{name}": "Int64" for name in whole})
    added.index = pd.Index(table.numbers)
    return pd.concat([frame, added.reindex(frame.index)], axis=1)


def _own_columns(snapshot: Snapshot) -> pd.DataFrame:
    """The columns of ``Study.trials_dataframe``; the index is the trial's number."""
    import pandas as pd

    trials, n = snapshot.trials, len(snapshot.directions)
    values = ["value"] if n == 1 else [f"values_{k}" for k in range(n)]
    if METRIC_NAMES in snapshot.attributes:
        kind = "value" if n == 1 else "values"
        values = [f"{kind}_{name}" for name in snapshot.attributes[METRIC_NAMES]]
    columns: list[tuple[str, list[Any]]] = [("number", [t.number for t in trials])]
    columns += [
        (name, [None if t.values is None else t.values[k] for t in trials])
        for k, name in enumerate(values)
    ]
    for name in ("datetime_start", "datetime_complete", "duration"):
        columns.append((name, [getattr(t, name) for t in trials]))
    for name in ("params", "user_attrs"):
        found = [getattr(t, name) for t in trials]
        keys = sorted({key for one in found for key in one})
        columns += [
            (f"{name}_{key}" if key else name, [one.get(key) for one in found]) for key in keys
        ]
    columns.append(("state", [t.state.name for t in trials]))
    frame = pd.DataFrame({k: column for k, (_, column) in enumerate(columns)})
    frame.columns = pd.Index([name for name, _ in columns])
    return frame.set_index(pd.Index([t.number for t in trials]))


def _predict(learnt: Snapshot, guidance: Guidance, table: TrialsTable) -> FloatArray:
    """``(n_trials,)`` what the models of the guidance expect of its trials; NaN of later ones."""
    predicted = np.full(len(table), np.nan)
    models = fit_again(guidance, read_trials(learnt))
    if isinstance(models, Models):
        known = read_trials(learnt, include_pruned=len(learnt.directions) == 1)
        _, rows, own = np.intersect1d(table.numbers, known.numbers, return_indices=True)
        predicted[rows] = predict_trials(models, known)[own]
    return predicted


def _texts(column: npt.NDArray[Any]) -> list[str | None]:
    return [str(words) or None for words in column]


def _counts(column: npt.NDArray[Any], *, missing: int) -> FloatArray:
    return np.where(column == missing, np.nan, column.astype(np.float64))


def _inside(region: Region, table: TrialsTable) -> npt.NDArray[np.bool_] | None:
    """Flags; None where there is no promising range."""
    if not region:
        return None
    return find_inside(region, table.names, table.params)
