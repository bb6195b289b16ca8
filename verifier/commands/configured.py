"""`--show-config`: the settings that hold for files, and which files they take."""

from __future__ import annotations

import os
from dataclasses import asdict

from verifier.commands.jobs import jobs
from verifier.derivation.project import project_or
from verifier.outcome import Configured


def configured(path: str, forced: bool = True) -> Configured:
    """What holds for a path. Raises DiagnosticError where a project can't be read."""
    project = project_or(path if os.path.isdir(path) else os.path.dirname(path))
    due, skipped = jobs(path, forced=forced)
    taken = tuple(job.file for job in due if job.file != path or not os.path.isdir(path))
    settings = tuple(asdict(project.settings).items())
    return Configured(path, project.file, settings, taken, tuple(skipped))
