"""The command: `python -m verifier`, and the console script `elbo-verify`."""

import gc
import os
import sys
from importlib.util import module_from_spec, spec_from_file_location


def main() -> int:
    """Run `cli.py`: in a wheel it stands beside this file, in a checkout one folder above."""
    here = os.path.dirname(os.path.abspath(__file__))
    found = [os.path.join(folder, "cli.py") for folder in (here, os.path.dirname(here))]
    spec = spec_from_file_location("verifier.cli", next(filter(os.path.isfile, found)))
    if spec is None or spec.loader is None:
        raise ImportError("cli.py is missing")
    cli = module_from_spec(spec)
    spec.loader.exec_module(cli)
    status = int(cli.main())
    gc.freeze()  # the process ends: nothing is worth a last search for garbage
    return status


if __name__ == "__main__":
    sys.exit(main())
