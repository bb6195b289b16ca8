"""All that ships, judged by this checkout and by another, side by side: CPU time of each file.

`python -m benchmarks.derivations OTHER` takes the folder of the other checkout, say of
`git worktree add OTHER COMMIT`. Both judge the derivations of this one.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
FILES = sorted(str(file) for file in (ROOT / "derivations").rglob("*.yaml"))
JUDGE = """
import gc, json, sys, time
gc.set_threshold(50_000, 20, 50)
from verifier import verify
spent = []
for file in sys.argv[1:]:
    before = time.process_time()
    (report,) = verify(file).derivations
    spent.append((time.process_time() - before, report.verdict))
print(json.dumps(spent))
"""


def main(arguments: Sequence[str]) -> int:
    """Both at the same time, so that what else the machine does slows both; 2 for a wrong call."""
    if len(arguments) != 1 or not (Path(arguments[0]) / "verifier").is_dir():
        print(__doc__, file=sys.stderr)
        return 2
    command = [sys.executable, "-c", JUDGE, *FILES]
    runs = [
        subprocess.Popen(command, cwd=where, stdout=subprocess.PIPE, text=True)
        for where in (ROOT, Path(arguments[0]))
    ]
    here, there = (json.loads(run.communicate()[0]) for run in runs)
    for file, (own, verdict), (other, before) in zip(FILES, here, there, strict=True):
        name = Path(file).relative_to(ROOT)
        changed = "" if verdict == before else f"  {before} there, {verdict} here"
        print(f"{own:7.2f} s  {other:7.2f} s  {own / other:5.2f}  {name}{changed}")
    sums = [sum(spent for spent, _ in run) for run in (here, there)]
    print(f"{sums[0]:7.2f} s  {sums[1]:7.2f} s  {sums[0] / sums[1]:5.2f}  all of it")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
