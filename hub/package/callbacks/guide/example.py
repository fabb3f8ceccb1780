import optuna
import optunahub

module = optunahub.load_module("callbacks/guide")


def objective(trial: optuna.Trial) -> float:
    x = trial.suggest_float("x", -5, 5)
    y = trial.suggest_float("y", 1e-4, 1, log=True)
    return (x - 2) ** 2 + (y - 0.01) ** 2


if __name__ == "__main__":
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    with module.GuideCallback() as guide:
        study.optimize(objective, n_trials=60, callbacks=[guide])
        print(guide.wait())
