"""A compact classifier of handwritten digits: random start, ablate, vary, craft (after REMAP).

python examples/compact_classifier.py [STORAGE_URL]
"""

import sys
import warnings
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import optuna
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

import optuna_guide

N_START = 40
N_EXTRA = 30
N_ABLATED = 3
N_AT_ONCE = 3  # variations, before the models learn from them
N_SMALL = 500  # weights; the smallest network has 310
IMAGES, DIGITS = load_digits(return_X_y=True)
SPLIT = train_test_split(IMAGES / 16, DIGITS, test_size=600, random_state=0)


def objective(trial: optuna.Trial) -> tuple[float, int]:
    """Validation accuracy, and the number of weights."""
    n_layers = trial.suggest_int("n_layers", 1, 3)
    model = MLPClassifier(
        [trial.suggest_int(f"layer{k}_units", 4, 128, log=True) for k in range(n_layers)],
        activation=trial.suggest_categorical("activation", ["relu", "tanh", "logistic"]),
        learning_rate_init=trial.suggest_float("learning_rate", 1e-4, 1e-1, log=True),
        alpha=trial.suggest_float("alpha", 1e-6, 1e-1, log=True),
        max_iter=12,
        random_state=0,
    )
    train, validation, train_digits, validation_digits = SPLIT
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(train, train_digits)
    return model.score(validation, validation_digits), count_weights(trial.params)


def count_weights(params: dict[str, Any]) -> int:
    """Weights and biases of the network, known before it is trained."""
    units = [params[f"layer{k}_units"] for k in range(params["n_layers"])]
    widths = [IMAGES.shape[1], *units, 10]
    return sum((own + 1) * following for own, following in pairwise(widths))


def run(study: optuna.Study, candidates: Sequence[Any], comment: str) -> int:
    """Enqueue candidates and run them; returns how many ran."""
    asked = optuna_guide.enqueue(study, candidates, author="example", comment=comment).numbers
    study.optimize(objective, n_trials=len(asked))
    print(f"{comment}: {len(asked)} trials")
    return len(asked)


def describe(trial: optuna.trial.FrozenTrial) -> str:
    """What it reached."""
    return f"{trial.values[0]:.3f} accuracy with {trial.values[1]:.0f} weights"


def best_within(study: optuna.Study, n_weights: float) -> optuna.trial.FrozenTrial | None:
    """The most accurate trial with so many weights at most."""
    small = [t for t in study.trials if t.values and t.values[1] <= n_weights]
    return max(small, key=lambda trial: trial.values[0], default=None)


def main(storage: str | None = None, seed: int = 0) -> optuna.Study:
    """Run the whole of it; at most 30 trials after the random start."""
    study = optuna.create_study(
        storage=storage,
        study_name="compact-digits",
        directions=["maximize", "minimize"],
        sampler=optuna.samplers.RandomSampler(seed=seed),
        load_if_exists=True,
    )
    study.set_metric_names(["accuracy", "weights"])
    study.optimize(objective, n_trials=N_START)
    left = N_EXTRA
    top = max(study.best_trials, key=lambda trial: trial.values[0])
    print(optuna_guide.fit_guidance(study, target="accuracy"))
    print(f"random start: trial {top.number}, {describe(top)}")

    # Ablate: which of its choices carry the accuracy?
    ablations = optuna_guide.create_ablations(study, top).candidates
    left -= run(study, ablations[:N_ABLATED], "ablate the most accurate")
    for child in optuna_guide.read_children(study, top).children:
        print(f"  {child.change}: {child.delta or child.state}")

    # Vary: as accurate with a quarter of its weights, then with half of those, and so on.
    goal = max(top.values[1] / 4, N_SMALL)
    while left > 1:
        best = best_within(study, goal)
        if best is not None and best.values[0] >= top.values[0]:
            print(f"trial {best.number}: {describe(best)}")
            goal = max(goal / 2, N_SMALL)
        made = optuna_guide.create_variations(
            study,
            study.best_trials,
            min(N_AT_ONCE, left - 1),
            max_changes=3,
            limits=[lambda params, most=goal: count_weights(params) <= most],
            seed=seed,
        )
        if not made.candidates:
            break
        left -= run(study, made.candidates, f"vary the front, with {goal:.0f} weights at most")

    # Craft: the best small one with the learning rate of the most accurate.
    small = best_within(study, top.values[1] / 4) or top
    params = {**small.params, "learning_rate": top.params["learning_rate"]}
    crafted = optuna_guide.check_params(study, params, parent=small).candidate
    print(f"by hand, from trial {small.number}: {crafted}")
    run(study, [crafted], "by hand")

    print("no other trial beats them:")
    for trial in sorted(study.best_trials, key=lambda t: t.values[1]):
        origin = trial.user_attrs.get("parent")
        made = "random start" if origin is None else f"made from trial {origin}"
        print(f"  trial {trial.number}, {made}: {describe(trial)}")
    return study


if __name__ == "__main__":
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
    main(*sys.argv[1:2])
