"""What CI installs by itself, with a package manager that can't install everything."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from derivation_table import ROOT

APT = """#!/bin/sh
case "$*" in *install*npm*) exit 100;; *install*) ;; *) exit 0;; esac
for package; do
    name=$(sed -n "s/^$package //p" "$0.brings")
    [ -z "$name" ] || ln -s /bin/true "${0%/*}/$name"
done
"""
BRINGS = "coq coqc\nnodejs node\nchromium chromium\n"


def test_what_cannot_be_installed_costs_nothing_else(tmp_path: Path) -> None:
    """Debian's npm conflicts with another's Node: Coq and the browser are installed all the same,
    and what is missing is said."""
    run = (ROOT / ".ci/run").read_text(encoding="utf-8")
    head = run[: run.index("# The README's two commands")].replace("cd ", ": cd ", 1)
    for name in ("id", "env", "dirname", "cat", "sed", "ln", "sh"):
        (tmp_path / name).symlink_to(str(shutil.which(name)))
    for name, text in {"apt-get": APT, "sudo": '#!/bin/sh\nexec "$@"\n'}.items():
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    (tmp_path / "apt-get.brings").write_text(BRINGS)
    bash = str(shutil.which("bash"))
    command = [bash, "-c", f"{head}\nprintf 'all: %s\\n' \"${{ELBO_ALL_TESTS:-no}}\""]
    environment = {"PATH": str(tmp_path)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert all((tmp_path / name).exists() for name in ("coqc", "node", "chromium"))
    missing = re.search(r"these are missing: (.*)", done.stdout)
    assert missing is not None
    assert {"npm", "pdflatex", "exam.cls"} <= {*missing[1].split()}
    assert not {"coqc", "node", "chromium"} & {*missing[1].split()}
    assert done.stdout.endswith("all: no\n")
