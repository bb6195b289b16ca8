"""Programs of the system that tests need: CI installs them, elsewhere such tests are skipped."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

NODE = Path(__file__).parent / "node" / "node_modules"


def needs(*programs: str) -> pytest.MarkDecorator:
    """Skip a test where one of these is missing; with ELBO_ALL_TESTS set it fails instead."""
    missing = [name for name in programs if shutil.which(name) is None]
    skipped = bool(missing) and not os.environ.get("ELBO_ALL_TESTS")
    return pytest.mark.skipif(skipped, reason=f"without {', '.join(missing)}")


def needs_node(*packages: str) -> pytest.MarkDecorator:
    """The same for packages of Node, as tests/node/package.json names them."""
    there = shutil.which("node") is not None and all((NODE / name).exists() for name in packages)
    skipped = not there and not os.environ.get("ELBO_ALL_TESTS")
    reason = f"without {', '.join(packages)}: npm install --prefix tests/node"
    return pytest.mark.skipif(skipped, reason=reason)
