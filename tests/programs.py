"""Programs of the system that tests need: CI installs them, elsewhere such tests are skipped."""

from __future__ import annotations

import os
import shutil

import pytest


def needs(*programs: str) -> pytest.MarkDecorator:
    """Skip a test where one of these is missing; with ELBO_ALL_TESTS set it fails instead."""
    missing = [name for name in programs if shutil.which(name) is None]
    skipped = bool(missing) and not os.environ.get("ELBO_ALL_TESTS")
    return pytest.mark.skipif(skipped, reason=f"without {', '.join(missing)}")
