"""``optuna-guide demo``."""

from __future__ import annotations

import argparse

from optuna_guide.domain.secrets import mask
from optuna_guide.surfaces.cli.common import OK, add_command


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command of this file."""
    demo = add_command(
        commands, "demo", _demo, "Tune a neural network on real data, then serve the workbench."
    )
    demo.add_argument(
        "--n-trials", type=_positive, help="trials (default: 120; with --earlier 25)"
    )
    demo.add_argument(
        "--storage",
        default="sqlite:///optuna-guide-demo.db",
        help="where the study is kept (default: %(default)s)",
    )
    demo.add_argument("--no-serve", action="store_true", help="do not serve the workbench")
    which = demo.add_mutually_exclusive_group()
    which.add_argument(
        "--sampler",
        choices=["tpe", "guided-tpe", "lite-gp", "guided"],
        help="what suggests the parameters (default: TPE after 50 random trials)",
    )
    which.add_argument(
        "--compare",
        type=_positive,
        metavar="SEEDS",
        nargs="?",
        const=3,
        help="instead, run the study with each of these from so many seeds (default: 3)",
    )
    demo.add_argument(
        "--noise",
        action="store_true",
        help="a study whose values are luck in part: what holds, and when to stop",
    )
    which.add_argument(
        "--earlier",
        type=_positive,
        metavar="SEEDS",
        nargs="?",
        const=3,
        help="instead, tune it on three other data sets, then on the digits with and without "
        "these earlier studies, from so many seeds (default: 3)",
    )
    demo.add_argument("--port", type=int, default=8080, help="of the pages (default: 8080)")


def _demo(arguments: argparse.Namespace) -> int:
    if arguments.earlier is not None:
        from optuna_guide.surfaces.demo.earlier import run_earlier

        run_earlier(arguments.n_trials or 25, arguments.earlier)
        return OK
    n_trials = arguments.n_trials or 120
    if arguments.compare is not None:
        from optuna_guide.surfaces.demo.comparison import run_comparison

        run_comparison(n_trials, arguments.compare)
        return OK
    from optuna_guide.surfaces.demo.samplers import SAMPLERS
    from optuna_guide.surfaces.demo.walkthrough import run_walkthrough

    sampler = SAMPLERS[arguments.sampler](0) if arguments.sampler else None
    run_walkthrough(arguments.storage, n_trials, sampler, noisy=arguments.noise)
    if arguments.no_serve:
        print(f"Look at it with: optuna-guide show {mask(arguments.storage)}")
        return OK
    from optuna_guide.surfaces.workbench import wsgi
    from optuna_guide.surfaces.workbench.serving import serve

    serve(lambda: wsgi(arguments.storage), "127.0.0.1", arguments.port, "wsgiref")
    return OK


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"must be at least 1, not {number}")
    return number
