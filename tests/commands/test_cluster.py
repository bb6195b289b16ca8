"""Files handed to an engine: the same reports, also where a worker is killed halfway."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from derivation_table import ROOT

from verifier import verify
from verifier.commands.mutate import mutate
from verifier.outcome import DerivationReport, DiagnosticError

distributed = pytest.importorskip("distributed", reason="without the extra dask")
FILES = [ROOT / "derivations" / name for name in ("jensen.yaml", "kl.yaml", "bayes.yaml")]

CLUSTER = """
import sys
from distributed import LocalCluster

if __name__ == "__main__":
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        print(cluster.scheduler_address, flush=True)
        sys.stdin.read()
"""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a scheduler with two workers, which see the files but stand elsewhere."""
    folder = tmp_path_factory.mktemp("cluster")
    (folder / "cluster.py").write_text(CLUSTER, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "ELBO_VERIFY_CACHE": ""}
    with subprocess.Popen(
        [sys.executable, "cluster.py"],
        cwd=folder,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        yield f"dask={process.stdout.readline().strip()}"
        process.communicate()


@pytest.fixture
def idle(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """This process judges nothing itself, until what is patched is undone."""

    def refused(*_: object, **__: object) -> None:
        raise AssertionError("judged here")

    for place in ("verify.report_on", "pool.in_processes", "mutate._mutation"):
        monkeypatch.setattr(f"verifier.commands.{place}", refused)
    return monkeypatch


def _pids(engine: str) -> list[int]:
    with distributed.Client(engine.partition("=")[2]) as client:
        return [*client.run(os.getpid).values()]


@pytest.mark.filterwarnings("default::ResourceWarning")
def test_reports_are_those_of_one_process_though_a_worker_dies(
    cluster: str, idle: pytest.MonkeyPatch
) -> None:
    paths = [path.relative_to(ROOT) for path in FILES]
    alive = _pids(cluster)
    done: list[str] = []

    def seen(report: DerivationReport, _: int) -> None:
        if not done:
            os.kill(alive[0], signal.SIGKILL)
        done.append(report.file)

    idle.chdir(ROOT)
    report = verify(*paths, engine=cluster, done=seen)
    idle.undo()
    idle.chdir(ROOT)
    assert report == verify(*paths)
    assert done == [*map(str, paths)]


@pytest.mark.filterwarnings("default::ResourceWarning")
def test_mutants_are_those_of_one_process(cluster: str, idle: pytest.MonkeyPatch) -> None:
    found: Any = mutate(FILES[0], most=1, engine=cluster)
    idle.undo()
    assert found == mutate(FILES[0], most=1)


def test_what_is_no_file_is_said_by_a_worker_too(cluster: str, tmp_path: Path) -> None:
    missing = tmp_path / "missing.yaml"
    assert verify(missing, FILES[0], engine=cluster) == verify(missing, FILES[0])


@pytest.mark.parametrize(
    ("engine", "code"), [("spark", "unknown-engine"), ("dask=tcp://127.0.0.1:9", "no-engine")]
)
def test_an_engine_has_to_be_there(engine: str, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("verifier.commands.cluster._SECONDS", 1)
    with pytest.raises(DiagnosticError) as raised:
        verify(FILES[0], engine=engine)
    assert raised.value.diagnostic.code == code
