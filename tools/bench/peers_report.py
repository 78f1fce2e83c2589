# SPDX-License-Identifier: GPL-2.0-or-later
"""What was measured, as numbers with names: medians of the rounds, their range, and ratios."""
import statistics

NOERROR, NXDOMAIN = 0, 3


def spread(values, digits):
    return {"median": round(statistics.median(values), digits), "least": round(min(values), digits),
            "most": round(max(values), digits)}


def cpu_us(runs):
    return [1e6 * usage.used_seconds / load.replies for load, usage in runs]


def median(figures, digits):
    return round(statistics.median(figures), digits)


def flood(server, runs):
    replies = [load.replies / load.seconds for load, _ in runs]
    found = {
        "offered_per_second": median((load.sent / load.seconds for load, _ in runs), None),
        "replies_per_second": median(replies, None),
        "replies_per_second_least": round(min(replies)),
        "replies_per_second_most": round(max(replies)),
        "answered_percent": median((load.answered_percent for load, _ in runs), 2),
        "cpu_us_per_reply": spread(cpu_us(runs), 3),
    }
    # The others found the server's veth full. What was answered and did not arrive, the generator
    # has lost.
    if server.counts_runs:
        found["answered_by_program_percent"] = median(
            (100 * usage.work / load.sent for load, usage in runs), 2)
    return found


def interface(runs):
    """What the generator's device counted in all runs, beside what the generator did."""
    loads = [load for load, _ in runs]
    return {
        "agrees": all(load.device_agrees for load in loads),
        "queries_sent": sum(load.sent for load in loads),
        "queries_counted": sum(load.device_queries for load in loads),
        "queries_dropped": sum(load.device_dropped for load in loads),
        "replies_received": sum(load.replies for load in loads),
        "replies_counted": sum(load.device_replies - load.own_frames for load in loads),
    }


def describe(server, rate, steady, floods, repeated):
    """One server; steady, floods: (Load, Usage) of each round."""
    described = {"server": server.name}
    if server.version != "-":
        described["version"] = server.version
    described.update({
        "offered_per_second": rate,
        "cpu_us_per_reply": spread(cpu_us(steady), 3),
        "answered_percent": median((load.answered_percent for load, _ in steady), 2),
        "reply_bytes": median((load.reply_bytes for load, _ in steady), 1),
    })
    if not server.is_floor:
        described["noerror_percent"] = median((load.share(NOERROR) for load, _ in steady), 1)
        described["nxdomain_percent"] = median((load.share(NXDOMAIN) for load, _ in steady), 1)
    described["flood"] = flood(server, floods)
    described["interface"] = interface(steady + floods)
    described["repeated_runs"] = repeated
    return described


def ratios(servers, steady, floods):
    """Ours over each other, by the medians of the CPU per reply; over a floor, which must be on the
    same kind of veth and of the same tier, in the flood too."""
    def ratio(runs, ours, other):
        return round(statistics.median(cpu_us(runs[ours.name])) /
                     statistics.median(cpu_us(runs[other.name])), 3)

    found = {}
    for ours in (server for server in servers if server.is_ours):
        for other in (server for server in servers if not server.is_ours):
            key = f"{ours.name}_over_{other.name}"
            if other.is_floor and (other.is_live != ours.is_live or ours.tier != "tc"):
                continue
            found[key] = ratio(steady, ours, other)
            if other.is_floor:
                found[f"{key}_in_flood"] = ratio(floods, ours, other)
    return found
