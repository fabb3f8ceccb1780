import optuna
import optunahub

module = optunahub.load_module("samplers/lite_gp")


def objective(trial: optuna.Trial) -> float:
    kind = trial.suggest_categorical("kind", ["linear", "deep"])
    rate = trial.suggest_float("rate", 1e-4, 1, log=True)
    depth = trial.suggest_int("depth", 1, 8) if kind == "deep" else 0
    return abs(depth - 5) + (rate - 0.01) ** 2


if __name__ == "__main__":
    study = optuna.create_study(sampler=module.LiteGPSampler(seed=0))
    study.optimize(objective, n_trials=30)
    print(study.best_params)
