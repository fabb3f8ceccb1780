"""The study behind ``optuna-guide demo``: tune a neural network on the handwritten digits.

It is small enough for a laptop and has what real studies have: log, integer, categorical and
conditional parameters, intermediate values with a pruner, and measurements beside the objective.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache, partial

import numpy as np
import numpy.typing as npt
import optuna
from optuna.exceptions import ExperimentalWarning
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

STUDY_NAME = "digits-mlp"
METRIC_NAME = "accuracy"
N_EPOCHS = 20
N_CLASSES = 10
N_VALIDATION = 600
N_TEST = 300
N_DRAWN = 300  # training images of a noisy trial

Callback = Callable[[optuna.Study, optuna.trial.FrozenTrial], None]


@dataclass(frozen=True, eq=False)
class _Split:
    x_train: npt.NDArray[np.float64]  # (897, 64), pixels in [0, 1]
    x_validation: npt.NDArray[np.float64]  # (600, 64)
    x_test: npt.NDArray[np.float64]  # (300, 64)
    y_train: npt.NDArray[np.int64]
    y_validation: npt.NDArray[np.int64]
    y_test: npt.NDArray[np.int64]


def objective(trial: optuna.Trial, *, noisy: bool = False) -> float:
    """Train a network for up to 20 epochs and return its validation accuracy (maximise).

    Reports the validation accuracy of each epoch. Complete and pruned trials alike get the user
    attributes ``n_params`` (weights and biases), ``fit_seconds`` (training alone),
    ``acc/0`` ... ``acc/9`` (validation accuracy on the images of one digit) and ``predictions``
    (the predicted digit of each of the 300 test images, always in the same order).

    Args:
        trial: Suggests the network.
        noisy: Start each trial from weights of its own, and show it a third of the images that is
            drawn anew: the same network reaches another accuracy each time.

    Raises:
        optuna.TrialPruned: If the study's pruner stops the trial.
    """
    seed, split = trial.number + 1 if noisy else 0, _load_split()
    model = suggest_model(trial).set_params(random_state=seed)
    if noisy:
        drawn = np.random.default_rng(seed).choice(len(split.y_train), N_DRAWN, replace=False)
        split = replace(split, x_train=split.x_train[drawn], y_train=split.y_train[drawn])
    pruned = False
    fit_seconds = 0.0
    # One thread: on matrices this small, more of them spend their time waiting for each other.
    with threadpool_limits(limits=1, user_api="blas"), np.errstate(all="ignore"):
        for epoch in range(N_EPOCHS):
            start = time.perf_counter()
            train_epoch(model, split.x_train, split.y_train, np.arange(N_CLASSES))
            fit_seconds += time.perf_counter() - start
            predicted = model.predict(split.x_validation)
            accuracy = float(np.mean(predicted == split.y_validation))
            trial.report(accuracy, epoch)
            pruned = trial.should_prune()
            if pruned:
                break
    trial.set_user_attr("fit_seconds", round(fit_seconds, 3))
    trial.set_user_attr("n_params", sum(w.size for w in model.coefs_ + model.intercepts_))
    for digit in range(N_CLASSES):
        hits = predicted[split.y_validation == digit] == digit
        trial.set_user_attr(f"acc/{digit}", float(np.mean(hits)))
    trial.set_user_attr("predictions", model.predict(split.x_test).tolist())
    if pruned:
        raise optuna.TrialPruned
    return accuracy


def create_demo_study(
    storage: str | optuna.storages.BaseStorage | None,
    study_name: str = STUDY_NAME,
    sampler: optuna.samplers.BaseSampler | None = None,
    seed: int = 0,
) -> optuna.Study:
    """Create the study that :func:`objective` runs in, or continue it if ``storage`` has it.

    Args:
        storage: URL or storage; ``None`` keeps the study in memory.
        study_name: Its name in the storage.
        sampler: What suggests the parameters; ``None`` is a TPE that starts with 50 random trials,
            so that the guidance has seen the whole space.
        seed: Seed of the default sampler. Ignored if a sampler is given.
    """
    study = optuna.create_study(
        storage=storage,
        study_name=study_name,
        direction="maximize",
        sampler=sampler or optuna.samplers.TPESampler(n_startup_trials=50, seed=seed),
        pruner=optuna.pruners.MedianPruner(n_startup_trials=30, n_warmup_steps=5),
        load_if_exists=True,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExperimentalWarning)
        study.set_metric_names([METRIC_NAME])
    return study


def run_demo(
    study: optuna.Study,
    n_trials: int,
    callbacks: Sequence[Callback],
    timeout: float | None = None,
    *,
    noisy: bool = False,
) -> None:
    """Run ``n_trials`` trials one after the other, or fewer if ``timeout`` seconds pass first."""
    function = partial(objective, noisy=noisy)
    study.optimize(function, n_trials=n_trials, timeout=timeout, callbacks=list(callbacks))


def suggest_model(trial: optuna.Trial) -> MLPClassifier:
    """The network that a trial asks for, not trained yet."""
    n_layers = trial.suggest_int("n_layers", 1, 3)
    units = [trial.suggest_int(f"layer{i}_units", 4, 128, log=True) for i in range(n_layers)]
    solver = trial.suggest_categorical("solver", ["adam", "sgd"])
    momentum = trial.suggest_float("momentum", 0.0, 0.99) if solver == "sgd" else 0.9
    return MLPClassifier(
        hidden_layer_sizes=units,
        activation=trial.suggest_categorical("activation", ["relu", "tanh", "logistic"]),
        solver=solver,
        momentum=momentum,
        learning_rate_init=trial.suggest_float("learning_rate", 3e-5, 0.3, log=True),
        alpha=trial.suggest_float("alpha", 1e-6, 1e-1, log=True),
        batch_size=trial.suggest_int("batch_size", 16, 128, log=True),
    )


def train_epoch(
    model: MLPClassifier,
    x: npt.NDArray[np.float64],
    y: npt.NDArray[np.int64],
    classes: npt.NDArray[np.int64],
) -> None:
    """Show the network all rows once."""
    # Weights that overflow raise; the network then predicts one class for ever, and scores so.
    with suppress(ValueError):
        model.partial_fit(x, y, classes=classes)


@cache
def _load_split() -> _Split:
    images, digits = load_digits(return_X_y=True)
    x_rest, x_test, y_rest, y_test = train_test_split(
        images / 16.0, digits, test_size=N_TEST, stratify=digits, random_state=0
    )
    x_train, x_validation, y_train, y_validation = train_test_split(
        x_rest, y_rest, test_size=N_VALIDATION, stratify=y_rest, random_state=0
    )
    return _Split(x_train, x_validation, x_test, y_train, y_validation, y_test)
