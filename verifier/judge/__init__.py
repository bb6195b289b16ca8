"""A file judged, step by step.

From outside in: `file` makes the report; `checked` has a file with its steps checked, and with
those of the files that it uses; `chain` goes from step to step; `step` checks one, by what
`rulings` makes of the rules that it cites. What isn't proved goes on to `unproved` (what it lacks),
`diagnosis` (what it was meant to be) and `sampling` (a counterexample).
"""
