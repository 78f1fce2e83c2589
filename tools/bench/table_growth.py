# SPDX-License-Identifier: GPL-2.0-or-later
"""The part 'growth' of a document: a row for each kind of query, columns for the zones."""
from document import figure_words, number_words
from grid import Grid

TIERS = ("xdp", "tc")
ZONE_COLUMNS = {
    "delegations": "TLDs", "zone_file_bytes": "zone file", "load_seconds": "load, s",
    "map_bytes": "maps", "loader_bytes": "loader", "loader_peak_bytes": "at most",
    "fallback_bytes": "fallback", "fallback_peak_bytes": "at most",
}


def times_words(zone):
    return f"{zone['times']}x"


def growing(values):
    """The first, and each other with its ratio to the first."""
    cells = [f"{values[0]:.0f}"]
    for value in values[1:]:
        cells += [f"{value:.0f}", number_words(value / values[0]) if values[0] else ""]
    return cells


def headings(zones, what):
    cells = [f"{what}{times_words(zones[0])}"]
    for zone in zones[1:]:
        cells += [times_words(zone), "ratio"]
    return cells


def of_kind(zone, kind, key):
    return {each["kind"]: each for each in zone["kinds"]}[kind][key]


def print_tier(zones, tier, markdown):
    rows = []
    for kind in [each["kind"] for each in zones[0].get("kinds", [])]:
        row = [kind]
        for key in (f"{tier}_ns", f"{tier}_floor_ns"):
            row += growing([of_kind(zone, kind, key) for zone in zones])
        rows.append(row)
    if rows:
        Grid([f"{tier}, ns"] + headings(zones, "") + headings(zones, "floor: "),
             rows).show(markdown)


def print_search(zones):
    """How much of the root mix's time goes to finding the reply, where that was seen."""
    for tier in TIERS:
        shares = [zone.get(f"{tier}_search_percent") for zone in zones]
        if None in shares:
            continue
        words = [f"{times_words(zone)} {share * zone[f'{tier}_mix_ns']['median'] / 100:.0f} ns "
                 f"({share:.0f} %)" for zone, share in zip(zones, shares)]
        print(f"Of the mix on {tier}, the search takes: {', '.join(words)}.")


def print_zones(zones, markdown):
    columns = [key for key in ZONE_COLUMNS if any(key in zone for zone in zones)]
    rows = [[times_words(zone)] + [figure_words(zone[key], key) if key in zone else ""
                                   for key in columns] for zone in zones]
    Grid(["zone"] + [ZONE_COLUMNS[key] for key in columns], rows).show(markdown)


def show(part, markdown):
    zones = part["zones"]
    if not zones:
        return
    print("ratio: to the smallest zone; floor: swap, grow, copy, on the same frames\n")
    for tier in TIERS:
        print_tier(zones, tier, markdown)
    print_zones(zones, markdown)
    for tier in TIERS:
        ranges = [f"{times_words(zone)} {figure_words(zone[f'{tier}_mix_ns'])}" for zone in zones
                  if f"{tier}_mix_ns" in zone]
        if ranges:
            print(f"Root mix on {tier}, ns, with the range: {', '.join(ranges)}.")
    print_search(zones)
    print()
