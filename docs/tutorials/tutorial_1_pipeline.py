"""
A scikit-learn pipeline
=======================

Which part of a pipeline deserves the tuning: the scaling, the features, or the classifier?
"""

import warnings

import optuna
from sklearn.datasets import load_wine
from sklearn.decomposition import PCA
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from optuna_guide import GuideCallback, plot_effects, plot_importance, recommend

warnings.filterwarnings("ignore", category=ConvergenceWarning)
FEATURES, LABELS = load_wine(return_X_y=True)
SCALERS = {"standard": StandardScaler(), "min-max": MinMaxScaler(), "none": "passthrough"}


def objective(trial):
    pipeline = make_pipeline(
        SCALERS[trial.suggest_categorical("scaler", list(SCALERS))],
        PCA(n_components=trial.suggest_int("n_components", 1, 13)),
        LogisticRegression(C=trial.suggest_float("C", 1e-4, 1e3, log=True), max_iter=200),
    )
    return cross_val_score(pipeline, FEATURES, LABELS, cv=5, scoring="neg_log_loss").mean()


# %%
# Twenty random trials first: a sampler that settles at once leaves little to learn from.

study = optuna.create_study(
    direction="maximize", sampler=optuna.samplers.TPESampler(n_startup_trials=20, seed=1)
)
study.set_metric_names(["log-likelihood"])
guide = GuideCallback()
study.optimize(objective, n_trials=80, callbacks=[guide])
guidance = guide.wait()
print(guidance)

# %%
# Main effects and interactions, and what stays unexplained:

plot_importance(guidance)

# %%
# What each value is expected to reach, averaged over the others; dotted, where those are
# promising:

plot_effects(guidance)

# %%
# The configuration that holds by all trials together:

print(recommend(study))
