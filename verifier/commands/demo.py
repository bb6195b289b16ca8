"""The derivations that travel with the program: what a first run verifies."""

from __future__ import annotations

import os

NAMES = ("jensen", "kl", "bayes")


def flavours() -> tuple[str, ...]:
    """The files of the three ways to the ELBO: in a wheel they lie inside the package, in a
    checkout beside it; by the shorter of their names."""
    folder = shipped()
    here = min(folder, os.path.relpath(folder), key=len)
    return tuple(_file(here, name) for name in NAMES)


def shipped() -> str:
    """The folder of all that travels with the program."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    folders = (os.path.join(where, "derivations") for where in (package, os.path.dirname(package)))
    return next(folder for folder in folders if os.path.isfile(_file(folder, NAMES[0])))


def _file(folder: str, name: str) -> str:
    return os.path.join(folder, f"{name}.yaml")
