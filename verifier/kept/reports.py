"""The report on a file, for the same text judged in the same way."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from verifier.kept.store import Store, unchanged
from verifier.outcome import DerivationReport


@dataclass(frozen=True)
class Reports:
    """Reports in a store, and what files a run has read: by their digests, None for what couldn't
    be. `checked`: what this process has proved of files, by path, for who asks about them again;
    `due`: of several files that are judged, all, each of which is only proved for the others then.
    """

    store: Store | None
    uses: dict[str, str | None] = field(default_factory=dict)
    checked: dict[str, Any] = field(default_factory=dict)
    due: frozenset[str] = frozenset()

    def found(self, file: str, digest: str, asked: object) -> DerivationReport | None:
        """What came of a text before; None where that isn't known, or where a file that it uses has
        changed."""
        known = self.store and self.store.found("report", digest, asked)
        if not known:
            return None
        from verifier.kept.records import loaded  # brings all that reports hold

        try:
            if not unchanged(known["uses"]):
                return None
            report = loaded(known["report"])
        except (ValueError, LookupError, TypeError, AttributeError):
            return None
        if known["uses"] and report.file != file:
            return None  # other files are named as they were reached from this one
        self.uses.update(known["uses"])
        return replace(report, file=file)

    def keep(self, asked: object, uses: dict[str, str | None], report: DerivationReport) -> None:
        """Keep what came of a text, unless that is an error of ours."""
        self.uses.update(uses)
        if self.store is not None and not report.internal:
            from verifier.kept.records import dumped

            value = {"uses": uses, "report": dumped(report)}
            self.store.keep(value, "report", report.digest, asked)
