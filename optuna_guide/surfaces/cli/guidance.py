"""``optuna-guide show``, ``fit`` and ``publish``."""

from __future__ import annotations

import json
import shlex
import sys
from typing import TYPE_CHECKING

from optuna_guide.domain.secrets import mask
from optuna_guide.guidance import Guidance, NotReady
from optuna_guide.surfaces.cli.common import (
    NOT_READY,
    OK,
    add_command,
    add_study,
    add_target,
    open_named,
    progress,
    read_names,
    read_target,
)

if TYPE_CHECKING:
    import argparse

    from optuna_guide.study.snapshot import Snapshot
    from optuna_guide.words.verdict import Verdict


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands of this file."""
    show = add_command(
        commands, "show", _show, "Print importances, promising ranges, advice and trust."
    )
    add_study(show)
    add_target(show)
    show.add_argument(
        "-f", "--format", choices=("table", "json", "csv"), default="table", help="default: table"
    )
    show.add_argument("-v", "--verbose", action="store_true", help="all details of the table")

    fit = add_command(commands, "fit", _fit, "Fit anew and keep the guidance with the study.")
    add_study(fit)
    add_target(fit)
    fit.add_argument("--seed", type=int, help="seed of the models")
    fit.add_argument(
        "--include-pruned",
        action="store_true",
        help="use pruned trials through their last intermediate value",
    )

    publish = add_command(
        commands, "publish", _publish, "Show the guidance in the study's page of optuna-dashboard."
    )
    add_study(publish)


def _show(arguments: argparse.Namespace) -> int:
    from optuna_guide.keeping.refit import read_stored

    study = open_named(arguments)
    with progress(f"Reading {study.study_name}"):
        snapshot, guidance = read_stored(study, **read_target(arguments))
        verdict = _judge(snapshot, guidance)
    if arguments.format != "table":
        return _print(guidance, arguments.format)
    if isinstance(guidance, NotReady):
        _print_failures(snapshot)
        return _print(guidance, arguments.format)
    _print_table(guidance, verdict, arguments.verbose)
    if arguments.verbose:
        _print_outlook(snapshot, guidance.title)
    _print_failures(snapshot)
    _print_commands(arguments, snapshot, guidance)
    return OK


def _print_failures(snapshot: Snapshot) -> None:
    """Where trials fail, a line for each rule."""
    from optuna_guide.analysis.failures import find_failures

    for rule in find_failures(snapshot).rules:
        print(rule.sentence)


def _print_outlook(snapshot: Snapshot, explained: str) -> None:
    """What to use and whether to go on, below the table; nothing where that cannot be told."""
    from rich.console import Console

    from optuna_guide.words.outlook import look_and_say
    from optuna_guide.words.prose import Prose

    if said := look_and_say(snapshot, explained):
        Console().print(Prose("\n".join(["", *said])))


def _judge(snapshot: Snapshot, guidance: Guidance | NotReady) -> Verdict:
    """The verdict on what is stored; a new guidance is checked now."""
    from optuna_guide.analysis.record import read_record
    from optuna_guide.store.checks import read_flagged
    from optuna_guide.study.table import read_trials
    from optuna_guide.words.steering import say_next_trial
    from optuna_guide.words.verdict import gather

    if isinstance(guidance, Guidance) and guidance.version:
        found = read_flagged(snapshot.attributes, guidance.version)
    else:
        from optuna_guide.analysis.diagnostics import check_search, flagged
        from optuna_guide.study.exploration import explore

        found = flagged(check_search(explore(snapshot), guidance))
    table = read_trials(snapshot)
    record = read_record(snapshot, table, guidance)
    return gather(guidance, record, found, say_next_trial(snapshot, table))


def _fit(arguments: argparse.Namespace) -> int:
    from optuna_guide.keeping.refit import keep_checks
    from optuna_guide.models.pipeline import fit_guidance
    from optuna_guide.store.versions import save_guidance
    from optuna_guide.study.choices import set_context
    from optuna_guide.study.snapshot import read_snapshot

    study = open_named(arguments)
    with progress(f"Fitting {study.study_name}"):
        if arguments.context is not None:
            set_context(study, read_names(arguments), how=arguments.how)
        guidance = fit_guidance(
            study,
            target=arguments.target,
            direction=arguments.direction,
            include_pruned=arguments.include_pruned,
            seed=arguments.seed,
        )
        if isinstance(guidance, Guidance):
            asked = (arguments.target, arguments.direction)
            guidance = save_guidance(study, guidance, asked=asked)
            keep_checks(study, read_snapshot(study).as_of(guidance.n_finished), guidance)
    return _print(guidance, "table")


def _publish(arguments: argparse.Namespace) -> int:
    from optuna_guide.keeping.refit import ensure_fresh
    from optuna_guide.surfaces.publishing import publish

    study = open_named(arguments)
    with progress(f"Publishing {study.study_name}"):
        guidance = ensure_fresh(study)
        n_written = publish(study, guidance)
    changed = "The panels were up to date." if n_written == 0 else "The panels are published."
    print(f"{changed} They are on the study's History page of optuna-dashboard.")
    return OK if guidance else NOT_READY


def _print(guidance: Guidance | NotReady, form: str) -> int:
    if isinstance(guidance, NotReady):
        if form == "json":
            print(json.dumps({"not_ready": guidance.reason, "n_missing": guidance.n_missing}))
        else:
            print(guidance, file=sys.stderr)
        return NOT_READY
    if form == "json":
        print(guidance.to_json())
    elif form == "csv":
        from optuna_guide.surfaces.export.files import to_csv

        print(to_csv(guidance.to_frame()), end="")
    else:
        _print_table(guidance)
    return OK


def _print_table(
    guidance: Guidance, verdict: Verdict | None = None, is_detailed: bool = False
) -> None:
    from rich.console import Console

    from optuna_guide.words.terminal import renderable

    Console().print(renderable(guidance, verdict, is_detailed=is_detailed))


def _print_commands(arguments: argparse.Namespace, snapshot: Snapshot, guidance: Guidance) -> None:
    """What to do with it, one line each; what the guidance does not know yet."""
    from optuna_guide.study.next_trial import read_next

    n_behind = snapshot.n_finished - guidance.n_finished
    storage, name = shlex.quote(mask(arguments.storage)), arguments.study_name
    study = "" if name is None else f" --study-name {shlex.quote(name)}"
    if n_behind:
        ended = "trial" if n_behind == 1 else "trials"
        print(
            f"{n_behind} {ended} ended since. Learn from them: optuna-guide fit {storage}{study}"
        )
    print(f"See it: optuna-guide serve {storage}")
    if guidance.region and read_next(snapshot).is_guided:
        print(f"Keep to the ranges: optuna-guide apply {storage}{study} promising")
    elif guidance.region:
        print(f"Copy the ranges as code: optuna-guide code {storage}{study}")
    if guidance.title in snapshot.objectives and len(snapshot.objectives) == 1:
        print(f"Use the trial that holds: optuna-guide recommend {storage}{study}")
    if not arguments.verbose:
        print("All details: show -v")
