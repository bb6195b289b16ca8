"""Derivations as files that an independent prover checks: printed from the kernel's terms."""
