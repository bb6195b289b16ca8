"""What stands below a certificate that the prover has accepted: who accepted what, and of which
derivation. It is bound to that by digests alone; whoever writes them can forge it, which is why it
says what to have checked again. Imports nothing heavy: reports read it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote

LIBRARY = Path(__file__).parent / "elbo_coq"
FILES = (
    "Elbo",
    "ElboFit",
    "ElboTac",
    "ElboStep",
    "ElboSeq",
    "ElboIndex",
    "ElboAverage",
    "ElboEqual",
    "ElboCopies",
)  # in the order in which they use each other
_HEAD = "(* Accepted, as it stands above."
_SHA = r"[0-9a-f]{64}"
_FORM = re.compile(
    rf"""{re.escape(_HEAD)}
   by: (?P<prover>[^\n]*)
   axioms: (?P<axioms>[^\n]*)
   steps: (?P<accepted>\d+) of (?P<steps>\d+)
   written by: (?P<tool>[^\n]*)
   derivation: SHA-256 (?P<source>{_SHA})
(?P<uses>(?:   uses: \S+ SHA-256 {_SHA}\n)*)   base library: SHA-256 (?P<library>{_SHA})
"""
)
_LAST = re.compile(rf"   all of this: SHA-256 ({_SHA}) \*\)\n")


@dataclass(frozen=True, slots=True)
class Record:
    """That `prover` accepts the claim and `accepted` of `steps` steps from these axioms. `source`:
    the digest of the derivation; `uses`: the files that it uses, by where they lie from it, and
    their digests; `library`: that of the base library."""

    prover: str
    axioms: tuple[str, ...]
    accepted: int
    steps: int
    tool: str
    source: str
    uses: tuple[tuple[str, str], ...] = ()
    library: str = ""


def library_digest() -> str:
    """The digest of the base library."""
    texts = ((LIBRARY / f"{name}.v").read_bytes() for name in FILES)
    return hashlib.sha256(b"".join(texts)).hexdigest()


def sealed(text: str, record: Record) -> str:
    """A certificate with a record below it."""
    uses = "".join(f"   uses: {quote(name)} SHA-256 {digest}\n" for name, digest in record.uses)
    whole = (
        f"{text}{_HEAD}\n   by: {record.prover}\n   axioms: {', '.join(record.axioms)}\n"
        f"   steps: {record.accepted} of {record.steps}\n   written by: {record.tool}\n"
        f"   derivation: SHA-256 {record.source}\n{uses}"
        f"   base library: SHA-256 {record.library}\n"
    )
    return f"{whole}   all of this: SHA-256 {_digest(whole)} *)\n"


def record_of(text: str) -> Record | None:
    """The record below a certificate; None where there is none, or it is of another text."""
    above, mark, _ = text.rpartition(_HEAD)
    found = _FORM.match(text, len(above)) if mark else None
    last = _LAST.fullmatch(text, found.end()) if found else None
    if found is None or last is None or last[1] != _digest(text[: found.end()]):
        return None
    uses = re.findall(rf"uses: (\S+) SHA-256 ({_SHA})", found["uses"])
    return Record(
        found["prover"],
        tuple(found["axioms"].split(", ")) if found["axioms"] else (),
        int(found["accepted"]),
        int(found["steps"]),
        found["tool"],
        found["source"],
        tuple((unquote(name), digest) for name, digest in uses),
        found["library"],
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
