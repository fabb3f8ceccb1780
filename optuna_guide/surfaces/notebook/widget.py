"""The widget: what is selected as values of Python, and a picture for the saved notebook."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets
from IPython.display import HTML, display, update_display

from optuna_guide.domain.parsing import parse_region
from optuna_guide.sampling.steering.control import apply_region, clear_region, seen_space
from optuna_guide.store.regions import load_region
from optuna_guide.surfaces.notebook.answering import LocalServer, NewsThread
from optuna_guide.surfaces.notebook.bundle import look, script
from optuna_guide.surfaces.workbench.arguments import range_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from optuna import Study
    from optuna.distributions import BaseDistribution

    from optuna_guide.domain.ranges import Region

BRUSHES, PICKED = "b", "k"  # of the selection as the page keeps it
PARAM = "p:"
VIEW = "application/vnd.jupyter.widget-view+json"


class Explorer(anywidget.AnyWidget):
    """Linked views of one study.

    Example:
        >>> widget = explore(study)
        >>> widget.selection = {"lr": (1e-3, 1e-2), "solver": {"adam"}}
        >>> widget.trials  # numbers of the selected trials
        >>> widget.region = widget.selection  # confine the coming trials to it
    """

    _esm = traitlets.Unicode().tag(sync=True)
    _look = traitlets.Unicode().tag(sync=True)
    _views: Any = traitlets.List().tag(sync=True)
    _read_only = traitlets.Bool().tag(sync=True)
    _selected = traitlets.Dict().tag(sync=True)
    _trials: Any = traitlets.List().tag(sync=True)
    _watch: NewsThread | None = None

    def __init__(self, study: Study, views: Sequence[str], read_only: bool) -> None:
        super().__init__(
            _esm=script(), _look=look(), _views=list(views), _read_only=read_only, _selected={}
        )
        self.study = study
        self._server = LocalServer(study, read_only)
        self._picture_id = f"optuna-guide-{self.model_id}"
        self.on_msg(_hear)
        self._watch = NewsThread(self._server.news, _teller(self))

    @property
    def selection(self) -> dict[str, Any]:
        """What is brushed: parameter to ``[(low, high), ...]``, or to a list of choices.

        It is set by what `apply_region` takes as well: one pair, a set of choices, one value. Set
        to ``{}``, or None, everything is selected.
        """
        space = seen_space(self.study)
        brushes = {k[len(PARAM) :]: b for k, b in self._selected.get(BRUSHES, [])}
        return {n: _told(b, space[n]) for n, b in brushes.items() if n in space}

    @selection.setter
    def selection(self, wanted: Mapping[str, Any] | None) -> None:
        region = parse_region(wanted, seen_space(self.study)) if wanted else {}
        brushes = [[f"{PARAM}{name}", range_json(part)] for name, part in region.items()]
        self._selected = {BRUSHES: brushes} if brushes else {}

    @property
    def trials(self) -> list[int]:
        """Numbers of the selected trials; set, these are picked."""
        return list(self._trials)

    @trials.setter
    def trials(self, numbers: Sequence[int]) -> None:
        picked = [int(number) for number in numbers]
        self._selected = {PICKED: [f"{len(picked)} trials", picked]}

    @property
    def region(self) -> dict[str, Any]:
        """What the coming trials are confined to, as `selection`; ``{}`` where they are not.

        Set, it is applied to the study, as by `apply_region`; to ``{}``, or None, it is cleared.
        """
        entry = load_region(self.study)
        space = seen_space(self.study)
        region: Region = {} if entry is None else entry.region
        return {n: _told(range_json(p), space[n]) for n, p in region.items() if n in space}

    @region.setter
    def region(self, wanted: Mapping[str, Any] | None) -> None:
        if wanted:
            apply_region(self.study, wanted, comment="in a notebook")
        else:
            clear_region(self.study, comment="in a notebook")
        self.send({"path": "region", "query": {}, "answer": self._server.read_text("region")})

    def __repr__(self) -> str:
        return f"Linked views of the study {self.study.study_name!r}"

    def close(self) -> None:
        """Stop following the study."""
        if self._watch is not None:
            self._watch.stop()
        super().close()

    def _ipython_display_(self) -> None:
        shown = {"version_major": 2, "version_minor": 0, "model_id": self.model_id}
        display({VIEW: shown, "text/plain": repr(self)}, raw=True)  # type: ignore[no-untyped-call]
        display(_image(""), display_id=self._picture_id)  # type: ignore[no-untyped-call]

    def _show_picture(self, content: str) -> None:
        update_display(_image(content), display_id=self._picture_id)  # type: ignore[no-untyped-call]


def _hear(widget: Explorer, message: Mapping[str, Any], buffers: object) -> None:
    if "picture" in message:
        widget._show_picture(str(message["picture"]))
    else:
        widget.send({"id": message.get("id"), **widget._server.answer(message)})


def _teller(widget: Explorer) -> Any:
    """Tells the views, as long as anybody holds the widget."""
    held = weakref.ref(widget)

    def tell(news: dict[str, Any]) -> bool:
        alive = held()
        if alive is None or alive.comm is None:
            return False
        alive.send(news)
        return True

    return tell


def _image(content: str) -> HTML:
    """What a notebook keeps; it is hidden where the views themselves are shown."""
    is_picture = content.startswith("data:image/png;base64,") and '"' not in content
    image = f'<img alt="Linked views of the study" src="{content}" style="max-width:100%">'
    text = f'<div class="optuna-guide-picture">{image if is_picture else ""}</div>'
    return HTML(text)  # type: ignore[no-untyped-call]


def _told(brush: Mapping[str, Any], distribution: BaseDistribution) -> list[Any]:
    """A brush in the values of Optuna."""
    told = distribution.to_external_repr
    if brush.get("choices") is not None:
        return [told(float(k)) for k in brush["choices"]]
    return [(told(float(low)), told(float(high))) for low, high in brush.get("intervals") or ()]
