"""Train real models with and without guidance and compare, pair by pair.

Everything ships with scikit-learn: four models on four data sets, 60 trials each by default. Both
arms share the seed of the base sampler, so that they differ from the first guided trial on.

    python benchmarks/guided_vs_plain.py                    # about 12 minutes on one core
    python benchmarks/guided_vs_plain.py --seeds 2 --trials 40 --base random
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

from optuna_guide.guided_sampler.sampler import GuidedSampler

BASES: dict[str, Callable[[int], samplers.BaseSampler]] = {
    "tpe": lambda seed: samplers.TPESampler(seed=seed),
    "random": lambda seed: samplers.RandomSampler(seed=seed),
    "cmaes": lambda seed: samplers.CmaEsSampler(seed=seed, warn_independent_sampling=False),
    "nsga2": lambda seed: samplers.NSGAIISampler(seed=seed, population_size=20),
}


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


def run(model: str, data: str, base: str, seed: int, n_trials: int, guided: bool) -> np.ndarray:
    sampler = BASES[base](seed)
    if guided:
        sampler = GuidedSampler(sampler, seed=seed)
    study = optuna.create_study(sampler=sampler)
    study.optimize(lambda t: validation_loss(MODELS[model](t), data), n_trials=n_trials)
    return np.array([t.value for t in study.get_trials(deepcopy=False)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", choices=BASES, default="tpe")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--trials", type=int, default=60)
    parser.add_argument("--models", nargs="+", choices=MODELS, default=list(MODELS))
    parser.add_argument("--data", nargs="+", choices=DATA, default=list(DATA))
    arguments = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    warnings.simplefilter("ignore")
    start = time.perf_counter()
    print(f"{'model':9} {'data':9} {'plain':>8} {'guided':>8}  wins/ties/losses")
    pairs = []
    for model in arguments.models:
        for data in arguments.data:
            if (model, data) not in SKIPPED:
                pairs.append(compare(model, data, arguments))
    report(np.concatenate(pairs), time.perf_counter() - start)


def compare(model: str, data: str, arguments: argparse.Namespace) -> np.ndarray:
    """``(n_seeds, 2)`` best loss of plain and guided, over the range that plain trials span."""
    found = []
    for seed in range(arguments.seeds):
        plain, guided = (
            run(model, data, arguments.base, seed, arguments.trials, guided=arm)
            for arm in (False, True)
        )
        best = min(plain.min(), guided.min())
        scale = np.median(plain[:20]) - best or 1.0
        found.append([(plain.min() - best) / scale, (guided.min() - best) / scale])
    losses = np.array(found)
    plain_mean, guided_mean = losses.mean(axis=0)
    print(f"{model:9} {data:9} {plain_mean:8.4f} {guided_mean:8.4f}  {_count(losses)}", flush=True)
    return losses


def report(losses: np.ndarray, seconds: float) -> None:
    plain_mean, guided_mean = losses.mean(axis=0)
    print(f"{'all':19} {plain_mean:8.4f} {guided_mean:8.4f}  {_count(losses)}")
    difference = losses[:, 1] - losses[:, 0]
    if np.any(difference != 0):
        p = wilcoxon(difference, alternative="less").pvalue
        print(f"Guided is better: one-sided Wilcoxon p = {p:.2g} over {len(losses)} pairs.")
    print(
        "Regret: best loss minus the better arm's, in units of (median of the first 20 trials - "
        f"best). {seconds:.0f} s."
    )


def _count(losses: np.ndarray) -> str:
    plain, guided = losses.T
    wins, defeats = (guided < plain - 1e-12).sum(), (guided > plain + 1e-12).sum()
    return f"{wins}/{len(losses) - wins - defeats}/{defeats}"


if __name__ == "__main__":
    main()
