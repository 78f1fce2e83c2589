# SPDX-License-Identifier: GPL-2.0-or-later
"""Measures the servers that tools/bench/peers has started, in turn and in rounds; prints JSON.

A run at a fixed rate gives the CPU time per reply: an idle-priority spinner on the server's CPU
loses it. A run that floods gives the replies per second. A run is repeated when somebody else was
on the server's CPU, or when the server's work was on another.
"""
import argparse
import json
import pathlib
import subprocess
import sys

import peers_load
import peers_report
import peers_server
from peers_report import NOERROR, NXDOMAIN
from peers_spinner import Spinner

ANSWERED_LEAST = 99.0    # per cent, at the fixed rate; else the rate is halved
RATE_LEAST = 10000
ELSEWHERE_MOST = 0.5     # per cent of the work
STRANGERS_MOST = 5.0     # per cent of the time on the server's CPU; less is subtracted
FLOOR_RATE = 50000       # to learn the replies' length at
PATIENCE = 10            # seconds that others have to end what they do
TRIES = 6                # of a run
SHARE_TOLERANCE = 1.0    # of an RCODE's share, in points, and three standard deviations
QUERIES = 50000
SLOW = {"bind": 2}       # whose rate is divided from the beginning


def say(text):
    print(f"tools/bench/peers: {text}", file=sys.stderr)


def parse_options():
    parser = argparse.ArgumentParser()
    for name in ("build", "work", "zone"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=1.5)
    parser.add_argument("--rate", type=int, default=200000)
    parser.add_argument("--flood", type=int, default=1000000)
    parser.add_argument("--rough", action="store_true")
    options = parser.parse_args()
    if options.rounds < 1 or options.seconds < 0.1 or min(options.rate, options.flood) < 1:
        raise SystemExit("peers: rounds, seconds and rates are positive numbers")
    return options


def write_queries(options):
    """kxdpgun's lines: their file, and the per cent of them that ask for what is not there."""
    file = pathlib.Path(options.work, "queries")
    with open(file, "wb") as to:
        subprocess.run([f"{options.build}/tools/mix/mix", "--count", str(QUERIES), options.zone],
                       stdout=to, check=True)
    with open(options.zone, encoding="ascii") as zone:
        delegated = {words[0].lower() for words in map(str.split, zone)
                     if len(words) > 3 and words[3].upper() == "NS"}
    absent = total = 0
    with open(file, encoding="ascii") as lines:
        for line in lines:
            name = line.split()[0].lower()
            top = name if name == "." else name.rstrip(".").rsplit(".", 1)[-1] + "."
            absent += top not in delegated
            total += 1
    return str(file), 100 * absent / total


class Bench:
    """All servers, the load for them, and what came of it."""

    def __init__(self, options):
        self.options = options
        lines = pathlib.Path(options.work, "servers").read_text(encoding="ascii").splitlines()
        self.servers = [peers_server.Server(line) for line in lines]
        self.queries, self.nxdomain_percent = write_queries(options)
        names = [server.name for server in self.servers]
        self.rates = {name: options.rate // SLOW.get(name, 1) for name in names}
        self.steady = {name: [] for name in names}  # (Load, Usage) of each round
        self.floods = {name: [] for name in names}
        self.repeated = dict.fromkeys(self.steady, 0)
        self.spinner = Spinner(f"{options.build}/tools/bench/spinner", options.work)

    def generate(self, server, rate, seconds):
        def load():
            if server.is_live:
                return peers_load.paced(server, f"{self.options.build}/tools/bench/paced",
                                        self.options.zone, rate, seconds)
            return peers_load.kxdpgun(server, self.queries, rate, seconds)

        return peers_load.counted(server.client_device, load)

    def run(self, server, rate, seconds):
        """One run that nobody has disturbed: (Load, Usage)."""
        for _ in range(TRIES):
            before = server.work_by_cpu()
            load, usage = self.spinner.watch(server.pids,
                                             lambda: self.generate(server, rate, seconds))
            usage.work, elsewhere = peers_server.work_done(before, server.work_by_cpu())
            strangers = 100 * usage.strange_seconds / usage.seconds
            if self.options.rough:
                return load, usage
            if elsewhere <= ELSEWHERE_MOST and strangers <= STRANGERS_MOST:
                return load, usage
            self.repeated[server.name] += 1
            say(f"{server.name}: once more: {elsewhere:.1f} % of its work was on another CPU, and "
                f"others had {strangers:.1f} % of its own")
            self.spinner.wait_for_quiet(PATIENCE)
        raise SystemExit(f"peers: {server.name}: disturbed {TRIES} times in succession; "
                         "measure on an idle machine")

    def run_steady(self, server):
        """At the highest rate, of those halved again and again, that the server keeps up with."""
        while True:
            rate = self.rates[server.name]
            load, usage = self.run(server, rate, self.options.seconds)
            if load.answered_percent >= ANSWERED_LEAST or self.options.rough:
                break
            if rate / 2 < RATE_LEAST:
                raise SystemExit(f"peers: {server.name} answered {load.answered_percent:.1f} % of "
                                 f"{rate} queries a second; see how it is configured")
            say(f"{server.name}: {load.answered_percent:.1f} % of {rate} a second answered; "
                "half of it")
            self.rates[server.name] = rate // 2
        self.check_rcodes(server, load)
        self.steady[server.name].append((load, usage))

    def check_rcodes(self, server, load):
        """A server that refuses everything is fast."""
        tolerance = SHARE_TOLERANCE + 150 / max(1, load.replies) ** 0.5
        expected = {NXDOMAIN: self.nxdomain_percent, NOERROR: 100 - self.nxdomain_percent}
        for rcode, percent in expected.items():
            if not server.is_floor and abs(load.share(rcode) - percent) > tolerance:
                raise SystemExit(f"peers: {server.name}: {load.share(rcode):.1f} % of the replies "
                                 f"have RCODE {rcode}, not {percent:.1f} %: these are not the "
                                 "zone's answers")

    def set_floors(self):
        """The floors' replies are as long as another server's are in the mean."""
        for floor in (server for server in self.servers if server.is_floor):
            others = [server for server in self.servers
                      if not server.is_floor and server.is_live == floor.is_live]
            if not others:
                raise SystemExit(f"peers: {floor.name} needs another server on the same kind of "
                                 "veth, whose replies it is as long as")
            model = next((each for each in others if each.is_ours), others[0])
            load = self.generate(model, FLOOR_RATE, self.options.seconds / 2)
            floor.set_reply_length(round(load.reply_bytes))

    def measure(self):
        self.set_floors()
        count = len(self.servers)
        for turn in range(self.options.rounds):
            for server in (self.servers[(turn + i) % count] for i in range(count)):
                say(f"round {turn + 1} of {self.options.rounds}: {server.name}")
                self.run_steady(server)
                flood = self.run(server, self.options.flood, self.options.seconds / 2)
                self.floods[server.name].append(flood)


def main():
    options = parse_options()
    bench = Bench(options)
    try:
        bench.measure()
    finally:
        bench.spinner.end()
    json.dump({
        "offered_per_second": options.rate, "flood_offered_per_second": options.flood,
        "rounds": options.rounds, "seconds_per_run": options.seconds, "distinct_queries": QUERIES,
        "expected_nxdomain_percent": round(bench.nxdomain_percent, 1),
        "servers": [peers_report.describe(server, bench.rates[server.name],
                                          bench.steady[server.name], bench.floods[server.name],
                                          bench.repeated[server.name])
                    for server in bench.servers],
        "ratios": peers_report.ratios(bench.servers, bench.steady, bench.floods),
    }, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
