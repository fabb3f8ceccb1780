"""Guidance in a loop of your own: Optuna calls no callbacks under ask and tell, ``update`` does.

python examples/ask_and_tell.py [STORAGE_URL]
"""

import sys

import optuna
from sklearn.datasets import load_diabetes
from sklearn.kernel_ridge import KernelRidge
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from optuna_guide import GuideCallback, load_guidance

FEATURES, PROGRESSION = load_diabetes(return_X_y=True)


def cross_validate(trial: optuna.Trial) -> float:
    kernel = trial.suggest_categorical("kernel", ["rbf", "laplacian", "polynomial"])
    model = KernelRidge(
        kernel=kernel,
        alpha=trial.suggest_float("alpha", 1e-4, 1e2, log=True),
        gamma=trial.suggest_float("gamma", 1e-4, 1.0, log=True),
        degree=trial.suggest_int("degree", 1, 4) if kernel == "polynomial" else 3,
    )
    scores = cross_val_score(
        make_pipeline(StandardScaler(), model), FEATURES, PROGRESSION, cv=3, scoring="r2"
    )
    return float(scores.mean())


def main(storage: str | None = None) -> None:
    study = optuna.create_study(
        storage=storage,
        study_name="diabetes",
        direction="maximize",
        sampler=optuna.samplers.TPESampler(seed=0),
        load_if_exists=True,
    )
    with GuideCallback() as guide:
        for _ in range(60):
            trial = study.ask()
            study.tell(trial, cross_validate(trial))
            guide.update(study)
    print(load_guidance(study))


if __name__ == "__main__":
    main(*sys.argv[1:2])
