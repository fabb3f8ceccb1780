import optuna
import optunahub

module = optunahub.load_module("samplers/guided")


def objective(trial: optuna.Trial) -> float:
    x = trial.suggest_float("x", -5, 5)
    y = trial.suggest_float("y", 1e-4, 1, log=True)
    return (x - 2) ** 2 + (y - 0.01) ** 2


if __name__ == "__main__":
    base = optuna.samplers.TPESampler(seed=0)
    study = optuna.create_study(sampler=module.GuidedSampler(base, seed=0))
    study.optimize(objective, n_trials=60)
    print(study.best_params)
