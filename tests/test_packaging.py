"""The package: what the wheel claims and carries, and that it works far from the checkout."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
import sysconfig
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

import verifier

ROOT = Path(__file__).resolve().parent.parent


def needs(*tools: str) -> pytest.MarkDecorator:
    missing = ", ".join(tool for tool in tools if importlib.util.find_spec(tool) is None)
    return pytest.mark.skipif(bool(missing), reason=f"{missing} missing: the extra `test` has it")


pytestmark = needs("pip", "build", "hatchling")


def run(*command: str | Path, where: Path = ROOT) -> str:
    """What a command prints, without a path to this checkout and without a network."""
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME")}
    environment["PIP_NO_INDEX"] = "1"
    done = subprocess.run(command, cwd=where, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def built(folder: Path, *options: str) -> Path:
    """The wheel that `python -m build` makes."""
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, *options, ROOT)
    (wheel,) = folder.glob("*.whl")
    return wheel


def contents(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that the source distribution builds."""
    return built(tmp_path_factory.mktemp("dist"))


@dataclass
class Environment:
    """A virtual environment of its own, which borrows the dependencies of this one."""

    folder: Path

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    @property
    def command(self) -> Path:
        return self.folder / "bin" / "elbo-verify"

    def install(self, *what: str | Path) -> None:
        run(*(sys.executable, "-m", "pip", "--python", self.python, "install", "--no-deps"), *what)

    def origin(self, module: str) -> Path:
        """The folder that a module is imported from."""
        program = f"import {module}; print({module}.__file__)"
        return Path(run(self.python, "-c", program, where=self.folder)).parent


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    fresh = Environment(tmp_path / "environment")
    venv.create(fresh.folder, with_pip=False, symlinks=True)
    variables = {"base": str(fresh.folder), "platbase": str(fresh.folder)}
    site = Path(sysconfig.get_path("purelib", "venv", variables))
    borrowed = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    # Behind its own packages, and without this environment's .pth files: no way to the checkout.
    (site / "borrowed.pth").write_text("\n".join(sorted(borrowed)), encoding="utf-8")
    return fresh


def test_wheel_claims_one_name(wheel: Path) -> None:
    (named,) = {name.partition("/")[0] for name in contents(wheel)} - {
        f"elbo_verify-{verifier.__version__}.dist-info"
    }
    assert named == "verifier"


def test_wheel_carries_the_package_the_command_and_the_derivations(wheel: Path) -> None:
    carried = {name for name in contents(wheel) if name.startswith("verifier/")}
    kinds = ("py", "toml", "yaml", "css", "html", "js", "tex", "typed", "v")
    found = (p for kind in kinds for p in (ROOT / "verifier").rglob(f"*.{kind}"))
    modules = {p.relative_to(ROOT).as_posix() for p in found}
    shipped = {
        f"verifier/{p.relative_to(ROOT).as_posix()}" for p in (ROOT / "derivations").rglob("*.*")
    }
    assert len(shipped) >= 3
    schemas = {f"verifier/{kind}.schema.json" for kind in ("derivation", "report")}
    assert carried == modules | shipped | schemas | {"verifier/cli.py"}


@needs("twine", "hatch_fancy_pypi_readme")
def test_an_index_would_take_both(wheel: Path) -> None:
    files = [*wheel.parent.iterdir()]
    assert {file.name.removeprefix(f"elbo_verify-{verifier.__version__}") for file in files} == {
        ".tar.gz",
        "-py3-none-any.whl",
    }
    said = run(sys.executable, "-m", "twine", "--no-color", "check", "--strict", *files)
    assert said.count("PASSED") == 2


def test_an_index_shows_pictures_and_leads_to_pages(wheel: Path) -> None:
    (metadata,) = (text for name, text in contents(wheel).items() if name.endswith("/METADATA"))
    head, _, page = metadata.decode().partition("\n\n")
    source = re.search(r"^Project-URL: Source, https://github.com/(\S+)$", head, re.MULTILINE)
    assert source is not None
    raw = f"https://raw.githubusercontent.com/{source[1]}/main/"
    blob = f"https://github.com/{source[1]}/blob/main/"
    links = re.findall(r"(!?)\[[^\]]*\]\(([^)#]+)[^)]*\)", page)
    shown = [address for picture, address in links if picture]
    assert len(shown) == 2
    for picture, address in links:
        place = address.removeprefix(raw if picture else blob)
        assert place != address
        assert (ROOT / place).is_file()


def test_source_distribution_and_checkout_build_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    assert contents(built(tmp_path, "--wheel")) == contents(wheel)


def test_installed_wheel_works_elsewhere(
    wheel: Path, environment: Environment, tmp_path: Path
) -> None:
    environment.install(wheel)
    package = environment.origin("verifier")
    assert package.is_relative_to(environment.folder)
    said = f"elbo-verify {verifier.__version__}\n"
    assert run(environment.command, "--version", where=tmp_path) == said
    assert run(environment.python, "-m", "verifier", "--version", where=tmp_path) == said
    shipped = package / "derivations" / "papers"
    report = json.loads(run(environment.command, "--format", "json", shipped, where=tmp_path))
    assert report["verdict"] == "verified"
    assert len(report["derivations"]) == len(list((ROOT / "derivations" / "papers").iterdir()))


@needs("editables")
def test_editable_install_runs_the_checkout(environment: Environment, tmp_path: Path) -> None:
    environment.install("--no-build-isolation", "--editable", ROOT)
    assert environment.origin("verifier") == ROOT / "verifier"
    report = run(environment.command, ROOT / "derivations" / "jensen.yaml", where=tmp_path)
    assert "jensen.yaml: verified\n" in report
