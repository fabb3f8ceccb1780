"""The optional fanova package: our shares are its shares, and why it often cannot work."""

from __future__ import annotations

import sys
from collections.abc import Callable

import numpy as np
import optuna
import pytest
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)
from optuna.importance import BaseImportanceEvaluator
from optuna.testing import pytest_importance

from optuna_guide.domain.space import from_unit, unit_columns
from optuna_guide.models.fanova import Marginals, fit_fanova
from optuna_guide.models.forest import fit_forest, ranks
from optuna_guide.models.importance.fanova import FanovaImportanceEvaluator
from optuna_guide.models.importance.fanova_package import (
    FanovaPackageImportanceEvaluator,
    load_package,
)

SPACE: dict[str, BaseDistribution] = {
    "lr": FloatDistribution(1e-5, 1.0, log=True),
    "layers": IntDistribution(1, 6),
    "optimizer": CategoricalDistribution(["sgd", "adam", "lion"]),
    "noise": FloatDistribution(0, 1),
}
# fanova 2.0.19 with pyrfr 0.9.0 on Python 3.10 and the trials below: numbers on the unit interval,
# choices as codes; n_trees=64, min_samples_leaf=3, max_features=4; mean of seeds 0 to 3, whose
# standard deviations are at most 0.002.
PACKAGE_MAINS = [0.7508, 0.0320, 0.1306, 0.0002]
PACKAGE_PAIRS = {(0, 2): 0.0463, (1, 2): 0.0144}


def works() -> bool:
    try:
        load_package()
    except ImportError:
        return False
    return True


def trials() -> tuple[np.ndarray, np.ndarray]:
    unit = np.random.default_rng(7).random((500, 4))
    params = np.column_stack([from_unit(d, unit[:, j]) for j, d in enumerate(SPACE.values())])
    lr, layers, optimizer = np.log10(params[:, 0]), params[:, 1], params[:, 2]
    return params, np.abs(lr + 3 + 0.5 * (optimizer == 0)) + 0.2 * layers * (optimizer != 1)


def marginals() -> Marginals:
    params, loss = trials()
    rng = np.random.default_rng(0)
    return Marginals(
        fit_forest(SPACE, unit_columns(SPACE, params), ranks(loss), rng=rng).revalued(loss)
    )


def test_the_shares_of_our_trees_are_those_of_the_package() -> None:
    trees = marginals().trees
    own = [[tree.main_variance(j) / tree.variance for j in range(4)] for tree in trees]
    np.testing.assert_allclose(np.mean(own, axis=0), PACKAGE_MAINS, atol=0.02)


def test_the_shares_of_the_averaged_forest_are_close_to_those_of_the_package() -> None:
    found = fit_fanova(marginals())
    np.testing.assert_allclose(found.mains, PACKAGE_MAINS, atol=0.04)
    for pair, share in PACKAGE_PAIRS.items():
        assert found.pairs[pair] == pytest.approx(share, abs=0.02)


@pytest.mark.skipif(sys.version_info < (3, 11), reason="the package may work here")
def test_on_a_newer_python_the_error_says_so_and_what_to_use_instead() -> None:
    with pytest.raises(ImportError, match=r"needs Python 3.10, found 3.*FanovaImportanceEvalu"):
        FanovaPackageImportanceEvaluator()


def test_without_the_package_the_error_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 0))
    monkeypatch.setitem(sys.modules, "fanova", None)
    with pytest.raises(ImportError, match=r'pip install "optuna-guide\[fanova\]".*swig'):
        FanovaPackageImportanceEvaluator()


@pytest.mark.skipif(not works(), reason="the fanova package cannot work here")
class TestFanovaPackageImportanceEvaluator(
    pytest_importance.BasicImportanceEvaluatorTestCase,
    pytest_importance.ConditionalImportanceEvaluatorTestCase,
):
    @pytest.fixture
    def evaluator(self) -> Callable[..., BaseImportanceEvaluator]:
        return FanovaPackageImportanceEvaluator

    def test_it_agrees_with_our_evaluator(self) -> None:
        params, loss = trials()
        study = optuna.create_study()
        for row, value in zip(params, loss, strict=True):
            told = {n: d.to_external_repr(v) for (n, d), v in zip(SPACE.items(), row, strict=True)}
            study.add_trial(
                optuna.trial.create_trial(value=value, params=told, distributions=dict(SPACE))
            )
        theirs = FanovaPackageImportanceEvaluator(seed=0).evaluate(study)
        ours = FanovaImportanceEvaluator(seed=0).evaluate(study)
        assert list(theirs)[:2] == list(ours)[:2] == ["lr", "optimizer"]
        assert theirs["lr"] == pytest.approx(PACKAGE_MAINS[0], abs=0.02)
