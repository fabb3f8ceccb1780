"""
A noisy objective
=================

The best of a hundred noisy trials is lucky. Which configuration is good, and
would more trials help?
"""

import numpy as np
import optuna

from optuna_guide import create_repeats, enqueue, forecast, recommend

rng = np.random.default_rng(0)


def objective(trial):
    """As validation scores of small data sets are: a smooth valley, and noise."""
    rate = trial.suggest_float("learning_rate", 1e-5, 1e-1, log=True)
    decay = trial.suggest_float("weight_decay", 1e-6, 1e-2, log=True)
    truth = 0.1 * np.log10(rate / 2e-3) ** 2 + 0.02 * np.log10(decay / 1e-4) ** 2
    trial.set_user_attr("truth", truth)
    return truth + rng.normal(0, 0.05)


study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=0))
study.optimize(objective, n_trials=100)
recommendation = recommend(study)
print(recommendation)

# %%
# Here the truth is known, so the luck can be seen:

for name, number in {
    "looks best": study.best_trial.number,
    "recommended": recommendation.trial,
}.items():
    trial = study.trials[number]
    truth = trial.user_attrs["truth"]
    print(f"{name}: trial {number}, {trial.value:.3f} measured, {truth:.3f} true")

# %%
# What fifty more trials would gain:

print(forecast(study, 50, least=0.01))

# %%
# Repeats tell more than another best value:

enqueue(study, create_repeats(study, recommendation.trial, 5))
study.optimize(objective, n_trials=5)
print(recommend(study))
