"""What a call leaves open, from the project of its first path."""

from __future__ import annotations

import os
from argparse import Namespace
from dataclasses import replace

from verifier.derivation.project import Settings, project_or, unfit
from verifier.manual.options import WHOLE
from verifier.manual.together import needs_whole
from verifier.outcome import Diagnostic, DiagnosticError
from verifier.report import FORMATS, TEXTS


def settle(arguments: Namespace) -> Diagnostic | None:
    """Fill it in; why that can't be done, if it can't."""
    first = arguments.paths[0]
    try:
        project = project_or(first if os.path.isdir(first) else os.path.dirname(first))
        settings = project.settings
    except DiagnosticError:  # it is said of the files
        settings = Settings()
    formats = (*TEXTS, *FORMATS)
    if not arguments.format and settings.format not in formats:
        wanted = " or ".join(f"`{name}`" for name in formats)
        return unfit(project, "format", wanted).diagnostic
    if needs_whole(arguments) and settings.format not in WHOLE:
        settings = replace(settings, format="text")
    arguments.format = arguments.format or settings.format
    if arguments.notation is None:
        arguments.notation = ",".join(settings.notation)
    return None
