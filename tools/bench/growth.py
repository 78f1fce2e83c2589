# SPDX-License-Identifier: GPL-2.0-or-later
"""Joins what tools/bench/growth saw of each zone: growth.py FOLDER TIMES... Prints JSON."""

import json
import pathlib
import sys


def read_process(path):
    """Lines of 'key number'."""
    lines = path.read_text().splitlines()
    return {key: int(value) for key, value in (line.split() for line in lines)}


def tier_kinds(bench, tier):
    return {entry["kind"]: entry for entry in bench["tiers"][tier]["kinds"]}


def of_kind(entry):
    return {"median": entry["ns"], "least": entry["ns_least"], "most": entry["ns_most"]}


def zone(folder, times):
    process = read_process(folder / f"{times}-process")
    bench = json.loads((folder / f"{times}-bench").read_text())
    xdp, tc = tier_kinds(bench, "xdp"), tier_kinds(bench, "tc")
    found = {
        "times": times,
        "delegations": bench["delegations"],
        "zone_file_bytes": process["zone_file_bytes"],
        "load_seconds": round(process["load_ns"] / 1e9, 2),
        "map_bytes": bench["map_bytes"],
        "loader_bytes": process["loader_bytes"],
        "loader_peak_bytes": process["loader_peak_bytes"],
        "fallback_bytes": process["fallback_bytes"],
        "fallback_peak_bytes": process["fallback_peak_bytes"],
        "queries": bench["queries"],
        "reply_bytes": xdp["mix"]["reply_bytes"],
        "xdp_mix_ns": of_kind(xdp["mix"]),
        "xdp_floor_ns": xdp["mix"]["floor_ns"],
        "tc_mix_ns": of_kind(tc["mix"]),
        "tc_floor_ns": tc["mix"]["floor_ns"],
        "kinds": [
            {
                "kind": kind,
                "reply_bytes": xdp[kind]["reply_bytes"],
                "xdp_ns": xdp[kind]["ns"],
                "xdp_floor_ns": xdp[kind]["floor_ns"],
                "tc_ns": tc[kind]["ns"],
                "tc_floor_ns": tc[kind]["floor_ns"],
            }
            for kind in xdp
        ],
    }
    for name, tier in bench["tiers"].items():
        if "mix_steps_percent" in tier:
            found[f"{name}_search_percent"] = tier["mix_steps_percent"]["search"]
    return found


def ratios(zones):
    """By how much ns per query of the root mix grow, against the first zone; and the floor's."""
    first = zones[0]
    found = {}
    for other in zones[1:]:
        times = f"{other['times'] // first['times']}x"
        found[f"ratio_{times}"] = other["xdp_mix_ns"]["median"] / first["xdp_mix_ns"]["median"]
        found[f"floor_ratio_{times}"] = other["xdp_floor_ns"] / first["xdp_floor_ns"]
        found[f"tc_ratio_{times}"] = other["tc_mix_ns"]["median"] / first["tc_mix_ns"]["median"]
        found[f"tc_floor_ratio_{times}"] = other["tc_floor_ns"] / first["tc_floor_ns"]
    return {key: round(value, 3) for key, value in found.items()}


def main():
    folder = pathlib.Path(sys.argv[1])
    zones = [zone(folder, int(times)) for times in sys.argv[2:]]
    json.dump({"zones": zones, **ratios(zones)}, sys.stdout, indent=2)
    print()


main()
