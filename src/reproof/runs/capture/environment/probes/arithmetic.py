"""Run by the user's interpreter: how one framework computes, and the digest of a fixed computation.

`arithmetic.py numpy|torch|tensorflow|jax [FOLDER…]`. The framework is imported, on the CPU only: a GPU is told by
its model and driver. Folders are searched before those of the installation, as PYTHONPATH's are: `-I` leaves them
out. Prints facts by name, all of which decide bits.
"""

from __future__ import annotations

import contextlib
import ctypes
import glob
import hashlib
import json
import os
import re
import sys
from importlib import import_module
from importlib.util import find_spec
from typing import Any

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

SIDE = 192  # rows of the matrices: large enough for blocked kernels and for threads
TERMS = 40_000  # of the sum; OpenBLAS gives sums of more than 10,000 terms to threads


class Told:
    """What was found out, by name."""

    def __init__(self) -> None:
        self.facts: dict[str, str] = {}

    def say(self, name: str, value: object) -> None:
        """Note a fact; one that is empty is none, and 0 threads are as many as there are cores."""
        if value not in (None, "", 0):
            self.facts[name] = str(value)[:200]

    def ask(self, name: str, question: Callable[[], object]) -> None:
        """Note an answer, unless this version of the library knows no such question."""
        with contextlib.suppress(Exception):
            self.say(name, question())

    def call(self, name: str, root: Any, path: str) -> None:
        """Note what a function says that is found by its dotted name, if it is."""
        with contextlib.suppress(Exception):
            for part in path.split("."):
                root = getattr(root, part)
            self.say(name, root())


def digest_of(arrays: list[Any]) -> str:
    """16 hexadecimal digits of the arrays' bytes."""
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(array.tobytes())
    return digest.hexdigest()[:16]


def inputs(np: Any, dtype: Any) -> tuple[Any, Any]:
    """Two matrices of numbers between -1 and 1 that look irregular and are the same everywhere: exact integers,
    divided once.
    """
    numbers = np.arange(1, 2 * SIDE * SIDE + 1, dtype=np.int64)
    mixed = (numbers * 48271 % 2147483647) % 65521
    values = ((mixed - 32760) / 32761.0).astype(dtype)
    return values[: SIDE * SIDE].reshape(SIDE, SIDE), values[SIDE * SIDE :].reshape(SIDE, SIDE)


def numpy(told: Told) -> None:
    np = import_module("numpy")
    blas_of(told, np)
    told.ask("numpy kernels", numpy_features)
    made = []
    for dtype in (np.float64, np.float32):
        one, other = inputs(np, dtype)
        line = np.resize(one.ravel(), TERMS)
        made += [
            one @ other,
            np.exp(one),
            np.tanh(one),
            np.sin(one),
            np.sum(line),
            np.dot(line, line[::-1].copy()),
        ]
    told.say("numpy arithmetic", digest_of(made))


def numpy_features() -> str:
    """What numpy's own kernels are chosen among here; NPY_DISABLE_CPU_FEATURES takes some away."""
    try:
        built = import_module("numpy._core._multiarray_umath")
    except ImportError:  # numpy 1
        built = import_module("numpy.core._multiarray_umath")
    enabled = [name for name in built.__cpu_dispatch__ if built.__cpu_features__.get(name)]
    return " ".join(enabled) or "baseline"


def blas_of(told: Told, np: Any) -> None:
    """Each BLAS that is loaded, by asking the library itself; without one, what numpy was built with."""
    asked = False
    for path in loaded_libraries():
        name = os.path.basename(path).lower()
        owner = re.search(r"(numpy|scipy)\.libs|(numpy|scipy)/\.dylibs", path.replace(os.sep, "/"))
        where = f" ({owner.group(1) or owner.group(2)})" if owner else ""
        try:
            library = ctypes.CDLL(path)
        except OSError:
            continue
        if "openblas" in name:
            asked = openblas(told, library, where) or asked
        elif "mkl_rt" in name:
            asked = mkl(told, library) or asked
        elif "blis" in name:
            asked = blis(told, library) or asked
    if not asked:
        told.ask("blas (numpy)", lambda: built_with(np))


def loaded_libraries() -> list[str]:
    """Paths of BLAS libraries: those of this process, and those that numpy's and scipy's wheels bring along.

    Scikit-learn computes with scipy's. To ask that one, scipy need not be imported.
    """
    paths = []
    try:
        with open("/proc/self/maps", encoding="utf-8", errors="replace") as handle:
            paths = re.findall(r"(?m)\s(/.+)$", handle.read())
    except OSError:  # no Linux
        pass
    for name in ("numpy", "scipy"):
        spec = find_spec(name)
        if spec is not None and spec.origin:
            folder = glob.escape(os.path.dirname(spec.origin))
            paths += [*glob.glob(folder + ".libs/*"), *glob.glob(folder + "/.dylibs/*")]
    return sorted(
        {path for path in paths if re.search(r"openblas|mkl_rt|blis", os.path.basename(path).lower())}
    )


def symbol(library: Any, name: str) -> Any:
    """A function of OpenBLAS; builds put their own words before and behind its name."""
    for before in ("", "scipy_"):
        for behind in ("", "64_", "_64", "64"):
            found = getattr(library, before + name + behind, None)
            if found is not None:
                return found
    raise AttributeError(name)


def openblas(told: Told, library: Any, where: str) -> bool:
    def words(name: str) -> str:
        function = symbol(library, name)
        function.argtypes, function.restype = (), ctypes.c_char_p
        return (function() or b"").decode("utf-8", "replace")

    def version() -> str:
        found = re.search(r"OpenBLAS\s+(\S+)", words("openblas_get_config"))
        return found.group(1) if found else words("openblas_get_config")

    def threads() -> int:
        function = symbol(library, "openblas_get_num_threads")
        function.argtypes, function.restype = (), ctypes.c_int
        return int(function())

    told.ask("openblas" + where, version)
    told.ask("openblas core" + where, lambda: words("openblas_get_corename"))
    told.ask("openblas threads" + where, threads)
    return "openblas core" + where in told.facts


def mkl(told: Told, library: Any) -> bool:
    def version() -> str:
        text = ctypes.create_string_buffer(200)
        library.MKL_Get_Version_String(text, 200)
        return text.value.decode("utf-8", "replace").strip()

    told.ask("mkl", version)
    told.call("mkl threads", library, "MKL_Get_Max_Threads")
    told.call("mkl branch", library, "mkl_cbwr_get_auto_branch")
    return "mkl" in told.facts


def blis(told: Told, library: Any) -> bool:
    def words(function: Any, *arguments: Any) -> str:
        function.restype = ctypes.c_char_p
        return (function(*arguments) or b"").decode("utf-8", "replace")

    told.ask("blis", lambda: words(library.bli_info_get_version_str))
    told.ask("blis core", lambda: words(library.bli_arch_string, library.bli_arch_query_id()))
    told.call("blis threads", library, "bli_thread_get_num_threads")
    return "blis" in told.facts


def built_with(np: Any) -> str:
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    return f"{blas['name']} {blas['version']}"


def torch(told: Told) -> None:
    torch = import_module("torch")
    shown = torch.__config__.show()
    told.say("torch", torch.__version__)
    told.call("torch kernels", torch, "backends.cpu.get_cpu_capability")
    told.call("torch threads", torch, "get_num_threads")
    told.call("torch cudnn", torch, "backends.cudnn.version")
    for name, pattern in (("mkl", r"Math Kernel Library Version (\S+)"), ("onednn", r"MKL-DNN v(\S+)")):
        found = re.search(pattern, shown)
        told.say("torch " + name, found and found.group(1))
    made = []
    for dtype in (torch.float64, torch.float32):
        numbers = torch.arange(1, 2 * SIDE * SIDE + 1, dtype=torch.int64)
        mixed = (numbers * 48271 % 2147483647) % 65521
        values = ((mixed - 32760).to(torch.float64) / 32761.0).to(dtype)
        one, other = (part.reshape(SIDE, SIDE) for part in values.split(SIDE * SIDE))
        kernel = one[:63, :63].reshape(7, 7, 9, 9)
        images = other[:189].reshape(1, 7, 72, 72)
        made += [one @ other, one.exp(), one.tanh(), one.sum(), one.softmax(1), torch.conv2d(images, kernel)]
    told.say("torch arithmetic", digest_of([_Bytes(array) for array in made]))


class _Bytes:
    """A tensor's bytes without numpy, which a torch may do without."""

    def __init__(self, tensor: Any) -> None:
        tensor = tensor.detach().contiguous().reshape(-1)
        self._data = bytes(tensor.view(import_module("torch").uint8).tolist())

    def tobytes(self) -> bytes:
        return self._data


def tensorflow(told: Told) -> None:
    tf, np = import_module("tensorflow"), import_module("numpy")
    told.say("tensorflow", tf.__version__)
    told.call("tensorflow threads", tf, "config.threading.get_intra_op_parallelism_threads")
    made = []
    for dtype in (np.float64, np.float32):
        one, other = (tf.constant(part) for part in inputs(np, dtype))
        made += [tf.matmul(one, other), tf.exp(one), tf.tanh(one), tf.reduce_sum(one), tf.nn.softmax(one)]
    told.say("tensorflow arithmetic", digest_of([array.numpy() for array in made]))


def jax(told: Told) -> None:
    jax, np = import_module("jax"), import_module("numpy")
    jnp = import_module("jax.numpy")
    told.say("jax", jax.__version__)
    told.ask("jaxlib", lambda: import_module("jaxlib").__version__)
    one, other = (jnp.asarray(part) for part in inputs(np, np.float32))
    made = [one @ other, jnp.exp(one), jnp.tanh(one), jnp.sum(one), jax.nn.softmax(one)]
    told.say("jax arithmetic", digest_of([np.asarray(array) for array in made]))


FRAMEWORKS = {"numpy": numpy, "torch": torch, "tensorflow": tensorflow, "jax": jax}
QUIET = {
    "CUDA_VISIBLE_DEVICES": "",
    "HIP_VISIBLE_DEVICES": "",
    "JAX_PLATFORMS": "cpu",
    "TF_CPP_MIN_LOG_LEVEL": "3",
}


def main() -> None:
    name = sys.argv[1]
    os.environ.update(QUIET)
    installed = [
        place for place, path in enumerate(sys.path) if path.endswith(("site-packages", "dist-packages"))
    ]
    where = min(installed, default=len(sys.path))
    sys.path[where:where] = sys.argv[2:]
    answers = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):  # frameworks greet, and warn
        os.dup2(nowhere, stream)
    told = Told()
    try:
        FRAMEWORKS[name](told)
    except Exception as error:  # noqa: BLE001  a framework that does not work here is told, and stops nothing
        told.say(name + " arithmetic", "failed: " + type(error).__name__)
    os.write(answers, json.dumps(told.facts).encode("ascii") + b"\n")
    os._exit(0)  # threads of a framework may hold the exit up


if __name__ == "__main__":
    main()
