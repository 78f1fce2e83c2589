# SPDX-License-Identifier: GPL-2.0-or-later
"""The part 'programs' of a document, as tables."""
import textwrap

from document import number_words
from grid import WIDEST, Grid


def print_text(part):
    print("net of an empty program; floor: swap, grow, copy, on the same frames;\n"
          "limited: with a rate limit on that nobody reaches\n")
    for name, tier in part["tiers"].items():
        rows = [(kind.get("meaning", kind["kind"]), f"{kind['reply_bytes']:.0f}",
                 f"{kind['ns']:.0f}", f"({kind['ns_least']:.0f}-{kind['ns_most']:.0f})",
                 f"{kind['limited_ns']:.0f}", f"{kind['floor_ns']:.0f}", f"{kind['ratio']:.2f}",
                 f"{kind['empty_ns']:.0f}") for kind in tier["kinds"]]
        print(Grid((f"{name:4} query", "bytes", "ours", "(range)", "limited", "floor", "ratio",
                    "empty"), rows).text())
        print()


def print_markdown(part):
    tiers = part["tiers"]
    rows = []
    for kinds in zip(*(tier["kinds"] for tier in tiers.values())):
        strong = "**" if kinds[0]["kind"] == "mix" else ""
        row = [f"{strong}{kinds[0].get('meaning', kinds[0]['kind'])}{strong}",
               f"{kinds[0]['reply_bytes']:.0f}"]
        for kind in kinds:
            row += [f"{strong}{kind['ns']:.0f}{strong}", f"{kind['floor_ns']:.0f}",
                    f"{strong}{kind['ratio']:.2f}{strong}"]
        rows.append(row)
    header = ["ns per query", "reply, bytes"]
    for name in tiers:
        header += ["XDP" if name == "xdp" else name, "its floor", "ratio"]
    Grid(header, rows).show(True)


STEPS = {
    "packet": "packet: Ethernet, IP, UDP, whose address and device",
    "question": "question: header, name, OPT",
    "search": "search: which TLD or gap, which reply",
    "memory": "memory: waits for the stored reply's entry and relocations",
    "checksum": "checksums",
    "write": "headers, OPT, how much fits",
    "relocate": "compression pointers",
    "client": "cookies, rate limit",
    "between": "stages, maps, counting",
}


def print_steps(tiers, markdown):
    """Where the time goes in the root mix."""
    known = {name: tier["mix_steps_percent"] for name, tier in tiers.items()
             if "mix_steps_percent" in tier}
    if not known:
        return
    rows = [[words] + [f"{steps[step]:.0f}" for steps in known.values()]
            for step, words in STEPS.items()]
    header = ["% of the program's own time, root mix (helpers: the floor has them, too)"]
    Grid(header + list(known), rows).show(markdown)


def interface_words(tiers):
    """Whether the devices counted the same as the benchmark; documents of before don't say."""
    agree, tallies = True, []
    for name, tier in tiers.items():
        if "interface" not in tier:
            continue
        said = tier["interface"]
        agree = agree and said["agrees"]
        tallies.append(f"{name} {said['queries_counted']:,} queries, "
                       f"{said['replies_counted']:,} replies")
    return f"Devices {'agree' if agree else 'DISAGREE'}: {'; '.join(tallies)}." if tallies else ""


def mix_of(tier):
    return next((kind for kind in tier["kinds"] if kind["kind"] == "mix"), None)


def show(part, markdown):
    if markdown:
        print_markdown(part)
    else:
        print_text(part)
    tiers = part["tiers"]
    print_steps(tiers, markdown)
    print(f"Zone {part['serial']}, replies of up to {part['max_udp_size']} bytes; medians of "
          f"{part['rounds']} rounds of {part['queries']} queries; load average "
          f"{part['load_average']:.1f}.")
    limited = [f"{name} {mix_of(tier)['limited_ns']:.0f} ns" for name, tier in tiers.items()
               if mix_of(tier)]
    if markdown and limited:
        print(f"Root mix with a rate limit on that nobody reaches: {', '.join(limited)}.")
    verified = [f"{name} {tier['verifier_instructions']}" for name, tier in tiers.items()]
    print(f"Instructions processed by the verifier: {', '.join(verified)}.")
    if interface_words(tiers):
        print(textwrap.fill(interface_words(tiers), WIDEST))
    if part.get("map_bytes"):
        size = number_words(part["map_bytes"], "bytes")
        print(f"Maps of one instance, both sets of a zone: {size}.")
    print()
