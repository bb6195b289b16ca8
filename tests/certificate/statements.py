"""Certificates for tests: of files, and of statements that are forced."""

from __future__ import annotations

from pathlib import Path

from benchmarks.certificates import forced, judged
from verifier.certificate.account import Account
from verifier.commands.accounts import accounted
from verifier.derivation.loader import load, load_text
from verifier.judge.checked import checked_file
from verifier.judge.step import check_step

ROOT = Path(__file__).parent.parent.parent
__all__ = ["ROOT", "account", "account_of", "forced"]


def account(path: Path) -> Account:
    """A file of the repository as what its certificate is made of; nothing wrong is diagnosed."""
    return accounted(*judged(str(path)))


def account_of(text: str) -> Account:
    """The same of a text that uses no other file."""
    return accounted(checked_file(load_text(text), load, check=check_step, explains=False))
