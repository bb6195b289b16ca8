"""Inputs that are too large: each in a process of its own, within 10 s of CPU and 500 MB.

`python -m benchmarks.limits [WORD ..]` judges those whose names have one of the words in them, or
all. A line says what a file took, its verdict and its status. `wrong` is one that is not as it
should be: over a limit, an internal error (70), a true line called false, or a false file verified.
Status 1 where any is.
"""

from __future__ import annotations

import json
import os
import re
import resource
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise, product
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.process import ENVIRONMENT

ROOT = Path(__file__).resolve().parent.parent
SECONDS, MEGABYTES = 10, 500
_STOP_SECONDS, _STOP_BYTES = 20, 3 * 2**30  # where a process is ended
_ACCUSED = ("refuted", "vacuous", "no-world")  # what no true line may be called
Files = dict[str, str]


@dataclass(frozen=True)
class Row:
    """A file to judge, by a name; whether all it says is true."""

    name: str
    text: str
    true: bool = True
    file: Path | None = None  # where it stands already


@dataclass(frozen=True)
class Ended:
    """What became of a process."""

    cpu: float
    peak: float
    status: int
    output: str

    @property
    def said(self) -> list[str]:
        """The verdicts and codes that the report has, the file's first."""
        try:
            (report,) = json.loads(self.output)["derivations"]
        except ValueError:
            return ["no report"]
        codes = (report[key]["code"] for key in ("error", "problem") if report.get(key))
        verdicts = Counter(step["verdict"] for step in report["steps"])
        return [report["verdict"], *codes, *(f"{n} {verdict}" for verdict, n in verdicts.items())]


def derivation(start: str, *steps: str, **keys: Sequence[str]) -> str:
    """A file: each step is `eq: ..` or another relation and, after ` by `, rules."""
    lines = ["title: limits"]
    lines += [f"{key}: [{', '.join(map(repr, entries))}]" for key, entries in keys.items()]
    lines += [] if "model" in keys else ["model: []"]
    lines += [f"start: '{start}'"] if start else []
    lines.append("steps:")
    for step in steps:
        formula, _, rules = step.partition(" by ")
        key, _, text = formula.partition(": ")
        lines.append(f"  - {{{key}: '{text}'" + (f", by: [{rules}]}}" if rules else "}"))
    key, _, last = steps[-1].partition(" by ")[0].partition(": ")
    relations = {"ge": ">=", "le": "<="}
    relation = next((relations[s[:2]] for s in steps if s[:2] in relations), "=")
    claim = last if key == "so" else f"{start} {relation} {last}"
    return "\n".join((*lines, f"claim: '{claim}'\n"))


# -- many variables --------------------------------------------------------------------------------


def joints(count: int) -> Iterator[Row]:
    """A joint density over many variables, and factorisations of one."""
    names = [f"x_{i}" for i in range(1, count + 1)]
    whole, rest, last = ", ".join(names), ", ".join(names[1:]), names[-1]
    joint = f"p({whole})"
    split = f"log p({rest} | x_1) + log p(x_1) by chain-rule, log-rules"
    yield Row(f"joint {count}", derivation(f"log {joint}", f"eq: {split}", model=[joint]))
    wrong = f"eq: log p({rest} | x_1) - log p(x_1) by chain-rule, log-rules"
    yield Row(f"joint {count}, false", derivation(f"log {joint}", wrong, model=[joint]), False)
    mean = f"E_{{{joint}}}[log p({last})]"
    gone = derivation(mean, f"eq: E_{{p({last})}}[log p({last})] by tower", model=[joint])
    yield Row(f"joint {count}, mean", gone)
    late = f"eq: E_{{p({last})}}[log p({names[-2]}, {last})] by tower"
    yield Row(f"joint {count}, mean, false", derivation(mean, late, model=[joint]), False)
    chain = [f"p({b} | {a})" for a, b in pairwise(names)]
    dense = [f"p({b} | {', '.join(names[: i + 1])})" for i, b in enumerate(names[1:])]
    for kind, factors in (("chain", chain), ("dense", dense)):
        together = " ".join(("p(x_1)", *factors))
        sum_of_logs = " + ".join(f"log {factor}" for factor in ("p(x_1)", *factors))
        step = f"eq: {sum_of_logs} by factorisation, log-rules"
        model = [f"{joint} = {together}"]
        yield Row(f"{kind} {count}", derivation(f"log {joint}", step, model=model))
        wrong = step.replace(f"log {factors[-1]}", f"log p({last})")
        yield Row(f"{kind} {count}, false", derivation(f"log {joint}", wrong, model=model), False)


def copies(count: int) -> Iterator[Row]:
    """The importance-weighted bound of at least so many copies, and of so many written out."""
    ratio = "p(x, z_{0}) / q(z_{0} | x)"
    written = " + ".join(ratio.format(k) for k in range(1, count + 1))
    for name, law, mean, bounds in (
        (f"copies, K >= {count}", "z_{1:K}", f"1/K sum_{{k=1}}^{{K}} ({ratio.format('k')})", count),
        (f"copies, {count}", f"z_{{1:{count}}}", f"1/{count} ({written})", 0),
    ):
        keys = {"model": ["p(x, z)", "q(z | x)"], "copies": ["z_k of z"]}
        keys |= {"parameters": [f"K >= {bounds}"]} if bounds else {}
        start = f"E_{{q({law} | x)}}[log({mean})]"
        bound = f"le: log E_{{q({law} | x)}}[{mean}] by jensen"
        value = "eq: log p(x) by linearity, expectation, chain-rule, normalisation, marginalisation"
        yield Row(name, derivation(start, bound, value, **keys))
        wrong = bound.replace("le:", "ge:"), value
        yield Row(f"{name}, false", derivation(start, *wrong, **keys), False)


# -- long ranges -----------------------------------------------------------------------------------

TRILLION = 10**12


def ranges() -> Iterator[Row]:
    """Sums, slices and bounds that end far away."""
    far = f"sum_{{k=1}}^{{{TRILLION}}} k"
    total = TRILLION * (TRILLION + 1) // 2
    yield Row("sum", derivation(far, f"eq: {total} by index"))
    yield Row("sum, false", derivation(far, f"eq: {total + 1} by index"), False)
    yield Row("sum, no rule", derivation(far, f"eq: {total}"))
    here = {"parameters": ["c"], "assume": [f"c = {far}"]}
    yield Row("sum, assumed", derivation("c", f"eq: {far} by assumption", **here))
    yield Row("sum, assumed, false", derivation("c", f"eq: 1 + {far} by assumption", **here), False)
    nested = " ".join(f"sum_{{{i}=1}}^{{40}}" for i in "ijkl")
    yield Row("nested", derivation(f"{nested} (i j k l)", f"eq: {820**4} by index"))
    yield Row("nested, false", derivation(f"{nested} (i j k l)", f"eq: {820**3} by index"), False)
    yield from _sequences()
    yield from _bounded()


def _sequences() -> Iterator[Row]:
    """Sequences of a trillion elements, and of a million at least."""
    for name, last, keys in (
        ("slice", str(TRILLION), {}),
        ("bound 1e6", "t", {"parameters": ["t >= 1000000"]}),
    ):
        whole = f"z_{{0:{last}}}"
        model = [f"p({whole}) = p(z_0) prod_{{i=1}}^{{{last}}} p(z_i | z_{{i-1}})"]
        line = f"log p(z_0) + sum_{{i=1}}^{{{last}}} log p(z_i | z_{{i-1}})"
        step = f"eq: {line} by factorisation, log-rules"
        yield Row(name, derivation(f"log p({whole})", step, model=model, **keys))
        wrong = step.replace("log p(z_0)", "log p(z_1)")
        yield Row(
            f"{name}, false", derivation(f"log p({whole})", wrong, model=model, **keys), False
        )
        joint = [f"p({whole})"]
        mean = f"E_{{p({whole})}}[log p(z_0)]"
        step = "eq: E_{p(z_0)}[log p(z_0)] by tower"
        yield Row(f"{name}, joint", derivation(mean, step, model=joint, **keys))


def _bounded() -> Iterator[Row]:
    """As many copies as a bound says, and a plain number that is bounded."""
    keys = {
        "model": ["p(x, z)", "q(z | x)"],
        "copies": ["z_k of z"],
        "parameters": ["K >= 1000000000"],
    }
    mean = "1/K sum_{k=1}^{K} (p(x, z_k) / q(z_k | x))"
    start = f"E_{{q(z_{{1:K}} | x)}}[log({mean})]"
    bound = f"le: log E_{{q(z_{{1:K}} | x)}}[{mean}] by jensen"
    yield Row("bound 1e9, copies", derivation(start, bound, **keys))
    wrong = bound.replace("le:", "ge:")
    yield Row("bound 1e9, copies, false", derivation(start, wrong, **keys), False)
    number = {"parameters": ["K >= 1000000000"]}
    yield Row("bound 1e9", derivation("K (K + 1)", "eq: K^2 + K", **number))
    yield Row("bound 1e9, false", derivation("K (K + 1)", "eq: K^2 + 1", **number), False)
    far = derivation("sum_{k=1}^{K} (2 k)", "eq: 2 sum_{k=1}^{K} k by linearity", **number)
    yield Row("bound 1e9, sum", far)


# -- long lines and long files ---------------------------------------------------------------------


def lengths() -> Iterator[Row]:
    """Many parameters, steps, expectations and wrong lines."""
    letters = "bcfghjklmnpqrstvwxyzBCFGHJKLMNPQRSTVWXYZ"  # no word of the language is made of these
    names = ["".join(three) for three in islice(product(letters, repeat=3), 9000)]
    line, turned = "+".join(names), "+".join(reversed(names))
    keys = {"parameters": names}
    yield Row("9000 parameters", derivation(line, f"eq: {turned}", **keys))
    wrong = derivation(line, f"eq: {turned}+{names[0]}", **keys)
    yield Row("9000 parameters, false", wrong, False)
    steps = (f"eq: {('a + b', 'b + a')[i % 2]}" for i in range(1, 20_001))
    yield Row("20000 steps", derivation("a + b", *steps, parameters=["a", "b"]))
    functions = [f"f{i}(z)" for i in range(1000)]
    keys = {"model": ["q(z)"], "functions": functions}
    one = f"E_{{q(z)}}[{' + '.join(functions)}]"
    many = " + ".join(f"E_{{q(z)}}[{f}]" for f in functions)
    yield Row("1000 expectations", derivation(one, f"eq: {many} by linearity", **keys))
    wrong = derivation(one, f"eq: 1 + {many} by linearity", **keys)
    yield Row("1000 expectations, false", wrong, False)
    each = (
        f"so: E_{{q(z)}}[{f} + {i}] = E_{{q(z)}}[{f}] + {i} by linearity, normalisation"
        for i, f in enumerate(functions, 1)
    )
    yield Row("1000 expectations, a step each", derivation("", *each, **keys))
    wrong_steps = (f"eq: {i} / 7 + {i + 1} / 11" for i in range(1, 31))
    yield Row("30 wrong steps", derivation("2 / 3", *wrong_steps), False)


# -- numbers ---------------------------------------------------------------------------------------


def numbers() -> Iterator[Row]:
    """Numbers that no float holds."""
    factorial = " * ".join(map(str, range(1, 172)))
    indexed = "prod_{k=1}^{171} k"
    for name, left, right, wrong, rule in (
        ("10^309", "10^309", "10 * 10^308", "10^308", ""),
        ("log(10^400)", "log(10^400)", "400 log 10", "401 log 10", "log-rules"),
        ("(1/3)^2000", "(1/3)^2000", "(1/9)^1000", "(1/9)^999", ""),
        ("171!", factorial, indexed, f"2 {indexed}", "index"),
        ("exp(1000)", "exp(1000)", "exp(1) exp(999)", "exp(999)", "log-rules"),
        ("10^100000", "10^100000", "10 * 10^99999", "10^99999", ""),
    ):
        rules = f" by {rule}" if rule else ""
        yield Row(name, derivation(left, f"eq: {right}{rules}"))
        yield Row(f"{name}, false", derivation(left, f"eq: {wrong}{rules}"), False)
    yield Row("10^309, parameter", derivation("10^309 a", "eq: a 10^309", parameters=["a > 0"]))
    above = derivation("10^309 a", "ge: a 10^308", parameters=["a > 0"])
    yield Row("10^309, inequality", above.replace("ge:", "le:").replace(">= a", "<= a"), False)


# -- files of the tests ----------------------------------------------------------------------------


def without_rules() -> Iterator[Row]:
    """Files of the corpus that leave all rules to be found."""
    for file in sorted((ROOT / "tests/corpus/true").glob("hc99-*.yaml")):
        text = re.sub(r"\n    by: .*|, by: [^}\]]*\]?(?=\})", "", file.read_text(encoding="utf-8"))
        yield Row(f"{file.stem}, no rules", text)


def concordances() -> Iterator[Row]:
    """Twins of the files that rest on many others: what ships beside them, each wrong in one place,
    as `tests/twins.py` writes them."""
    with TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "tests/twins.py", folder], cwd=ROOT, check=True)
        found = sorted(Path(folder, "concordance").glob("*.*.yaml"))
        for file in found:
            yield Row(f"concordance/{file.stem}", "", False, file)


def rows() -> Iterator[Row]:
    """Every input."""
    for count in (12, 15, 20, 60):
        yield from joints(count)
    yield from ranges()
    yield from lengths()
    for count in range(4, 13):
        yield from copies(count)
    yield from numbers()
    yield from without_rules()
    yield from concordances()


# -- measuring -------------------------------------------------------------------------------------


def judged(file: Path) -> Ended:
    """The command's run on a file, ended where it takes far too much."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (_STOP_SECONDS, _STOP_SECONDS + 5))
        resource.setrlimit(resource.RLIMIT_AS, (_STOP_BYTES, _STOP_BYTES))

    command = [sys.executable, "-m", "verifier", "--no-cache", "--format", "json", str(file)]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        preexec_fn=limit,
    )
    assert process.stdout is not None
    output = process.stdout.read().decode()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    spent = used.ru_utime + used.ru_stime
    return Ended(spent, used.ru_maxrss / 1024, process.returncode, output)


def wrong(row: Row, ended: Ended) -> str:
    """What is not as it should be; empty where all is."""
    found = []
    if ended.cpu > SECONDS:
        found.append("time")
    if ended.peak > MEGABYTES:
        found.append("memory")
    if ended.status not in (0, 1, 2) or "no report" in ended.said:
        found.append("status")
    accused = any(word in said for said in ended.said for word in _ACCUSED)
    if accused if row.true else ended.status == 0:
        found.append("verdict")
    return ", ".join(found)


def main(words: Sequence[str]) -> int:
    """Judge, and print a line for each."""
    count = failed = 0
    print(f"{'CPU':>9}{'peak':>9}  status  (limits: {SECONDS} s, {MEGABYTES} MB)")
    with TemporaryDirectory() as folder:
        for row in rows():
            if words and not any(word in row.name for word in words):
                continue
            count += 1
            file = row.file or Path(folder, "limits.yaml")
            if row.file is None:
                file.write_text(row.text, encoding="utf-8")
            ended = judged(file)
            trouble = wrong(row, ended)
            failed += bool(trouble)
            said = ", ".join(ended.said) + (f"  wrong: {trouble}" if trouble else "")
            print(f"{ended.cpu:7.2f} s{ended.peak:6.0f} MB{ended.status:8}  {row.name}: {said}")
            if "no report" in said:
                print("    " + ended.output[-300:].strip().replace("\n", "\n    "))
            sys.stdout.flush()
    print(f"{failed} of {count} wrong")
    return int(failed > 0)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
