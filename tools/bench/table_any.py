# SPDX-License-Identifier: GPL-2.0-or-later
"""Any part of a document: each list of objects becomes a table, everything else a line."""
from document import figure_words, flatten, is_figure
from grid import Grid


def words(path):
    return " ".join(path).replace("_", " ")


def print_list(members, markdown):
    """One row for each member, one column for each figure that any of them has."""
    if not all(isinstance(member, dict) for member in members):
        print(", ".join(figure_words(member) for member in members) + "\n")
        return
    flat = [dict(flatten(member)) for member in members]
    columns = list(dict.fromkeys(path for row in flat for path in row))
    rows = [[figure_words(row[path], path[-1]) if path in row else "" for path in columns]
            for row in flat]
    Grid([words(path) for path in columns], rows).show(markdown)


def is_record(value):
    """An object of figures alone."""
    return isinstance(value, dict) and bool(value) and not is_figure(value) and \
        all(is_figure(below) for below in value.values())


def show(value, markdown, path=()):
    if isinstance(value, list):
        if path:
            print(f"{words(path)}:" + ("\n" if markdown else ""))
        if value:
            print_list(value, markdown)
        return
    lines = [(key, below) for key, below in value.items() if is_figure(below)]
    for key, below in lines:
        print(("- " if markdown else "") + f"{words(path + (key,))}: {figure_words(below, key)}")
    if lines:
        print()
    records = {key: below for key, below in value.items() if is_record(below)}
    if len(records) > 1 and len({tuple(record) for record in records.values()}) == 1:
        print_list([{words(path) or "of": key, **record} for key, record in records.items()],
                   markdown)
    else:
        records = {}
    for key, below in value.items():
        if not is_figure(below) and key not in records:
            show(below, markdown, path + (key,))
