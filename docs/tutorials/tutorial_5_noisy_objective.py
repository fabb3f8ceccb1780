"""
A noisy objective
=================

The best of a hundred noisy trials is lucky. Which configuration is good, and
would more trials help?
"""

import numpy as np
import optuna

from optuna_guide import create_repeats, enqueue, forecast, recommend

rng = np.random.default_rng(4)


def truth(params):
    """A smooth valley."""
    rate, decay = params["learning_rate"], params["weight_decay"]
    return 0.1 * np.log10(rate / 2e-3) ** 2 + 0.02 * np.log10(decay / 1e-4) ** 2


def objective(trial):
    """What is measured of it, as validation scores of small data sets are: with noise."""
    params = {
        "learning_rate": trial.suggest_float("learning_rate", 1e-5, 1e-1, log=True),
        "weight_decay": trial.suggest_float("weight_decay", 1e-6, 1e-2, log=True),
    }
    return truth(params) + rng.normal(0, 0.05)


study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=4))
study.optimize(objective, n_trials=100)
recommendation = recommend(study)
print(recommendation)

# %%
# Here the truth is known, so the luck can be seen:

looks, use = study.best_trial, recommendation
print(f"looks best: {looks.value:.3f} measured, {truth(looks.params):.3f} true")
print(f"recommended: {use.expected:.3f} expected, {truth(use.params):.3f} true")

# %%
# What fifty more trials would gain:

print(forecast(study, 50, least=0.01))

# %%
# Repeats tell more than another best value; here, of the trial that looks best:

enqueue(study, create_repeats(study, study.best_trial, 5))
study.optimize(objective, n_trials=5)
print(recommend(study))
