"""`--grade`: which answers count, what is said of the others, and what is no worksheet."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from derivation_table import ROOT, SHIPPED, judged_once
from worksheet_table import Blanks, filled, quoted, sheet_of, solution, written

import cli
from verifier import grade
from verifier.derivation.loader import load_text
from verifier.handout.blanks import blanks_of, with_blanks
from verifier.handout.sheet import sheet
from verifier.messages import message
from verifier.outcome import ExitStatus, Grade, GradeReport, Mark

KL, JENSEN, BAYES = (
    SHIPPED[name].read_text(encoding="utf-8") for name in ("kl", "jensen", "bayes")
)
TEXTS = {"kl": KL, "jensen": JENSEN, "bayes": BAYES}
RIGHT, OTHERWISE, WRONG, UNREADABLE, OPEN = Mark

# Two steps, and no tidying rule cited that isn't needed.
SHORT = """\
title: A bound
model: ["p(x, z)", q(z)]
start: log p(x)
steps:
  - eq: log E_{q(z)}[p(x, z) / q(z)]
    by: [marginalisation, expectation]
  - ge: E_{q(z)}[log(p(x, z) / q(z))]
    by: jensen
  - eq: E_{q(z)}[log p(x, z) - log q(z)]
    by: log-rules
claim: log p(x) >= E_{q(z)}[log p(x, z) - log q(z)]
"""

Marked = Callable[..., GradeReport]


@pytest.fixture
def marked(tmp_path: Path) -> Marked:
    """Mark these answers to these blanks of a derivation."""

    def mark(text: str, blanks: Blanks, answers: Mapping[int, str]) -> GradeReport:
        return grade(*written(tmp_path, text, blanks, answers))

    return mark


def marks(report: GradeReport) -> list[Mark]:
    """The marks, those that count as one."""
    assert report.error is None, message(report.error)
    return [RIGHT if grade.mark.counts else grade.mark for grade in report.grades]


def code(found: Grade) -> str | None:
    return found.why.code if found.why else None


def one(report: GradeReport) -> Grade:
    assert report.error is None, message(report.error)
    (found,) = report.grades
    return found


# -- the author's own answers ---------------------------------------------------------------------


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("kind", ["reason", "relation", "line"])
@pytest.mark.parametrize("odd", [0, 1])
def test_own_answers_count(name: str, kind: str, odd: int, marked: Marked) -> None:
    text = TEXTS[name]
    blanks = dict.fromkeys(range(1 + odd, len(load_text(text).steps) + 1, 2), kind)
    report = marked(text, blanks, solution(text, blanks))
    assert marks(report) == [RIGHT] * len(blanks)
    assert (report.right, report.exit_status()) == (len(blanks), ExitStatus.VERIFIED)


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("seed", range(3))
def test_own_answers_count_where_a_seed_chose(name: str, seed: int, tmp_path: Path) -> None:
    blanks = blanks_of(with_blanks(sheet(judged_once(name)), seed))
    answers = tmp_path / "answers.yaml"
    text = filled(sheet_of(TEXTS[name], blanks), solution(TEXTS[name], blanks))
    answers.write_text(text, encoding="utf-8")
    assert marks(grade(SHIPPED[name], answers)) == [RIGHT] * len(blanks)


def test_own_answers_count_along_a_sequence(tmp_path: Path) -> None:
    file = ROOT / "derivations" / "blog" / "temporal.yaml"
    text = file.read_text(encoding="utf-8")
    blanks = {1: "line", 4: "relation", 6: "line", 8: "reason", 12: "reason", 15: "line"}
    assert marks(grade(*written(tmp_path, text, blanks, solution(text, blanks)))) == [RIGHT] * 6


# -- other answers that count ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        (3, "bayes-rule"),  # the original cites the chain rule
        (1, "definition-of-kl"),  # an alias
        (2, "[linearity, log-rules, algebra]"),
        (11, "kl"),  # tidying rules need not be cited, even of a strict file
        (6, "[normalisation, kl]"),  # one too many is a remark
    ],
)
def test_any_valid_reason_counts(step: int, reason: str, marked: Marked) -> None:
    assert one(marked(KL, {step: "reason"}, {step: reason})).mark.counts


@pytest.mark.parametrize(
    ("step", "line"),
    [
        (9, "E_{q(z)}[log p(x, z)] + H(q(z))"),  # by other rules than those that stand there
        (4, "int q(z) [log q(z) - log p(x, z) + log p(x)] dz"),
        (1, "-int q(z) log(p(z | x) / q(z)) dz"),
        (10, "E_{q(z)}[log(p(z | x) p(x) / q(z))]"),
        (7, "log p(x) = KL(q(z) || p(z | x)) + E_{q(z)}[log p(x, z) - log q(z)]"),  # a `so`
    ],
)
def test_any_valid_line_counts(step: int, line: str, marked: Marked) -> None:
    assert one(marked(KL, {step: "line"}, {step: line})).mark.counts


def test_a_weaker_relation_counts_while_the_claim_is_reached(marked: Marked) -> None:
    found = one(marked(SHORT, {3: "relation"}, {3: "ge"}))
    assert found.mark.counts
    assert found.report is not None
    assert "equality" in [remark.code for remark in found.report.remarks]
    equality = KL.replace("by: normalisation\n    label: gap", "by: normalisation")
    found = one(marked(equality, {6: "relation"}, {6: "ge"}))
    assert (found.mark, code(found)) == (WRONG, "mark-next")
    assert found.why is not None
    assert found.why.data["step"] == 7  # which adds to both sides of an equation
    short = SHORT.partition("  - ge")[0] + "claim: log p(x) = log E_{q(z)}[p(x, z) / q(z)]\n"
    found = one(marked(short, {1: "relation"}, {1: "ge"}))
    assert (found.mark, code(found)) == (WRONG, "mark-claim")


@pytest.mark.parametrize("sign", [">=", "≥", "ge"])
def test_relations_by_key_and_by_sign(sign: str, marked: Marked) -> None:
    quoted_sign = sign if sign == "ge" else f"'{sign}'"
    assert one(marked(SHORT, {2: "relation"}, {2: quoted_sign})).mark.counts
    if sign != "ge":
        assert one(marked(KL, {8: "relation"}, {8: sign})).mark.counts


# -- each on its own merits -----------------------------------------------------------------------

BOTH = {9: "line", 10: "reason"}


def test_a_wrong_line_does_not_spoil_the_next_answer(marked: Marked) -> None:
    report = marked(KL, BOTH, {9: "E_{q(z)}[log(q(z) / p(x, z))]", 10: "chain-rule"})
    assert marks(report) == [WRONG, RIGHT]
    assert marks(marked(KL, BOTH, {10: "chain-rule"})) == [OPEN, RIGHT]


def test_a_reason_may_be_one_from_the_line_that_was_answered(marked: Marked) -> None:
    line = "E_{q(z)}[log p(x, z)] + H(q(z))"
    reason = "[entropy, chain-rule, log-rules, linearity]"
    assert marks(marked(KL, BOTH, {9: line, 10: reason})) == [RIGHT, RIGHT]
    assert marks(marked(KL, BOTH, {9: line, 10: "chain-rule"})) == [RIGHT, RIGHT]
    report = marked(KL, BOTH, {10: "[entropy, gibbs]"})
    assert marks(report) == [OPEN, WRONG]


def test_two_lines_in_a_row(marked: Marked) -> None:
    blanks = {9: "line", 10: "line"}
    own = solution(KL, blanks)
    assert marks(marked(KL, blanks, own)) == [RIGHT, RIGHT]
    assert marks(marked(KL, blanks, {9: own[9], 10: own[9]})) == [RIGHT, WRONG]
    assert marks(marked(KL, blanks, {9: own[10], 10: own[10]})) == [WRONG, RIGHT]


# -- answers that don't count ---------------------------------------------------------------------


def test_a_false_line_gets_its_counterexample_and_its_edit(marked: Marked) -> None:
    found = one(marked(KL, {1: "line"}, {1: "int q(z) log[p(z | x) / q(z)] dz"}))
    assert (found.mark, code(found)) == (WRONG, "refuted")
    assert found.report is not None
    assert found.report.counterexample is not None
    assert found.report.diagnosis is not None
    assert found.report.diagnosis.kind == "sign"
    found = one(marked(KL, {11: "line"}, {11: "E_{q(z)}[log p(x | z)] + KL(q(z) || p(z))"}))
    assert (found.mark, code(found)) == (WRONG, "refuted")


def test_a_false_relation_gets_its_counterexample(marked: Marked) -> None:
    found = one(marked(SHORT, {2: "relation"}, {2: "eq"}))
    assert (found.mark, code(found)) == (WRONG, "refuted")
    assert found.report is not None
    assert found.report.diagnosis is not None
    assert found.report.diagnosis.line == ">= E_{q(z)}[log(p(x, z) / q(z))]"
    found = one(marked(KL, {8: "relation"}, {8: "<="}))
    assert (found.mark, code(found)) == (WRONG, "refuted")


def test_a_chain_that_turns_round_is_wrong(marked: Marked) -> None:
    found = one(marked(SHORT, {3: "relation"}, {3: "le"}))
    assert (found.mark, code(found)) == (WRONG, "relation-turned")


def test_a_wrong_reason_is_told_one_that_would_do(marked: Marked) -> None:
    found = one(marked(KL, {3: "reason"}, {3: "jensen"}))
    assert (found.mark, code(found)) == (WRONG, "wrong-rule")
    assert found.report is not None
    assert found.report.suggestion is not None


def test_a_list_of_all_rules_is_no_reason(marked: Marked) -> None:
    some = "[chain-rule, kl, entropy, tower, gibbs, swap]"
    found = one(marked(KL, {3: "reason"}, {3: some}))
    assert (found.mark, code(found)) == (WRONG, "mark-superfluous")
    from verifier.kernel.rules import RULES

    found = one(marked(KL, {3: "reason"}, {3: f"[{', '.join([*RULES] * 100)}]"}))
    assert found.mark is WRONG


HIDDEN = "H(q(z)) + E_{q(z)}[log q(z)]"  # what comes to 0
LINE_3 = "(int q(z) log q(z) dz - int q(z) log(p(x, z) / p(x)) dz)"
COPIES = [
    (KL, 9, 8, "E_{q(z)}[log p(x, z) - log q(z)]"),  # the line above
    (KL, 9, 10, "E_{q(z)}[log(p(x | z) p(z) / q(z))]"),  # below
    (KL, 9, 10, "E_{q(z)}[log((p(z)) p(x | z) / q(z))] + 0"),  # below, but for arithmetic
    (KL, 4, 0, "KL(q(z) || p(z | x))"),  # the start
    (KL, 10, 11, "E_{q(z)}[log p(x | z)] - KL(q(z) || p(z))"),
    (KL, 7, 6, "KL(q(z) || p(z | x)) = E_{q(z)}[log q(z) - log p(x, z)] + log p(x)"),
    (KL, 8, None, "log p(x) >= E_{q(z)}[log p(x | z)] - KL(q(z) || p(z))"),  # the claim
    (JENSEN, 2, 1, "log int p(x, z) dz"),  # where the step is one of arithmetic itself
    (KL, 4, 3, f"{LINE_3} + KL(q(z) || q(z))"),  # padded by what is 0
    (KL, 4, 3, f"{LINE_3} int q(z) dz"),  # by what is 1
    # by what is added and cancels against itself
    (KL, 4, 3, f"{LINE_3} + H(q(z)) + E_{{q(z)}}[log q(z)]"),
    (KL, 4, 3, f"{LINE_3} - H(p(z)) + int p(z) log(1 / p(z)) dz"),
    (KL, 4, 3, f"{LINE_3} + I_p(x; z) - KL(p(x, z) || p(x) p(z))"),
    (KL, 4, 3, f"{LINE_3} exp(H(q(z))) exp(E_{{q(z)}}[log q(z)])"),
    (KL, 4, 0, "KL(q(z) || p(z | x)) + H(p(x)) + E_{p(x)}[log p(x)]"),
    (KL, 4, 0, "2 KL(q(z) || p(z | x)) - int q(z) log(q(z) / p(z | x)) dz"),
    (KL, 9, 8, f"E_{{q(z)}}[log p(x, z) - log q(z) + {HIDDEN}]"),
    (KL, 9, 10, f"E_{{q(z)}}[log(exp({HIDDEN}) p(x | z) p(z) / q(z))]"),
]
# what does something, though all of the line above is still there or something cancels
DOING = [
    (KL, 4, "int q(z) log q(z) dz - int q(z) log p(x, z) dz + log p(x)"),
    (KL, 4, f"E_{{q(z)}}[log q(z)] - int q(z) log p(x, z) dz + log p(x) + {HIDDEN}"),
    (KL, 9, f"E_{{q(z)}}[log(p(x, z) / q(z))] + {HIDDEN}"),
    (KL, 9, "E_{q(z)}[log p(x, z)] + H(q(z))"),
    (JENSEN, 2, "log int q(z) p(x, z) / q(z) dz"),
]


@pytest.mark.parametrize(("text", "step", "copied", "line"), COPIES)
def test_what_stands_elsewhere_is_no_answer(
    text: str, step: int, copied: int | None, line: str, marked: Marked
) -> None:
    found = one(marked(text, {step: "line"}, {step: quoted(line)}))
    assert (found.mark, code(found)) == (WRONG, "mark-copied")
    assert found.why is not None
    assert found.why.data["step"] == copied


@pytest.mark.parametrize(("text", "step", "line"), DOING)
def test_what_does_something_is_an_answer(text: str, step: int, line: str, marked: Marked) -> None:
    found = one(marked(text, {step: "line"}, {step: quoted(line)}))
    assert found.mark.counts, found.why


@pytest.mark.parametrize(
    ("step", "line", "why"),
    [
        (3, "ln p(x) = ln p(x)", "mark-trivial"),
        (3, f"ln p(x) = ln p(x) + {HIDDEN}", "mark-trivial"),
        (3, "ln p(x) = ln p(x) + KL(q(z) || q(z))", "mark-trivial"),
        (8, "0 <= 0", "mark-trivial"),
        (8, "ln u <= u", "mark-next"),  # true, but what uses the lemma needs more of it
    ],
)
def test_what_says_too_little_is_no_answer(step: int, line: str, why: str, marked: Marked) -> None:
    found = one(marked(BAYES, {step: "line"}, {step: quoted(line)}))
    assert (found.mark, code(found)) == (WRONG, why)


def test_one_line_is_not_two_answers(marked: Marked) -> None:
    line = quoted("E_{q(z)}[log(p(x | z) p(z)) - log q(z)]")
    found = marked(JENSEN, {6: "line", 7: "line"}, {6: line, 7: line})
    assert marks(found) == [RIGHT, WRONG]
    assert code(found.grades[1]) == "mark-copied"


@pytest.mark.parametrize("reason", ["gibbs", "jensen", "kl", "tower", "[gibbs, kl]"])
def test_a_rule_that_does_nothing_is_no_reason(reason: str, marked: Marked) -> None:
    """Step 5 follows by a tidying rule, which any reason may have beside it."""
    found = one(marked(KL, {5: "reason"}, {5: reason}))
    assert (found.mark, code(found)) == (WRONG, "wrong-rule")


def test_a_line_must_lead_on(marked: Marked) -> None:
    weak = "E_{q(z)}[log(p(x, z) / q(z))] - 1"
    found = one(marked(SHORT, {2: "line"}, {2: weak}))
    assert (found.mark, code(found)) == (WRONG, "mark-next")
    assert found.why is not None
    assert found.why.data == {"step": 3, "verdict": "refuted"}
    statement = "KL(q(z) || p(z | x)) >= 0"  # true, but not what goes on to the claim
    found = one(marked(KL, {8: "line"}, {8: statement}))
    assert (found.mark, code(found)) == (WRONG, "mark-next")


@pytest.mark.parametrize(
    ("kind", "step", "answer", "said"),
    [
        ("line", 4, "E_{q(z)}[log q(z", "unclosed"),
        ("line", 4, "log r(x)", "undeclared-name"),
        ("line", 4, "[log p(x), log q(z)]", "wrong-type"),
        ("line", 4, "''", None),
        ("line", 4, "log p(x) = log p(x)", None),
        ("line", 4, "'" + "(" * 3000 + "'", None),
        ("line", 4, "'" + "log " * 3000 + "p(x)'", None),
        ("line", 7, "log p(x)", None),  # no statement
        ("reason", 4, "expectaton", "unknown-rule"),
        ("reason", 4, "{by: kl}", "wrong-type"),
        ("relation", 4, "gt", "mark-no-relation"),
        ("relation", 4, "so", "mark-no-relation"),
        ("relation", 8, ">> 0 +", "mark-no-relation"),
        ("relation", 8, ">= 0 =", "mark-no-relation"),
    ],
)
def test_what_cannot_be_read(
    kind: str, step: int, answer: str, said: str | None, marked: Marked
) -> None:
    found = one(marked(KL, {step: kind}, {step: answer}))
    assert found.mark is UNREADABLE
    assert found.why is not None
    assert said in (None, found.why.code)
    assert message(found.why)


@pytest.mark.parametrize("answer", ["___", "_", "______", "'___'", "", "~"])
@pytest.mark.parametrize(("kind", "step"), [("line", 4), ("reason", 4), ("reason", 1)])
def test_not_answered(answer: str, kind: str, step: int, marked: Marked) -> None:
    report = marked(KL, {step: kind}, {step: answer})
    assert (one(report).mark, report.exit_status()) == (OPEN, ExitStatus.FAILED)


def test_a_blank_that_was_taken_out_is_not_answered(tmp_path: Path) -> None:
    blanks = {2: "line", 4: "reason", 6: "relation", 8: "relation"}
    files = written(tmp_path, KL, blanks, {})
    answers = Path(files[1])
    text = answers.read_text(encoding="utf-8")
    text = text.replace("    eq: ___\n", "").replace("    by: ___\n", "").replace(" ___ E_", " E_")
    answers.write_text(text, encoding="utf-8")
    assert marks(grade(*files)) == [OPEN] * 4


def test_a_blank_among_rules_is_none(marked: Marked) -> None:
    assert one(marked(KL, {1: "reason"}, {1: "[kl, ___]"})).mark.counts
    assert one(marked(KL, {1: "reason"}, {1: "[___]"})).mark is OPEN
    assert one(marked(KL, {1: "reason"}, {1: "[]"})).mark is OPEN


# -- what is no worksheet of the derivation -------------------------------------------------------

BLANKS = {2: "line", 4: "reason", 6: "relation", 8: "relation"}


@pytest.mark.parametrize(
    ("old", "new", "said", "at"),
    [
        ("- q(z)\n", "- q(z | x)\n", "answers-differ", "q(z | x)"),
        (
            "- finite all\n",
            "- finite all\n  - q(z) << p(z)\n",
            "answers-differ",
            "- q(z) << p(z | x",
        ),
        ("strict: true\n", "", "answers-lack", "title:"),
        ("strict: true\n", "strict: false\n", "answers-differ", "false"),
        ("start:", "parameters: [u > 0]\nstart:", "answers-more", "parameters"),
        ("by: chain-rule\n", "by: bayes-rule\n", "answers-differ", "bayes-rule"),
        ("by: [log-rules, linearity]\n    blank", "by: kl\n    blank", "answers-differ", "kl\n"),
        ("eq: ___", "ge: ___", "answers-more", "ge: ___"),
        ("claim: log p(x) >=", "claim: log p(x) <=", "answers-differ", "log p(x) <="),
        ("log p(x) ___ E", "log p(z) >= E", "answers-differ", "log p(z) >="),
        ("___: E_", "ge: 0 + E_", "answers-differ", "0 + E_"),
        ("blank: line", "blank: reason", "answers-blank", "reason\n  - eq"),
        ("    blank: line\n", "", "answers-blank", "eq: ___"),
        ("  - so:", "  - eq: 1\n  - so:", "answers-steps", "- eq: int"),
        ("note: Chain rule", "nota: Chain rule", "unknown-key", "nota"),
        ("title:", "title: t\ntitle:", "duplicate-key", "title: The"),
        ("claim:", "claim: 'x\nclaim:", "not-yaml", None),
    ],
)
def test_what_is_not_blank_stays(
    old: str, new: str, said: str, at: str | None, tmp_path: Path
) -> None:
    files = written(tmp_path, KL, BLANKS, {})
    answers = Path(files[1])
    text = answers.read_text(encoding="utf-8")
    assert old in text
    head, title, rest = text.partition("title:")
    text = head + (title + rest).replace(old, new, 1)
    answers.write_text(text, encoding="utf-8")
    report = grade(*files)
    assert report.error is not None
    assert (report.error.code, report.faulty) == (said, files[1])
    assert (report.exit_status(), report.grades) == (ExitStatus.ERROR, ())
    if at is not None:
        where = report.error.location
        assert where is not None
        lines = text.splitlines(keepends=True)
        offset = sum(map(len, lines[: where.line - 1])) + where.column - 1
        assert text[offset:].startswith(at)


def test_layout_and_notes_on_blanks_are_free(tmp_path: Path) -> None:
    files = written(tmp_path, KL, BLANKS, solution(KL, BLANKS))
    answers = Path(files[1])
    text = answers.read_text(encoding="utf-8")
    text = text.replace("    blank: line", "    # why\n    note: 'because'\n    blank: line")
    text = text.replace("claim: log", "claim:   >-\n   log").replace("\n", "\r\n")
    answers.write_bytes(text.encode())
    assert marks(grade(*files)) == [RIGHT] * 4


def test_no_blank_is_added_where_a_seed_chose(tmp_path: Path) -> None:
    own, answers = tmp_path / "own.yaml", tmp_path / "answers.yaml"
    own.write_text(KL, encoding="utf-8")
    blanks = {1: "reason", 4: "line", 6: "reason", 8: "relation"}
    text = filled(sheet_of(KL, blanks), solution(KL, blanks))
    answers.write_text(text, encoding="utf-8")
    assert grade(own, answers).right == 4
    last = "  - eq: E_{q(z)}[log p(x | z)]"
    added = text.replace(last, f"  - blank: reason\n    {last[4:]}")
    taken = text.replace("    blank: relation\n", "")
    for changed in (added, taken):
        assert changed != text
        answers.write_text(changed, encoding="utf-8")
        report = grade(own, answers)
        assert report.error is not None
        assert report.error.code == "answers-blanks"


@pytest.mark.parametrize(
    ("data", "said"),
    [(None, "unreadable"), (b"\xff\xfe", "not-utf-8"), (b"a: \x00", "control-character"),
     (b"", "empty-file"), (b"[1]", "wrong-type"), (b"&a [*a]", "anchor"),
     (b"steps: []", "answers-lack")],
)  # fmt: skip
def test_files_that_are_none(data: bytes | None, said: str, tmp_path: Path) -> None:
    answers = tmp_path / "answers.yaml"
    if data is not None:
        answers.write_bytes(data)
    report = grade(SHIPPED["kl"], answers)
    assert report.error is not None
    assert (report.error.code, report.faulty, report.exit_status()) == (said, str(answers), 2)


def test_nothing_is_marked_by_a_derivation_that_is_not_proved(
    tmp_path: Path, marked: Marked
) -> None:
    wrong = SHORT.replace("by: jensen", "by: gibbs")
    report = marked(wrong, {1: "reason"}, {1: "kl"})
    assert report.error is not None
    assert (report.error.code, report.error.data["step"]) == ("grade-unproved", 2)
    assert report.faulty.endswith("derivation.yaml")
    far = SHORT.replace("claim: log p(x) >=", "claim: log p(x) =")
    report = marked(far, {1: "reason"}, {1: "kl"})
    assert report.error is not None
    assert (report.error.code, report.error.data["step"]) == ("grade-unproved", 0)
    assert grade(tmp_path, tmp_path / "answers.yaml").exit_status() == ExitStatus.ERROR


def test_a_fault_of_ours_is_told_from_theirs(
    marked: Marked, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr("verifier.commands.grade._proved", fail)
    report = marked(SHORT, {1: "reason"}, {1: "kl"})
    assert report.error is not None
    assert (report.error.code, report.exit_status()) == ("internal-fault", ExitStatus.INTERNAL)


# -- the command ----------------------------------------------------------------------------------

ANSWERS = {1: "[marginalisation, expectation]", 2: "E_{q(z)}[log(q(z) / p(x, z))]", 3: "___"}
SAID = """\
answers.yaml: 1 of 3 right
A bound

  1  reason    right            marginalisation, expectation
  2  line      wrong            E_{q(z)}[log(q(z) / p(x, z))]
  3  relation  not answered

answers.yaml:12:9: step 2: this is false: left is 0, right is 0.0"""


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.chdir(tmp_path)
    written(tmp_path, SHORT, {1: "reason", 2: "line", 3: "relation"}, ANSWERS)
    return ["derivation.yaml", "--grade", "answers.yaml"]


def test_text(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(files) == 1
    said, complaint = capsys.readouterr()
    assert complaint == ""
    head, _, rest = said.partition(": this is false")
    assert head == SAID.partition(": this is false")[0]
    assert "a counterexample:" in rest
    assert rest.endswith("\n\n1 of 3 right\n")
    assert "replay" not in rest


def test_narrow_text_loses_nothing(files: list[str]) -> None:
    from verifier.report import plain
    from verifier.report.grades import grade_page

    report = grade(files[0], files[2])
    wide, narrow = (plain.text(grade_page(report, width)) for width in (None, 40))
    assert re.sub(r"\s", "", narrow).count("E_{q(z)}[log(q(z)/p(x,z))]") >= 1
    assert len(narrow.splitlines()) > len(wide.splitlines())


def test_machine(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([*files, "--format", "json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert (said["right"], said["of"], said["error"]) == (1, 3, None)
    first, second, third = said["grades"]
    assert first["mark"] == "right"
    assert (second["mark"], second["code"], second["line"]) == ("wrong", "refuted", 12)
    assert second["counterexample"]["tables"]
    assert (third["mark"], third["answer"], third["message"]) == ("not answered", "", None)


def test_error_in_text_and_machine(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    Path("answers.yaml").write_text("title: [\n", encoding="utf-8")
    assert cli.main(files) == 2
    assert capsys.readouterr().out.startswith("answers.yaml:")
    assert cli.main([*files, "--format", "json"]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "not-yaml"


@pytest.mark.parametrize(
    "arguments",
    [["a.yaml", "b.yaml", "--grade", "w"], ["a.yaml", "--grade", "w", "--expect"],
     ["a.yaml", "--grade", "w", "--necessity"], ["a.yaml", "--grade", "w", "--fix"],
     ["a.yaml", "--grade", "w", "--replay", "v"], ["--rules", "--grade", "w"],
     ["a.yaml", "--grade"], ["--grade", "w"]],
)  # fmt: skip
def test_wrong_calls(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(arguments) == 2
    assert "usage" in capsys.readouterr().err
