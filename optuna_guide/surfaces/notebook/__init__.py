"""The page in a notebook: `explore(study)` shows the linked views where the study is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optuna import Study

    from optuna_guide.surfaces.notebook.widget import Explorer

VIEWS = ("parallel_coordinates", "importance", "effect", "exploration", "region")


def explore(
    study: Study, *, views: str | Sequence[str] = VIEWS, read_only: bool = False
) -> Explorer:
    """The linked views of a study in a notebook: JupyterLab, VS Code, Colab or marimo.

    They are those of `optuna-guide serve`, in the same process: what is brushed in one is brushed
    in all, and read or set by `selection`; trials that end appear by themselves. A region that is
    applied there confines the coming trials of all workers. What is drawn is kept in the notebook
    as a picture.

    Args:
        study: Any Optuna study; an in-memory one, too.
        views: Which views, in order: ``parallel_coordinates``, ``importance``, ``effect``,
            ``exploration``, ``region``.
        read_only: Whether a region can be applied from the views.

    Returns:
        A widget; the last value of a cell is shown.

    Raises:
        ImportError: If anywidget is not installed: ``pip install "optuna-guide[notebook]"``.
        ValueError: If there is no such view.
    """
    from optuna_guide.domain.parsing import as_names

    views = as_names(views)
    unknown = [name for name in views if name not in VIEWS]
    if unknown or not views:
        found = repr(unknown[0]) if unknown else "none"
        raise ValueError(f"views are some of {', '.join(VIEWS)}, not {found}.")
    try:
        from optuna_guide.surfaces.notebook.widget import Explorer
    except ModuleNotFoundError as error:
        if error.name not in ("anywidget", "ipywidgets", "traitlets", "IPython"):
            raise
        message = 'explore needs anywidget: pip install "optuna-guide[notebook]".'
        raise ImportError(message) from error
    return Explorer(study, views, read_only)
