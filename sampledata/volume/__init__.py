"""A made-up caseload of any size, for benchmarks: written by the database itself, one statement a kind of row.

Each module is one noun. `roll()` in `sql.py` is the only chance there is: a hash of a row's number, so that the same
seed makes the same people. Nothing here sends anything: phones are of the ranges kept for stories, addresses end in
.example, and every message was sent long ago.
"""
