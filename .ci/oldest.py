"""Prints the oldest versions that pyproject.toml declares, as constraints for pip."""

import re
import tomllib
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"


def oldest() -> list[str]:
    """`name==version` for each lower bound among the dependencies and those of the tests."""
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    bounds = (re.fullmatch(r"([\w.-]+)>=([\w.]+)", each) for each in wanted)
    return [f"{found[1]}=={found[2]}" for found in bounds if found]


if __name__ == "__main__":
    print(*oldest(), sep="\n")
