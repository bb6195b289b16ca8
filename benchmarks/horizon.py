"""A sum over a symbolic horizon against the same sum written out, and chains of many steps.

Run `python -m benchmarks.horizon`. The file with the horizon as a symbol and those with T = 10,
100 and 1000, the sums in them written out, have the same steps: ratios under logarithms are split,
then what telescopes goes. Only the symbolic check is timed, from the text to the verdicts on the
steps, all files in turn, with SymPy's cache and ours emptied before each. The medians count: that
of the symbolic file is one figure, whatever T may be; the others may grow linearly.
"""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median

from benchmarks.kernel import seconds
from verifier.derivation.derivation import Derivation
from verifier.derivation.loader import derivation
from verifier.derivation.source import text_source
from verifier.judge.file import step_reports
from verifier.outcome import Verdict

LENGTHS = (10, 100, 1000)
ROUNDS = 3
AIM = 12  # of t(1000) / t(100)


def horizon(length: int | None) -> str:
    """The derivation for all T at once, or for one T with its sums written out."""
    last = "T" if length is None else str(length)

    def total(term: str) -> str:
        """The sum of a term over t = 1..T, in which `<` stands for t - 1 and `@` for t."""
        if length is None:
            return f"sum_{{t=1}}^{{T}} ({term.replace('<', '{t-1}').replace('@', 't')})"
        places = range(1, length + 1)
        return " + ".join(term.replace("<", str(t - 1)).replace("@", str(t)) for t in places)

    lines = (
        total("log(q(x_@) / q(x_<))"),
        total("log q(x_@) - log q(x_<)"),
        f"log q(x_{last}) - log q(x_0)",
    )
    law = f"E_{{q(x_{{0:{last}}})}}"
    return "\n".join(
        (
            "title: what telescopes",
            f"model: ['q(x_{{0:{last}}})']",
            *(["parameters: [T >= 1]"] if length is None else []),
            f"start: '{law}[{lines[0]}]'",
            "steps:",
            f"  - {{eq: '{law}[{lines[1]}]', by: log-rules}}",
            f"  - {{eq: '{law}[{lines[2]}]', by: {'index' if length is None else 'algebra'}}}",
            f"claim: '{law}[{lines[0]}] = {law}[{lines[2]}]'",
        )
    )


def chain(length: int) -> str:
    """A chain of as many steps, each an instance of the logarithm of a ratio."""
    lines = ("E_{q(z)}[log(p(x, z) / q(z))]", "E_{q(z)}[log p(x, z) - log q(z)]")
    steps = (f"  - {{eq: '{lines[i % 2]}', by: log-rules}}" for i in range(1, length + 1))
    return "\n".join(
        (
            "title: to and fro",
            "model: ['p(x, z)', 'q(z)']",
            f"start: '{lines[0]}'",
            "steps:",
            *steps,
            f"claim: '{lines[0]} = {lines[length % 2]}'",
        )
    )


def check(text: str) -> None:
    """Every step proved, or an error."""
    steps = step_reports(derivation(text_source(text, "horizon")), _no_other)
    refused = [step for step in steps if step.verdict is not Verdict.PROVED]
    if refused:
        raise AssertionError(f"{refused[0].verdict}: {refused[0].statement[:80]}")


def _no_other(name: str) -> Derivation:
    raise AssertionError(f"no other file is used, not {name}")


def measure(texts: Mapping[str, str]) -> dict[str, float]:
    """The median time of each text; the first round, with its lazy imports, is for warmth."""
    rounds = [
        {name: seconds(lambda text=text: check(text)) for name, text in texts.items()}  # type: ignore[misc]
        for _ in range(ROUNDS + 1)
    ][1:]
    return {name: median(times[name] for times in rounds) for name in texts}


def show(title: str, found: Mapping[str, float]) -> None:
    """The figures of one row of files, and how they grow."""
    print(title)
    for name, time in found.items():
        print(f"  {name:>10}{1e3 * time:10.1f} ms")
    *_, hundred, thousand = found.values()
    print(f"  t(1000) / t(100) = {thousand / hundred:.1f} (aim: at most {AIM})")


def main() -> None:
    """Print the figures."""
    sums = {"symbolic": horizon(None), **{f"T = {n}": horizon(n) for n in LENGTHS}}
    found = measure(sums)
    show("a sum over a horizon", found)
    print(f"  T = 1000 / symbolic = {found['T = 1000'] / found['symbolic']:.1f}")
    show("a chain of steps", measure({f"{n} steps": chain(n) for n in LENGTHS}))


if __name__ == "__main__":
    main()
