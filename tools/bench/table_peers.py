# SPDX-License-Identifier: GPL-2.0-or-later
"""The part 'peers' of a document: a row for each server, and ours over each other."""
import textwrap

from document import figure_words, number_words
from grid import WIDEST, Grid

# Whose CPU per reply is 1: ours in the same tier, on the same kind of veth.
OURS, OURS_LIVE = "rootxdp_tc", "rootxdp_tc_live"


def is_live(name):
    return name.endswith("_live") or name == "rootxdp_xdp"


def thousands(number):
    return number_words(number / 1000 if number < 10000 else round(number / 1000)) + "k"


def replies_words(flood):
    """Replies a second, with the range of the rounds where that is known."""
    words = thousands(flood["replies_per_second"])
    if "replies_per_second_least" in flood:
        words += " ({}-{})".format(*(thousands(flood[f"replies_per_second_{end}"])[:-1]
                                     for end in ("least", "most")))
    return words


def answered_words(load):
    return f"{number_words(load['answered_percent'])} % of {thousands(load['offered_per_second'])}"


def print_servers(servers, markdown):
    cpu = {server["server"]: server["cpu_us_per_reply"]["median"] for server in servers}
    rows = []
    for server in servers:
        name, flood = server["server"], server["flood"]
        ours = cpu.get(OURS_LIVE if is_live(name) else OURS)
        rows.append([name, figure_words(server["cpu_us_per_reply"]), answered_words(server),
                     replies_words(flood), answered_words(flood),
                     number_words(flood["cpu_us_per_reply"]["median"]),
                     number_words(cpu[name] / ours) if ours else ""])
    Grid(["server", "CPU us", "answered", "flood: replies", "answered", "CPU us", "x ours"],
         rows).show(markdown)


def print_ratios(ratios, markdown):
    """Ours in columns, the others in rows."""
    pairs = {tuple(key.split("_over_", 1)): ratio for key, ratio in ratios.items()}
    ours = list(dict.fromkeys(name for name, _ in pairs))
    others = list(dict.fromkeys(name for _, name in pairs))
    rows = [[other.replace("_in_flood", ", in the flood")] +
            [number_words(pairs[name, other]) if (name, other) in pairs else "" for name in ours]
            for other in others]
    Grid(["CPU per reply over that of"] + ours, rows).show(markdown)


def difference_words(server):
    """What was counted differently: "nsd: queries +1, replies -8"."""
    counts = server["interface"]
    differences = ((counts["queries_counted"] - counts["queries_sent"], "queries"),
                   (counts["replies_counted"] - counts["replies_received"], "replies"))
    words = ", ".join(f"{what} {number:+,}" for number, what in differences if number)
    return f"{server['server']}: {words}"


def interface_words(servers):
    """Whether the generators' devices counted the same; documents of before don't say."""
    counted = [server for server in servers if "interface" in server]
    wrong = [server for server in counted if not server["interface"]["agrees"]]
    if wrong:
        return ["The generators' devices counted OTHER frames than they did (a reply may come when "
                f"its generator has ended): {'; '.join(map(difference_words, wrong))}."]
    if not counted:
        return []
    sent, dropped, received = (sum(server["interface"][what] for server in counted) for what in
                               ("queries_sent", "queries_dropped", "replies_received"))
    return [f"The generators' devices counted what these did: {sent:,} queries, {dropped:,} of "
            f"which found the server's queue full, and {received:,} replies."]


def show(part, markdown):
    servers = part["servers"]
    if servers:
        print("CPU us: of the server's CPU, per reply; x ours: that, over rootxdp_tc's, or "
              "rootxdp_tc_live's\non veths that hand frames on as network cards do (_live, _xdp)\n")
        print_servers(servers, markdown)
    if part.get("ratios"):
        print_ratios(part["ratios"], markdown)
    notes = []
    if "rounds" in part:
        notes.append(f"Medians of {part['rounds']} rounds of "
                     f"{number_words(part['seconds_per_run'])} s; "
                     f"{number_words(part['distinct_queries'])} distinct queries, "
                     f"{number_words(part['expected_nxdomain_percent'])} % for NXDOMAIN.")
    lengths = [server["reply_bytes"] for server in servers if "reply_bytes" in server]
    if lengths:
        notes.append(f"Replies have {min(lengths):.0f} to {max(lengths):.0f} bytes in the mean.")
    versions = dict.fromkeys(f"{server['server'].split('_')[0]} {server['version']}"
                             for server in servers if "version" in server)
    if versions:
        notes.append(f"Versions: {', '.join(versions)}.")
    for note in notes + interface_words(servers):
        print(textwrap.fill(note, WIDEST))
    print()
