"""Tuning problems whose objective costs nothing: surrogates and tables of real training runs.

The data directory holds ``yahpo/`` (surrogates of YAHPO Gym; Pfisterer et al. 2022, Apache 2.0)
and ``nmt/`` (trained translation models; Zhang and Duh 2020, MIT). Every problem has a score to
maximise and a cost to minimise.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import optuna
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)

Params = Mapping[str, Any]


@dataclass(frozen=True)
class Scenario:
    """Columns of a YAHPO surrogate; outputs are in YAHPO's order."""

    numeric: tuple[str, ...]
    categorical: tuple[str, ...]
    instance: str
    fixed: Mapping[str, float]
    score: int
    cost: int


SCENARIOS = {
    "lcbench": Scenario(
        (
            "epoch",
            "batch_size",
            "learning_rate",
            "momentum",
            "weight_decay",
            "num_layers",
            "max_units",
            "max_dropout",
        ),
        ("OpenML_task_id",),
        "OpenML_task_id",
        {"epoch": 52},
        score=1,
        cost=0,
    ),
    "rbv2_rpart": Scenario(
        ("cp", "maxdepth", "minbucket", "minsplit", "trainsize", "repl"),
        ("task_id", "num.impute.selected.cpo"),
        "task_id",
        {"trainsize": 1.0, "repl": 10},
        score=0,
        cost=6,
    ),
}
NMT_PARAMS = ("bpe", "num_layers", "num_embed", "num_hidden", "num_heads", "initial_lr")
NMT_CATEGORICAL = ("bpe", "num_heads", "num_hidden")
SETS = {
    "dev": (
        *("lcbench:3945", "lcbench:7593", "lcbench:34539", "lcbench:126029"),
        *("rbv2_rpart:41138", "rbv2_rpart:4135", "nmt:so-en", "nmt:en-ja"),
    ),
    "fresh": (
        *("lcbench:167152", "lcbench:168335", "lcbench:189354", "lcbench:189909"),
        *("rbv2_rpart:40981", "rbv2_rpart:1590", "nmt:zh-en", "nmt:ja-en"),
    ),
}


@dataclass(frozen=True, eq=False)
class Problem:
    """A search space, and what a configuration scores and costs."""

    name: str
    space: Mapping[str, BaseDistribution]
    evaluate: Callable[[Params], tuple[float, float]]

    def objectives(self, trial: optuna.Trial) -> tuple[float, float]:
        """Score and cost, to maximise and to minimise."""
        return self.evaluate(self.suggest(trial))

    def suggest(self, trial: optuna.Trial) -> Params:
        """A configuration, as the trial's sampler suggests it."""
        return {name: suggest(trial, name, d) for name, d in self.space.items()}

    def sample(self, n: int) -> np.ndarray:
        """``(n, 2)`` score and cost of random configurations, always the same ones."""
        sampler = optuna.samplers.RandomSampler(seed=0)
        study = optuna.create_study(sampler=sampler)
        return np.array([self.objectives(study.ask()) for _ in range(n)])


@dataclass(frozen=True, eq=False)
class Training:
    """A search space, and the training of a configuration.

    ``train`` yields the score, to maximise, and the time spent so far, after each of ``n_epochs``.
    """

    name: str
    space: Mapping[str, BaseDistribution]
    n_epochs: int
    train: Callable[[Params], Iterator[tuple[float, float]]]


def suggest(trial: optuna.Trial, name: str, distribution: BaseDistribution) -> Any:
    d: Any = distribution
    if isinstance(d, CategoricalDistribution):
        return trial.suggest_categorical(name, d.choices)
    if isinstance(d, IntDistribution):
        return trial.suggest_int(name, d.low, d.high, log=d.log)
    return trial.suggest_float(name, d.low, d.high, log=d.log)


def load_problem(data: Path, name: str) -> Problem:
    kind, instance = name.split(":")
    if kind == "nmt":
        return _load_table(data / "nmt", name, instance)
    return _load_surrogate(data / "yahpo" / kind, name, SCENARIOS[kind], instance)


def load_training(data: Path, name: str) -> Training:
    """The epochs of a task of lcbench, on the clock of the surrogate."""
    kind, instance = name.split(":")
    scenario = SCENARIOS[kind]
    space, predict = _open_scenario(data / "yahpo" / kind, scenario, instance)
    n_epochs = int(scenario.fixed["epoch"])

    def train(params: Params) -> Iterator[tuple[float, float]]:
        outputs = predict([{**params, "epoch": epoch} for epoch in range(1, n_epochs + 1)])
        seconds = np.maximum.accumulate(outputs[:, scenario.cost])
        yield from zip(outputs[:, scenario.score].tolist(), seconds.tolist(), strict=True)

    return Training(name, space, n_epochs, train)


def _load_surrogate(folder: Path, name: str, scenario: Scenario, instance: str) -> Problem:
    space, predict = _open_scenario(folder, scenario, instance)

    def evaluate(params: Params) -> tuple[float, float]:
        outputs = predict([{**params, **scenario.fixed}])[0]
        return float(outputs[scenario.score]), float(outputs[scenario.cost])

    return Problem(name, space, evaluate)


def _open_scenario(
    folder: Path, scenario: Scenario, instance: str
) -> tuple[dict[str, BaseDistribution], Callable[[list[Params]], np.ndarray]]:
    """The space of an instance, and what the surrogate predicts of each configuration."""
    session, codes, hyperparameters = _open_surrogate(folder)
    given = {*scenario.fixed, scenario.instance}
    space = {h["name"]: _distribution(h) for h in hyperparameters if h["name"] not in given}
    inputs = [i.name for i in session.get_inputs()]

    def predict(rows: list[Params]) -> np.ndarray:
        rows = [{**row, scenario.instance: instance} for row in rows]
        categorical = [[codes[n][row[n]] for n in scenario.categorical] for row in rows]
        numeric = [[row[n] for n in scenario.numeric] for row in rows]
        feed = {
            inputs[0]: np.array(categorical, dtype=np.int32),
            inputs[1]: np.array(numeric, dtype=np.float32),
        }
        predicted: np.ndarray = session.run(None, feed)[0]
        return predicted

    return space, predict


@functools.cache
def _open_surrogate(folder: Path) -> tuple[Any, Any, Any]:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    model = str(folder / "model.onnx")
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    codes = json.loads((folder / "encoding.json").read_text())
    space = json.loads((folder / "config_space.json").read_text())
    return session, codes, space["hyperparameters"]


def _distribution(hyperparameter: Mapping[str, Any]) -> BaseDistribution:
    h = hyperparameter
    if h["type"] == "categorical":
        return CategoricalDistribution(h["choices"])
    if h["type"] == "uniform_int":
        return IntDistribution(h["lower"], h["upper"], log=h["log"])
    return FloatDistribution(h["lower"], h["upper"], log=h["log"])


def _load_table(folder: Path, name: str, pair: str) -> Problem:
    """A combination that nobody trained scores what the nearest one does."""
    rows, results = np.loadtxt(folder / f"{pair}.hyps"), np.loadtxt(folder / f"{pair}.evals")
    trained = results[:, 0] < 1000
    rows, results = rows[trained], results[trained]
    levels = {p: sorted(set(rows[:, j])) for j, p in enumerate(NMT_PARAMS)}
    places = np.column_stack(
        [
            np.searchsorted(levels[p], rows[:, j]) / max(1, len(levels[p]) - 1)
            for j, p in enumerate(NMT_PARAMS)
        ]
    )
    space: dict[str, BaseDistribution] = {}
    for p, found in levels.items():
        if len(found) > 1 and p in NMT_CATEGORICAL:
            space[p] = CategoricalDistribution(tuple(map(float, found)))
        elif len(found) > 1:
            space[p] = IntDistribution(0, len(found) - 1)

    def place(p: str, params: Params) -> float:
        if p not in params:
            return 0.0
        index = levels[p].index(params[p]) if p in NMT_CATEGORICAL else params[p]
        return float(index / (len(levels[p]) - 1))

    def evaluate(params: Params) -> tuple[float, float]:
        wanted = np.array([place(p, params) for p in NMT_PARAMS])
        nearest = int(np.argmin(((places - wanted) ** 2).sum(axis=1)))
        return float(results[nearest, 0]), float(results[nearest, 1])

    return Problem(name, space, evaluate)
