"""`load`: a derivation as it is read. In a notebook it shows itself as it is judged."""

from __future__ import annotations

import os
from functools import partial

from verifier.commands.jobs import Path, neighbour
from verifier.derivation.derivation import Derivation
from verifier.derivation.loader import load as loaded


def load(path: Path) -> Derivation:
    """A derivation of a file. Raises DiagnosticError for what is none."""
    return loaded(os.fsdecode(path))


def _bundle(derivation: Derivation) -> dict[str, str]:
    from verifier.commands.notebook import bundle
    from verifier.judge.file import check_file  # brings SymPy

    return bundle(check_file(derivation, partial(neighbour, derivation.source.path)))


Derivation.bundle = _bundle
