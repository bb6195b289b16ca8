"""Who may import whom, what is not called where, and that results depend on the file alone."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import pytest
from derivation_table import ROOT, SHIPPED, TWINS, path

from verifier import verify
from verifier.outcome import FileVerdict, Report

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


KNOWN = {name_of(module) for module in MODULES}


def ours(file: Path) -> set[str]:
    """The modules of our own that a file imports, for types alone too: `from a import b` is about
    `a.b` where that is a module, else about `a`."""
    found = imports(file) & KNOWN
    return {
        name
        for name in found
        if (name + ".") not in {other[: len(name) + 1] for other in found}
        or names_of(file, name) - {other.rpartition(".")[2] for other in found}
    }


def names_of(file: Path, module: str) -> set[str]:
    """The names that a file imports from a module."""
    return {
        alias.name
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == module
        for alias in node.names
    }


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


# What each part may import of ours, itself apart.
DIRECTIONS: dict[str, tuple[str, ...]] = {
    "verifier.version": (),
    "verifier.outcome": ("verifier.formula.written",),
    "verifier.messages": ("verifier.outcome",),
    "verifier.manual": (
        *("verifier.kernel.rules", "verifier.kernel.rule", "verifier.outcome"),
        "verifier.messages.codes",
    ),
    "verifier.kernel": (),
    "verifier.tactics": ("verifier.kernel",),
    "verifier.formula": (),
    "verifier.typeset": ("verifier.formula",),
    "verifier.derivation": ("verifier.formula", "verifier.outcome"),
    "verifier.errata": ("verifier.formula",),
    "verifier.elaborate": (
        *("verifier.formula", "verifier.typeset", "verifier.derivation"),
        *("verifier.kernel", "verifier.outcome"),
    ),
    "verifier.numeric": (
        *("verifier.kernel.terms", "verifier.kernel.arithmetic", "verifier.kernel.binding"),
        *("verifier.kernel.model", "verifier.outcome"),
    ),
    "verifier.certificate": (
        *("verifier.kernel.terms", "verifier.kernel.arithmetic", "verifier.kernel.binding"),
        *("verifier.kernel.model", "verifier.kernel.sequences.ranges"),
    ),
    "verifier.judge": (
        *("verifier.formula", "verifier.typeset", "verifier.derivation", "verifier.errata"),
        *("verifier.elaborate", "verifier.kernel", "verifier.tactics", "verifier.numeric"),
        *("verifier.manual.naming", "verifier.outcome"),
    ),
    "verifier.documents": (
        *("verifier.formula", "verifier.derivation", "verifier.judge", "verifier.outcome"),
    ),
    "verifier.report": (
        *("verifier.outcome", "verifier.messages", "verifier.manual", "verifier.version"),
    ),
    "verifier.handout": (
        *("verifier.outcome", "verifier.messages", "verifier.manual", "verifier.version"),
        *("verifier.formula", "verifier.typeset", "verifier.derivation", "verifier.report.words"),
        "verifier.report.counterexample",
    ),
    "verifier.kept": ("verifier.outcome", "verifier.formula.written", "verifier.report.streams"),
    "verifier.plugins": (
        *("verifier.commands", "verifier.derivation", "verifier.kept", "verifier.outcome"),
        "verifier.report",
    ),
    "verifier.commands": (
        *("verifier.formula", "verifier.typeset", "verifier.derivation", "verifier.errata"),
        *("verifier.kernel", "verifier.tactics", "verifier.judge", "verifier.outcome"),
        *("verifier.documents", "verifier.report", "verifier.handout", "verifier.kept"),
        "verifier.certificate",
        "verifier.elaborate.record",
        "verifier.manual.options",
        "verifier.manual.together",
        "verifier.messages",
        "verifier.version",
    ),
    "verifier.server": (
        *("verifier.typeset", "verifier.derivation", "verifier.judge", "verifier.outcome"),
        *("verifier.formula", "verifier.messages", "verifier.manual", "verifier.report"),
        *("verifier.handout",),
        *("verifier.kept", "verifier.commands", "verifier.documents", "verifier.version"),
    ),
}
# Within these, what stands first is used by what follows, and never the other way round.
RINGS: dict[str, tuple[tuple[str, ...], ...]] = {
    "verifier.kernel": (
        ("terms", "budget", "polynomials"),
        ("arithmetic", "theorem", "sequences.ranges"),
        ("binding", "model"),
        ("sequences.laws", "matching"),
        ("definedness",),
        ("equality.nodes", "equality.sites", "position"),
        ("equality.atoms", "equality.store", "equality.context"),
        ("equality.ratios", "equality.side_conditions", "equality.series"),
        ("equality.functions", "equality.marks", "equality.slices", "equality.integrals"),
        ("equality.normaliser",),
        ("sequences.graph", "sequences.pieces", "positivity"),
        ("inequality",),
        ("rule", "moves"),
        ("rules",),
        ("inference", "lemmas", "finiteness"),
        ("discharge",),
    ),
    "verifier.numeric": (("numbers",), ("worlds",), ("meaning",), ("search",)),
}


def test_every_part_has_its_directions() -> None:
    assert {".".join(name.split(".")[:2]) for name in KNOWN} - {"verifier"} == {
        *DIRECTIONS,
        "verifier.__main__",
    }
    allowed = {part for parts in DIRECTIONS.values() for part in parts}
    assert all(below(package) for package in allowed)


@pytest.mark.parametrize("package", DIRECTIONS)
def test_directions(package: str) -> None:
    allowed = (package, *DIRECTIONS[package])
    found = {(name_of(file), name) for file in below(package) for name in ours(file)}
    assert {(user, used) for user, used in found if not within(used, allowed)} == set()


@pytest.mark.parametrize("package", RINGS)
def test_rings(package: str) -> None:
    rings = [tuple(f"{package}.{part}" for part in ring) for ring in RINGS[package]]

    def ring(name: str) -> int:
        (found,) = (i for i, parts in enumerate(rings) if within(name, parts))
        return found

    inside = [file for file in below(package) if name_of(file) != package]
    found = {(name_of(file), name) for file in inside for name in ours(file)}
    found = {(user, used) for user, used in found if within(used, (package,))}
    assert {(user, used) for user, used in found if ring(used) > ring(user)} == set()


def test_imports_go_round_in_no_circle() -> None:
    graph = {name_of(file): ours(file) - {name_of(file)} for file in MODULES}
    while graph:
        ready = {name for name, found in graph.items() if not found & graph.keys()}
        assert ready, f"a circle among {sorted(graph)}"
        graph = {name: found for name, found in graph.items() if name not in ready}


# Lines at most, of a module, of a rule's file, of a class, of a function.
ROOM, RULE_ROOM, CLASS, FUNCTION = 400, 120, 200, 60


def lines_of(node: ast.ClassDef | ast.FunctionDef) -> int:
    assert node.end_lineno is not None
    return node.end_lineno - node.lineno + 1


@pytest.mark.parametrize("file", [*MODULES, ROOT / "cli.py"], ids=name_of)
def test_rooms_are_small(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    most = RULE_ROOM if within(name_of(file), ("verifier.kernel.rules",)) else ROOM
    assert len(text.splitlines()) <= most
    nodes = [*ast.walk(ast.parse(text))]
    classes = {node.name: lines_of(node) for node in nodes if isinstance(node, ast.ClassDef)}
    assert {name for name, lines in classes.items() if lines > CLASS} == set()
    functions = {node.name: lines_of(node) for node in nodes if isinstance(node, ast.FunctionDef)}
    assert {name for name, lines in functions.items() if lines > FUNCTION} == set()


def test_names_of_modules_that_are_asked_for_by_name_are_theirs_alone() -> None:
    names = [file.stem for file in MODULES]
    assert (names.count("replay"), names.count("declarations")) == (1, 1)


FOREIGN: dict[str, set[str]] = {
    "verifier.kernel": {"sympy"},
    "verifier.tactics": {"sympy"},
    "verifier.formula": set(),
    "verifier.typeset": set(),
    "verifier.errata": set(),
    "verifier.derivation": {"yaml"},
    "verifier.elaborate": {"sympy"},
    "verifier.judge": {"sympy"},
    "verifier.documents": set(),
    "verifier.numeric": {"sympy", "numpy", "flint"},
    "verifier.report": {"rich"},
    "verifier.handout": set(),
    "verifier.commands": {"sympy", "dask", "distributed", "shtab", "watchfiles"},
    "verifier.kept": set(),
    "verifier.server": {"pygls", "lsprotocol", "mcp", "pydantic", "typing_extensions"},
    "verifier.plugins": {"pytest"},
    "verifier.outcome": set(),
    "verifier.messages": {"yaml"},
    "verifier.manual": set(),
    "verifier.version": set(),
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
    "verifier.kernel.equality.normaliser",
    "verifier.kernel.equality.ratios",
    "verifier.kernel.arithmetic",
    "verifier.kernel.moves.partial_sums",
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
        "import sys; from verifier.derivation.loader import load; load(sys.argv[1]);"
        f"print({HEAVY})",
        "import sys; import verifier.commands.verify, verifier.outcome, verifier.messages;"
        f"print({HEAVY})",
        f"import sys; from verifier.derivation.source import read_source as read;"
        f"read(sys.argv[1]).digest; print({HEAVY})",
    ],
    ids=["loading", "importing", "hashing"],
)
def test_nothing_heavy_is_imported_before_judging(program: str) -> None:
    assert run(program, str(SHIPPED["kl"])) == "set()\n"


# A text has no folder: what uses other files is judged as a file only.
ALONE = {name: twin.text for name, twin in TWINS.items() if ".yaml#" not in twin.text}
STATIC = [name for name, text in ALONE.items() if "model:\n  - p(x, z)\n" in text]
SOME = ["kl", *STATIC[::28], "papers/importance-weighted/direction"]


@cache
def alone(name: str) -> Report:
    """The report on a row that is judged by itself."""
    return verify(path(name))


@pytest.mark.parametrize("name", SOME)
def test_path_and_text_and_a_second_time_give_one_report(name: str) -> None:
    file = path(name)
    (first,) = alone(name).derivations
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
    with ThreadPoolExecutor(4) as pool:
        assert [*pool.map(verify, map(path, SOME))] == [*map(alone, SOME)]


def test_reports_do_not_depend_on_hashes() -> None:
    program = "import cli, sys; cli.main(['--format', 'json', *sys.argv[1:]])"
    files = [str(path(name)) for name in SOME]
    first, *others = (run(program, *files, seed=seed) for seed in ("1", "2"))
    assert json.loads(first)["derivations"][0]["verdict"] == FileVerdict.VERIFIED
    assert others == [first]
