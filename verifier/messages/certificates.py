"""What becomes of certificates for Coq."""

from __future__ import annotations

from verifier.messages.wording import Data, Hint, Wording


def _step(data: Data) -> str:
    reason = f": {data['reason']}" if data["reason"] else ""
    return f"{data['step']}: {data['verdict']}{reason}"


MESSAGES: dict[str, Wording] = {
    "certificate-written": "written",
    "certificate-step": _step,
    "certified": (
        "certified by Coq {version} for all finite alphabets, in {seconds} s, from {axioms} of the"
        " 4 axioms that its `ln` needs"
    ),
    "certificate-open": "not certified: Coq {version} does not accept all of the claim",
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
    "coq-library": "the base library of certificates can't be built: {reason}",
    "no-coq": "`--certify` with `--check` needs the program coqc, which is not there",
}

HINTS: dict[str, Hint] = {
    "certificate-several": "name a folder",
    "certificate-foreign": "`--force` writes over it",
    "no-coq": "install Coq, or leave `--check` out: the certificate is written all the same",
}
