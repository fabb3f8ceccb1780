"""Train real models with several samplers and compare each with the first, pair by pair.

Everything ships with scikit-learn: four models on four data sets, 60 trials each by default. A
guided sampler shares the seed of its base, so that the two differ from the first guided trial on;
`guided` is the one that chooses its base by itself.

    python benchmarks/guided_vs_plain.py                    # TPE with and without guidance
    python benchmarks/guided_vs_plain.py --samplers tpe guided-tpe lite-gp guided --seeds 3
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import optuna
from optuna import samplers
from scipy.stats import wilcoxon
from sklearn import datasets
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from optuna_guide.sampling.guided.sampler import GuidedSampler
from optuna_guide.sampling.lite_gp import LiteGPSampler

BASES: dict[str, Callable[[int], samplers.BaseSampler]] = {
    "tpe": lambda seed: samplers.TPESampler(seed=seed),
    "random": lambda seed: samplers.RandomSampler(seed=seed),
    "cmaes": lambda seed: samplers.CmaEsSampler(seed=seed, warn_independent_sampling=False),
    "nsga2": lambda seed: samplers.NSGAIISampler(seed=seed, population_size=20),
    "lite-gp": lambda seed: LiteGPSampler(seed=seed, warn_independent_sampling=False),
}
SAMPLERS = [*BASES, *(f"guided-{base}" for base in BASES), "guided"]


def suggest_svm(trial: optuna.Trial) -> Any:
    kernel = trial.suggest_categorical("kernel", ["rbf", "poly", "sigmoid"])
    return SVC(
        C=trial.suggest_float("C", 1e-4, 1e4, log=True),
        gamma=trial.suggest_float("gamma", 1e-6, 10.0, log=True),
        kernel=kernel,
        degree=trial.suggest_int("degree", 2, 5) if kernel == "poly" else 3,
        coef0=trial.suggest_float("coef0", -1.0, 1.0) if kernel != "rbf" else 0.0,
        max_iter=2000,
        random_state=0,
    )


def suggest_network(trial: optuna.Trial) -> Any:
    n_layers = trial.suggest_int("n_layers", 1, 3)
    return MLPClassifier(
        [trial.suggest_int(f"units_{i}", 4, 128, log=True) for i in range(n_layers)],
        activation=trial.suggest_categorical("activation", ["relu", "tanh", "logistic"]),
        learning_rate_init=trial.suggest_float("learning_rate", 1e-5, 1.0, log=True),
        alpha=trial.suggest_float("alpha", 1e-7, 10.0, log=True),
        batch_size=trial.suggest_int("batch_size", 16, 256, log=True),
        max_iter=15,
        random_state=0,
    )


def suggest_boosting(trial: optuna.Trial) -> Any:
    return HistGradientBoostingClassifier(
        learning_rate=trial.suggest_float("learning_rate", 1e-4, 1.0, log=True),
        max_iter=trial.suggest_int("max_iter", 5, 60, log=True),
        max_leaf_nodes=trial.suggest_int("max_leaf_nodes", 2, 64, log=True),
        min_samples_leaf=trial.suggest_int("min_samples_leaf", 1, 100, log=True),
        l2_regularization=trial.suggest_float("l2_regularization", 1e-6, 1e3, log=True),
        max_features=trial.suggest_float("max_features", 0.1, 1.0),
        early_stopping=False,
        random_state=0,
    )


def suggest_forest(trial: optuna.Trial) -> Any:
    return RandomForestClassifier(
        n_estimators=30,
        criterion=trial.suggest_categorical("criterion", ["gini", "entropy"]),
        max_depth=trial.suggest_int("max_depth", 1, 30),
        min_samples_leaf=trial.suggest_int("min_samples_leaf", 1, 60, log=True),
        min_samples_split=trial.suggest_int("min_samples_split", 2, 60, log=True),
        max_features=trial.suggest_float("max_features", 0.05, 1.0),
        ccp_alpha=trial.suggest_float("ccp_alpha", 1e-6, 0.1, log=True),
        random_state=0,
    )


MODELS = {
    "svm": suggest_svm,
    "network": suggest_network,
    "boosting": suggest_boosting,
    "forest": suggest_forest,
}
DATA = {
    "digits": datasets.load_digits,
    "wine": datasets.load_wine,
    "cancer": datasets.load_breast_cancer,
    "diabetes": datasets.load_diabetes,  # above or below the median progression
}
SKIPPED = {("boosting", "digits")}  # ten classes: a minute a study


@cache
def load_split(name: str) -> tuple[Any, ...]:
    x, y = DATA[name](return_X_y=True)
    if name == "diabetes":
        y = (y > np.median(y)).astype(int)
    return tuple(train_test_split(x, y, test_size=0.5, stratify=y, random_state=0))


def validation_loss(model: Any, data: str) -> float:
    """Cross-entropy of the held-out half; the error rate of a model without probabilities."""
    x_train, x_test, y_train, y_test = load_split(data)
    pipeline = make_pipeline(StandardScaler(), model)
    try:
        pipeline.fit(x_train, y_train)
    except ValueError:  # weights that overflow
        return float(np.log(len(np.unique(y_train))) * 2)
    if not hasattr(pipeline, "predict_proba"):
        return float(1.0 - pipeline.score(x_test, y_test))
    probability = np.clip(pipeline.predict_proba(x_test), 1e-3, 1.0)
    probability /= probability.sum(axis=1, keepdims=True)
    return float(-np.mean(np.log(probability[np.arange(len(y_test)), y_test])))


def make_sampler(name: str, seed: int) -> samplers.BaseSampler:
    if name == "guided":
        return GuidedSampler(seed=seed)
    base = BASES[name.removeprefix("guided-")](seed)
    return base if name in BASES else GuidedSampler(base, seed=seed)


def run(model: str, data: str, name: str, seed: int, n_trials: int) -> np.ndarray:
    study = optuna.create_study(sampler=make_sampler(name, seed))
    study.optimize(lambda t: validation_loss(MODELS[model](t), data), n_trials=n_trials)
    return np.array([t.value for t in study.get_trials(deepcopy=False)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samplers", nargs="+", choices=SAMPLERS, default=["tpe", "guided-tpe"])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--trials", type=int, default=60)
    parser.add_argument("--models", nargs="+", choices=MODELS, default=list(MODELS))
    parser.add_argument("--data", nargs="+", choices=DATA, default=list(DATA))
    arguments = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    warnings.simplefilter("ignore")
    start = time.perf_counter()
    print(f"{'model':9} {'data':9}", *(f"{name:>14}" for name in arguments.samplers))
    found = []
    for model in arguments.models:
        for data in arguments.data:
            if (model, data) not in SKIPPED:
                found.append(compare(model, data, arguments))
    report(np.concatenate(found), arguments.samplers, time.perf_counter() - start)


def compare(model: str, data: str, arguments: argparse.Namespace) -> np.ndarray:
    """``(n_seeds, n_samplers)`` regret: best loss minus the best of all, over a common scale."""
    rows = []
    for seed in range(arguments.seeds):
        runs = [run(model, data, s, seed, arguments.trials) for s in arguments.samplers]
        losses = np.array([values.min() for values in runs])
        scale = np.median(runs[0][:20]) - losses.min()
        rows.append((losses - losses.min()) / (scale or 1.0))
    regrets = np.array(rows)
    print(f"{model:9} {data:9}", *(f"{r:14.4f}" for r in regrets.mean(axis=0)), flush=True)
    return regrets


def report(regrets: np.ndarray, names: list[str], seconds: float) -> None:
    print(f"{'all':19}", *(f"{r:14.4f}" for r in regrets.mean(axis=0)))
    for name, column in zip(names[1:], regrets.T[1:], strict=True):
        difference = column - regrets[:, 0]
        wins, losses = (difference < -1e-12).sum(), (difference > 1e-12).sum()
        p = wilcoxon(difference, alternative="less").pvalue if wins + losses else 1.0
        ties = len(difference) - wins - losses
        print(
            f"{name} against {names[0]}: {wins}/{ties}/{losses} wins/ties/losses, "
            f"one-sided Wilcoxon p = {p:.2g}"
        )
    print(
        f"Regret: best loss minus the best sampler's, in units of (median of the first 20 trials "
        f"of {names[0]} - best). {seconds:.0f} s."
    )


if __name__ == "__main__":
    main()
