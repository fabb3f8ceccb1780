"""``optuna-guide doctor``: versions, extras, storage, and what is slow."""

from __future__ import annotations

import argparse
import importlib.util
import platform
import time
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Literal, TypeAlias

from optuna_guide.surfaces.cli.common import FAILED, FROM_ENVIRONMENT, OK, add_command

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optuna import Study

State: TypeAlias = Literal["ok", "slow", "wrong", "none"]

NEEDED = ("optuna", "optuna-dashboard", "numpy", "scipy", "scikit-learn", "interpret-core")
DRAWING = ("pandas", "plotly", "rich")
EXTRAS = {  # module to what it is for, and how it comes
    "mcp": ("agents", 'pip install "optuna-guide[mcp]"'),
    "anywidget": ("notebooks", 'pip install "optuna-guide[notebook]"'),
    "gunicorn": ("a faster server", "pip install gunicorn"),
    "psycopg2": ("PostgreSQL", "pip install psycopg2-binary"),
    "pymysql": ("MySQL and MariaDB", "pip install PyMySQL"),
    "redis": ("Redis", "pip install redis"),
}
SLOW_READ = 2.0  # seconds for all trials of a study
SIGNS: dict[State, str] = {"ok": "✓", "slow": "▲", "wrong": "✗", "none": "–"}


@dataclass(frozen=True)
class Symptom:
    """One thing that was looked at.

    Attributes:
        state: ``ok``; ``slow``: it works, but costs time; ``wrong``: something does not work;
            ``none``: it is not there, and need not be.
        text: What was found, and what to do.
    """

    state: State
    text: str


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command of this file."""
    doctor = add_command(
        commands, "doctor", _doctor, "Look at versions, extras and a storage, and what is slow."
    )
    doctor.formatter_class = argparse.RawDescriptionHelpFormatter
    doctor.epilog = "examples:\n  optuna-guide doctor\n  optuna-guide doctor sqlite:///mnist.db"
    doctor.add_argument(
        "storage", nargs="?", help=f"URL or path; {FROM_ENVIRONMENT}: what OPTUNA_STORAGE names"
    )


def _doctor(arguments: argparse.Namespace) -> int:
    found = [*look_at_packages()]
    if arguments.storage is not None:
        from optuna_guide.surfaces.cli.common import storage_url

        found += look_at_storage(storage_url(arguments))
    for symptom in found:
        print(f"{SIGNS[symptom.state]} {symptom.text}")
    return FAILED if any(symptom.state == "wrong" for symptom in found) else OK


def look_at_packages() -> Iterator[Symptom]:
    """Versions of what is needed, and what else there is."""
    yield Symptom("ok", f"Python {platform.python_version()} on {platform.system()}")
    for name in ("optuna-guide", *NEEDED, *DRAWING):
        try:
            yield Symptom("ok", f"{name} {version(name)}")
        except PackageNotFoundError:
            yield Symptom("wrong", f"{name} is missing: pip install --upgrade optuna-guide")
    for module, (use, command) in EXTRAS.items():
        if importlib.util.find_spec(module) is not None:
            yield Symptom("ok", f"{module}, for {use}")
        else:
            yield Symptom("none", f"{module}, for {use}, is not installed: {command}")


def look_at_storage(url: str) -> Iterator[Symptom]:
    """Whether a storage can be read, how long that takes, and what its studies know."""
    import optuna

    from optuna_guide.domain.secrets import mask
    from optuna_guide.store.storages import list_studies
    from optuna_guide.study.storage_url import StorageUrlError, open_storage

    try:
        storage = open_storage(url)
        started = time.perf_counter()
        studies = list_studies(storage)
    except StorageUrlError as error:
        yield Symptom("wrong", str(error))
        return
    except Exception as error:
        yield Symptom("wrong", f"{mask(url, url)} cannot be read: {mask(str(error), url)}")
        return
    took = time.perf_counter() - started
    words = f"{len(studies)} stud{'y' if len(studies) == 1 else 'ies'}"
    yield Symptom("ok", f"The storage holds {words}, listed in {took:.1f} s")
    if isinstance(storage, optuna.storages.JournalStorage) and took > SLOW_READ:
        yield Symptom("slow", "A long journal is read whole by every program: use a database.")
    for _, name in studies[:5]:
        yield from _look_at_study(optuna.load_study(study_name=name, storage=storage))
    if len(studies) > 5:
        yield Symptom("none", f"{len(studies) - 5} more studies were not read")


def _look_at_study(study: Study) -> Iterator[Symptom]:
    from optuna_guide.domain.wording import one_line
    from optuna_guide.store.versions import current_head
    from optuna_guide.study.snapshot import read_snapshot

    started = time.perf_counter()
    snapshot = read_snapshot(study)
    took = time.perf_counter() - started
    n, name = len(snapshot.trials), one_line(snapshot.study_name)
    read = f"{name}: {n} trial{'s' * (n != 1)}, read in {took:.1f} s"
    head = current_head(snapshot.attributes)
    if took > SLOW_READ:
        yield Symptom("slow", f"{read}: a database that is nearer, or has an index, is faster")
    elif head is None:
        yield Symptom("none", f"{read}; no guidance is kept: add GuideCallback(), or publish")
    else:
        behind = snapshot.n_finished - head.n_finished
        yield Symptom("ok", f"{read}; guidance kept, {behind} trials ended after it")
