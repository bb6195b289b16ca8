"""Coq's base library, built once for all tests, also of several workers."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import pytest

from verifier.certificate import coq


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that holds it; tests that ask for it need coqc."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "coq"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:  # who comes second finds what the first has built
        fcntl.flock(lock, fcntl.LOCK_EX)
        return coq.library(coq.prover(), str(folder))
