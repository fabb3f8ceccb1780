"""Importance evaluators, a file each; Optuna's `get_param_importances` takes them as well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from optuna import Study
    from optuna.distributions import BaseDistribution
    from optuna.trial import FrozenTrial

    from optuna_guide.domain.space import FloatArray


class Importances(Protocol):
    """Importances of the columns of a table."""

    def __call__(
        self, space: Mapping[str, BaseDistribution], params: FloatArray, loss: FloatArray
    ) -> FloatArray:
        """``(n_params,)`` non-negative numbers from ``(n, n_params)`` internal values."""
        ...


def evaluate_study(
    study: Study,
    params: list[str] | None,
    target: Callable[[FrozenTrial], float] | None,
    importances: Importances,
) -> dict[str, float]:
    """What a `BaseImportanceEvaluator` has to return, for any function of a table.

    All parameters that complete trials have are assessed, conditional ones included.

    Raises:
        ValueError: If the study has several objectives and no target, or no complete trial has one
            of ``params``.
    """
    from optuna_guide.store.choices import ContextChoice
    from optuna_guide.study.snapshot import Snapshot
    from optuna_guide.study.table import read_trials

    if target is None and len(study.directions) > 1:
        raise ValueError(
            f"Study {study.study_name!r} has {len(study.directions)} objectives: say which one to "
            "assess, such as target=lambda trial: trial.values[0]."
        )
    trials = study.get_trials(deepcopy=False)  # those that a view of the study shows, as Optuna
    snapshot = Snapshot(study.study_name, tuple(study.directions), trials)
    table = read_trials(snapshot.with_context(ContextChoice()))  # as Optuna: every parameter
    loss = table.losses[:, 0]
    if target is not None:
        assessed = [snapshot.by_number[n] for n in table.numbers.tolist()]
        loss = np.array([float(target(trial)) for trial in assessed], dtype=np.float64)
    names = list(table.names) if params is None else params
    unknown = [name for name in names if name not in table.space]
    if unknown:
        raise ValueError(f"No complete trial of study {study.study_name!r} has {unknown}.")
    columns = [table.names.index(name) for name in names]
    values, rows = table.params[:, columns], np.isfinite(loss)
    shares = np.zeros(len(names))
    varying = [j for j, name in enumerate(names) if not table.space[name].single()]
    if varying and rows.any():
        space = {names[j]: table.space[names[j]] for j in varying}
        shares[varying] = importances(space, values[rows][:, varying], loss[rows])
    order = np.argsort(-shares, kind="stable")
    return {names[j]: float(shares[j]) for j in order}
