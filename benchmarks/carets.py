r"""How often a message's caret stands on what is wrong: a hundred slips in lines that ship.

`python -m benchmarks.carets [SEED]` loses a bracket, doubles or loses a sign, loses or misspells an
argument, misspells a key or a word of the language, one slip a file, in the plain spelling and in
LaTeX. Of the slips that can't be read, or mean nothing, it counts those that the underline of the
first message holds, or has next to it, up to one token. An underline of more than half of a line
counts as none. A slip that makes another formula is left out: it is false, not misplaced.
"""

from __future__ import annotations

import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from verifier.derivation.loader import load, load_text
from verifier.elaborate.model import read_declarations
from verifier.judge.lines import Line, read, required
from verifier.kernel.terms import Var
from verifier.messages import message
from verifier.outcome import Diagnostic, DiagnosticError
from verifier.typeset.latex import latex

ROOT = Path(__file__).parent.parent
FILES = sorted((ROOT / "derivations").rglob("*.yaml"))
SLIPS, WANTED = 100, 95
BRACKETS = re.compile(r"\\left|\\right|[()\[\]{}]")
# One token at most may stand between a slip and the underline.
BETWEEN = re.compile(r"\s?(?:\\[,;] ?)?(?:\w+|\\[a-z]+|[^\w\s])?\s?")
SIGNS = re.compile(r" [-+=] ")
NAMES = re.compile(r"(?<=[(,| ~])[a-z](?=[),| _])")
WORDS = re.compile(r"(?<![a-zA-Z])(?:log|int|sum|prod|KL|frac|mathrm|mathbb|theta|phi|left)\b")


@dataclass(frozen=True)
class Slip:
    """A file with a slip in it: where it is, and how long what stands there now."""

    kind: str
    text: str
    start: int
    length: int


def _lost(_random: random.Random, _found: str) -> str:
    return ""


def _doubled(random: random.Random, found: str) -> str:
    return random.choice([found.rstrip() + found, " "]) if found != " = " else " "


def _misspelt(random: random.Random, found: str) -> str:
    if len(found) == 1:
        return random.choice([found * 2, "", "w"])
    place = random.randrange(len(found) - 1)
    swapped = found[:place] + found[place + 1] + found[place] + found[place + 2 :]
    return random.choice([swapped, found[:place] + found[place + 1 :]])


Change = Callable[[random.Random, str], str]
IN_FORMULAS: dict[str, tuple[re.Pattern[str], Change]] = {
    "bracket": (BRACKETS, _lost),
    "sign": (SIGNS, _doubled),
    "argument": (NAMES, _misspelt),
    "word": (WORDS, _misspelt),
}


def slip(random: random.Random, kind: str) -> Slip | None:
    """A slip of this kind in a line of some file; None where the line has no place for it."""
    file = load(random.choice(FILES))
    text = file.source.text
    if kind == "key":
        found = random.choice([*re.finditer(r"^[ -]*([a-z]+)(?=:)", text, re.MULTILINE)])
        return _slipped(random, kind, text, found.span(1), _misspelt)
    scope = read_declarations(file)
    formulas = [text for text in (file.start, file.claim, *(s.formula for s in file.steps)) if text]
    said = random.choice(formulas)
    start, end = said.offsets[0], said.offsets[-1]
    if text[start - 1] in "'\"" or "\n" in text[start:end]:
        return None
    whole = said is file.claim or any(
        s.formula is said and s.key in ("so", "side") for s in file.steps
    )
    if random.random() < 0.5:
        shown = f"'{latex(required(scope, said, whole))}'"
        text, end = text[:start] + shown + text[end:], start + len(shown)
    pattern, change = IN_FORMULAS[kind]
    places = [*pattern.finditer(text, start, end)]
    return _slipped(random, kind, text, random.choice(places).span(), change) if places else None


def _slipped(
    random: random.Random, kind: str, text: str, place: tuple[int, int], change: Change
) -> Slip | None:
    start, end = place
    new = change(random, text[start:end])
    if new == text[start:end]:
        return None
    return Slip(kind, text[:start] + new + text[end:], start, len(new))


def complaint(text: str) -> Diagnostic | None:
    """The first message about a text on its way to the rules."""
    try:
        file = load_text(text)
        declared = read_declarations(file)
        for said, whole in ((file.start, False), (file.claim, True)):
            if said is not None:
                required(declared, said, whole)
    except DiagnosticError as error:
        return error.diagnostic
    before: frozenset[Var] = frozenset()
    for step in file.steps:
        line = read(declared, step.formula, step.key in ("so", "side"), before)
        if not isinstance(line, Line):
            return line
        before |= line.free
    return None


def stands_on(diagnostic: Diagnostic, slip: Slip) -> bool:
    """Whether the underline holds the slip or stands next to it, up to one token."""
    where = diagnostic.location
    if where is None:
        return False
    starts = [0, *(found.end() for found in re.finditer("\n", slip.text))]
    start = starts[where.line - 1] + where.column - 1
    end = starts[where.end_line - 1] + where.end_column - 1
    line = slip.text[slip.text.rfind("\n", 0, slip.start) + 1 :].partition("\n")[0]
    if end - start > max(20, len(line) / 2):
        return False
    behind, before = slip.text[slip.start + slip.length : start], slip.text[end : slip.start]
    return all(BETWEEN.fullmatch(between) for between in (behind, before))


def main(arguments: Sequence[str]) -> int:
    """1 where fewer than wanted are well placed."""
    chosen = random.Random(int(arguments[0]) if arguments else 12)
    good: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    for number in count():
        kind = [*IN_FORMULAS, "key"][number % 5]
        made = slip(chosen, kind)
        said = complaint(made.text) if made else None
        if made is None or said is None:
            continue
        kinds[kind] += 1
        if stands_on(said, made):
            good[kind] += 1
        else:
            print(_shown(made, said))
        if sum(kinds.values()) == SLIPS:
            break
    for kind in kinds:
        print(f"{kind:10}{good[kind]:4} of {kinds[kind]}")
    print(f"{'all':10}{sum(good.values()):4} of {SLIPS}, wanted {WANTED}")
    return int(sum(good.values()) < WANTED)


def _shown(slip: Slip, said: Diagnostic) -> str:
    line = slip.text.count("\n", 0, slip.start)
    column = slip.start - (slip.text.rfind("\n", 0, slip.start) + 1)
    text = slip.text.split("\n")[line]
    where = said.location
    assert where is not None
    under = " " * (where.column - 1) + "^" * max(1, where.end_column - where.column)
    other = "" if where.line == line + 1 else f"  (line {where.line}: {where.excerpt.strip()})"
    return f"{slip.kind}: {message(said)}{other}\n  {text}\n  {' ' * column}v\n  {under}\n"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
