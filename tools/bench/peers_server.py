# SPDX-License-Identifier: GPL-2.0-or-later
"""A server that is measured: how the stage describes it, and on which CPU its work is done."""
import json
import pathlib
import subprocess

SERVER_CPU = 0


def dump(pin):
    """A pinned map's entries, as bpftool reads them by its BTF."""
    text = subprocess.run(["bpftool", "-j", "map", "dump", "pinned", pin], capture_output=True,
                          text=True, check=True).stdout
    return [entry["formatted"] for entry in json.loads(text)]


def packets_by_cpu():
    """Packets that the network stack has taken up, in each CPU: before tc, and behind XDP."""
    lines = pathlib.Path("/proc/net/softnet_stat").read_text().splitlines()
    return {int(line.split()[12], 16): int(line.split()[0], 16) for line in lines}


class Server:
    """A line of the stage's list."""

    def __init__(self, line):
        words = line.split()
        (self.name, self.version, self.address, self.client_device, self.client_address,
         self.pin) = words[:6]
        self.pids = [int(word) for word in words[6:]]
        self.is_live = self.name.endswith("_live") or self.name == "rootxdp_xdp"
        self.is_ours = self.name.startswith("rootxdp")
        self.is_floor = self.name.startswith("floor")
        self.counts_runs = self.is_ours or self.is_floor
        self.tier = "xdp" if self.name == "rootxdp_xdp" else "tc"  # of rootxdp
        self.check_affinity()

    def check_affinity(self):
        """Nothing of it may run elsewhere than on the server's CPU."""
        for pid in self.pids:
            for status in pathlib.Path(f"/proc/{pid}/task").glob("*/status"):
                text = status.read_text()
                if f"Cpus_allowed_list:\t{SERVER_CPU}\n" not in text:
                    raise SystemExit(f"peers: {self.name}: {text.split()[1]} (process {pid}) "
                                     f"is not on CPU {SERVER_CPU} alone")

    def work_by_cpu(self):
        """CPU -> what was done there so far: program runs, or packets of the stack; {}: nothing
        counts it."""
        if self.is_floor:
            runs = dump(f"{self.pin}/floor_runs")[0]["values"]
            return {each["cpu"]: each["value"] for each in runs}
        if self.is_ours:
            work = {}
            for tier in dump(f"{self.pin}/stats"):
                for each in tier["values"]:
                    answers = sum(count for verdict, count in each["value"].items()
                                  if verdict.startswith("answer_"))
                    work[each["cpu"]] = work.get(each["cpu"], 0) + answers
            return work
        return {} if self.name.endswith("_xdp") else packets_by_cpu()

    def set_reply_length(self, length):
        """The floor's: bytes of the DNS message."""
        value = [f"{byte:02x}" for byte in int(length).to_bytes(4, "little")]
        subprocess.run(["bpftool", "map", "update", "pinned", f"{self.pin}/floor_length",
                        "key", "hex", "0", "0", "0", "0", "value", "hex", *value], check=True)


def work_done(before, after):
    """Between two work_by_cpu(): all of it, and the per cent that was not on the server's CPU."""
    done = {cpu: after[cpu] - before.get(cpu, 0) for cpu in after}
    total = sum(done.values())
    return total, 100 * (total - done.get(SERVER_CPU, 0)) / total if total else 0.0
