"""The call, and errors of the verifier itself."""

from __future__ import annotations

from verifier.messages.wording import Hint, Wording

MESSAGES: dict[str, Wording] = {
    "no-paths": "the following arguments are required: PATH",
    "rules-and-paths": "`--rules` and `--explain` take no PATH",
    "stack-used": "called with {room} of {limit} frames of the stack left: that is too few",
    "cannot-print": "the report can't be written: {reason}",
    "shard-options": "`--shard` goes with verifying and with handouts alone",
    "process-died": "the process that judged this file ended before it was done",
    "unknown-engine": "there is no engine `{name}`",
    "engine-extra": "`--engine {name}` needs the extra `{name}`",
    "no-engine": "the engine at {address} can't be reached: {reason}",
    "internal-fault": "an error of the verifier, not of this file: {type} at {where}: {text}",
    "contradiction": (
        "the kernel proves step {step}, but a model contradicts it: left is {left}, right is"
        " {right}; one of the two is wrong, and that is an error of the verifier"
    ),
}

HINTS: dict[str, Hint] = {
    "stack-used": "call it from less deep, or in a thread of its own",
    "process-died": "the machine may be short of memory; `--jobs 1` takes less",
    "unknown-engine": "`--engine dask`, or `--engine dask=ADDRESS`",
    "engine-extra": "`pip install 'elbo-verify[{name}]'`",
    "no-engine": "`--engine dask` takes processes of this machine",
    "internal-fault": "please report it, with the file",
    "contradiction": "please report it, with the file",
}
