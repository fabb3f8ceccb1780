"""Every key under which something is kept with a study or a trial.

Nothing that begins with ``guide:`` is written anywhere else in the package.
"""

from __future__ import annotations

OWN = "guide:"  # how every key of ours begins, but for the panels

# System attributes of a study; those that end with ":" are followed by what tells several apart.
HEAD = "guide:head"  # of the guidance
CLAIM = "guide:claim"  # of the worker that refits
KEPT = "guide:kept"  # numbers of the trials in the drawer
STOP = "guide:stop"  # when a person asked the workers to stop
SUCCESSOR = "guide:successor"  # name of the study that goes on in another space
CHECKS = "guide:checks"  # of the search that were flagged when the guidance was fitted
CONTEXT = "guide:context"  # that a person set
DIRECTIONS = "guide:directions"  # that a person gave attributes
REGIONS = "guide:region:"
BELIEFS = "guide:belief:"
PROPOSALS = "guide:narrowed:"
HISTORY = "guide:history:"
SAMPLERS = "guide:sampler:"
OBSERVED_BOUNDS = "guide:observed_bounds"  # parameters whose bounds nobody declared; true = all
UNTIMED = "guide:untimed"  # "table": rows of one that tells no times, in no order of their own
METRIC_NAMES = "study:metric_names"  # Optuna's own
OF_TRIALS = (CONTEXT, DIRECTIONS, OBSERVED_BOUNDS, METRIC_NAMES)  # how trials are to be read
PANELS = "dashboard:plot_data:guide_"  # no further ":": the dashboard splits there

# System attributes of a trial.
DECISION = "guide:decision"  # of `GuidedSampler`
PLAN = "guide:plan"  # of `LiteGPSampler`
IMPORTED = "guide:imported"  # which row of a foreign table it was
EARLIER = "guide:earlier"  # of `LiteGPSampler`: what it took from earlier studies
FIXED = "fixed_params"  # Optuna's own: what was enqueued
GRID_ID, GRID_SPACE = "grid_id", "search_space"  # of Optuna's own GridSampler

# User attributes of a trial.
PREDICTIONS = "guide:predictions"
EXPERIMENT = "guide:experiment"  # why a person asked for the trial, and what was expected
ASKED = "guide:asked"  # by whom it was begun without an objective, and why
TOLD = "guide:told"  # by whom it was ended so
LEFT_OUT = "guide:left_out"  # values that have no place in the space of a study that grew
CANCELLED = "guide:cancelled"  # by whom, or `MOVED`; the trial never ran
MOVED = "moved"  # another trial waits in its place


def guidance_chunk(slot: int, k: int) -> str:
    """Where chunk ``k`` of the guidance in a slot lies."""
    return f"guide:slot:{slot}:{k}"


def panel_chunks(name: str) -> str:
    """How the keys of a panel's chunks begin; the number of the chunk follows."""
    return f"{PANELS}{name}:"
