"""Makes what the documents show of the program: `python docs/make.py`. A test says when it is due.

Writes `docs/report.svg`, a terminal's report on one shipped derivation; between the markers of the
README the report on a twin of its example that is wrong in one place, between those of
`docs/rules.md` the table of rules, between those of `docs/audit.md` what the verifier says of lines
as the sources print them; in `docs/trust.md` how many lines are trusted, in `docs/architecture.md`
the lines that it points to; `docs/messages.md`, the table of messages;
`docs/derivation.schema.json`, the schema of a derivation's file; and `docs/coverage.md`, what
of other people's chains is encoded, by the verdicts that the files expect; and in
`docs/certificates.md` a certificate in full.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from rich.console import Console
from rich.terminal_theme import SVG_EXPORT_THEME

from verifier import verify
from verifier.derivation.schema import schema
from verifier.manual.rules import Entry, entries
from verifier.messages import AREAS, message
from verifier.outcome import DerivationReport, Diagnostic, Location, StepReport
from verifier.report import plain, terminal

if TYPE_CHECKING:
    from corpus_table import Chain, Fault, Line

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
RULES = ROOT / "docs" / "rules.md"
AUDIT = ROOT / "docs" / "audit.md"
TRUST = ROOT / "docs" / "trust.md"
ARCHITECTURE = ROOT / "docs" / "architecture.md"
AUDITED = ROOT / "tests" / "audit"
SOURCES = ROOT / "tests" / "documents" / "sources"
MESSAGES = ROOT / "docs" / "messages.md"
CERTIFICATES = ROOT / "docs" / "certificates.md"
CERTIFIED = ROOT / "derivations" / "blog" / "bayes-theorem.yaml"
COVERAGE = ROOT / "docs" / "coverage.md"
GOLDEN = ROOT / "verifier" / "messages" / "samples.yaml"
SCHEMA = ROOT / "docs" / "derivation.schema.json"
PICTURE = ROOT / "docs" / "report.svg"
SHOWN = "derivations/jensen.yaml"
WIDTH = 112
# The README's example with its divergence turned round.
RIGHT, WRONG = "KL(p(x) || q(x))", "KL(q(x) || p(x))"

_MESSAGES = """\
# What the verifier says

A code is stable: programs may rely on it (`code` in the JSON report), on the wording they may not.
`elbo-verify --explain CODE` says what one means, when it is said, and what to do.

Made by `python docs/make.py` of `verifier/messages/samples.yaml`, to which the tests hold these
texts.
"""

_COVERAGE = """\
# What the language covers

{chains} chains of derivations from public notes, posts and theses, right and wrong, none of them
written for this project. Their true lines are in `tests/corpus/true`, with no rule cited; what is
wrong in them is in `tests/corpus/wrong`, each as a step from the line before it;
`tests/corpus/marks.yaml` says which step is which line, and why a line is not there. A test per
file holds that it is judged as it is counted here. Made by `python docs/make.py`.

| | known | encoded | judged as marked |
| --- | ---: | ---: | ---: |
| chains | {chains} | {begun} | {whole} |
{rows}
*Judged as marked* is `proved` for a true line, however many steps it takes, and for one that is
badly written but true; `refuted`, with a counterexample, for a false one; `wrong-rule` for one that
is true for another reason; for one that is true only where supports agree, `proved` with that
assumption named, and not so under `support: []`. A chain is judged as marked when all of it is
encoded and is. A fault may be encoded in several forms, each a line here.

Of the false and the ill-formed lines {corrected} have a corrected form in the marks; for
{diagnosed} of these the verifier's diagnosis is that form, up to arithmetic and spelling.

{excluded} chains are about what the language leaves out (gradients, argmax, Gaussian laws): what is
left of them is encoded.

| chain | | true lines | proved | faulty lines | as marked | diagnosed | what is missing |
| --- | --- | ---: | ---: | ---: | ---: | ---: | --- |
"""

# rich's own template without the web font that it would fetch.
_SVG = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{
  font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-size: {char_height}px;
  line-height: {line_height}px;
}}
.{unique_id}-title {{ font-family: sans-serif; font-size: 18px; font-weight: bold; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/>
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def picture() -> str:
    """The coloured report on a shipped derivation, as SVG."""
    with contextlib.chdir(ROOT):
        report = verify(SHOWN)
    console = Console(
        record=True,
        width=WIDTH,
        file=io.StringIO(),
        force_terminal=True,
        color_system="truecolor",
        legacy_windows=False,
        _environ={},
    )
    terminal.render(report, console)
    svg = console.export_svg(
        title=f"elbo-verify {SHOWN}", theme=SVG_EXPORT_THEME, code_format=_SVG, unique_id="report"
    )
    return "".join(f"{line.strip()}\n" for line in svg.splitlines() if line.strip())


def readme(text: str) -> str:
    """The README with the report on its example's twin made again."""
    return _between(text, "twin", twin(example(text)))


def rules(text: str) -> str:
    """The page on the rules with its table made again."""
    return _between(text, "rules", table())


def _between(text: str, name: str, part: str) -> str:
    """The text with what stands between two markers replaced."""
    return re.sub(
        f"(<!-- {name} -->\n).*?(<!-- /{name} -->)",
        lambda found: found[1] + part + found[2],
        text,
        flags=re.DOTALL,
    )


def example(text: str) -> str:
    """The derivation that the README writes out."""
    found = re.search("```yaml\n(.*?)```", text, re.DOTALL)
    if found is None:
        raise ValueError("the README has no example")
    return found[1]


def twin(derivation: str) -> str:
    """The report on the example, wrong in one place."""
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        Path("coding.yaml").write_text(derivation.replace(RIGHT, WRONG), encoding="utf-8")
        return f"```text\n{plain.render(verify('coding.yaml'))}```\n"


def table() -> str:
    """The table of rules, from their own files."""
    rows = ["| rule | says | provided that |", "| --- | --- | --- |"]
    rows += [f"| {_name(r)} | {_cell(r.says)} | {_cell(r.conditions)} |" for r in entries()[1:]]
    return "".join(f"{row}\n" for row in rows)


def _name(rule: Entry) -> str:
    aliases = f" ({', '.join(rule.aliases)})" if rule.aliases else ""
    mark = " *tidying*" if rule.tidying else " *`so` only*" if rule.so_only else ""
    return f"`{rule.name}`{aliases}{mark}"


def _cell(text: str) -> str:
    return text.replace("|", r"\|")


def audit(text: str) -> str:
    """The audit with what the verifier says of each line put in again."""
    reports = {name: verify(SOURCES / f"{name}.md").derivations[0] for name in ("slides", "blog")}
    text = as_it_stands(text, reports)
    return re.sub(
        r"(<!-- said (\S+) -->\n).*?(<!-- /said -->)",
        lambda found: found[1] + said(*_reports(found[2])) + found[3],
        text,
        flags=re.DOTALL,
    )


def trust(text: str) -> str:
    """The page on what is trusted with its lines counted again."""
    sys.path.append(str(ROOT / "tests"))
    from trusted import trusted_lines

    return re.sub(r"(<!-- lines -->)[\d,]+", lambda found: f"{found[1]}{trusted_lines():,}", text)


def architecture(text: str) -> str:
    """The page on the architecture with each `file:line` (`what stands there`) found again."""
    return re.sub(
        r"`([\w./]+):\d+` \(`([^`]+)`\)",
        lambda found: f"`{found[1]}:{_line(found[1], found[2])}` (`{found[2]}`)",
        text,
    )


def _line(file: str, what: str) -> int:
    """The first line of a file in which something stands."""
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if what in line)


def _reports(name: str) -> tuple[DerivationReport, ...]:
    return verify(AUDITED / f"{name}.yaml").derivations


def said(report: DerivationReport) -> str:
    """The lines of a file of `tests/audit`, each with its verdict and why."""
    lines = [report.start] if report.start else []
    for step in report.steps:
        lines += _judged(step)
    return "".join(f"{line}\n" for line in ("```text", *lines, "```"))


def _judged(step: StepReport) -> list[str]:
    relation = f"{step.relation} " if step.kind == "chain" else ""
    why = f": {message(step.diagnostic)}" if step.diagnostic else ""
    remarks = [f"    remark: {message(remark)}" for remark in step.remarks]
    return [relation + " ".join(step.text.split()), f"    {step.verdict}{why}", *remarks]


def messages() -> str:
    """All messages, area by area, as samples.yaml has them."""
    golden = yaml.safe_load(GOLDEN.read_text(encoding="utf-8"))
    parts = [_MESSAGES]
    for area in AREAS:
        title = (area.__doc__ or "").rstrip(".\n")
        parts.append(f"\n## {title}\n\n| code | says, for example | hint |\n| --- | --- | --- |\n")
        for code in area.MESSAGES:
            for number, sample in enumerate(golden[code]):
                name = "" if number else f"`{code}`"
                said, advice = _cell(sample["says"]), _cell(sample.get("hint", ""))
                parts.append(f"| {name} | {said} | {advice} |\n")
    return "".join(parts)


def derivation_schema() -> str:
    """The schema of a derivation's file, with the rules that there are."""
    known = [(rule.name, rule.says) for rule in entries()]
    known += [(name, f"`{r.name}`: {r.says}") for r in entries() for name in r.aliases]
    return json.dumps(schema(known), indent=1, ensure_ascii=False) + "\n"


def coverage() -> str:
    """What of the corpus is encoded and judged as marked, from the marks and what files expect."""
    sys.path.append(str(ROOT / "tests"))
    from corpus_table import CHAINS, FAULTS, Truth

    lines = [line for chain in CHAINS for line in chain.lines]
    faults = [fault for chain in CHAINS for fault in chain.faults]
    rows = [
        _total("true lines, as printed", [x for x in lines if not x.of_notes]),
        _total("true lines that put right what is printed", [x for x in lines if x.of_notes]),
        _total("faulty lines", faults),
        *(_total(_TRUTHS[truth], [x for x in FAULTS if x.truth is truth]) for truth in Truth),
    ]
    head = _COVERAGE.format(
        chains=len(CHAINS),
        begun=sum(bool(chain.encoded) for chain in CHAINS),
        whole=sum(all(x.file and x.as_marked for x in chain.marks) for chain in CHAINS),
        rows="".join(f"{row}\n" for row in rows),
        corrected=sum(fault.correctable for fault in FAULTS),
        diagnosed=sum(fault.diagnosed for fault in FAULTS),
        excluded=sum(bool(chain.excluded) for chain in CHAINS),
    )
    return head + "".join(f"{_covered(chain)}\n" for chain in CHAINS)


_TRUTHS = {
    "wrong": "of those encoded: false",
    "ill-formed": "ill-formed",
    "loose": "badly written, true",
    "reason": "true for another reason",
    "support": "true where supports agree",
}


def _total(name: str, marks: Sequence[Line | Fault]) -> str:
    encoded = [mark for mark in marks if mark.file]
    good = sum(mark.as_marked for mark in encoded)
    return f"| {name} | {len(marks)} | {len(encoded)} | {good} |"


def _covered(chain: Chain) -> str:
    """A chain's row."""
    lines, faults = chain.encoded, chain.faulty
    parts: dict[str, list[str]] = {}  # why, and what of the chain it keeps out
    for mark in chain.marks:
        if why := mark.missing or mark.unproved:
            parts.setdefault(why, []).append(mark.name)
    missing = [f"{', '.join(names)}: {why}" for why, names in parts.items()]
    correctable = sum(fault.correctable for fault in faults)
    cells = (
        chain.name,
        _cell(chain.title),
        f"{len(lines)}/{len(chain.lines)}",
        f"{sum(line.as_marked for line in lines)}/{len(lines)}",
        f"{len(faults)}/{len(chain.faults)}" if chain.faults else "",
        f"{sum(fault.as_marked for fault in faults)}/{len(faults)}" if faults else "",
        f"{sum(fault.diagnosed for fault in faults)}/{correctable}" if correctable else "",
        _cell("; ".join(missing)),
    )
    return f"| {' | '.join(cells)} |"


HEAD = ["line", "printed", "checked by"]
_TOLD = {"define": "a definition", "model": "an assumption"}


def as_it_stands(text: str, reports: Mapping[str, DerivationReport]) -> str:
    """The audit with what is said of each line of the sources when they are read as they are."""
    told: dict[str, dict[str, None]] = {}
    for name, report in reports.items():
        lines = (SOURCES / f"{name}.lines").read_text(encoding="utf-8").split()
        for line, said in zip(lines, outcomes(report), strict=True):
            told.setdefault(line, {}).setdefault(said)
    found, within = [], False
    for row in text.split("\n"):
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]]
        within = bool(cells) and (within or cells[:3] == HEAD)
        if within:
            last = {"line": "as it stands", "---": "---"}.get(cells[0])
            last = ", ".join(told.get(cells[0], ())) if last is None else last
            row = f"| {' | '.join((*cells[:3], last))} |"
        found.append(row)
    return "\n".join(found)


def outcomes(report: DerivationReport) -> list[str]:
    """What is said of each line of a document, in their order."""
    reading = report.reading
    assert reading is not None
    said = [(step.line, step.column, str(step.verdict)) for step in report.steps]
    said += [(each.line, each.column, _TOLD[each.kind]) for each in reading.declared]
    said += [(each.line, 0, "not judged") for each in reading.not_judged]
    return [each for _, _, each in sorted(said)]


def diagnostic(code: str, sample: Mapping[str, Any]) -> Diagnostic:
    """The diagnostic of a sample in samples.yaml."""
    data = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in sample.get("data", {}).items()
    }
    if "cause" in data:
        cause, inner, *place = data["cause"]
        where = Location(*place, *place) if place else None
        data["cause"] = Diagnostic(cause, where, inner)
    return Diagnostic(code, None, data)


def certificates(text: str) -> str:
    """The page with a certificate in full."""
    from benchmarks.certificates import judged
    from verifier.certificate.writer import certificate
    from verifier.commands.accounts import accounted

    shown = certificate(accounted(*judged(str(CERTIFIED)))).text
    return _between(text, "certificate", f"```coq\n{shown}```\n")


def main() -> None:
    """Write the ten files."""
    SCHEMA.write_text(derivation_schema(), encoding="utf-8")
    COVERAGE.write_text(coverage(), encoding="utf-8")
    MESSAGES.write_text(messages(), encoding="utf-8")
    PICTURE.write_text(picture(), encoding="utf-8")
    README.write_text(readme(README.read_text(encoding="utf-8")), encoding="utf-8")
    RULES.write_text(rules(RULES.read_text(encoding="utf-8")), encoding="utf-8")
    ARCHITECTURE.write_text(
        architecture(ARCHITECTURE.read_text(encoding="utf-8")), encoding="utf-8"
    )
    CERTIFICATES.write_text(
        certificates(CERTIFICATES.read_text(encoding="utf-8")), encoding="utf-8"
    )
    TRUST.write_text(trust(TRUST.read_text(encoding="utf-8")), encoding="utf-8")
    AUDIT.write_text(audit(AUDIT.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
