"""`--replay`: a counterexample held against its file once more, and what is no world of it."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from derivation_table import judged_once, path

import cli
from verifier import replay, verify
from verifier.commands.replay import in_worlds
from verifier.derivation.derivation import Derivation
from verifier.derivation.loader import derivation
from verifier.derivation.source import read_source
from verifier.derivation.worlds import World, read_worlds
from verifier.messages import MESSAGES, message
from verifier.outcome import DiagnosticError, ExitStatus, ReplayReport, Report
from verifier.report import machine, plain

FALSE = """\
title: A false line
model: {model}
parameters: [beta > 0, "K in positive integers"]
functions: ["f(x) >= 0", phi(u) concave]
{more}
start: log p(x)
steps:
  - eq: beta log p(x)
  - side: {side}
    label: other
  - eq: beta log p(x) + f(x)
claim: log p(x) = beta log p(x) + f(x)
"""
PLAIN: dict[str, Any] = {
    "step": 2,
    "tables": [
        {"name": "p(x, z)", "axes": ["x", "z"], "shape": [2, 2], "cells": ["1/4"] * 4},
        {"name": "q(z | x)", "axes": ["x", "z"], "shape": [2, 2], "cells": ["1/2"] * 4},
    ],
    "weights": [],
    "parameters": {},
    "point": {"x": 0, "z": 1},
}
SIDE = "p(x | z) = q(z | x) + 1"


def table(name: str, axes: str, shape: list[int], *cells: object) -> dict[str, Any]:
    return {"name": name, "axes": axes.split(), "shape": shape, "cells": [*cells]}


@pytest.fixture
def held(tmp_path: Path) -> Callable[..., ReplayReport]:
    """Hold a world against step 2 of a small file."""

    def hold(
        world: object, side: str = SIDE, model: str = '["p(x, z)", "q(z | x)"]', more: str = ""
    ) -> ReplayReport:
        file, holder = tmp_path / "false.yaml", tmp_path / "world.json"
        file.write_text(
            FALSE.format(model=model, side=json.dumps(side), more=more), encoding="utf-8"
        )
        text = world if isinstance(world, str) else json.dumps(world)
        holder.write_text(text, encoding="utf-8")
        return replay(file, holder)

    return hold


def test_a_table_is_over_what_a_density_is_shown_over(held: Callable[..., ReplayReport]) -> None:
    """Variables left out have one value, and so does one whose axis is 1 long."""
    world = {
        **copy.deepcopy(PLAIN),
        "tables": [table("p(x)", "x", [2], "1/4", "3/4"), table("q(z | x)", "z x", [1, 2], 1, 1)],
        "point": {"x": 0, "z": 0},
    }
    for given in ("q(z | x)", "q(z)"):
        world["tables"][1] = table("q(z | x)", "x z", [2, 1], 1, 1)
        world["tables"][1]["name"] = given
        report = held(world)
        assert given == "q(z)" or report.replays[0].breaks
    assert "the world has `q(z)`, which the model has not" in said(report)


def said(report: ReplayReport) -> str:
    diagnostics = [again.said for again in report.replays]
    return "; ".join(map(message, [*([report.error] if report.error else []), *diagnostics]))


def test_a_report_replays_its_counterexamples(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    text = FALSE.format(model='["p(x, z)", "q(z | x)"]', side=json.dumps(SIDE), more="")
    Path("false.yaml").write_text(text, encoding="utf-8")
    assert cli.main(["false.yaml", "--format", "json"]) == 1
    Path("report.json").write_text(capsys.readouterr().out, encoding="utf-8")
    assert cli.main(["false.yaml", "--replay", "report.json"]) == 1
    shown = capsys.readouterr().out
    assert cli.main(["false.yaml", "--replay", "report.json", "--format", "json"]) == 1
    replayed = json.loads(capsys.readouterr().out)["replays"]
    (judged,) = verify("false.yaml").derivations
    found = {s.index: s.counterexample for s in judged.steps if s.counterexample}
    again = {each.step: each.counterexample for each in replay("false.yaml", "report.json").replays}
    assert again == found
    assert [each["step"] for each in replayed] == [*found]
    assert all(each["breaks"] for each in replayed)
    for index, example in found.items():
        assert example is not None
        assert f"this world breaks step {index}: left is {example.left}" in shown
    one = Path("one.json")
    one.write_text(json.dumps(replayed[0]["counterexample"]), encoding="utf-8")
    assert cli.main(["false.yaml", "--replay", "one.json"]) == 1


@pytest.mark.parametrize(
    "name",
    [
        *("kl/direction", "jensen/sign", "blog/zero-forcing/support-lost"),
        "concordance/importance-weighted/wrong-distribution",  # with a fact at a point
        "papers/importance-weighted/direction",
    ],
)
def test_twins_are_broken_by_what_they_show(name: str, tmp_path: Path) -> None:
    report, holder = Report((judged_once(name),)), tmp_path / "report.json"
    holder.write_text(machine.render(report), encoding="utf-8")
    again = replay(path(name), holder)
    found = [(s.index, s.counterexample) for s in report.derivations[0].steps if s.counterexample]
    assert [(each.step, each.counterexample) for each in again.replays] == found
    assert found
    assert all(each.breaks for each in again.replays)


def test_a_world_of_a_step_that_has_been_mended_no_longer_breaks_it(
    held: Callable[..., ReplayReport],
) -> None:
    assert held(PLAIN).exit_status() == ExitStatus.FAILED
    mended = held(PLAIN, "p(x | z) p(z) = p(x, z)")
    assert mended.exit_status() == ExitStatus.VERIFIED
    assert said(mended) == "step 2 holds in this world: left is 1/4, right is 1/4"
    assert "difference  =  0" in plain.render(mended)


def changed(**entries: object) -> dict[str, Any]:
    return {**PLAIN, **entries}


def tables(*given: dict[str, Any], **entries: object) -> dict[str, Any]:
    """The plain world with some tables instead of those of their names."""
    names = {each["name"] for each in given}
    return changed(
        tables=[t for t in PLAIN["tables"] if t["name"] not in names] + [*given], **entries
    )


P = ("p(x, z)", "x z", [2, 2])
REFUSED = [
    # not a file of worlds
    ("", "not JSON: expecting value"),
    ("[1, 2", "not JSON: expecting ',' delimiter"),
    ("[" * 100_000, "not JSON: nested too deeply"),
    ('{"step": ' + "9" * 5000 + "}", "not JSON: a number is too long"),
    ([], "`it` must be an object"),
    ("null", "`it` must be an object"),
    ({}, "`step` must be an integer from 0 on"),
    ({"derivations": 3}, "`derivations` must be a list"),
    ({"derivations": [3]}, "`derivations` must be an object"),
    ({"derivations": []}, "no counterexample to `false.yaml` is in it"),
    ({"derivations": [{"file": "b.yaml", "steps": [PLAIN]}]}, "no counterexample to"),
    ({"derivations": [{"file": "a/false.yaml"}]}, "`steps` must be a list"),
    ({"derivations": [{"file": "false.yaml", "steps": [{"index": 1}]}]}, "no counterexample to"),
    (
        {"derivations": [{"file": "false.yaml", "steps": [{"index": 1, "counterexample": 3}]}]},
        "`steps[0].counterexample` must be an object",
    ),
    (changed(step="2"), "`step` must be an integer"),
    (changed(step=True), "`step` must be an integer"),
    (changed(tables=3), "`tables` must be a list"),
    (changed(tables=[3]), "`tables[0]` must be an object"),
    (changed(tables=[{"name": "p(x, z)"}]), "`tables[0].axes` must be a list"),
    (changed(point=[1]), "`point` must be an object"),
    (changed(point={"x": -1, "z": 0}), "`point.x` must be an integer from 0 on"),
    (changed(parameters={"beta": [1]}), "`parameters.beta` must be a fraction"),
    (changed(parameters={"beta": "9" * 200}), "`parameters.beta` must be a fraction"),
    (tables(table(*P, *["1/4"] * 3)), "`tables[1].cells` must be a list of 4 numbers"),
    (tables(table("p(x, z)", "x", [2, 2])), "`tables[1].shape` must be a size for each axis"),
    (tables(table("p(x, z)", "x z", [2, 0])), "`tables[1].shape` must be a size for each axis"),
    (tables(table("p(x, z)", "x z", [4096, 4096])), "`tables[1].shape` must be"),
    (tables(table(*P, 0.25, "1/4", "1/4", "1/4")), "`tables[1].cells[0]` must be a fraction"),
    # not a world of the file
    (changed(step=0), "there is no step 0"),
    (changed(step=9), "there is no step 9"),
    (changed(tables=[]), "the world has no `p(x, z)`, on which step 2 depends"),
    (changed(point={"x": 0}), "the world has no `z`, on which step 2 depends"),
    (changed(point={"x": 0, "z": 2}), "`z = 2` is none of its values"),
    (tables(table("r(z)", "z", [2], 1, 0)), "`r(z)`, which the model has not"),
    (changed(parameters={"gamma": 1}), "`gamma`, which the model has not"),
    (changed(weights=[table("y", "y", [2], 1, 1)]), "`y`, which the model has not"),
    (tables(table("p(x, z)", "z x", [2, 2], *["1/4"] * 4)), "`p(x, z)` must be over `x`, `z`"),
    (tables(table("p(x, z)", "x z", [3, 2], *["1/6"] * 6)), "2 values of x, elsewhere there are 3"),
    (tables(table("p(x, z)", "x z", [2, 65], *["1/130"] * 130)), "of z, elsewhere there are"),
    (tables(table(*P, "one", "1/4", "1/4", "1/4")), "cell 0` must be a fraction such as `1/3`"),
    (tables(table(*P, "1/0", "1/4", "1/4", "1/4")), "must be a fraction such as `1/3`, not `1/0`"),
    (tables(table(*P, "nan", "1/4", "1/4", "1/4")), "must be a fraction such as `1/3`, not `nan`"),
    (tables(table(*P, "1e9", "1/4", "1/4", "1/4")), "must be a fraction such as `1/3`, not `1e9`"),
    (tables(table(*P, "-1/4", "1/2", "1/2", "1/4")), "has the negative value -1/4"),
    (tables(table(*P, "1/2", "1/2", "1/2", "1/2")), "`p(x, z)` must have the total 1, but has 2"),
    (tables(table(*P, "9" * 40, "1/4", "1/4", "1/4")), "must have the total 1, but has 39999"),
    (tables(table(*P, "0", "1/2", "1/4", "1/4")), "has a zero, but without `support`"),
    (changed(weights=[table("z", "z", [2], 1, 0)]), "the widths of z must be positive"),
    (changed(weights=[table("z", "z", [2], 1, 3)]), "must have the total 1, but has"),
]


@pytest.mark.parametrize(("world", "why"), REFUSED)
def test_what_is_no_world_is_refused(
    world: object, why: str, held: Callable[..., ReplayReport]
) -> None:
    report = held(world)
    assert why in said(report).replace(str(Path(report.file)), Path(report.file).name)
    assert report.exit_status() == ExitStatus.ERROR
    assert not report.internal
    assert plain.render(report).isascii()
    json.loads(machine.render(report))


ODD = [0, 1, -1, 2, 10**30, "1/2", "0", "-1/3", "1/0", "9" * 40, "x", "", None, [], {}, True, 0.5]
ODD += ["log(2)", "1e5", "inf", "nan", ["x"], "y", "1/3", "0.25", 4096, 65, "1/4", "3/4"]


def odd(world: dict[str, Any], random: Random) -> dict[str, Any]:
    """A world with something in it dropped, added, or put in another's place."""
    found = copy.deepcopy(world)
    for _ in range(random.choice([1, 1, 2, 3])):
        owner, key = random.choice([*places(found)])
        choice = random.random()
        if choice < 0.2:
            del owner[key]
        elif choice < 0.3 and isinstance(owner, list):
            owner.append(random.choice(ODD))
        elif choice < 0.4 and isinstance(owner, dict):
            owner[str(random.choice(ODD))] = random.choice(ODD)
        else:
            owner[key] = random.choice(ODD)
    return found


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every entry of an object or a list, however deep."""
    keys = [*value] if isinstance(value, dict) else range(len(value))
    for key in keys:
        yield value, key
        if isinstance(value[key], (dict, list)):
            yield from places(value[key])


def test_no_world_is_too_odd_to_be_judged_or_refused(tmp_path: Path) -> None:
    side = "phi(beta) E_{q(z | x)}[log q(z | x)] f(x) + K = p(x) + K^2"
    file, holder = tmp_path / "false.yaml", tmp_path / "world.json"
    text = FALSE.format(model='["p(x, z)", "q(z | x)"]', side=json.dumps(side), more="")
    file.write_text(text, encoding="utf-8")
    example = json.loads(machine.render(verify(file)))["derivations"][0]["steps"][1]
    random, codes = Random(1), set()
    worlds: list[World] = []
    for _ in range(400):
        holder.write_text(json.dumps(odd(example["counterexample"], random)), encoding="utf-8")
        try:
            worlds += read_worlds(str(holder), str(file))
        except DiagnosticError as error:
            codes.add(error.diagnostic.code)
    replays = in_worlds(derivation(read_source(file)), no_other, worlds)
    codes |= {again.said.code for again in replays}
    assert codes >= {"world-wrong", "world-number", "world-total", "world-breaks", "world-lacks"}
    assert all(code in MESSAGES for code in codes)


def no_other(name: str) -> Derivation:
    raise AssertionError(name)


MARKOV = '["p(x, z)", "p_2(x, y, z) = p_2(x | y) p_2(y | z) p_2(z)", "q(z | x)"]'
CHAIN = table("p_2(x, y, z)", "x y z", [2, 2, 2], *["1/8"] * 8)
SLACK = table("slack of f(x)", "x", [2], 1, "1/2")
MIXED = table("p_2(x, y, z)", "x y z", [2, 2, 2], "1/4", *["3/28"] * 7)


@pytest.mark.parametrize(
    ("side", "world", "more", "why"),
    [
        ("p_2(x | y) = 2", tables(CHAIN, point={"x": 0, "y": 0}), "", "breaks"),
        ("p_2(x | y) = 2", tables(MIXED, point={"x": 0, "y": 0}), "", "not as declared"),
        ("beta = 1", changed(parameters={"beta": "2"}), "", "breaks"),
        ("beta = 1", changed(parameters={"beta": "1"}), "", "holds"),
        ("beta = 1", changed(parameters={"beta": "-1"}), "", "does not meet what"),
        ("beta = 1", changed(), "", "has no `beta`"),
        ("K = 1", changed(parameters={"K": "3/2"}), "", "does not meet what"),
        ("f(x) = 1", tables(table("f(x)", "x", [2], "1/3", 0)), "", "breaks"),
        ("f(x) = 1", tables(table("f(x)", "x", [2], "-1/3", 0)), "", "`f(x)` is not as declared"),
        ("f(x) = 1", changed(), "", "has no `f(x)`"),
        ("phi(beta) = 1", changed(parameters={"beta": 2}), "", "breaks"),
        (
            "phi(beta) = 1",
            tables(table("phi: offset", "", [], 1), parameters={"beta": 2}), "", "holds",
        ),
        ("p(x) = 1", tables(table(*P, "1/2", "1/4", "1/4", 0)), "support: []", "breaks"),
        (
            "log f(x) = 1",
            tables(table("f(x)", "x", [2], 0, 1)), "", "says nothing here",
        ),
        ("p(x) = 1", changed(), 'support: ["q(z | x) << p(x, z)"]', "breaks"),
        (
            "p(x) = 1", tables(table(*P, "1/2", 0, "1/4", "1/4")),
            'support: ["q(z | x) << p(x, z)"]', "does not meet what",
        ),
        (
            "f(x) = 1", tables(table("f(x)", "x", [2], 2, "3/2"), SLACK),
            'assume: ["for all x: f(x) >= 2 p(x)"]', "breaks",
        ),
        (
            "f(x) = 1", tables(table("f(x)", "x", [2], 2, 2), SLACK),
            'assume: ["for all x: f(x) >= 2 p(x)"]', "`f(x)` is not as declared",
        ),
        ("(x", changed(), "", "has no statement that a world could break"),
    ],
)  # fmt: skip
def test_a_world_is_one_of_the_model(
    side: str, world: object, more: str, why: str, held: Callable[..., ReplayReport]
) -> None:
    report = held(world, side, MARKOV, more)
    assert why in said(report)
    status = {"breaks": 1, "holds": 0, "says nothing here": 0, "": report.exit_status()}.get(why, 2)
    assert report.exit_status() == status
    assert not report.internal


def test_a_horizon_is_one_of_those_looked_at(tmp_path: Path) -> None:
    file = tmp_path / "chain.yaml"
    file.write_text(
        "title: t\nmodel: ['p(z_{0:t}) = p(z_0) prod_{tau=1}^{t} p(z_tau | z_{tau-1})']\n"
        "parameters: [t >= 1]\nstart: p(z_{0:t})\nsteps:\n  - eq: p(z_0)\nclaim: 0 = 0\n",
        encoding="utf-8",
    )
    (judged,) = verify(file).derivations
    data = json.loads(machine.render(verify(file)))
    example = data["derivations"][0]["steps"][0]["counterexample"]
    assert judged.steps[0].counterexample is not None
    assert example["parameters"] == {"t": "1"}
    holder = tmp_path / "world.json"
    for parameters, why in (
        ({"t": "1"}, "this world breaks step 1"),
        ({"t": "0"}, "no world is looked at where t = 0"),
        ({"t": "1000000"}, "no world is looked at where t = 1000000"),
        ({}, "the world has no `t`"),
        ({"t": "2"}, "the world has `p(z_0, z_1)`, which the model has not"),
    ):
        holder.write_text(json.dumps({**example, "parameters": parameters}), encoding="utf-8")
        assert why in said(replay(file, holder))


@pytest.mark.parametrize("name", ["none.json", "."])
def test_files_that_are_not_there(name: str, tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("title: [", encoding="utf-8")
    report = replay(file, tmp_path / name)
    assert (report.exit_status(), report.faulty) == (2, str(tmp_path / name))
    holder = tmp_path / "world.json"
    holder.write_text(json.dumps(PLAIN), encoding="utf-8")
    broken = replay(file, holder)
    assert (broken.exit_status(), broken.faulty) == (2, str(file))
    assert "not YAML" in said(broken)


@pytest.mark.parametrize(
    "arguments",
    [["a.yaml", "b.yaml", "--replay", "w"], ["a.yaml", "--replay", "w", "--expect"],
     ["a.yaml", "--replay", "w", "--necessity"], ["a.yaml", "--replay", "w", "--fix"],
     ["--rules", "--replay", "w"], ["a.yaml", "--replay"], ["--replay", "w"]],
)  # fmt: skip
def test_a_wrong_call_is_told(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(arguments) == 2
    assert capsys.readouterr().err.startswith("usage: elbo-verify ")
