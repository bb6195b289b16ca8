"""What a run comes to: reports, verdicts, diagnostics. Plain frozen data; imports nothing heavy.

What documents have (`documents`), and what is asked for beside verdicts (`others`), is imported
when it is wanted: start-up is felt.
"""

from verifier.outcome.diagnostic import Diagnostic, DiagnosticError, ExitStatus, Location
from verifier.outcome.figures import Counterexample, Histogram, Numeric, Table
from verifier.outcome.report import (
    Assumption,
    Certified,
    ClaimReport,
    DerivationReport,
    Diagnosis,
    Document,
    FileVerdict,
    Necessity,
    Progress,
    Report,
    Shown,
    StepReport,
    Suggestion,
    Verdict,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from verifier.outcome.documents import Declared, NotJudged, Place, ReadAs, Reading
    from verifier.outcome.others import (
        AnyReport,
        Beside,
        ClassReport,
        Configured,
        Fate,
        Grade,
        GradeReport,
        Made,
        Mark,
        Mutant,
        Mutation,
        MutationReport,
        Replay,
        ReplayReport,
    )

__all__ = [
    "AnyReport",
    "Assumption",
    "Beside",
    "Certified",
    "ClaimReport",
    "ClassReport",
    "Configured",
    "Counterexample",
    "Declared",
    "DerivationReport",
    "Diagnosis",
    "Diagnostic",
    "DiagnosticError",
    "Document",
    "ExitStatus",
    "Fate",
    "FileVerdict",
    "Grade",
    "GradeReport",
    "Histogram",
    "Location",
    "Made",
    "Mark",
    "Mutant",
    "Mutation",
    "MutationReport",
    "Necessity",
    "NotJudged",
    "Numeric",
    "Place",
    "Progress",
    "ReadAs",
    "Reading",
    "Replay",
    "ReplayReport",
    "Report",
    "Shown",
    "StepReport",
    "Suggestion",
    "Table",
    "Verdict",
]

_OF_DOCUMENTS = ("Declared", "NotJudged", "Place", "ReadAs", "Reading")


def __getattr__(name: str) -> object:
    if name in __all__:
        from importlib import import_module

        late = "documents" if name in _OF_DOCUMENTS else "others"
        return getattr(import_module(f"verifier.outcome.{late}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
