# SPDX-License-Identifier: GPL-2.0-or-later
"""The document that tools/bench/run makes: read, and walked through."""
import json
import sys

# In the order in which they run, and stand in tables.
PARTS = ("programs", "peers", "growth", "queues", "load_time", "memory")

# What tells the members of a list apart.
NAMES = ("kind", "server", "name", "map", "process", "tier", "step", "times", "queues")


def read(path, program):
    """The document in a file ('-': standard input). Without one it ends the program with a line."""
    try:
        with (sys.stdin if path == "-" else open(path, encoding="utf-8")) as file:
            document = json.load(file)
    except (OSError, ValueError) as error:
        print(f"{program}: {path}: {error}", file=sys.stderr)
        sys.exit(2)
    if not isinstance(document, dict) or not any(part in document for part in PARTS):
        print(f"{program}: {path}: no document of tools/bench/run: none of {', '.join(PARTS)}",
              file=sys.stderr)
        sys.exit(2)
    return document


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def is_range(value):
    """A median with least and most."""
    return isinstance(value, dict) and is_number(value.get("median"))


def is_figure(value):
    """What one cell of a table holds."""
    return not isinstance(value, (dict, list)) or is_range(value)


def name_of(member, index):
    """The name of a list's member."""
    if isinstance(member, dict):
        for key in NAMES:
            if key in member and not isinstance(member[key], (dict, list)):
                return f"{member[key]}" if isinstance(member[key], str) else f"{key} {member[key]}"
    return str(index)


def flatten(value, path=()):
    """(path, figure) of everything below a value; a list's members are called by their names."""
    if is_figure(value):
        yield path, value
    elif isinstance(value, dict):
        for key, below in value.items():
            yield from flatten(below, path + (key,))
    else:
        for index, below in enumerate(value):
            yield from flatten(below, path + (name_of(below, index),))


def number_words(value, unit=""):
    """A number for a table. unit: the key's last word; bytes are told in MB when there are many."""
    if unit == "bytes" and abs(value) >= 1e6:
        return f"{value / 1e6:.1f} MB"
    if isinstance(value, int):
        return f"{value:,}" if abs(value) >= 10000 else str(value)
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def figure_words(value, key=""):
    """A cell: a number, a median with its range, or whatever it is."""
    unit = key.rsplit("_", 1)[-1]
    if is_range(value):
        words = number_words(value["median"], unit)
        if "least" in value and "most" in value:
            words += f" ({number_words(value['least'], unit)}-{number_words(value['most'], unit)})"
        return words
    if is_number(value):
        return str(value) if key == "serial" else number_words(value, unit)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def machine_words(document):
    """One line: where and when."""
    machine = document.get("machine", {})
    words = [str(machine.get("cpu", "unknown CPU")), f"{machine.get('cpus', '?')} CPUs",
             str(machine.get("kernel", "unknown kernel")), str(document.get("date", "no date"))]
    if document.get("commit"):
        words.append(f"commit {document['commit']}")
    return ", ".join(words)
