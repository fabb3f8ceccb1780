"""The package has what it says."""

from __future__ import annotations

import optunahub


def test_the_names_are_there() -> None:
    module = optunahub.load_local_module(
        "visualization/guided_parallel_coordinates", registry_root="package"
    )
    assert all(hasattr(module, name) for name in module.__all__)
