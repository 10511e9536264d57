"""Real libraries against the canonical hashes: equal values must hash equal, one changed bit must not.

    uv run --with numpy,safetensors,pillow,pyarrow,torch benchmarks/canonical.py [--rounds 2000] [--seed 0] [WHAT]

WHAT: npy, npz, torch, safetensors, table, png (default: those whose library is there). Each round writes random
values twice in two different ways (byte order, strides, order of names, compression, chunks, encodings, metadata),
and once with one element changed. Stops at the first hash that is wrong, with what was written. Tables are hashed
by this very interpreter, as the training's. Heavy, so no test runs it.
"""

from __future__ import annotations

import argparse
import importlib
import os
import random
import sys
import tempfile
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from reproof.runs.canonical import artifact_hash, artifact_hashes
from reproof.runs.interpreter import Interpreter

LIBRARIES = {
    "npy": "numpy",
    "npz": "numpy",
    "torch": "torch",
    "safetensors": "safetensors.torch",
    "table": "pyarrow",
    "png": "PIL.Image",
}


def main() -> int:
    """Run the rounds and print how many held."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", nargs="*", choices=[[], *LIBRARIES])
    parser.add_argument("--rounds", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    for name in args.what or LIBRARIES:
        try:
            library = importlib.import_module(LIBRARIES[name])
        except ImportError:
            print(f"{name:12} {LIBRARIES[name]} is not installed")
            continue
        chance = random.Random(args.seed)
        start = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            equal, different = ROUNDS[name](chance, args.rounds, folder)
        version = getattr(
            library, "__version__", getattr(sys.modules[library.__name__.split(".")[0]], "__version__", "")
        )
        print(f"{name:12} {LIBRARIES[name].split('.')[0]} {version}: {equal} pairs equal, {different} told apart, "
              f"{time.perf_counter() - start:.1f} s", flush=True)  # fmt: skip
    return 0


def hold(way: str, one: str, same: str, other: str | None, what: object) -> int:
    """The one check: `one` and `same` hold equal values, `other` different ones. Returns how many `other`s."""
    first = artifact_hash(one)
    if not first.startswith(way + ":") or artifact_hash(same) != first:
        raise SystemExit(f"equal values, other hashes: {what!r}")
    if other is None:
        return 0
    if artifact_hash(other) == first:
        raise SystemExit(f"other values, equal hashes: {what!r}")
    return 1


# NumPy

KINDS = ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "c8", "c16", "?", "S5", "U3", "M8[ns]",
         "m8[s]"]  # fmt: skip


def some_array(chance: random.Random) -> Any:
    """An array of any kind, with up to four dimensions, some of no length."""
    import numpy as np

    kind = np.dtype(chance.choice(KINDS))
    shape = tuple(chance.choice([0, 1, 2, 3, 5, 7, 40]) for _ in range(chance.randint(0, 4)))
    if int(np.prod(shape)) > 200_000:
        shape = shape[:2]
    count = int(np.prod(shape))
    if kind.kind == "U":
        texts = [chr(chance.randint(32, 9000)) * chance.randint(0, 3) for _ in range(count)]
        return np.array(texts, dtype=kind).reshape(shape)
    if kind.kind == "b":
        return np.array([chance.random() < 0.5 for _ in range(count)], dtype=bool).reshape(shape)
    return np.frombuffer(chance.randbytes(count * kind.itemsize), dtype=kind).reshape(shape).copy()


def otherwise(chance: random.Random, array: Any) -> Any:
    """The same values in another order of bytes or of dimensions."""
    import numpy as np

    kind = array.dtype.newbyteorder(chance.choice("<>"))
    return np.array(array.astype(kind), order=chance.choice("CF"))  # type: ignore[call-overload]


def changed(chance: random.Random, array: Any) -> Any:
    """A copy with one element changed; None of an array without any."""
    if not array.size:
        return None
    flat = array.reshape(-1).copy()
    place = chance.randrange(flat.size)
    if array.dtype.kind in "US":
        old = flat[place]
        flat[place] = "zz" if array.dtype.kind == "U" else b"zz"
        if flat[place] == old:
            flat[place] = "q" if array.dtype.kind == "U" else b"q"
    elif array.dtype.kind == "b":
        flat[place] = not flat[place]
    else:
        flat.view("u1").reshape(flat.size, -1)[place, chance.randrange(array.itemsize)] ^= (
            1 << chance.randrange(8)
        )
    return flat.reshape(array.shape)


def npy(chance: random.Random, rounds: int, folder: str) -> tuple[int, int]:
    """Arrays, one a file."""
    import numpy as np

    apart = 0
    one, same, other = (os.path.join(folder, name) for name in ("one.npy", "same.npy", "other.npy"))
    for _ in range(rounds):
        array = some_array(chance)
        np.save(one, array)
        np.save(same, otherwise(chance, array))
        different = changed(chance, array)
        if different is not None:
            np.save(other, otherwise(chance, different))
        apart += hold("npy", one, same, None if different is None else other, array)
    return rounds, apart


def npz(chance: random.Random, rounds: int, folder: str) -> tuple[int, int]:
    """Several arrays a file, in any order, compressed or not."""
    import numpy as np

    apart = 0
    one, same, other = (os.path.join(folder, name) for name in ("one.npz", "same.npz", "other.npz"))
    for _ in range(rounds):
        arrays = {f"array{number}": some_array(chance) for number in range(chance.randint(1, 4))}
        names = chance.sample(list(arrays), len(arrays))
        np.savez(one, **arrays)
        np.savez_compressed(same, **{name: otherwise(chance, arrays[name]) for name in names})
        different = changed(chance, arrays[names[0]])
        if different is not None:
            np.savez(other, **(arrays | {names[0]: different}))
        apart += hold("npz", one, same, None if different is None else other, arrays)
    return rounds, apart


# Tensors

DTYPES = ["float32", "float64", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8", "bool",
          "complex64", "float8_e4m3fn", "float8_e5m2", "uint16", "uint32"]  # fmt: skip


def some_tensor(chance: random.Random) -> Any:
    """A tensor of any dtype with random bits, contiguous."""
    torch = importlib.import_module("torch")

    dtype = getattr(torch, chance.choice(DTYPES))
    shape = [chance.choice([0, 1, 2, 3, 5, 17]) for _ in range(chance.randint(0, 4))]
    count = 1
    for length in shape:
        count *= length
    if not count:
        return torch.zeros(shape, dtype=dtype)
    if dtype == torch.bool:
        return torch.tensor([chance.random() < 0.5 for _ in range(count)]).reshape(shape)
    data = bytearray(chance.randbytes(count * torch.zeros(1, dtype=dtype).element_size()))
    return torch.frombuffer(data, dtype=torch.uint8).view(dtype).reshape(shape)


def laid_otherwise(chance: random.Random, tensor: Any) -> Any:
    """The same values transposed in memory, as every second element of a larger tensor, or as a parameter."""
    torch = importlib.import_module("torch")

    way = chance.randrange(4)
    if way == 0 and tensor.dim() >= 2:
        return tensor.transpose(0, -1).contiguous().transpose(0, -1)
    if way == 1 and tensor.dim():
        larger = torch.zeros([2 * length for length in tensor.shape], dtype=tensor.dtype)
        view = larger[tuple(slice(1, None, 2) for _ in tensor.shape)]
        view.copy_(tensor)
        return view if torch.equal(bits(view), bits(tensor)) else tensor.clone()
    return torch.nn.Parameter(tensor.clone(), requires_grad=False) if way == 2 else tensor.clone()


def bits(tensor: Any) -> Any:
    """A tensor's bytes, in C order."""
    torch = importlib.import_module("torch")

    copy = tensor.clone(memory_format=torch.contiguous_format)
    return copy.reshape(-1).view(torch.uint8) if tensor.numel() else torch.zeros(0)


def with_a_bit_changed(chance: random.Random, tensor: Any) -> Any:
    """A copy with one bit changed; of truths, with one of them."""
    torch = importlib.import_module("torch")

    copy = tensor.clone(memory_format=torch.contiguous_format)
    if copy.dtype == torch.bool:
        flat = copy.reshape(-1)
        place = chance.randrange(flat.numel())
        flat[place] = ~flat[place]
    else:
        flat = copy.reshape(-1).view(torch.uint8)
        flat[chance.randrange(flat.numel())] ^= 1 << chance.randrange(8)
    return copy


def checkpoints(chance: random.Random, rounds: int, folder: str) -> tuple[int, int]:
    """What `torch.save` writes: a model's, an optimizer's and other state; saved again after loading, too."""
    torch = importlib.import_module("torch")

    apart = 0
    one, same, other, again = (
        os.path.join(folder, name) for name in ("one.pt", "same.pth", "other.pt", "again.bin")
    )
    for epoch in range(rounds):
        state = OrderedDict(
            (f"layer{number}.weight", some_tensor(chance)) for number in range(chance.randint(1, 4))
        )
        saved = {
            "model": state,
            "epoch": epoch,
            "optimizer": {"state": {0: {"m": some_tensor(chance)}}, "lr": [0.1]},
        }
        names = chance.sample(list(state), len(state))
        moved = OrderedDict((name, laid_otherwise(chance, state[name])) for name in names)
        moved._metadata = {"": {"version": epoch}}  # type: ignore[attr-defined]
        torch.save(saved, one)
        torch.save({"optimizer": saved["optimizer"], "epoch": epoch, "model": moved}, same)
        torch.save(torch.load(one, weights_only=True), again)
        different = state[names[0]]
        if different.numel():
            torch.save(
                saved | {"model": OrderedDict(state) | {names[0]: with_a_bit_changed(chance, different)}},
                other,
            )
        apart += hold("torch", one, same, other if different.numel() else None, saved)
        hold("torch", one, again, None, saved)
    return rounds, apart


def safetensors(chance: random.Random, rounds: int, folder: str) -> tuple[int, int]:
    """safetensors' own files, with metadata and names in other orders."""
    save = importlib.import_module("safetensors.torch").save_file
    apart = 0
    one, same, other = (os.path.join(folder, f"{name}.safetensors") for name in ("one", "same", "other"))
    for number in range(rounds):
        tensors = {f"layer{place}": some_tensor(chance) for place in range(chance.randint(1, 5))}
        names = chance.sample(list(tensors), len(tensors))
        save(tensors, one)
        save({name: tensors[name] for name in names}, same, metadata={"number": str(number), "format": "pt"})
        different = tensors[names[0]]
        if different.numel():
            save(tensors | {names[0]: with_a_bit_changed(chance, different)}, other)
        apart += hold("safetensors", one, same, other if different.numel() else None, tensors)
    return rounds, apart


# Pictures


def pictures(chance: random.Random, rounds: int, folder: str) -> tuple[int, int]:
    """Pillow's PNGs at other levels, with texts; smooth rows, so that its encoder uses all filters."""
    image = importlib.import_module("PIL.Image")
    info = importlib.import_module("PIL.PngImagePlugin").PngInfo
    one, same, other = (os.path.join(folder, name) for name in ("one.png", "same.png", "other.png"))
    for number in range(rounds):
        mode = chance.choice(["L", "LA", "RGB", "RGBA"])
        width, height = chance.randint(1, 60), chance.randint(1, 60)
        data = bytearray(
            (x + y + chance.randint(0, 1)) & 255 for y in range(height) for x in range(width) for _ in mode
        )
        notes = info()
        notes.add_text("Software", f"version {number}")
        image.frombytes(mode, (width, height), bytes(data)).save(one, compress_level=1)
        image.frombytes(mode, (width, height), bytes(data)).save(
            same, pnginfo=notes, optimize=True, dpi=(99, 99)
        )
        data[chance.randrange(len(data))] ^= 1
        image.frombytes(mode, (width, height), bytes(data)).save(other)
        hold("png", one, same, other, (mode, width, height))
    return rounds, rounds


# Tables


def leaf(chance: random.Random, arrow: Any) -> tuple[Any, Callable[[], Any]]:
    """A plain type, and what makes a value of it."""
    return chance.choice([
        (arrow.int64(), lambda: chance.randint(-9, 9)), (arrow.int8(), lambda: chance.randint(-9, 9)),
        (arrow.float64(), lambda: chance.gauss(0, 1)), (arrow.bool_(), lambda: chance.random() < 0.5),
        (arrow.string(), lambda: chance.choice(["a", "é", "", "long" * chance.randint(1, 4)])),
        (arrow.binary(), lambda: chance.randbytes(chance.randint(0, 4))),
        (arrow.binary(3), lambda: chance.randbytes(3)),
        (arrow.timestamp("us", "UTC"), lambda: chance.randint(0, 2**50)),
        (arrow.date32(), lambda: chance.randint(0, 9999)),
    ])  # fmt: skip


def kind(chance: random.Random, arrow: Any, depth: int = 0) -> tuple[Any, Callable[[], Any]]:
    """A type, at times a nested one, and what makes a value of it."""
    way = chance.random()
    if depth == 2 or way > 0.35:
        return leaf(chance, arrow)
    inner, make = kind(chance, arrow, depth + 1)
    if way < 0.12:
        return arrow.list_(inner), lambda: [maybe(chance, make) for _ in range(chance.randint(0, 3))]
    if way < 0.24:
        return arrow.struct([("field", inner)]), lambda: {"field": maybe(chance, make)}
    return arrow.map_(arrow.string(), inner), lambda: [("key", maybe(chance, make))]


def maybe(chance: random.Random, make: Callable[[], Any]) -> Any:
    """A value, or at times none."""
    return None if chance.random() < 0.15 else make()


def tables(chance: random.Random, rounds: int, folder: str) -> tuple[int, int]:
    """Parquet, Feather, Arrow files and streams of one table, in other chunks, encodings and compressions."""
    arrow = importlib.import_module("pyarrow")
    written = []
    for number in range(rounds):
        rows = chance.choice([0, 1, 5, 37, 200])
        family = chance.choice([["parquet"], ["feather", "arrow", "stream"]])
        columns, makers = {}, {}
        for column in range(chance.randint(1, 4)):
            type_, makers[f"c{column}"] = kind(chance, arrow)
            columns[f"c{column}"] = arrow.array(
                [maybe(chance, makers[f"c{column}"]) for _ in range(rows)], type=type_
            )
        table = arrow.table(columns)
        files = [write(chance, table, folder, f"{number}one", chance.choice(family))]
        files.append(
            write(chance, varied(chance, arrow, table), folder, f"{number}same", chance.choice(family))
        )
        name = chance.choice(list(columns))
        values = table[name].to_pylist()
        place = chance.randrange(rows) if rows else 0
        if rows and values[place] is not None:
            values[place] = None
            changed_column = arrow.array(values, type=table[name].type)
            other = table.set_column(table.column_names.index(name), name, changed_column)
            files.append(write(chance, other, folder, f"{number}other", chance.choice(family)))
        written.append((files, table))
    interpreter = Interpreter(sys.executable, folder, dict(os.environ))
    hashes = artifact_hashes([path for files, _ in written for path in files], interpreter)
    for files, table in written:
        first = hashes[files[0]]
        if not first.startswith("table:") or hashes[files[1]] != first:
            raise SystemExit(f"equal values, other hashes: {table.schema} {table.to_pydict()}")
        if len(files) > 2 and hashes[files[2]] == first:
            raise SystemExit(f"other values, equal hashes: {table.schema} {table.to_pydict()}")
    return rounds, sum(len(files) > 2 for files, _ in written)


def varied(chance: random.Random, arrow: Any, table: Any) -> Any:
    """The same values in other chunks, with dictionaries, wide offsets and metadata."""
    columns = []
    for column in table.columns:
        if arrow.types.is_string(column.type):
            ways = [column, column.cast(arrow.large_string()), column.dictionary_encode()]
            columns.append(chance.choice(ways))
        else:
            columns.append(column)
    made = arrow.table(dict(zip(table.column_names, columns, strict=True)))
    made = made.replace_schema_metadata({"pandas": str(chance.random())})
    step = chance.randint(1, max(1, len(made)))
    parts = [made.slice(start, step) for start in range(0, len(made), step)]
    return arrow.concat_tables(parts) if parts else made


def write(chance: random.Random, table: Any, folder: str, name: str, way: str) -> str:
    """A file of the table, with options by chance; its path."""
    rows = chance.randint(1, len(table) + 1)
    path = os.path.join(folder, name + (".arrow" if way == "stream" else "." + way))
    if way == "parquet":
        importlib.import_module("pyarrow.parquet").write_table(
            table, path, compression=chance.choice(["snappy", "gzip", "zstd", "none"]), row_group_size=rows,
            use_dictionary=chance.random() < 0.5, data_page_version=chance.choice(["1.0", "2.0"]),
        )  # fmt: skip
    elif way == "feather":
        compression = chance.choice(["lz4", "zstd", "uncompressed"])
        importlib.import_module("pyarrow.feather").write_feather(
            table, path, compression=compression, chunksize=rows
        )
    else:
        ipc = importlib.import_module("pyarrow.ipc")
        with (ipc.new_file if way == "arrow" else ipc.new_stream)(path, table.schema) as writer:
            writer.write_table(table, max_chunksize=rows)
    return path


ROUNDS = {
    "npy": npy,
    "npz": npz,
    "torch": checkpoints,
    "safetensors": safetensors,
    "table": tables,
    "png": pictures,
}

if __name__ == "__main__":
    sys.exit(main())
