"""Several processes share one study; whichever finds a refit due does it for all of them.

python examples/many_workers.py [STORAGE_URL]
"""

import multiprocessing
import sys
import tempfile

import optuna
from sklearn.datasets import load_wine
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from optuna_guide import GuideCallback, load_guidance

FEATURES, LABELS = load_wine(return_X_y=True)
STUDY_NAME = "wine"
N_WORKERS = 2
N_TRIALS_PER_WORKER = 30


def objective(trial: optuna.Trial) -> float:
    kernel = trial.suggest_categorical("kernel", ["rbf", "poly", "sigmoid"])
    model = SVC(
        kernel=kernel,
        C=trial.suggest_float("C", 1e-3, 1e3, log=True),
        gamma=trial.suggest_float("gamma", 1e-5, 10.0, log=True),
        degree=trial.suggest_int("degree", 2, 5) if kernel == "poly" else 3,
    )
    scores = cross_val_score(make_pipeline(StandardScaler(), model), FEATURES, LABELS, cv=3)
    return float(scores.mean())


def work(storage: str, seed: int) -> None:
    sampler = optuna.samplers.TPESampler(seed=seed)
    study = optuna.load_study(study_name=STUDY_NAME, storage=storage, sampler=sampler)
    with GuideCallback() as guide:
        study.optimize(objective, n_trials=N_TRIALS_PER_WORKER, callbacks=[guide])


def main(storage: str) -> None:
    study = optuna.create_study(
        storage=storage, study_name=STUDY_NAME, direction="maximize", load_if_exists=True
    )
    with multiprocessing.get_context("spawn").Pool(N_WORKERS) as pool:
        pool.starmap(work, [(storage, seed) for seed in range(N_WORKERS)])
    print(load_guidance(study))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        main(sys.argv[1] if len(sys.argv) > 1 else f"sqlite:///{folder}/wine.db")
