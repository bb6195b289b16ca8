"""What travels with the program: derivations, a template, the schema; and copies of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from difflib import get_close_matches

from verifier.derivation.target import put
from verifier.outcome import Diagnostic, DiagnosticError

FLAVOURS = ("jensen", "kl", "bayes")
_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_ENDING = ".yaml"
_TEMPLATE = os.path.join(_PACKAGE, "manual", "template.yaml")


def flavours() -> tuple[str, ...]:
    """The files of the three ways to the ELBO, which a first run verifies; by the shorter of their
    names."""
    here = min(folder(), os.path.relpath(folder()), key=len)
    return tuple(os.path.join(here, f"{name}{_ENDING}") for name in FLAVOURS)


def shipped() -> Iterator[tuple[str, str]]:
    """The name of each derivation that travels with the program, and its title."""
    from verifier.derivation.loader import load

    for name, path in sorted(_files().items()):
        yield name, load(path).title


def copied(name: str, where: str = "") -> str:
    """Copy one of them, into a folder or here: the file. Raises DiagnosticError where that can't be
    done; nothing is overwritten."""
    files = _files()
    path = files.get(name.removesuffix(_ENDING))
    if path is None:
        near = tuple(get_close_matches(name, files, 1))
        raise DiagnosticError(Diagnostic("unknown-shipped", None, {"name": name, "near": near}))
    return _written(os.path.join(where, os.path.basename(path)), _read(path))


def begun(name: str) -> str:
    """Write a derivation to begin with: the file."""
    file = name if name.endswith((".yaml", ".yml")) else f"{name}{_ENDING}"
    text = _read(_TEMPLATE).decode().replace(f"NAME{_ENDING}", os.path.basename(file))
    return _written(file, text.encode())


def schema_text() -> str:
    """The JSON Schema of a derivation's file."""
    places = (_PACKAGE, os.path.join(os.path.dirname(_PACKAGE), "docs"))
    files = [os.path.join(place, "derivation.schema.json") for place in places]
    return _read(next(filter(os.path.isfile, files))).decode()


def folder() -> str:
    """The folder of all that travels with the program: in a wheel it lies inside the package, in a
    checkout beside it."""
    folders = (
        os.path.join(where, "derivations") for where in (_PACKAGE, os.path.dirname(_PACKAGE))
    )
    return next(folder for folder in folders if os.path.isdir(folder))


def _files() -> dict[str, str]:
    """The derivations by their names, `papers/diffusion`."""
    root = folder()
    found = [os.path.join(where, name) for where, _, names in os.walk(root) for name in names]
    return {
        os.path.relpath(path, root).removesuffix(_ENDING).replace(os.sep, "/"): path
        for path in found
        if path.endswith(_ENDING)
    }


def _read(path: str) -> bytes:
    with open(path, "rb") as stream:
        return stream.read()


def _written(file: str, data: bytes) -> str:
    if os.path.lexists(file):
        raise DiagnosticError(Diagnostic("file-there", None, {"file": file}))
    try:
        put(file, data)
    except OSError as error:
        data_ = {"file": file, "reason": error.strerror}
        raise DiagnosticError(Diagnostic("output-unwritable", None, data_)) from error
    return file
