"""What the `.dvc` files of a snapshot say about data, read without DVC: hash, size, where it came from."""

from __future__ import annotations

import configparser
import posixpath
import re
from typing import TYPE_CHECKING, Any

from reproof.redact import redact
from reproof.runs.pipeline import count, hashed_entries, listed, mapping, read_lock
from reproof.runs.record import DataFile
from reproof.yaml_text import load_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reproof.ports import Snapshot
    from reproof.runs.pipeline import Pipeline


def dvc_tracked(snapshot: Snapshot) -> Iterator[DataFile]:
    """Every output of every `.dvc` file; `source` is what it was imported from, else the remote that holds it.

    Raises `UsageError` with the file for one that cannot be read.
    """
    remotes = _Remotes(snapshot.read(".dvc/config"))
    for name in snapshot.files():
        if name.endswith(".dvc") and (data := snapshot.read(name)) is not None:
            yield from _outputs(data, name, remotes)


def dvc_kept(snapshot: Snapshot, pipeline: Pipeline | None) -> Iterator[DataFile]:
    """The same, and the outputs of frozen stages by the hashes of `dvc.lock`: no training writes those."""
    yield from dvc_tracked(snapshot)
    frozen = {stage.name: stage for stage in pipeline.stages if stage.frozen} if pipeline else {}
    for locked in read_lock(snapshot.read) if frozen else ():
        if locked.name in frozen:
            for path, digest, size in locked.outs:
                yield DataFile(frozen[locked.name].at(path), digest, size=size)


# What `dvc add` writes for one file or folder. Words that YAML could take for something else (`yes`, `1e5`, a hash
# of digits only) are left to it.
_ADDED = re.compile(
    rb"outs:\n- md5: (?P<md5>(?=[0-9a-f]*[acdf])[0-9a-f]{32}(?:\.dir)?)\n  size: (?P<size>0|[1-9][0-9]{0,17})\n"
    rb"(?:  nfiles: (?P<nfiles>0|[1-9][0-9]{0,17})\n)?  hash: md5\n"
    rb"  path: (?P<path>(?!(?i:y|n|yes|no|on|off|true|false|null)\n)[A-Za-z_][A-Za-z0-9_./-]*)\n"
)


def read_dvc_file(data: bytes, name: str) -> Mapping[str, Any]:
    """A `.dvc` file's document; raises `UsageError`. PyYAML, slow to import, is not asked for most."""
    added = _ADDED.fullmatch(data)
    if added is None:
        return mapping(load_yaml(data, name), name)
    entry: dict[str, Any] = {"hash": "md5"}
    for key, value in added.groupdict().items():
        if value is not None:
            entry[key] = int(value) if key in ("size", "nfiles") else value.decode("ascii")
    return {"outs": [entry]}


def _outputs(data: bytes, name: str, remotes: _Remotes) -> Iterator[DataFile]:
    document = read_dvc_file(data, name)
    folder = posixpath.join(posixpath.dirname(name), str(document.get("wdir", ".")))
    origin, version = _origin(document, name)
    for entry, digest in hashed_entries(document.get("outs"), name):
        source = origin or remotes.address(entry.get("remote"))
        yield DataFile(
            posixpath.normpath(posixpath.join(folder, entry["path"])),
            digest,
            size=count(entry.get("size")),
            files=count(entry.get("nfiles")),
            source=source and without_credentials(source),
            version=version or _cloud_version(entry),
        )


def without_credentials(address: str) -> str:
    """An address as it may be shown: user and password hidden, a query (signatures, tokens) cut off."""
    if "://" in address:
        address = address.partition("?")[0].partition("#")[0]
    return redact(address)


def _origin(document: Mapping[str, Any], where: str) -> tuple[str | None, str | None]:
    """Address and version of what `dvc import` (a repository) or `dvc import-url` (any address) brought here."""
    for item in listed(document.get("deps"), where):
        dep = mapping(item, where)
        repository = mapping(dep.get("repo"), where)
        address = repository.get("url", dep.get("path"))
        names = ("rev_lock", "rev") if repository else ("version_id", "etag", "md5", "checksum")
        versions = ((repository or dep).get(name) for name in names)
        if isinstance(address, str):
            return address, next((str(found).strip('"') for found in versions if found), None)
    return None, None


def _cloud_version(entry: Mapping[str, Any]) -> str | None:
    """The version of an object store that keeps versions itself."""
    cloud = entry.get("cloud")
    for told in cloud.values() if isinstance(cloud, dict) else ():
        if isinstance(told, dict) and isinstance(told.get("version_id"), str):
            return str(told["version_id"])
    return None


class _Remotes:
    """The remotes of `.dvc/config`; one that cannot be read names none. `.dvc/config.local` is in no commit."""

    def __init__(self, data: bytes | None) -> None:
        self._parser = configparser.RawConfigParser(strict=False)
        try:
            self._parser.read_string((data or b"").decode("utf-8"))
        except (configparser.Error, ValueError):
            self._parser.clear()

    def address(self, name: object) -> str | None:
        """A remote's address, by default that of the default remote."""
        known = name if isinstance(name, str) else self._parser.get("core", "remote", fallback="")
        return self._parser.get(f"'remote \"{known}\"'", "url", fallback=None)
