"""Add guidance to an existing study: only the ``callbacks=`` argument is new.

python examples/existing_study.py [STORAGE_URL]
"""

import sys

import optuna
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.model_selection import cross_val_score

from optuna_guide import GuideCallback, load_guidance

FEATURES, LABELS = load_breast_cancer(return_X_y=True)


def objective(trial: optuna.Trial) -> float:
    model = GradientBoostingClassifier(
        learning_rate=trial.suggest_float("learning_rate", 1e-3, 1.0, log=True),
        n_estimators=trial.suggest_int("n_estimators", 5, 50),
        max_depth=trial.suggest_int("max_depth", 1, 6),
        subsample=trial.suggest_float("subsample", 0.2, 1.0),
        max_features=trial.suggest_float("max_features", 0.05, 0.5),
        random_state=0,
    )
    scores = cross_val_score(model, FEATURES, LABELS, cv=3, scoring="neg_log_loss")
    return -float(scores.mean())


def main(storage: str | None = None) -> None:
    study = optuna.create_study(
        storage=storage,
        study_name="breast-cancer",
        sampler=optuna.samplers.TPESampler(seed=0),
        load_if_exists=True,
    )
    with GuideCallback() as guide:
        study.optimize(objective, n_trials=60, callbacks=[guide])
    print(load_guidance(study))


if __name__ == "__main__":
    main(*sys.argv[1:2])
