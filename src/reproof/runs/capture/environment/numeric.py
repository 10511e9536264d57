"""The numeric class: what decides floating point bits, piece by piece. Pure.

Two runs of one class may be asked for equal bits; between classes kernels round otherwise. A piece is a fact with
a name, so that a difference can be told: `openblas core (numpy)` Haswell, then SkylakeX.
"""

from __future__ import annotations

from collections.abc import Mapping

from reproof.runs.capture.environment.flags import are_pinned

Facts = Mapping[str, str]
# Builds that are told by their files; the others come from the framework itself.
BUILDS = ("torch cuda", "torch hip", "tensorflow cuda", "tensorflow cudnn")
PINNED_SETS = frozenset(("sse4_2", "avx", "f16c", "fma", "avx2"))
BY_CORES = ("tensorflow", "jax")  # they share work out to as many threads as there are cores, and do not tell
ASK_THE_VENDOR = ("mkl", "torch mkl")  # MKL chooses by the CPU's vendor, too


def numeric_class(
    machine: Facts, accelerators: Facts, builds: Facts, computing: Facts, flags: Facts
) -> dict[str, str]:
    """The pieces by name: machine, GPU models, builds, and what the frameworks themselves say (`computing`).

    Where the flags hold all kernels to AVX2, larger instruction sets decide nothing, and neither does the vendor
    but for MKL; the arithmetic would tell if it were otherwise.
    """
    vendor, sets = machine.get("vendor", ""), machine.get("instructions", "")
    if are_pinned(flags) and "avx2" in sets.split():
        sets = " ".join(name for name in sets.split() if name in PINNED_SETS)
        vendor = vendor if any(name in computing for name in ASK_THE_VENDOR) else ""
    pieces = {
        "architecture": machine.get("architecture", ""),
        "vendor": vendor,
        "instructions": sets,
        "cores": machine.get("cores", "") if any(name in computing for name in BY_CORES) else "",
        "gpu": " + ".join(sorted({model for name, model in accelerators.items() if name.startswith("gpu")})),
        **{name: builds[name] for name in BUILDS if name in builds},
        **computing,
    }
    return {name: value for name, value in pieces.items() if value}
