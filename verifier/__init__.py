"""Verifies derivations over densities, expectations, KL and entropy line by line.

`from verifier import verify` is the only entry: paths or a text to a Report. Nothing heavy is
imported before it is called.
"""

TYPE_CHECKING = False  # importing `typing` for it would cost more than this whole module
if TYPE_CHECKING:
    from verifier.api import verify as verify

__version__ = "0.1.0"
__all__ = ["__version__", "verify"]


def __getattr__(name: str) -> object:
    if name == "verify":
        from verifier.api import verify

        return verify
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
