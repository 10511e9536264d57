"""Run by the user's interpreter: the system, the CPU, accelerators, and the container or runner around it."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import sysconfig

SECONDS = 10  # for a program that asks a driver
LARGEST = 1 << 18  # bytes of one file
BLOCK = 1 << 20  # bytes that are hashed at once
# The sets that numerical libraries choose their kernels by.
SETS = (
    "sse4_2", "avx", "f16c", "fma", "avx2", "avx_vnni", "avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl",
    "avx512ifma", "avx512vbmi", "avx512_vnni", "avx512_bf16", "avx512_fp16", "amx_tile", "amx_bf16", "amx_int8",
    "asimd", "asimdhp", "asimddp", "fphp", "sve", "sve2", "bf16", "i8mm", "sme",
)  # fmt: skip


def text_of(path: str) -> str:
    """A small file's text; empty where there is none."""
    try:
        with open(path, encoding="utf-8", errors="replace") as handle:
            return handle.read(LARGEST)
    except (OSError, ValueError):
        return ""


def said_by(*command: str) -> str:
    """What a program prints within the time; empty where it is missing or fails."""
    program = shutil.which(command[0])
    if program is None:
        return ""
    try:
        answer = subprocess.run(
            [program, *command[1:]],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS,
            check=True,
        )
    except (OSError, ValueError, subprocess.SubprocessError):
        return ""
    return answer.stdout[:LARGEST].decode("utf-8", "replace")


def system() -> dict[str, str]:
    """Operating system, kernel, C library, architecture."""
    named = re.search(r'(?m)^PRETTY_NAME="?([^"\n]+)', text_of("/etc/os-release"))
    name = named.group(1) if named else platform.system()
    if sys.platform == "darwin":
        name = "macOS " + platform.mac_ver()[0]
    return {
        "os": name,
        "kernel": platform.system() + " " + platform.release(),
        "libc": "-".join(platform.libc_ver()).strip("-"),
        "architecture": platform.machine(),
    }


def cpu() -> dict[str, str]:
    """Model, vendor, and the instruction sets that kernels are chosen by."""
    if sys.platform == "darwin":
        told = said_by("sysctl", "-n", "machdep.cpu.brand_string").strip()
        flags = said_by("sysctl", "-n", "machdep.cpu.features", "machdep.cpu.leaf7_features").lower()
        flags = flags.replace("avx1.0", "avx").replace("sse4.2", "sse4_2")
        vendor = (
            "Apple" if told.startswith("Apple") else said_by("sysctl", "-n", "machdep.cpu.vendor").strip()
        )
        return {"cpu": told, "vendor": vendor, "instructions": _known(flags.split())}
    first = text_of("/proc/cpuinfo").partition("\n\n")[0]  # one CPU; the file of a large machine is long
    facts = dict(re.findall(r"(?m)^([^:\n]+?)\s*:[ \t]*(.*)$", first))
    vendor = facts.get("vendor_id") or facts.get("CPU implementer", "")
    part = " ".join(facts[name] for name in ("CPU part", "CPU variant") if name in facts)
    model = facts.get("model name") or platform.processor() or (vendor + " " + part).strip()
    return {
        "cpu": model,
        "vendor": vendor,
        "instructions": _known((facts.get("flags") or facts.get("Features") or "").split()),
    }


def _known(flags: list[str]) -> str:
    return " ".join(name for name in SETS if name in flags)


def size() -> dict[str, str]:
    """Cores that this process may use, cores of the machine, a container's share of them, memory."""
    try:
        usable = len(os.sched_getaffinity(0))
    except (AttributeError, OSError):
        usable = os.cpu_count() or 0
    facts = {"cores": str(usable or ""), "cores of the machine": str(os.cpu_count() or "")}
    share = _quota()
    if share:
        facts["share of cores"] = f"{share:.6g}"
    memory = re.search(r"(?m)^MemTotal:\s*(\d+) kB", text_of("/proc/meminfo"))
    if memory:
        facts["memory"] = f"{int(memory.group(1)) / 2**20:.0f} GiB"
    return facts


def _quota() -> float:
    """How many cores a control group may use at once; 0 without a limit."""
    quota, _, period = text_of("/sys/fs/cgroup/cpu.max").partition(" ")
    if not quota:
        quota, period = (text_of(f"/sys/fs/cgroup/cpu/cpu.cfs_{name}_us") for name in ("quota", "period"))
    try:
        return max(int(quota) / int(period), 0)
    except (ValueError, ZeroDivisionError):
        return 0


def accelerators() -> dict[str, str]:
    """GPUs and their drivers; that there is none is said, too."""
    found: dict[str, str] = {}
    asked = said_by(
        "nvidia-smi", "--query-gpu=index,name,memory.total,driver_version", "--format=csv,noheader"
    )
    for line in asked.splitlines()[:256]:
        parts = [part.strip() for part in line.split(",")]
        if len(parts) == 4 and parts[0].isdigit():
            found["gpu " + parts[0]] = parts[1] + ", " + parts[2]
            found["nvidia driver"] = parts[3]
    version = re.search(r"Kernel Module.*?\s(\d+(?:\.\d+)+)", text_of("/proc/driver/nvidia/version"))
    if version:
        found.setdefault("nvidia driver", version.group(1))
    if not any(name.startswith("gpu") for name in found):
        found.update(_nvidia_files())
    amd = text_of("/sys/module/amdgpu/version").strip()
    if amd:
        found["amd driver"] = amd
    rocm = text_of("/opt/rocm/.info/version").strip()
    if rocm:
        found["rocm"] = rocm
    for line in said_by("rocm-smi", "--showproductname").splitlines()[:2000]:
        card = re.search(r"GPU\[(\d+)\]\s*: (?:Card [Ss]eries|Card Series):\s*(.+)", line)
        if card:
            found["gpu " + card.group(1)] = card.group(2).strip()
    return found or {"gpu": "none"}


def _nvidia_files() -> dict[str, str]:
    """GPUs as the driver's own files list them, where `nvidia-smi` is not on PATH."""
    folder = "/proc/driver/nvidia/gpus"
    try:
        names = sorted(os.listdir(folder))[:256]
    except OSError:
        return {}
    models = [re.search(r"(?m)^Model:\s*(.+)$", text_of(f"{folder}/{name}/information")) for name in names]
    return {f"gpu {place}": model.group(1).strip() for place, model in enumerate(models) if model}


def container() -> str:
    """The image, by digest where something tells it; else which kind of container this is; else empty."""
    env = os.environ
    told = env.get("REPROOF_CONTAINER_IMAGE") or env.get("CI_JOB_IMAGE") or ""
    for name in ("APPTAINER_CONTAINER", "SINGULARITY_CONTAINER"):
        told = told or os.path.basename(env.get(name, ""))
    podman = text_of("/run/.containerenv")
    for name in ("imageid", "image"):
        named = re.search(rf'(?m)^{name}="([^"\n]+)"', podman)
        told = told or (named.group(1) if named else "")
    if told:
        return told
    groups = text_of("/proc/1/cgroup") + text_of("/proc/self/cgroup")
    kind = re.search(r"kubepods|docker|containerd|libpod|lxc", groups)
    if podman or os.path.exists("/run/.containerenv"):
        return "podman, image unknown"
    if os.path.exists("/.dockerenv"):
        return "docker, image unknown"
    return kind.group(0) + ", image unknown" if kind else ""


def runner() -> str:
    """The hosted runner's image and version, and whose it is."""
    names = ("ImageOS", "ImageVersion", "RUNNER_OS", "RUNNER_ARCH", "RUNNER_ENVIRONMENT")
    return " ".join(os.environ[name] for name in names if os.environ.get(name))


def interpreter() -> dict[str, str]:
    """The files that this interpreter is, by hash: a path says little. Asked here, where nobody waits for it."""
    facts = {"executable": _digest(os.path.realpath(sys.executable))}
    library = os.path.join(*(str(sysconfig.get_config_var(name)) for name in ("LIBDIR", "LDLIBRARY")))
    if library.endswith((".so", ".dylib")) or ".so." in library:
        facts["library"] = _digest(os.path.realpath(library))
    return {name: value for name, value in facts.items() if value}


def _digest(path: str) -> str:
    digest = hashlib.sha256()
    try:
        with open(path, "rb") as handle:
            while True:
                block = handle.read(BLOCK)
                if not block:
                    return "sha256:" + digest.hexdigest()
                digest.update(block)
    except OSError:
        return ""


def main() -> None:
    machine: dict[str, str] = {}
    for told in (system, cpu, size):
        machine.update(told())
    answer = {
        "machine": {name: value for name, value in machine.items() if value},
        "accelerators": accelerators(),
        "interpreter": interpreter(),
        "container": container() or None,
        "runner": runner() or None,
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
