"""What the command line and Python call. Reports show themselves in notebooks by what is here."""

from __future__ import annotations

from verifier.outcome import Shown


def _bundle(report: Shown) -> dict[str, str]:
    from verifier.commands.notebook import bundle  # brings the renderers

    return bundle(report)


Shown.bundle = _bundle
