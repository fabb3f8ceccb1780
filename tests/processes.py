"""Tests of several processes: a process of its own by fork, which costs no import."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable
from typing import Any

import optuna
from storages import open_again


def reopen(study: optuna.Study, **options: Any) -> optuna.Study:
    """A study as another process opens it."""
    return optuna.load_study(
        study_name=study.study_name, storage=open_again(study._storage), **options
    )


def fork(act: Callable[[], object]) -> int:
    """Act in a process of its own; its id. It ends with 0 where nothing was raised."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            act()
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    return child


def wait_for(child: int) -> int:
    """How a process ended: 0, or what it exited with; a signal is negative."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
