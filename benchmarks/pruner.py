"""What pruners find in equal time: on the epochs of lcbench, and on networks that are trained.

Each study has the time in which 30 average configurations are trained to the end. The number is
the mean normalised regret of the best complete trial, (best known - best so far) / (best known -
median of random configurations), after a quarter, a half and the whole of that time. *Epochs*:
those spent, as a share of what the same trials would take without a pruner. *Wrongly pruned*:
trials that would have ended better than the best one then, as a share of all pruned ones.

    python benchmarks/pruner.py DATA [--seeds 5] [--problems lcbench digits] [--samplers tpe]

`lcbench` is four tasks, whose clock is the surrogate's. `digits` trains a small network and a
linear classifier of scikit-learn on its digits, whose clock counts epochs.
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import optuna
from bench.problems import Params, Training, load_training, suggest
from optuna.distributions import (
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)
from optuna.pruners import (
    BasePruner,
    HyperbandPruner,
    MedianPruner,
    NopPruner,
    SuccessiveHalvingPruner,
)
from optuna.samplers import BaseSampler, RandomSampler, TPESampler

from optuna_guide import GuidedPruner, LiteGPSampler

AT = (0.25, 0.5, 1.0)
N_FULL, N_RANDOM, MAX_TRIALS = 30, 100, 400
N_DIGITS_EPOCHS, N_DIGITS_RANDOM = 27, 20
TASKS = ("lcbench:3945", "lcbench:7593", "lcbench:34539", "lcbench:126029")
PRUNERS: dict[str, Callable[[int], BasePruner]] = {
    "none": lambda n: NopPruner(),
    "MedianPruner": lambda n: MedianPruner(),
    "HyperbandPruner": lambda n: HyperbandPruner(1, n, 3),
    "SuccessiveHalvingPruner": lambda n: SuccessiveHalvingPruner(),
    "GuidedPruner": lambda n: GuidedPruner(),
}
SAMPLERS: dict[str, Callable[[int], BaseSampler]] = {
    "random": lambda seed: RandomSampler(seed=seed),
    "tpe": lambda seed: TPESampler(seed=seed),
    "lite_gp": lambda seed: LiteGPSampler(seed=seed),
}


@dataclass(frozen=True, eq=False)
class Known:
    """A training, the time of an average configuration, and what random ones reach."""

    training: Training
    best: float
    median: float
    budget: float


@dataclass(frozen=True)
class Run:
    """Best score after each share of the time, and how it was spent."""

    best: tuple[float, ...]
    n_trials: int
    n_pruned: int
    n_wrong: int
    epochs: float
    milliseconds: float


def read_training(training: Training, n_random: int) -> Known:
    study = optuna.create_study(sampler=RandomSampler(seed=1000))
    ends = np.array(
        [list(training.train(draw(training, study.ask())))[-1] for _ in range(n_random)]
    )
    scores, times = ends.T
    budget = float(times.mean()) * N_FULL
    return Known(training, float(scores.max()), float(np.median(scores)), budget)


def draw(training: Training, trial: optuna.Trial) -> Params:
    return {name: suggest(trial, name, d) for name, d in training.space.items()}


def run(known: Known, sampler: BaseSampler, pruner: BasePruner, *, is_free: bool) -> Run:
    """One study, until its time is over.

    Args:
        known: What is trained.
        sampler: Its sampler.
        pruner: Its pruner.
        is_free: Whether pruned trials are trained on off the clock, to see where they would end.
    """
    training = known.training
    study = optuna.create_study(direction="maximize", sampler=sampler, pruner=pruner)
    clock, asked, n_asked, n_epochs, n_wrong = 0.0, 0.0, 0, 0, 0
    history: list[tuple[float, float]] = []
    best = -np.inf
    while clock < known.budget and len(study.get_trials(deepcopy=False)) < MAX_TRIALS:
        trial = study.ask()
        epochs = training.train(draw(training, trial))
        for epoch, (score, time_spent) in enumerate(epochs, start=1):
            spent, n_epochs = time_spent, n_epochs + 1
            trial.report(score, epoch)
            began = time.perf_counter()
            pruned = epoch < training.n_epochs and trial.should_prune()
            asked += time.perf_counter() - began
            n_asked += 1
            if pruned:
                study.tell(trial, state=optuna.trial.TrialState.PRUNED)
                n_wrong += is_free and list(epochs)[-1][0] > best
                break
        else:
            study.tell(trial, score)
            best = max(best, score)
        clock += spent
        history.append((clock, best))
    n_trials = len(history)
    ends = np.array(history)
    reached = np.searchsorted(ends[:, 0], np.array(AT) * known.budget, side="right") - 1
    n_pruned = len(study.get_trials(states=(optuna.trial.TrialState.PRUNED,)))
    return Run(
        best=tuple(float(ends[i, 1]) if i >= 0 else -np.inf for i in reached),
        n_trials=n_trials,
        n_pruned=n_pruned,
        n_wrong=n_wrong,
        epochs=n_epochs / (n_trials * training.n_epochs),
        milliseconds=1e3 * asked / n_asked,
    )


def read_digits() -> list[Training]:
    from sklearn.datasets import load_digits

    data, target = load_digits(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(target))
    learn, check = order[:700], order[700:]

    def fit(make: Callable[[Params], object]) -> Callable[[Params], Iterator[tuple[float, float]]]:
        def train(params: Params) -> Iterator[tuple[float, float]]:
            model, score = make(params), 0.0
            for epoch in range(N_DIGITS_EPOCHS):
                try:
                    model.partial_fit(data[learn] / 16, target[learn], classes=range(10))
                    score = float(model.score(data[check] / 16, target[check]))
                except ValueError:  # weights that overflowed
                    score = 0.0
                yield score, epoch + 1.0

        return train

    rate = FloatDistribution(1e-5, 1.0, log=True)
    alpha = FloatDistribution(1e-6, 1.0, log=True)
    network = {
        "rate": rate,
        "alpha": alpha,
        "n_hidden": IntDistribution(4, 64, log=True),
        "batch_size": IntDistribution(32, 256, log=True),
        "momentum": FloatDistribution(0.0, 0.98),
        "solver": CategoricalDistribution(("adam", "sgd")),
    }
    linear = {
        "rate": FloatDistribution(1e-5, 10.0, log=True),
        "alpha": alpha,
        "power": FloatDistribution(0.05, 1.0),
        "loss": CategoricalDistribution(("hinge", "log_loss", "modified_huber")),
        "schedule": CategoricalDistribution(("constant", "invscaling")),
        "penalty": CategoricalDistribution(("l1", "l2")),
    }
    return [
        Training("digits:network", network, N_DIGITS_EPOCHS, fit(make_network)),
        Training("digits:linear", linear, N_DIGITS_EPOCHS, fit(make_linear)),
    ]


def make_network(params: Params) -> object:
    from sklearn.neural_network import MLPClassifier

    return MLPClassifier(
        (params["n_hidden"],),
        solver=params["solver"],
        learning_rate_init=params["rate"],
        alpha=params["alpha"],
        batch_size=params["batch_size"],
        momentum=params["momentum"],
        random_state=0,
    )


def make_linear(params: Params) -> object:
    from sklearn.linear_model import SGDClassifier

    return SGDClassifier(
        loss=params["loss"],
        penalty=params["penalty"],
        alpha=params["alpha"],
        learning_rate=params["schedule"],
        eta0=params["rate"],
        power_t=params["power"],
        random_state=0,
    )


def report(known: list[Known], sampler: str, n_seeds: int, *, is_free: bool) -> None:
    runs = {
        (name, k.training.name, seed): run(
            k, SAMPLERS[sampler](seed), make(k.training.n_epochs), is_free=is_free
        )
        for name, make in PRUNERS.items()
        for k in known
        for seed in range(n_seeds)
    }
    print(f"\n{sampler}: {', '.join(k.training.name for k in known)}, {n_seeds} seeds")
    marks = [f"{share:.0%} of the time" for share in AT]
    heads = ["pruner", *marks, "trials", "epochs", "wrongly pruned", "ms a question"]
    print("| " + " | ".join(heads) + " |\n" + "|---" * len(heads) + "|")
    for name in PRUNERS:
        regrets, mine = [], []
        for k in known:
            of_problem = [r for (_, problem, _), r in runs.items() if problem == k.training.name]
            top = max(k.best, *(r.best[-1] for r in of_problem))
            for seed in range(n_seeds):
                found = runs[name, k.training.name, seed]
                values = np.maximum(found.best, k.median)  # nothing complete: a random one
                regrets.append((top - values) / (top - k.median))
                mine.append(found)
        n_pruned = sum(r.n_pruned for r in mine)
        wrong = f"{sum(r.n_wrong for r in mine) / max(n_pruned, 1):.1%}" if is_free else "-"
        cells = [
            *(f"{m:.3f}" for m in np.mean(regrets, axis=0)),
            f"{np.mean([r.n_trials for r in mine]):.0f}",
            f"{np.mean([r.epochs for r in mine]):.0%}",
            wrong,
            f"{np.mean([r.milliseconds for r in mine]):.2f}",
        ]
        print(f"| {name} | " + " | ".join(cells) + " |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder with yahpo/")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument(
        "--problems", nargs="+", choices=("lcbench", "digits"), default=["lcbench", "digits"]
    )
    parser.add_argument("--samplers", nargs="+", choices=SAMPLERS, default=["tpe"])
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    sets: list[tuple[list[Known], bool]] = []
    if "lcbench" in arguments.problems:
        tasks = [load_training(arguments.data, name) for name in TASKS]
        sets.append(([read_training(t, N_RANDOM) for t in tasks], True))
    if "digits" in arguments.problems:
        sets.append(([read_training(t, N_DIGITS_RANDOM) for t in read_digits()], False))
    for known, is_free in sets:
        for sampler in arguments.samplers:
            report(known, sampler, arguments.seeds, is_free=is_free)


if __name__ == "__main__":
    main()
