# SPDX-License-Identifier: GPL-2.0-or-later
"""The generators: kxdpgun, and paced, our own; both on the CPU that this process is on."""
import json
import re
import subprocess
import time

BUSY_TRIES = 50  # the kernel takes a moment to free the last run's AF_XDP socket
BURST = "32"     # queries in one go; paced sends as many
RCODE_WORDS = {"NOERROR": 0, "FORMERR": 1, "SERVFAIL": 2, "NXDOMAIN": 3, "NOTIMP": 4, "REFUSED": 5}


def device_counts(device):
    """A device's own counters of frames: (sent, dropped on sending, received). Of our network
    namespace, where /sys/class/net shows that which it was mounted in."""
    with open("/proc/self/net/dev", encoding="ascii") as lines:
        for line in lines:
            name, colon, numbers = line.partition(":")
            if colon and name.strip() == device:
                numbers = [int(number) for number in numbers.split()]
                return numbers[9], numbers[11], numbers[1]
    raise SystemExit(f"peers: {device}: no such device")


class Load:
    """What was sent in how many seconds, and what came back, as the generator counted it."""

    def __init__(self, sent, replies, seconds, reply_bytes, rcodes):
        self.sent, self.replies, self.seconds = sent, replies, seconds
        self.reply_bytes = reply_bytes  # of the mean reply: the DNS message
        self.rcodes = rcodes            # RCODE -> replies
        # The same by the generator's device; it drops what the server's end has no room for. Some
        # frames of its own a generator does not count, neither how they go nor how they come.
        self.device_sent = self.device_dropped = self.device_replies = 0
        self.own_frames = 0

    @property
    def answered_percent(self):
        return 100 * self.replies / self.sent if self.sent else 0.0

    @property
    def device_queries(self):
        """Those that it sent or dropped."""
        return self.device_sent + self.device_dropped - self.own_frames

    @property
    def device_agrees(self):
        return (self.device_queries == self.sent and
                self.device_replies - self.own_frames == self.replies)

    def share(self, rcode):
        """Per cent of the replies that have this RCODE."""
        return 100 * self.rcodes.get(rcode, 0) / self.replies if self.replies else 0.0


def counted(device, generate):
    """generate()'s Load, with what the device counted meanwhile."""
    before = device_counts(device)
    load = generate()
    load.device_sent, load.device_dropped, load.device_replies = (
        now - then for now, then in zip(device_counts(device), before))
    return load


def kxdpgun(server, queries, rate, seconds):
    """The generator of Knot DNS: `queries` is a file of its lines."""
    command = ["kxdpgun", "-t", str(seconds), "-Q", str(rate), "-b", BURST, "-F", "1",
               "-i", queries, "-I", server.client_device, server.address]
    for _ in range(BUSY_TRIES):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if "busy" not in done.stderr + done.stdout:
            break
        time.sleep(0.1)
    numbers = dict(re.findall(r"^total (queries|replies): +(\d+)", done.stdout, re.M))
    if done.returncode or "queries" not in numbers:
        said = (done.stderr + done.stdout).strip().splitlines() or ["nothing"]
        raise SystemExit(f"peers: kxdpgun against {server.name} failed: {said[-1]}")
    size = re.search(r"average DNS reply size: (\d+)", done.stdout)
    rcodes = {RCODE_WORDS.get(word, word): int(count)
              for word, count in re.findall(r"^responded (\S+): +(\d+)", done.stdout, re.M)}
    load = Load(int(numbers["queries"]), int(numbers.get("replies", 0)), seconds,
                int(size.group(1)) if size else 0, rcodes)
    load.own_frames = 1  # a ping, by which it learns the server's MAC address
    return load


def paced(server, program, zone, rate, seconds):
    """tools/bench/paced: live frames."""
    command = [program, "-i", server.client_device, "--to", server.address, "--from",
               server.client_address, "--rate", str(rate), "--seconds", str(seconds), zone]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"peers: paced against {server.name} failed: {done.stderr.strip()}")
    counted = json.loads(done.stdout)
    return Load(counted["sent"], counted["replies"], counted["seconds"],
                counted["reply_bytes"] / max(1, counted["replies"]),
                {int(rcode): count for rcode, count in counted["rcodes"].items()})
