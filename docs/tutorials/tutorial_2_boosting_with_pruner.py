"""
Gradient boosting with a pruner
===============================

A pruner ends trials early; did it end the right ones, and too early?
"""

import optuna
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split

from optuna_guide import GuideCallback, fit_guidance, plot_diagnostics, plot_learning_curves

FEATURES, LABELS = load_breast_cancer(return_X_y=True)
TRAIN, TEST, TRAIN_LABELS, TEST_LABELS = train_test_split(FEATURES, LABELS, random_state=0)


def objective(trial):
    model = GradientBoostingClassifier(
        learning_rate=trial.suggest_float("learning_rate", 1e-3, 1.0, log=True),
        max_depth=trial.suggest_int("max_depth", 1, 6),
        subsample=trial.suggest_float("subsample", 0.2, 1.0),
        max_features=trial.suggest_float("max_features", 0.05, 0.5),
        n_estimators=10,
        warm_start=True,
        random_state=0,
    )
    for step in range(1, 7):
        model.set_params(n_estimators=10 * step).fit(TRAIN, TRAIN_LABELS)
        loss = log_loss(TEST_LABELS, model.predict_proba(TEST))
        trial.report(loss, step)
        if trial.should_prune():
            raise optuna.TrialPruned
    return loss


study = optuna.create_study(
    sampler=optuna.samplers.TPESampler(n_startup_trials=30, seed=0),
    pruner=optuna.pruners.MedianPruner(n_startup_trials=30, n_warmup_steps=2),
)
study.set_metric_names(["log loss"])
guide = GuideCallback()
study.optimize(objective, n_trials=120, callbacks=[guide])
print(guide.wait())

# %%
# Pruned trials can be counted, too, at the value that they had reached. Look at the correlation:
# it is lower here, as what a trial reaches early is another thing than where it would have ended.

print(fit_guidance(study, include_pruned=True))

# %%
# Every trial is a line; a circle marks where it was pruned, a triangle that it still improved:

plot_learning_curves(study)

# %%
# What to change about the search. Pruned trials are counted by what they had reached:

plot_diagnostics(study)
