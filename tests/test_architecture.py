"""Who may import whom, what is not called where, and that results depend on the file alone."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from derivation_table import ROOT, SHIPPED, TWINS, label

from verifier import verify
from verifier.outcome import DerivationReport, FileVerdict

PACKAGE = ROOT / "verifier"
MODULES = sorted(PACKAGE.rglob("*.py"))


def name_of(file: Path) -> str:
    """`verifier.kernel.terms` for a file."""
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(file: Path) -> set[str]:
    """The modules that a file imports; `from a import b` counts as `a` and as `a.b`.""" ""
    return {name for _, name in statements(file)}


def statements(file: Path) -> Iterator[tuple[ast.stmt, str]]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative imports hide who imports whom"
            yield node, str(node.module)
            yield from ((node, f"{node.module}.{alias.name}") for alias in node.names)


def below(package: str) -> list[Path]:
    """The modules of a package or the one of that name."""
    return [f for f in MODULES if (name_of(f) + ".").startswith(package + ".")]


def ours(file: Path) -> set[str]:
    """The modules of our own that a file imports."""
    known = {name_of(module) for module in MODULES if module.name != "__init__.py"}
    return imports(file) & (known | {"verifier.kernel.rules"})


def names_in(file: Path) -> set[str]:
    """The names that stand in a file: of functions, variables, attributes, imports."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.FunctionDef(name=name):
                found.add(name)
            case ast.alias(name=name):
                found.add(name.rpartition(".")[2])
    return found


def at_once(file: Path) -> set[str]:
    """The modules imported when a file is, not later and not for types alone."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    top = {ast.dump(node) for node in tree.body}
    return {name for node, name in statements(file) if ast.dump(node) in top}


def within(name: str, packages: tuple[str, ...]) -> bool:
    return any((name + ".").startswith(package + ".") for package in packages)


def test_the_rules_below_are_about_modules_that_exist() -> None:
    named = {*DIRECTIONS, *(part for allowed in DIRECTIONS.values() for part in allowed)}
    assert all(below(package) for package in named)


# What each part may import of ours, itself apart. `verifier.outcome` is plain data; what shows it
# in a notebook is imported when it is shown.
DIRECTIONS: dict[str, tuple[str, ...]] = {
    "verifier.outcome": ("verifier.language.written", "verifier.notebook"),
    "verifier.kernel": (),
    "verifier.tactics": ("verifier.kernel",),
    "verifier.language": ("verifier.outcome",),
    "verifier.elaborate": ("verifier.language", "verifier.kernel", "verifier.outcome"),
    "verifier.restate": ("verifier.language", "verifier.kernel"),
    "verifier.numeric": (
        *("verifier.kernel.terms", "verifier.kernel.arithmetic", "verifier.kernel.binding"),
        *("verifier.kernel.model", "verifier.outcome"),
    ),
    "verifier.report": ("verifier.outcome", "verifier.messages", "verifier.manual"),
    "verifier.handout": (
        *("verifier.outcome", "verifier.language", "verifier.messages", "verifier.manual"),
        "verifier.report.words",
    ),
    "verifier.notebook": ("verifier.handout", "verifier.report", "verifier.outcome"),
    "verifier.messages": ("verifier.outcome",),
    "verifier.manual": ("verifier.outcome",),
}


@pytest.mark.parametrize("package", DIRECTIONS)
def test_directions(package: str) -> None:
    allowed = (package, *DIRECTIONS[package])
    found = {(name_of(file), name) for file in below(package) for name in ours(file)}
    assert {(user, used) for user, used in found if not within(used, allowed)} == set()


def test_imports_go_round_in_no_circle() -> None:
    known = {name_of(file) for file in MODULES if file.name != "__init__.py"}
    graph = {name_of(file): at_once(file) & known for file in MODULES}
    while graph:
        ready = {name for name, found in graph.items() if not found & graph.keys()}
        assert ready, f"a circle among {sorted(graph)}"
        graph = {name: found for name, found in graph.items() if name not in ready}


FOREIGN: dict[str, set[str]] = {
    "verifier.kernel": {"sympy"},
    "verifier.tactics": {"sympy"},
    "verifier.language": {"yaml"},
    "verifier.elaborate": {"sympy"},
    "verifier.restate": {"sympy"},
    "verifier.numeric": {"sympy", "numpy", "flint"},
    "verifier.report": {"rich"},
    "verifier.handout": set(),
    "verifier.notebook": set(),
    "verifier.outcome": set(),
    "verifier.messages": set(),
    "verifier.api": set(),
}


@pytest.mark.parametrize("package", FOREIGN)
def test_foreign_packages(package: str) -> None:
    found = {name.partition(".")[0] for file in below(package) for name in imports(file)}
    assert found - sys.stdlib_module_names - {"verifier"} <= FOREIGN[package]


def test_only_the_inferences_make_theorems() -> None:
    makers = {"verifier.kernel.inference", "verifier.kernel.lemmas"}
    calls = {name_of(f) for f in MODULES for call in calls_in(f) if call.endswith("conclude")}
    assert calls == makers
    named = {name_of(f) for f in MODULES if "conclude" in names_in(f)}
    assert named == {*makers, "verifier.kernel.theorem"}


# SymPy's arithmetic cancels what a term is made of: it is for numbers, for ends of ranges, and to
# fold what stands in our own.
SYMPY_ARITHMETIC = {"Add", "Mul", "Pow", "prod"}
MAY_USE_IT = (
    "verifier.kernel.algebra",
    "verifier.kernel.arithmetic",
    "verifier.kernel.rules.index",
)
JUDGING = [*below("verifier.kernel"), *below("verifier.tactics")]


@pytest.mark.parametrize("file", JUDGING, ids=name_of)
def test_terms_are_made_by_our_own_arithmetic(file: Path) -> None:
    assert within(name_of(file), MAY_USE_IT) or not names_in(file) & SYMPY_ARITHMETIC


def test_the_command_has_no_mathematics_and_imports_late() -> None:
    command = ROOT / "cli.py"
    assert {name.partition(".")[0] for name in at_once(command)} <= sys.stdlib_module_names
    late = {name.partition(".")[0] for name in imports(command)} - sys.stdlib_module_names
    assert late == {"verifier"}


# -- what is not called --------------------------------------------------------------------------

EVALUATING = {"eval", "exec", "sympify", "parse_expr", "simplify", "__import__", "compile"}
UNSAFE = {"subs", "xreplace", "replace", "doit", "simplify", "rewrite", "expand_log", "evalf"}


def calls_in(file: Path) -> Iterator[str]:
    """The names that a file calls; `.name` for methods."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name):
                yield node.func.id
            elif isinstance(node.func, ast.Attribute):
                yield f".{node.func.attr}"


@pytest.mark.parametrize("file", MODULES, ids=name_of)
def test_text_is_never_evaluated(file: Path) -> None:
    found = {call.lstrip(".") for call in calls_in(file)} & EVALUATING
    assert found <= ({"compile"} if "re" in imports(file) else set())


@pytest.mark.parametrize("file", below("verifier.kernel"), ids=name_of)
def test_terms_are_not_changed_by_sympy_in_the_kernel(file: Path) -> None:
    assert {call.lstrip(".") for call in calls_in(file) if call.startswith(".")} & UNSAFE == set()
    asserts = [n for n in ast.walk(ast.parse(file.read_text())) if isinstance(n, ast.Assert)]
    assert asserts == [], "python -O would delete a side condition"


@pytest.mark.parametrize("file", MODULES, ids=name_of)
def test_nothing_is_printed_outside_the_report(file: Path) -> None:
    inside = within(name_of(file), ("verifier.report", "verifier.__main__"))
    assert inside or not {"print", "exit", ".exit", "input"} & set(calls_in(file))


# -- one entry, and what a report depends on -----------------------------------------------------


def run(program: str, *arguments: str, seed: str = "0") -> str:
    """What a program prints, in a process of its own."""
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program, *arguments],
        capture_output=True, text=True, env=environment, cwd=ROOT, check=False,
    )  # fmt: skip
    assert done.stderr == ""
    return done.stdout


HEAVY = "{'sympy', 'numpy', 'flint', 'rich'} & set(sys.modules)"


@pytest.mark.parametrize(
    "program",
    [
        f"import sys; from verifier.language.loader import load; load(sys.argv[1]); print({HEAVY})",
        f"import sys; import verifier.api, verifier.outcome, verifier.messages; print({HEAVY})",
        f"import sys; from verifier.language.source import read_source as read;"
        f"read(sys.argv[1]).digest; print({HEAVY})",
    ],
    ids=["loading", "importing", "hashing"],
)
def test_nothing_heavy_is_imported_before_judging(program: str) -> None:
    assert run(program, str(SHIPPED["kl"])) == "set()\n"


# A text has no folder: what uses other files is judged as a file only.
ALONE = [file for file in TWINS if ".yaml#" not in file.read_text(encoding="utf-8")]
STATIC = [file for file in ALONE if "model:\n  - p(x, z)\n" in file.read_text(encoding="utf-8")]
SEQUENCE = next(f for f in ALONE if label(f) == "papers/importance-weighted/direction")
SOME = [SHIPPED["kl"], *STATIC[::14], SEQUENCE]


def same(report: DerivationReport) -> DerivationReport:
    """A report without the name of its file."""
    return replace(report, file="")


@pytest.mark.parametrize("file", SOME, ids=label)
def test_path_and_text_and_a_second_time_give_one_report(file: Path) -> None:
    (first,) = verify(file).derivations
    (second,) = verify(str(file)).derivations
    (text,) = verify(text=file.read_text(encoding="utf-8")).derivations
    assert first == second
    assert first.file == str(file)
    assert text.verdict == first.verdict
    assert len(text.steps) == len(first.steps)
    for mine, other in zip(text.steps, first.steps, strict=True):
        assert (mine.verdict, mine.rules, mine.numeric) == (
            other.verdict,
            other.rules,
            other.numeric,
        )


def test_threads_give_the_reports_of_one_after_the_other() -> None:
    alone = [verify(file) for file in SOME]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(verify, SOME)) == alone


def test_reports_do_not_depend_on_hashes() -> None:
    program = "import cli, sys; cli.main(['--format', 'json', *sys.argv[1:]])"
    files = [*map(str, SOME)]
    first, *others = (run(program, *files, seed=seed) for seed in ("1", "2", "3"))
    assert json.loads(first)["derivations"][0]["verdict"] == FileVerdict.VERIFIED
    assert others == [first, first]
