# SPDX-License-Identifier: GPL-2.0-or-later
"""Memory of a loader that is ready: memory.py PID PIN LOG ROOTXDP. Reloads it once. Prints JSON."""

import json
import os
import pathlib
import signal
import subprocess
import sys
import time

PATIENCE = 60  # seconds


def wait_until(true, what):
    end = time.monotonic() + PATIENCE
    while not true():
        if time.monotonic() > end:
            sys.exit(f"memory: waited {PATIENCE} s for {what}")
        time.sleep(0.05)


def maps(pin):
    """Bytes as the kernel accounts them, by name, of every pinned map."""
    found = {}
    for path in sorted(pathlib.Path(pin).iterdir()):
        # Programs, links and folders are pinned there too.
        shown = subprocess.run(["bpftool", "-j", "map", "show", "pinned", path],
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
        if shown.returncode == 0:
            found[path.name] = int(json.loads(shown.stdout)["bytes_memlock"])
    return found


def process(pid):
    """Memory now (shared pages counted whole, and by share), and the most that it ever was."""
    kib = {}
    for name in ("status", "smaps_rollup"):
        for line in pathlib.Path(f"/proc/{pid}/{name}").read_text().splitlines():
            key, _, rest = line.partition(":")
            if rest.endswith(" kB"):
                kib[key] = int(rest.split()[0])
    return {"rss_bytes": kib["VmRSS"] * 1024, "pss_bytes": kib["Pss"] * 1024,
            "peak_bytes": kib["VmHWM"] * 1024}


def child(pid):
    """The fallback."""
    return int(pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])


def attested(pin, rootxdp):
    """How often the loader has attested the kernel's maps."""
    shown = subprocess.run([rootxdp, "status", "-j", "--pin", pin],
                           stdout=subprocess.PIPE, check=False)
    said = json.loads(shown.stdout)["attested"]
    return said["times"] if said else 0


def main():
    loader, pin, log, rootxdp = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
    log = pathlib.Path(log)
    fallback = child(loader)

    def both():
        return {"loader": process(loader), "fallback": process(fallback)}

    wait_until(lambda: attested(pin, rootxdp) >= 1, "the first attestation")
    found = {"after_start": both()}
    os.kill(loader, signal.SIGHUP)
    wait_until(lambda: "\nreloaded " in log.read_text(), "the reload")
    wait_until(lambda: attested(pin, rootxdp) >= 2, "the second attestation")
    found["after_reload"] = both()
    by_name = maps(pin)
    found["maps"] = {"total_bytes": sum(by_name.values()), "bytes": by_name}
    json.dump(found, sys.stdout, indent=2)
    print()


main()
