"""Standard output and standard error, whatever may be at their other end."""

from __future__ import annotations

import os
import sys

from verifier.report.shown import visible

TYPE_CHECKING = False  # as in the package: imported before anything is known to be asked
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

    from verifier.outcome import Diagnostic

_WRONG_CALL = 2


def printed(show: Callable[[TextIO], object]) -> int:
    """Print to standard output; 0, or another status if that could not be done."""
    stream: TextIO | None = sys.stdout
    if stream is None:  # started with standard output closed
        return 0
    try:
        _tolerate(stream)
        show(stream)
        stream.flush()
    except BrokenPipeError:  # the reader has seen enough
        _abandon(stream)
    except OSError as error:
        _abandon(stream)
        from verifier.outcome import Diagnostic

        return complain(Diagnostic("cannot-print", None, {"reason": error.strerror}))
    return 0


def cleared() -> None:
    """Begin again at the top of a terminal."""
    if sys.stdout is not None and sys.stdout.isatty():
        sys.stdout.write("\x1b[2J\x1b[3J\x1b[H")


def complain(diagnostic: Diagnostic) -> int:
    """Say on standard error what is wrong with the call."""
    from verifier.messages import hint, message

    advice = hint(diagnostic)
    said = f"elbo-verify: {message(diagnostic)}\n"
    if advice is not None:
        said += f"  hint: {advice}\n"
    try:
        if sys.stderr is not None:
            sys.stderr.write(visible(said, breaks=True))
    except OSError:  # then the status says it
        pass
    return _WRONG_CALL


def _tolerate(stream: TextIO) -> None:
    """Print as an escape what the stream's encoding lacks, rather than fail."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")


def _abandon(stream: TextIO) -> None:
    """Let what is still buffered go nowhere, so that the interpreter's last flush is silent."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
