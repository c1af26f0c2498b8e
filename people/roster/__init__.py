"""The roster (花名册): a city's own Excel or CSV becomes units, members, accounts and dated assignments.

`readers` make cells of a file, `columns` finds the header, `values` and `units` understand single cells, `checking` a whole
file, `comparing` holds it against the database and makes a `plan`, `applying` writes it. Only `services` calls `applying`.
The file itself lives as every upload does (`uploads`).
"""
