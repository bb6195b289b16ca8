"""What is declared, for the hints of a complaint about a formula."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from verifier.elaborate.model import Declarations
from verifier.formula import written as w
from verifier.formula.atom import alike, names_like
from verifier.formula.spellings import WORDS
from verifier.outcome import Diagnostic
from verifier.typeset.printer import plain

Data = Mapping[str, object]


def hinted(declared: Declarations, complaint: Diagnostic) -> Diagnostic:
    """A complaint with what its hint may show of the `model` lines: the density that a family by
    itself is to be, a law of the variable whose expectation is asked for."""
    lines = [line for line in declared.written["model"] if isinstance(line, w.FamilyLine)]
    name = complaint.data.get("name")
    if _is_derivative(declared, complaint):
        data = {"spelling": "d/d", "topic": "derivatives"}
        return replace(complaint, code="meaningless", data=data)
    if complaint.code == "undeclared-name":
        for density in (line.density for line in lines):
            if density.family == name:
                return replace(
                    complaint, code="bare-family", data={"name": name, "like": plain(density)}
                )
    if complaint.code == "bare-expectation":
        law = next(_laws(lines[::-1], name, complaint), None)  # often of what was declared last
        return replace(complaint, data={**complaint.data, "law": law})
    if complaint.code == "variable-in-arithmetic" and name in WORDS:
        return replace(
            complaint, code="meaningless", data={"spelling": name, "topic": WORDS[str(name)]}
        )
    if complaint.code == "variable-in-arithmetic" and not declared.scope.is_declared(str(name)):
        return replace(complaint, code="undeclared-name")  # `Expectation_{q(z)}[..]`
    shown = _SHOWN.get(complaint.code)
    more = shown(declared, lines, complaint) if shown else None
    return replace(complaint, data={**complaint.data, **more}) if more else complaint


def _with_more(_: Declarations, lines: list[w.FamilyLine], complaint: Diagnostic) -> Data:
    """A family of the same letter that has the variables; or the family with those it lacks."""
    name, lacks = complaint.data["name"], complaint.data["variables"]
    for density in (line.density for line in lines):
        has = {variable.label for variable in (*density.left, *density.right)}
        if density.family.partition("_")[0] == name != density.family and lacks in has:
            return {"near": (plain(density),)}
    for line in lines:
        if line.density.family == complaint.data["name"] and not line.factors and not line.formula:
            head, bar, given = plain(line.density)[:-1].partition(" | ")
            return {"like": f"{head}, {complaint.data['variables']}{bar}{given})"}
    return {}


def _whole(declared: Declarations, _: list[w.FamilyLine], complaint: Diagnostic) -> Data:
    """A parameter that ends a slice and isn't declared to be an integer."""
    ends = re.findall(r":\s*(\w+)", complaint.location.excerpt if complaint.location else "")
    for name in dict.fromkeys(ends):
        parameter = declared.model.parameter.get(name)
        if parameter is not None and not parameter.integer:
            return {"whole": f"{name} in positive integers"}
    return {}


def _name_meant(declared: Declarations, lines: list[w.FamilyLine], complaint: Diagnostic) -> Data:
    """What is declared, or belongs to the language, that a name is nearly, or two of it are."""
    name, behind = str(complaint.data["name"]), _around(complaint)[1]
    for density in (line.density for line in lines):
        function = name.removesuffix(density.family)
        if function in ("log", "ln", "exp"):
            return {"like": f"{function} {plain(density)}"}
    if complaint.data.get("near") or len(name) < 3:
        return {}
    near = names_like(declared.scope, name, applied=behind.startswith("("))
    return {"near": near} if near else {}


def _variable_meant(declared: Declarations, _: list[w.FamilyLine], complaint: Diagnostic) -> Data:
    """A variable that one is nearly; an index instead of one, or that nothing binds."""
    name = str(complaint.data["name"])
    if _SUM.search(_around(complaint)[0]):
        return {"summed": True}
    base, mark, index = name.partition("_")
    if mark and base in declared.scope.indexed_bases:
        return {"copies": index}
    if mark and base in declared.scope.bases:
        return {"declared": (base,)}
    long = {v for v in declared.scope.variables if len(v) > 1 or v.casefold() == name.casefold()}
    return {"near": alike(name, long)}


def _family_meant(declared: Declarations, lines: list[w.FamilyLine], complaint: Diagnostic) -> Data:
    """A family that one is nearly; of one with parameters the line that would declare it."""
    name, *parameters = str(complaint.data["name"]).split(";")
    for density in (line.density for line in lines if parameters):
        if density.family == name and declared.scope.bases.isdisjoint(parameters):
            return {"like": plain(replace(density, parameters=(*parameters,)))}
    return {"near": alike(name, declared.scope.families)}


def _law_meant(_: Declarations, lines: list[w.FamilyLine], complaint: Diagnostic) -> Data:
    """The law of copies, or of elements, that are to have that of one."""
    name, law = str(complaint.data["name"]), complaint.data["law"]
    for density in (line.density for line in lines):
        if density.family == law and name.partition("_")[0] in {v.base for v in density.left}:
            head, bar, given = plain(density)[:-1].partition(" | ")
            return {"like": f"E_{{{head.partition('(')[0]}({name}{bar}{given})}}[..]"}
    return {}


def _is_derivative(declared: Declarations, complaint: Diagnostic) -> bool:
    r"""Whether one is written: `d/dz f`, `\frac{d}{dz} f`."""
    behind = re.match(r"\}?\s*[/{]\s*d", _around(complaint)[1])
    readings = complaint.data.get("readings") or ("",)
    divided = re.search(r"\bd/d", str(readings[0])) and not declared.scope.is_declared("d")
    return bool(divided or (complaint.data.get("name") == "d" and behind))


def _around(complaint: Diagnostic) -> tuple[str, str]:
    """What stands before what is complained of, and behind it, in its line."""
    where = complaint.location
    if where is None:
        return "", ""
    first = where.excerpt_column
    behind = where.excerpt[where.end_column - first :] if where.end_line == where.line else ""
    return where.excerpt[: where.column - first], behind


_SUM = re.compile(r"(sum|[∑Σ])(\\limits)?_\s*\{?\s*$")
_SHOWN = {
    "not-covered": _with_more,
    "which-part": _whole,
    "out-of-range": _whole,
    "undeclared-name": _name_meant,
    "unknown-variable": _variable_meant,
    "undeclared-family": _family_meant,
    "not-a-law-of": _law_meant,
}


def _laws(lines: list[w.FamilyLine], name: object, complaint: Diagnostic) -> Iterator[str]:
    """The densities of a variable that lines declare; of any, those first that stand in what is
    complained of."""
    where = complaint.location
    said = set(re.findall(r"\w+", where.excerpt[where.column - 1 :])) if where else set()
    found = [
        (plain(variable), plain(replace(line.density, left=(variable,))))
        for line in lines
        for variable in line.density.left
    ]
    for variable, law in sorted(found, key=lambda one: one[0] not in said):
        if name is None or variable == name:
            yield law
