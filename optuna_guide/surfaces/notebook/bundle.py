"""The modules of the page as one: a notebook loads a single file, which can import nothing.

Each module becomes a function that is called once, before those that import it; what it exports is
what that function returns.
"""

from __future__ import annotations

import functools
import json
import posixpath
import re

from optuna_guide.surfaces.workbench.pages import STATIC

ENTRY = "shell/widget.js"
STYLES = ("style.css", "charts.css", "reading.css", "notebook.css")
_NAMED = re.compile(r"^import \{([^}]*)\} from '([^']+)';$", re.MULTILINE)
_WHOLE = re.compile(r"^import \* as (\w+) from '([^']+)';$", re.MULTILINE)
_EXPORTED = re.compile(r"^export (?=(?:async function|function|class|const) (\w+))", re.MULTILINE)
_DEFAULT = re.compile(r"^export default ", re.MULTILINE)
_LEFT = re.compile(r"^(?:import|export)\b.*|\bimport\((?!')", re.MULTILINE)


@functools.lru_cache(maxsize=1)
def script() -> str:
    """One module that exports what the entry does by default.

    Raises:
        ValueError: If a module imports or exports in a way that is not known here.
    """
    modules: dict[str, str] = {}
    _add(ENTRY, modules)
    body = "\n".join(modules.values())
    return f"const $m = {{}};\n{body}\nexport default $m[{json.dumps(ENTRY)}].$default;\n"


@functools.lru_cache(maxsize=1)
def look() -> str:
    """The styles of the page, for an element of the class ``guide`` in a shadow of its own."""
    text = "\n".join(STATIC.joinpath(name).read_text(encoding="utf-8") for name in STYLES)
    text = re.sub(r":root\[", ".guide[", text).replace(":root", ".guide")
    text = re.sub(r"^body \{", ".guide {", text, flags=re.MULTILINE)
    return text.replace('[data-trust="shut"] ', '.guide[data-trust="shut"] ')


def _add(name: str, modules: dict[str, str]) -> None:
    """A module and, before it, all that it imports."""
    if name in modules:
        return
    text = STATIC.joinpath(name).read_text(encoding="utf-8")
    folder = posixpath.dirname(name)
    for found in [*_NAMED.finditer(text), *_WHOLE.finditer(text)]:
        _add(posixpath.normpath(posixpath.join(folder, found[2])), modules)

    def take(path: str) -> str:
        return f"$m[{json.dumps(posixpath.normpath(posixpath.join(folder, path)))}]"

    exported = _EXPORTED.findall(text)
    text = _NAMED.sub(lambda m: f"const {{{m[1].replace(' as ', ': ')}}} = {take(m[2])};", text)
    text = _WHOLE.sub(lambda m: f"const {m[1]} = {take(m[2])};", text)
    text = _DEFAULT.sub("const $default = ", _EXPORTED.sub("", text))
    left = _LEFT.search(re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL))
    if left is not None:
        raise ValueError(f"{name} cannot be put into one file with others: {left[0]!r}.")
    exported += ["$default"] if "const $default = " in text else []
    modules[name] = (
        f"$m[{json.dumps(name)}] = (() => {{\n{text}\nreturn {{ {', '.join(exported)} }};\n}})();"
    )
