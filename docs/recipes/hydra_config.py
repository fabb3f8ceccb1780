"""Hydra's own Optuna sweeper is for Optuna 2: compose the configuration inside the objective."""

from pathlib import Path

import optuna
from hydra import compose, initialize_config_dir

from optuna_guide import GuideCallback, GuidedSampler

Path("conf").mkdir(exist_ok=True)
Path("conf/config.yaml").write_text("lr: 0.1\nmodel: {depth: 2}\n")


def train(config):
    """Your training; whatever it reads comes from the configuration."""
    return (config.lr - 0.03) ** 2 + 0.1 / config.model.depth


def objective(trial):
    """Draws become overrides of the configuration."""
    lr, depth = trial.suggest_float("lr", 1e-4, 1, log=True), trial.suggest_int("depth", 1, 6)
    return train(compose("config", overrides=[f"lr={lr}", f"model.depth={depth}"]))


study = optuna.create_study(sampler=GuidedSampler())
with (
    initialize_config_dir(str(Path("conf").resolve()), version_base=None),
    GuideCallback() as guide,
):
    study.optimize(objective, n_trials=30, callbacks=[guide])
print(study.best_params)
