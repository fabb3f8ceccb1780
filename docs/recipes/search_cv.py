"""`OptunaSearchCV` takes a study: give it one with a sampler and a callback."""

import optuna
from optuna.distributions import FloatDistribution
from optuna_integration import OptunaSearchCV
from sklearn.datasets import load_wine
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from optuna_guide import GuideCallback, GuidedSampler

pipeline = make_pipeline(StandardScaler(), LogisticRegression())
guide = GuideCallback()
search = OptunaSearchCV(
    pipeline,
    {"logisticregression__C": FloatDistribution(1e-4, 1e3, log=True)},
    study=optuna.create_study(direction="maximize", sampler=GuidedSampler()),
    n_trials=30,
    callbacks=[guide],
)
search.fit(*load_wine(return_X_y=True))
print(guide.wait())
