# SPDX-License-Identifier: GPL-2.0-or-later
"""Joins what crowd measured: queues.py FOLDER QUEUES-CPUS... Prints JSON.

The last case is compared with the first. `scaling` is by how much more is answered in a second, by
the clock, `cpu_scaling` by how much more two CPUs answer that have nothing else to do. `slowdown` is
by how much longer the program takes (empty subtracted) while another CPU runs it too.
"""

import json
import pathlib
import sys

CONTESTANTS = ("ours", "limited", "floor", "empty")


def net_ns(case, who):
    return case[who]["program_ns"]["median"] - case["empty"]["program_ns"]["median"]


def main():
    folder = pathlib.Path(sys.argv[1])
    cases = []
    for word in sys.argv[2:]:
        queues, cpus = word.split("-")
        found = json.loads((folder / word).read_text())
        for who in [name for name in CONTESTANTS if name in found]:
            found[who]["net_ns"] = round(net_ns(found, who), 1)
        cases.append({"queues": int(queues), "cpus": int(cpus), **found})
    first, last = cases[0], cases[-1]
    names = [name for name in CONTESTANTS if name in first]
    json.dump({
        "cases": cases,
        "scaling": {name: round(last[name]["replies_per_second"]["median"]
                                / first[name]["replies_per_second"]["median"], 3)
                    for name in names},
        "cpu_scaling": {name: round(last["cpus"] / first["cpus"]
                                    * first[name]["cpu_ns_per_reply"]["median"]
                                    / last[name]["cpu_ns_per_reply"]["median"], 3)
                        for name in names},
        "slowdown": {name: round(last[name]["net_ns"] / first[name]["net_ns"], 3)
                     for name in names if name != "empty"},
    }, sys.stdout, indent=2)
    print()


main()
