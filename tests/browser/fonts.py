"""A wide and a narrow sans-serif that the tests bring along, whatever this machine has."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

DEJAVU = ("matplotlib", "mpl-data/fonts/ttf", "DejaVuSans*.ttf")
ARIMO = ("fontpkg_arimo", "files", "Arimo*.ttf")  # as wide as Arial, Helvetica and Liberation Sans
FONTS = {"wide": ("DejaVu Sans", (DEJAVU,)), "narrow": ("Arimo", (ARIMO, DEJAVU))}
in_both_fonts = pytest.mark.parametrize("font", FONTS)

CONF = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
<dir>{folder}</dir>
<cachedir>{folder}</cachedir>
<alias binding="same"><family>sans-serif</family><prefer><family>{name}</family></prefer></alias>
<alias binding="same"><family>Arial</family><prefer><family>{name}</family></prefer></alias>
<alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
</fontconfig>
"""


def write_conf(font: str, folder: Path) -> Path:
    """A configuration for fontconfig by which there is one sans-serif, and symbols of DejaVu."""
    name, sources = FONTS[font]
    for package, place, pattern in sources:
        spec = find_spec(package)
        assert spec is not None, f"The package {package} is missing: pip install --group dev"
        assert spec.origin is not None
        for file in (Path(spec.origin).parent / place).glob(pattern):
            (folder / file.name).symlink_to(file)
    conf = folder / "fonts.conf"
    conf.write_text(CONF.format(folder=folder, name=name), encoding="utf-8")
    return conf
