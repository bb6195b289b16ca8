"""What the command line and Python call. Reports show themselves in notebooks by what is here."""

from __future__ import annotations

from verifier.outcome import Shown


def _bundle(report: Shown) -> dict[str, str]:
    from verifier.commands.notebook import bundle  # brings the renderers

    return bundle(report)


def _plain(report: Shown) -> str:
    from verifier.outcome import DerivationReport, Report
    from verifier.report.plain import render

    assert isinstance(report, Report | DerivationReport)
    return render(Report((report,)) if isinstance(report, DerivationReport) else report)


Shown.bundle = _bundle
Shown.plain = _plain
