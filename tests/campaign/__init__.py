"""The campaign: random derivations, the verifier's proof of each, and an evaluator that knows no
rule and tries to refute what was proved.

`generate` writes derivation files by moves that are true as long as nothing vanishes or diverges;
`verdict` asks the verifier for its proof, without any numeric check; `worlds` draws worlds that
meet what that proof says it leans on; `evaluate` gives each written formula its value in a world,
or says why it has none; `refute` compares; `shrink` makes what was found small. Nothing is shared
with `verifier.numeric` or with the kernel: formulas are read by the project's parser into the
written tree, which is evaluated as it stands.

Run `python -m tests.campaign --count 100000 --seed 1`.
"""
