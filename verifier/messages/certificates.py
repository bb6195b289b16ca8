"""What becomes of certificates for Coq."""

from __future__ import annotations

from verifier.messages.wording import Data, Hint, Wording


def _step(data: Data) -> str:
    reason = f": {data['reason']}" if data["reason"] else ""
    return f"{data['step']}: {data['verdict']}{reason}"


def _certified(data: Data) -> str:
    """`certified by Coq 8.16.1 for all finite alphabets: the claim and 3 of 3 steps; axioms: ..`"""
    axioms = [str(name).rpartition(".")[2] for name in data["axioms"]]
    said = (
        f"certified by {data['by']} for all finite alphabets: the claim and {data['accepted']} of"
        f" {data['of']} steps; {'axioms: ' + ', '.join(axioms) if axioms else 'no axioms'}"
    )
    return said + (f"; in {data['seconds']} s" if "seconds" in data else "")


def _prover(data: Data) -> str:
    """`Coq 8.16.1`, and of another than certificates are tried with, that it is."""
    version, known = str(data["version"]), str(data["known"])
    is_known = version == known or version.startswith(f"{known}.")
    return f"Coq {version}" + ("" if is_known else f", which is not {known}")


def _library(data: Data) -> str:
    return f"the base library of certificates can't be built by {_prover(data)}: {data['reason']}"


def _open(data: Data) -> str:
    return f"not certified: not all of the claim is accepted by {_prover(data)}"


_WHY = {
    "unchecked": "Coq has not accepted it as it stands",
    "other": "it is of another text, or of other files than are used now",
    "version": "another version of this program wrote it",
}


def _unfit(data: Data) -> str:
    why = _WHY.get(data["reason"], "it can't be read")
    return f"not certified by `{data['file']}`: {why}"


MESSAGES: dict[str, Wording] = {
    "certificate-written": "written",
    "certificate-step": _step,
    "certified": _certified,
    "certificate-unfit": _unfit,
    "certified-alone": (
        "`--certified` goes with verifying files or with `--handout`, with nothing else"
    ),
    "certificate-disagreement": (
        "internal error: Coq {version} accepts {step}, which a counterexample refutes; one of the"
        " two is wrong: please report it, with the file"
    ),
    "certificate-open": _open,
    "certificate-refused": "not certified: {reason}",
    "certificate-none": "no certificate: {reason}",
    "certificate-unverified": "no certificate: it is not verified",
    "certificate-document": "no certificate of a document: `--extract` makes files of its chains",
    "certificate-ending": "a certificate ends in `.v`, not in `{name}`",
    "certificate-several": "one file can't hold several certificates",
    "certificate-twice": "`{file}` would hold the certificates of both `{one}` and `{other}`",
    "certificate-foreign": "no certificate is there: it would be overwritten",
    "certificate-alone": (
        "`--certify` goes with none of `--fix`, `--grade`, `--mutate`, `--replay`, `--necessity`,"
        " `--handout`"
    ),
    "coq-library": _library,
    "no-coq": "`--certify` with `--check` needs the program coqc, which is not there",
}

HINTS: dict[str, Hint] = {
    "certificate-several": "name a folder",
    "certificate-foreign": "`--force` writes over it",
    "no-coq": "install Coq, or leave `--check` out: the certificate is written all the same",
}
