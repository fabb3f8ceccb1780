"""Every key under which something is kept with a study or a trial."""

from __future__ import annotations

DECISION = "guide:decision"  # trial system attribute
