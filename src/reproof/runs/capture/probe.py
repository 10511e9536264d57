"""Run by the *user's* interpreter: prints what it is as one line of JSON.

Standard library only, and nothing newer than Python 3.8: the training's interpreter may be older than ours.
"""

import json
import os
import platform
import re
import sys


def _packages() -> dict:
    from importlib.metadata import distributions

    found: dict = {}
    for distribution in distributions():
        try:
            name, version = distribution.metadata["Name"], distribution.version
        except Exception:  # noqa: BLE001, S112  a half-removed package must not hide the others
            continue
        if name and version:  # the first on the path is the one that is imported
            found.setdefault(re.sub(r"[-_.]+", "-", name).lower(), version)
    return dict(sorted(found.items()))


def _cpu() -> tuple:
    """(model, vendor, best vector instruction set) as far as the system tells."""
    model, vendor, flags = platform.processor(), "", set()
    try:
        with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as handle:
            for line in handle:
                key, _, value = (part.strip() for part in line.partition(":"))
                if key == "model name":
                    model = value
                elif key == "vendor_id":
                    vendor = value
                elif key in ("flags", "Features"):
                    flags = set(value.split())
                elif not key and flags:
                    break
    except OSError:
        pass
    for name in ("amx_tile", "avx512f", "avx2", "avx", "sve", "asimd", "sse4_2"):
        if name in flags:
            return model, vendor, name
    return model, vendor, ""


_VARIABLES = (
    "CUBLAS_WORKSPACE_CONFIG",
    "CUDA_VISIBLE_DEVICES",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "OMP_NUM_THREADS",
    "OPENBLAS_CORETYPE",
    "OPENBLAS_NUM_THREADS",
    "PYTHONHASHSEED",
    "TF_DETERMINISTIC_OPS",
)


def main() -> None:
    model, vendor, vectors = _cpu()
    machine = {
        "os": platform.system() + " " + platform.release(),
        "libc": "-".join(platform.libc_ver()).strip("-"),
        "architecture": platform.machine(),
        "cpu": model,
        "cores": str(os.cpu_count()),
    }
    machine.update({name: os.environ[name] for name in _VARIABLES if name in os.environ})
    json.dump(
        {
            "python": platform.python_implementation() + " " + platform.python_version(),
            "packages": _packages(),
            "machine": {name: value for name, value in machine.items() if value},
            "numeric_class": " ".join(part for part in (platform.machine(), vendor, vectors) if part),
        },
        sys.stdout,
    )


main()
