"""Coq's base library, built once for all tests of a process."""

from __future__ import annotations

from pathlib import Path

import pytest

from verifier.certificate import coq


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that holds it; tests that ask for it need coqc."""
    return coq.library(coq.prover(), str(tmp_path_factory.mktemp("coq")))
