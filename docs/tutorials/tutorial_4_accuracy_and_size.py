"""
Two objectives and a constraint
===============================

Accuracy against size, with a limit on the time that a prediction may take.
"""

import optuna
from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split

from optuna_guide import fit_guidance, plot_performance_overview

FEATURES, LABELS = load_digits(return_X_y=True)
SPLIT = train_test_split(FEATURES, LABELS, train_size=500, test_size=500, random_state=0)
MAX_STEPS = 400


def objective(trial):
    train, test, train_labels, test_labels = SPLIT
    depth = trial.suggest_int("max_depth", 2, 16)
    n_trees = trial.suggest_int("n_estimators", 5, 80, log=True)
    model = RandomForestClassifier(
        n_trees,
        max_depth=depth,
        max_features=trial.suggest_float("max_features", 0.05, 1.0),
        random_state=0,
    ).fit(train, train_labels)
    trial.set_user_attr("steps", depth * n_trees)
    n_nodes = sum(tree.tree_.node_count for tree in model.estimators_)
    return model.score(test, test_labels), n_nodes


def constraints(trial):
    return (trial.user_attrs["steps"] - MAX_STEPS,)


study = optuna.create_study(
    directions=["maximize", "minimize"],
    sampler=optuna.samplers.TPESampler(seed=0, constraints_func=constraints),
)
study.set_metric_names(["accuracy", "nodes"])
study.optimize(objective, n_trials=150)

# %%
# Both objectives together, by the Pareto rank; infeasible trials rank behind all others:

print(fit_guidance(study))

# %%
# And each alone:

print(fit_guidance(study, target="nodes"))

# %%
# What accuracy costs; the line joins the trials that no other beats:

plot_performance_overview(study, against="nodes")
