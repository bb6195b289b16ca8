"""`%load_ext verifier`: in a notebook, a cell that begins with `%%elbo` is a derivation."""

from __future__ import annotations

from typing import Any, Protocol

from verifier.commands.verify import verify
from verifier.kept.reports import Reports
from verifier.outcome import Report


class Shell(Protocol):
    """What is asked of IPython."""

    user_ns: dict[str, Any]

    def register_magic_function(self, func: Any, magic_kind: str, magic_name: str) -> None:
        """Make a function a magic."""


def extend(shell: Shell) -> None:
    """Give a shell the magic `%%elbo`, or `%%elbo NAME` to have the report by a name as well. What
    was proved of a cell is known when the cell is run again, edited."""
    kept = Reports(None)

    def elbo(line: str, cell: str) -> Report:
        """Verify the derivation that is the cell: its verdicts are shown below."""
        report = verify(text=cell, kept=kept)
        if line.strip():
            shell.user_ns[line.strip()] = report
        return report

    shell.register_magic_function(elbo, "cell", "elbo")
