#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Flips bytes in the maps of the active set with bpftool, one at a time, and wants each found.

    flipper.py ROOTXDP PIN SEED FLIPS MAP... -- ATTEST-OPTION...

For each of the maps FLIPS random bytes are changed, attested, and put back. Only bytes that can be
sent or that steer are chosen: all of names, prefix table, replies and cuts that are in use; of
shelves the bodies and, every other time, relocations; of the header what comes before the proofs,
and the deadline where it becomes later by more than a refresh makes it. Prints how many were named
to the byte.
"""
import json
import random
import struct
import subprocess
import sys

REPLY = struct.Struct("=IHHHHHBBHHIHHI")  # struct reply of bpf/layout.h
FIRST_OF_NAME = 64
REPLY_KINDS = 5
PREFIX_TABLE = 4 * (40 * 40 + 1)
KEY_CHUNK = 8 * (2048 + 16)
PROOFS = 96  # offset in struct zone_info; boot_ns is at 104, tai_ns at 112
BOOT_NS, TAI_NS = 104, 112

UNHURT = "proven", "unsigned"


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False)


def key_bytes(key):
    return ["hex"] + ["%02x" % byte for byte in struct.pack("=I", key)]


class Maps:
    def __init__(self, pin, which):
        self.pin, self.which = pin, which

    def path(self, name):
        return f"{self.pin}/{name}_{self.which}"

    def read(self, name, key):
        got = run("bpftool", "-j", "map", "lookup", "pinned", self.path(name),
                  "key", *key_bytes(key))
        value = json.loads(got.stdout)["value"]
        return bytearray(int(byte, 16) for byte in value)

    def write(self, name, key, value):
        got = run("bpftool", "map", "update", "pinned", self.path(name), "key", *key_bytes(key),
                  "value", "hex", *("%02x" % byte for byte in value))
        assert got.returncode == 0, got.stderr


def attest(options):
    got = run(*options)
    try:
        return got.returncode, json.loads(got.stdout), got.stderr
    except json.JSONDecodeError:
        sys.exit(f"no JSON, exit {got.returncode}: {got.stdout}{got.stderr}")


def random_body(maps, names, relocations):
    """A byte of a stored reply, in its body or in its relocations: shelf, place."""
    while True:
        key = random.choice([random.randrange(FIRST_OF_NAME),
                             FIRST_OF_NAME + random.randrange(names * REPLY_KINDS)])
        fields = REPLY.unpack(maps.read("replies", key))
        shelf, place, length, even, odd, verdict = (fields[i] for i in (0, 1, 3, 6, 7, 12))
        if not verdict or (relocations and not even + odd):
            continue
        if not relocations:
            return shelf, place + random.randrange(length)
        return shelf, (place + length + 7 & ~7) + random.randrange(2 * (even + odd))


def choose(maps, name, sizes, turn):
    """Where to flip: key, byte."""
    if name == "names":
        return random.randrange(sizes["names"]), random.randrange(64)
    if name == "prefixes":
        return 0, random.randrange(PREFIX_TABLE)
    if name == "keys":
        return 0, random.randrange(KEY_CHUNK)
    if name == "replies":
        while True:
            key = random.randrange(FIRST_OF_NAME + sizes["names"] * REPLY_KINDS)
            if any(maps.read("replies", key)[:28]):
                return key, random.randrange(REPLY.size)
    if name == "cuts":
        return random.randrange(sizes["cuts"]), random.randrange(8)
    if name == "shelves":
        return random_body(maps, sizes["names"], turn % 2)
    return 0, random.choice([random.randrange(PROOFS), random.randrange(BOOT_NS + 5, TAI_NS),
                             random.randrange(TAI_NS, TAI_NS + 8)])


def flipped(name, byte, old):
    """Another value; of the deadline a later one."""
    if name == "zone" and BOOT_NS <= byte < TAI_NS:
        return old | random.choice([bit for bit in range(1, 256) if not bit & old])
    return old ^ random.randrange(1, 256)


def named(name, which, key, byte, findings):
    """2: to the byte; 1: the entry, or the reply's body that it is in; 0: not at all."""
    best = 0
    for finding in findings:
        if finding["map"] == f"{name}_{which}" and finding["key"] == key:
            best = max(best, 2 if finding["byte"] in (byte, byte & ~3) else 1)
        text = finding["text"].partition(f"shelves_{which}[{key}] bytes ")[2]
        if name == "shelves" and text:
            first, last = (int(word.rstrip("):,")) for word in text.split()[0:3:2])
            best = max(best, 1 if first <= byte <= last else 0)
    return best


def main():
    rootxdp, pin, seed, flips = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    split = sys.argv.index("--")
    options = [rootxdp, "attest", "-j", "--pin", pin, *sys.argv[split + 1:]]
    random.seed(seed)
    status, before, errors = attest(options)
    assert status == 0 and before["outcome"] in UNHURT, (before, errors)
    maps, sizes = Maps(pin, before["set"]), before["compared"]
    for name in sys.argv[5:split]:
        counts = [0, 0, 0]
        for turn in range(flips):
            key, byte = choose(maps, name, sizes, turn)
            value = maps.read(name, key)
            old = value[byte]
            value[byte] = flipped(name, byte, old)
            maps.write(name, key, value)
            status, found, errors = attest(options)
            where = (f"seed {seed}: {name}_{maps.which}[{key}] byte {byte}: "
                     f"{old:#x} to {value[byte]:#x}")
            level = named(name, maps.which, key, byte, found["findings"])
            value[byte] = old
            maps.write(name, key, value)
            if status != 1 or found["outcome"] in UNHURT or not level:
                texts = "\n".join(finding["text"] for finding in found["findings"])
                sys.exit(f"{where}: exit {status}, not named in\n{texts}")
            counts[level] += 1
        print(f"{name}: {flips} flips found, {counts[2]} named to the byte, {counts[1]} by their "
              f"entry or reply", flush=True)
    status, after, errors = attest(options)
    assert status == 0 and after["outcome"] in UNHURT, (after, errors)


main()
