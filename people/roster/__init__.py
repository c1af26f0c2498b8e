"""The roster (花名册): a city's own Excel or CSV becomes units, members, accounts and dated assignments.

`reading` makes cells of a file, `columns` finds the header, `values` and `units` understand single cells, `checking` a whole
file, `plan` compares it with the database, `applying` writes. Only `people.services.roster` calls `applying`.
"""
