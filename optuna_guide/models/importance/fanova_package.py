"""Importance by the `fanova` package, for comparison with our own fANOVA.

The package (Hutter, Hoos and Leyton-Brown 2014) is optional: it needs a C++ build and Python 3.10,
and its licence excludes commercial use. `FanovaImportanceEvaluator` gives the same numbers without
it, much faster and with interactions.
"""

from __future__ import annotations

import logging
import sys
import warnings
from contextlib import contextmanager
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
from optuna.distributions import CategoricalDistribution
from optuna.importance import BaseImportanceEvaluator

from optuna_guide.domain import space as spaces
from optuna_guide.models.importance import evaluate_study

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from optuna import Study
    from optuna.distributions import BaseDistribution
    from optuna.trial import FrozenTrial

    from optuna_guide.domain.space import FloatArray

_INSTEAD = "FanovaImportanceEvaluator computes the same shares without it."


class FanovaPackageImportanceEvaluator(BaseImportanceEvaluator):
    """Share of each main effect in the variance, as the `fanova` package computes it.

    Its forest is grown as ours: leaves of at least three trials, from 30 trials on, and every
    parameter tried at every split. Log-scaled parameters are measured on their logarithm. A value
    of an inactive parameter is drawn at random over the range, since the package crashes on
    missing values.

    Args:
        n_trees: Number of trees.
        seed: Seed of the forest; by default one is drawn and kept.

    Raises:
        ImportError: If the package is not installed or cannot work here.
    """

    def __init__(self, *, n_trees: int = 64, seed: int | None = None) -> None:
        load_package()
        self._n_trees = n_trees
        self._seed = int(np.random.default_rng(seed).integers(2**31 - 1))

    def evaluate(
        self,
        study: Study,
        params: list[str] | None = None,
        *,
        target: Callable[[FrozenTrial], float] | None = None,
    ) -> dict[str, float]:
        """Importance by parameter, largest first.

        Raises:
            ValueError: If the study has several objectives and no target is given, or no complete
                trial has one of ``params``.
        """
        return evaluate_study(study, params, target, self._importances)

    def _importances(
        self, space: Mapping[str, BaseDistribution], params: FloatArray, loss: FloatArray
    ) -> FloatArray:
        if loss.max() == loss.min():
            return np.zeros(len(space))
        rng = np.random.default_rng(self._seed)
        distributions = list(space.values())
        rows = np.empty_like(params)
        for j, distribution in enumerate(distributions):
            unit = spaces.to_unit(distribution, params[:, j])
            unit = np.where(np.isnan(unit), rng.random(len(unit)), unit)
            is_choice = isinstance(distribution, CategoricalDistribution)
            rows[:, j] = spaces.from_unit(distribution, unit) if is_choice else unit
        with _quiet():
            forest = load_package().fANOVA(
                rows,
                loss / np.abs(loss).max(),
                config_space=_config_space(distributions),
                n_trees=self._n_trees,
                seed=self._seed,
                max_features=len(distributions),
                min_samples_leaf=max(1, min(3, len(loss) // 10)),
            )
            if max(forest.trees_total_variance) <= 0:
                return np.zeros(len(space))
            found = [forest.quantify_importance((j,))[(j,)] for j in range(len(distributions))]
        return np.nan_to_num([share["individual importance"] for share in found])


def load_package() -> Any:
    """The module of the package.

    Raises:
        ImportError: If it is not installed or cannot work here; the message says what to do.
    """
    if sys.version_info >= (3, 11):
        raise ImportError(
            "The fanova package needs Python 3.10, "
            f"found {sys.version_info.major}.{sys.version_info.minor}: its compiled part returns "
            f"broken objects since 3.11. {_INSTEAD}"
        )
    try:
        from fanova import fanova
    except ImportError as error:
        raise ImportError(
            f"The fanova package cannot be imported ({error}). Install it with "
            '`pip install "optuna-guide[fanova]"`; its build needs swig and a C++ compiler. '
            f"{_INSTEAD}"
        ) from error
    if not hasattr(np, "float"):
        fanova.np = _NumpyWithFloat("numpy")
    return fanova


class _NumpyWithFloat(ModuleType):
    """numpy with the alias that it dropped in 1.24 and that the package still uses."""

    float = float

    def __getattr__(self, name: str) -> Any:
        return getattr(np, name)


def _config_space(distributions: list[BaseDistribution]) -> Any:
    """One hyperparameter per column; ConfigSpace sorts them by name."""
    import ConfigSpace as cs

    config_space = cs.ConfigurationSpace()
    for j, distribution in enumerate(distributions):
        name = f"column_{j:05d}"
        if isinstance(distribution, CategoricalDistribution):
            choices = [str(k) for k in range(len(distribution.choices))]
            config_space.add(cs.CategoricalHyperparameter(name, choices))
        else:
            config_space.add(cs.UniformFloatHyperparameter(name, 0.0, 1.0))
    return config_space


@contextmanager
def _quiet() -> Iterator[None]:
    """The package configures the root logger, warns of what is settled here, and is outdated."""
    root = logging.getLogger()
    handlers, level, disabled = root.handlers[:], root.level, root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            yield
    finally:
        root.handlers[:], root.level = handlers, level
        logging.disable(disabled)
