"""Marking a class: `python -m benchmarks.marking`. CPU time of one worksheet and of thirty, in one
process, the start of which is not counted: thirty take at most five times as long as one.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from verifier.commands.grade import grade_class
from verifier.derivation.source import read_source
from verifier.derivation.worksheet import worksheet

_DERIVATION = Path(__file__).parent.parent / "derivations" / "kl.yaml"
_BLANKS = {1: "reason", 4: "relation", 6: "reason", 8: "line"}
_LINES = (
    "log p(x) >= E_{q(z)}[log p(x, z) - log q(z)]",
    "log p(x) >= E_{q(z)}[log p(x, z)] - E_{q(z)}[log q(z)]",
    r"\log p(x) \geq \mathbb{E}_{q(z)}[\log p(x, z) - \log q(z)]",
    "log p(x) <= E_{q(z)}[log p(x, z) - log q(z)]",
    "log p(x) >= E_{q(z)}[log p(x, z) - log q(z)",
)
_REASONS = ("kl", "definition of KL", "jensen", "bayes-rule", "___")
_SHEETS, _MOST = 30, 5


def main() -> None:
    """Print what one takes, and all."""
    sheet = worksheet(read_source(str(_DERIVATION)), _BLANKS)
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for number in range(_SHEETS):
            reason = _REASONS[number % len(_REASONS)]
            text = sheet.replace("by: ___", f"by: {reason}", 1).replace(
                "so: ___", f"so: '{_LINES[number // len(_REASONS) % len(_LINES)]}'"
            )
            files.append(Path(folder, f"{number}.yaml"))
            files[-1].write_text(text, encoding="utf-8")
        grade_class(_DERIVATION, files[:1])  # what is imported
        begun = time.process_time()
        grade_class(_DERIVATION, files[:1])
        one = time.process_time() - begun
        grade_class(_DERIVATION, files)
        all_ = time.process_time() - begun - one
    print(f"one worksheet {one:.2f} s, {_SHEETS} {all_:.2f} s of CPU time: {all_ / one:.1f} times")
    print(f"wanted: {_MOST} times at most")


if __name__ == "__main__":
    main()
