# SPDX-License-Identifier: GPL-2.0-or-later
"""Gives a loader a new zone file again and again, and waits for its answers: load_time's client.

load_time.py LOADER_PID ZONE_FILE TIMES LOADER_LOG
"""
import json
import os
import shutil
import signal
import socket
import statistics
import struct
import sys
import time

SERIALS = (2018080200, 2018080101)
QUERY = struct.pack("!6H", 1, 0, 1, 0, 0, 0) + b"\0\0\6\0\1"  # '. SOA IN'
PATIENCE = 60  # seconds


def answered_serial(client):
    """The SOA's serial: it stands before the last four of five numbers of 4 bytes."""
    client.send(QUERY)
    return struct.unpack("!I", client.recv(512)[-20:-16])[0]


def change_zone(client, loader, zone, serial):
    """Renames the zone of that serial into place. Seconds until it is answered from."""
    shutil.copy(f"tests/data/root.zone.{serial}", zone + ".next")
    began = time.monotonic()
    os.rename(zone + ".next", zone)
    os.kill(loader, signal.SIGHUP)
    while answered_serial(client) != serial:
        if time.monotonic() > began + PATIENCE:
            sys.exit(f"load_time: serial {serial} is not answered from after {PATIENCE} s")
        time.sleep(0.001)
    return time.monotonic() - began


def steps(log):
    """Medians of what the loader says that each step took."""
    laps = {}
    with open(log, encoding="ascii") as lines:
        for line in lines:
            if line.startswith("reloaded "):
                for word in line.split()[3:]:
                    step, seconds = word.split("=")
                    laps.setdefault(step, []).append(float(seconds))
    return {f"{step}_seconds": round(statistics.median(seconds), 3)
            for step, seconds in laps.items()}


def main(loader, zone, times, log):
    client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    client.connect(("127.0.0.1", 53))
    client.settimeout(1)
    seconds = []
    for turn in range(times):
        seconds.append(change_zone(client, loader, zone, SERIALS[turn % len(SERIALS)]))
        time.sleep(1)
    print(json.dumps({
        "times": times,
        "load_average": round(os.getloadavg()[0], 1),
        "from_file_to_answer_seconds": {
            "median": round(statistics.median(seconds), 3),
            "least": round(min(seconds), 3),
            "most": round(max(seconds), 3),
        },
        "steps": steps(log),
    }, indent=2))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4])
