# SPDX-License-Identifier: GPL-2.0-or-later
"""How much of the server's CPU was used: by the server, and by others who should not be there."""
import mmap
import pathlib
import struct
import subprocess
import time

from peers_server import SERVER_CPU

QUIET_SECONDS = 0.5


def run_seconds(pids):
    """Time that processes, all their threads, have run, as the scheduler counts it."""
    total = 0
    for pid in pids:
        for task in pathlib.Path(f"/proc/{pid}/task").glob("*/schedstat"):
            total += int(task.read_text().split()[0])
    return total / 1e9


def softirq_thread():
    """The kernel's thread that goes on with softirqs on the server's CPU."""
    for comm in pathlib.Path("/proc").glob("[0-9]*/comm"):
        try:
            if comm.read_text().strip() == f"ksoftirqd/{SERVER_CPU}":
                return int(comm.parent.name)
        except OSError:
            pass
    raise SystemExit(f"peers: no ksoftirqd/{SERVER_CPU}")


class Sample:
    """One moment: counts of the spinner, and the time that it had to wait for others."""

    def __init__(self, spinner, pids):
        self.count = struct.unpack("=Q", spinner.count[:8])[0]
        waited = pathlib.Path(f"/proc/{spinner.process.pid}/schedstat").read_text().split()[1]
        self.waited = int(waited) / 1e9
        self.known = run_seconds(pids + [spinner.softirq])
        self.time = time.monotonic()


class Usage:
    """What happened on the server's CPU between two samples."""

    def __init__(self, before, after, idle_rate):
        self.seconds = after.time - before.time
        # The spinner waits for threads only: the server's, ksoftirqd, and those of strangers.
        waited = after.waited - before.waited
        self.strange_seconds = max(0.0, waited - (after.known - before.known))
        lost = self.seconds - (after.count - before.count) / idle_rate
        self.used_seconds = lost - self.strange_seconds
        self.work = 0  # of the server's program, where that is counted


class Spinner:
    """An idle-priority process on the server's CPU that counts as long as nobody else wants it."""

    def __init__(self, program, work):
        file = pathlib.Path(work, "spinner")
        file.write_bytes(bytes(8))
        self.process = subprocess.Popen([program, str(SERVER_CPU), file])
        self.softirq = softirq_thread()
        with open(file, "r+b") as opened:
            self.count = mmap.mmap(opened.fileno(), 8)
        time.sleep(0.2)
        if self.process.poll() is not None:
            raise SystemExit("peers: the spinner ended")

    def end(self):
        self.process.terminate()
        self.process.wait()

    def idle_rate(self, pids, seconds=0.2):
        """Counts a second while the server has nothing to do."""
        before = Sample(self, pids)
        time.sleep(seconds)
        after = Sample(self, pids)
        return (after.count - before.count) / (after.time - before.time)

    def wait_for_quiet(self, seconds):
        """Until others leave the CPU alone for a moment, but not longer than this."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            before = Sample(self, [])
            time.sleep(QUIET_SECONDS)
            if Sample(self, []).waited - before.waited < QUIET_SECONDS / 50:
                return

    def watch(self, pids, work):
        """Calls work() between two idle times; its result, and the Usage. `pids`: the server's."""
        first = self.idle_rate(pids)
        before = Sample(self, pids)
        result = work()
        after = Sample(self, pids)
        # An idle CPU that is not idle counts less: the faster of the two is the idle one.
        return result, Usage(before, after, max(first, self.idle_rate(pids)))
