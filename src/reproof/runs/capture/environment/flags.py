"""Environment variables that decide whether, and to which bits, a training repeats; no others are looked at.

`PINNED` and `PINNED_BESIDE` are those that make two machines compute alike more often (`reproof init
--pin-numerics`). The configuration may set any of them, so this module is on the commit path.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

FLAGS = (
    "ATEN_CPU_CAPABILITY", "BLIS_ARCH_TYPE", "BLIS_NUM_THREADS", "CUBLAS_WORKSPACE_CONFIG", "CUDA_DEVICE_ORDER",
    "CUDA_LAUNCH_BLOCKING", "CUDA_VISIBLE_DEVICES", "DNNL_MAX_CPU_ISA", "GOTO_NUM_THREADS", "HIP_VISIBLE_DEVICES",
    "JAX_DEFAULT_MATMUL_PRECISION", "JAX_ENABLE_X64", "JAX_PLATFORMS", "KMP_DETERMINISTIC_REDUCTION", "MKL_CBWR",
    "MKL_DYNAMIC", "MKL_ENABLE_INSTRUCTIONS", "MKL_NUM_THREADS", "MKL_THREADING_LAYER", "NPY_DISABLE_CPU_FEATURES",
    "NPY_ENABLE_CPU_FEATURES", "NUMBA_NUM_THREADS", "NUMEXPR_NUM_THREADS", "NVIDIA_TF32_OVERRIDE", "OMP_DYNAMIC",
    "OMP_NUM_THREADS", "OMP_SCHEDULE", "ONEDNN_DEFAULT_FPMATH_MODE", "ONEDNN_MAX_CPU_ISA", "OPENBLAS_CORETYPE",
    "OPENBLAS_NUM_THREADS", "PYTHONHASHSEED", "PYTORCH_CUDA_ALLOC_CONF", "ROCR_VISIBLE_DEVICES",
    "TF_CUDNN_DETERMINISTIC", "TF_DETERMINISTIC_OPS", "TF_ENABLE_ONEDNN_OPTS", "TF_NUM_INTEROP_THREADS",
    "TF_NUM_INTRAOP_THREADS", "TORCH_ALLOW_TF32_CUBLAS_OVERRIDE", "VECLIB_MAXIMUM_THREADS", "XLA_FLAGS",
)  # fmt: skip

# Variable -> (value, why). All choose what every x86-64 CPU since 2013 (AMD: 2015) has.
PINNED = {
    "OPENBLAS_CORETYPE": ("Haswell", "NumPy's and SciPy's BLAS: one kernel on every CPU with AVX2"),
    "NPY_DISABLE_CPU_FEATURES": (
        "AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL AVX512_SPR X86_V4",
        "NumPy's own kernels; from 2.4 on AVX-512 is called X86_V4, and names that it does not know are ignored",
    ),
    "ATEN_CPU_CAPABILITY": ("avx2", "torch's own kernels"),
    "ONEDNN_MAX_CPU_ISA": ("AVX2", "oneDNN, in torch and TensorFlow"),
}

# The same by the package that makes it matter. A sum is split by the number of threads, so that many cores round
# otherwise than few; two are what the smallest hosted runners have.
_THREADS = "as many threads on every machine: sums are split by their number"
PINNED_BESIDE = {
    "numpy": {"OPENBLAS_NUM_THREADS": ("2", _THREADS), "OMP_NUM_THREADS": ("2", _THREADS)},
    "torch": {"OMP_NUM_THREADS": ("2", _THREADS), "MKL_NUM_THREADS": ("2", _THREADS)},
    "tensorflow": {
        "TF_NUM_INTRAOP_THREADS": ("2", _THREADS),
        "TF_NUM_INTEROP_THREADS": ("2", _THREADS),
    },
    "jax": {"XLA_FLAGS": ("--xla_cpu_max_isa=AVX2", "JAX's compiler")},
}


def pins_for(packages: Collection[str]) -> dict[str, tuple[str, str]]:
    """Variable -> (value, why) for a project that uses these packages (normalised names)."""
    found = dict(PINNED)
    for name, pins in PINNED_BESIDE.items():
        if name in packages:
            found |= pins
    return found


def flags_of(environ: Mapping[str, str]) -> dict[str, str]:
    """The flags that are set."""
    return {name: environ[name] for name in FLAGS if name in environ}


def are_pinned(flags: Mapping[str, str]) -> bool:
    """Whether every kernel that can be is held to AVX2."""
    return all(
        set(value.lower().split()) <= set(flags.get(name, "").lower().split())
        for name, (value, _) in PINNED.items()
    )
