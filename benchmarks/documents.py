"""Reading documents: `python -m benchmarks.documents`. CPU time of 50 displays and of 1,000, none
of which the language can say, so that reading is all that is done."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from verifier import verify

_DISPLAY = "$$ \\log p(x) \\approx \\int \\nabla q(z|x) \\log \\frac{p(x, z)}{q(z|x)} dz $$\n\n"
_COUNTS = (50, 1000)


def _seconds(count: int, folder: Path) -> float:
    document = folder / f"{count}.md"
    document.write_text(_DISPLAY * count, encoding="utf-8")
    start = time.process_time()
    verify(document)
    return time.process_time() - start


def main() -> None:
    """Print both times, their ratio, and the time a display takes."""
    with tempfile.TemporaryDirectory() as name:
        _seconds(1, Path(name))  # what is imported is not measured
        few, many = (min(_seconds(count, Path(name)) for _ in range(3)) for count in _COUNTS)
    print(f"{_COUNTS[0]} displays {few:.3f} s, {_COUNTS[1]} displays {many:.3f} s of CPU time")
    print(f"ratio {many / few:.1f}, a display {1000 * many / _COUNTS[1]:.2f} ms")


if __name__ == "__main__":
    main()
