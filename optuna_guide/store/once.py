"""Warnings that are given once for each cause, however often it comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import optuna

if TYPE_CHECKING:
    from collections.abc import Hashable

MAX_CAUSES = 1000  # of a process; what comes after them is not said
_logger = optuna.logging.get_logger("optuna.guide")  # below "optuna": its verbosity applies
_said: set[Hashable] = set()


def warn_once(cause: Hashable, message: str) -> None:
    """Log a warning, the first time that there is this cause, whatever its message says.

    Args:
        cause: What the warnings have in common that are one: a kind of error, a parameter.
        message: What is logged.
    """
    if cause not in _said and len(_said) < MAX_CAUSES:
        _said.add(cause)
        _logger.warning(message)
