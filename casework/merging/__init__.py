"""Two records of one person become one.

`rules.py` says what moves and what is done where both have one of a kind; `moving.py` moves rows and remembers it;
`merging.py` does it and undoes it; `comparing.py` sets the two side by side.
"""
