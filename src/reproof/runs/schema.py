"""A record as versioned JSON, and back. Strict both ways: what is written reads back equal, or it is refused."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, cast

from reproof.runs.record import (
    Code,
    Config,
    DataFile,
    Environment,
    Metric,
    Observed,
    Results,
    RunRecord,
    Seed,
    StageResult,
)
from reproof.strict import Fields, SchemaError, number, parse_json

if TYPE_CHECKING:
    from reproof.runs.record import Kind

SCHEMA = "reproof-run/1"
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?\+00:00", re.ASCII)
LIMIT = 8 * 1024 * 1024  # bytes of one record; larger ones are refused when read and when written


def dump(record: RunRecord) -> bytes:
    """The record as indented JSON, UTF-8, with a final newline.

    Raises `SchemaError` for what `load` would not give back: the branch is for good, and one bad record on it
    stops everybody.
    """
    values = to_dict(record)
    text = json.dumps(values, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    # A file name that is not UTF-8 holds unpaired surrogates; JSON has an escape for them, and so has Python.
    data = text.encode("utf-8", "backslashreplace")
    if to_dict(load(data)) != values:
        raise SchemaError("the record does not read back as it was written")
    return data


def load(data: bytes, what: str = "record") -> RunRecord:
    """A record from JSON; raises `SchemaError` with the place for anything but a whole, known record."""
    return from_fields(parse_json(data, what, LIMIT))


def to_dict(record: RunRecord) -> dict[str, Any]:
    """The record as plain JSON values, in the order a person reads it."""
    observed = record.environment.observed
    return {
        "schema": SCHEMA,
        "id": record.id,
        "key": record.key,
        "kind": record.kind,
        "created": record.created,
        "origin": record.origin,
        "reproof": record.reproof,
        "code": {
            "commit": record.code.commit,
            "branch": record.code.branch,
            "remote": record.code.remote,
            "patch": record.code.patch,
            "files": dict(record.code.files),
        },
        "config": {
            "commands": dict(record.config.commands),
            "parameters": {name: _scalar(value) for name, value in record.config.parameters},
            "seed": record.config.seed
            and {"name": record.config.seed.name, "value": _scalar(record.config.seed.value)},
        },
        "environment": {
            "declared": dict(record.environment.declared),
            "sources": list(record.environment.sources),
            "observed": observed
            and {
                "python": observed.python,
                "numeric_class": observed.numeric_class,
                "machine": dict(observed.machine),
                "packages": dict(observed.packages),
            },
        },
        "data": [
            {"path": item.path, "hash": item.hash, "size": item.size, "stages": list(item.stages)}
            for item in record.data
        ],
        "results": {
            "seconds": record.results.seconds,
            "metrics": [
                {
                    "name": metric.name,
                    "slice": dict(metric.slice),
                    "value": number(metric.value),
                    "rows": metric.rows,
                }
                for metric in record.results.metrics
            ],
            "artifacts": dict(record.results.artifacts),
            "stages": [
                {"name": stage.name, "after": list(stage.after), "outputs": dict(stage.outputs)}
                for stage in record.results.stages
            ],
        },
    }


def from_fields(top: Fields) -> RunRecord:
    """A record from an object being read, for records that stand inside other JSON."""
    with top:
        version = top.text("schema")
        if version != SCHEMA:
            raise SchemaError(
                f"{top.where} is of schema {version!r}; this reproof reads {SCHEMA}: install a newer one"
            )
        return RunRecord(
            id=_hexadecimal(top, "id"),
            key=_hexadecimal(top, "key"),
            kind=cast("Kind", top.one_of("kind", ("trained", "locked", "claimed"))),
            created=_moment(top, "created"),
            origin=top.one_of("origin", ("ci", "local")),
            reproof=top.text("reproof"),
            code=_code(top.object("code")),
            config=_config(top.object("config")),
            environment=_environment(top.object("environment")),
            data=tuple(_data(item) for item in top.objects("data")),
            results=_results(top.object("results")),
        )


def _hexadecimal(top: Fields, key: str) -> str:
    value = top.text(key)
    if not 8 <= len(value) <= 64 or set(value) - set("0123456789abcdef"):
        raise SchemaError(f"{top.where}.{key} must be 8 to 64 hexadecimal digits")
    return value


def _moment(top: Fields, key: str) -> str:
    """One form only, so that the order of texts is that of times."""
    value = top.text(key)
    if not _MOMENT.fullmatch(value):
        raise SchemaError(f"{top.where}.{key} must be a time such as 2026-01-31T12:00:00.000+00:00")
    return value


def _code(fields: Fields) -> Code:
    with fields:
        return Code(
            commit=_hexadecimal(fields, "commit"),
            branch=fields.text_or_none("branch"),
            remote=fields.text_or_none("remote"),
            patch=fields.text_or_none("patch"),
            files=fields.pairs("files"),
        )


def _config(fields: Fields) -> Config:
    with fields:
        commands, parameters = fields.pairs("commands"), fields.scalars("parameters")
        seed = fields.object_or_none("seed")
        if seed is None:
            return Config(commands, parameters)
        with seed:
            return Config(commands, parameters, Seed(seed.text("name"), seed.scalar("value")))


def _environment(fields: Fields) -> Environment:
    with fields:
        declared, sources = fields.pairs("declared"), fields.texts("sources")
        observed = fields.object_or_none("observed")
        if observed is None:
            return Environment(declared, sources)
        with observed:
            return Environment(
                declared,
                sources,
                Observed(
                    python=observed.text("python"),
                    numeric_class=observed.text_or_none("numeric_class"),
                    machine=observed.pairs("machine"),
                    packages=observed.pairs("packages"),
                ),
            )


def _data(fields: Fields) -> DataFile:
    with fields:
        return DataFile(
            path=fields.text("path"),
            hash=fields.text("hash"),
            size=fields.count_or_none("size"),
            stages=fields.texts("stages"),
        )


def _results(fields: Fields) -> Results:
    with fields:
        return Results(
            seconds=fields.number_or_none("seconds"),
            metrics=tuple(_metric(item) for item in fields.objects("metrics")),
            artifacts=fields.pairs("artifacts"),
            stages=tuple(_stage(item) for item in fields.objects("stages")),
        )


def _metric(fields: Fields) -> Metric:
    with fields:
        return Metric(
            name=fields.text("name"),
            slice=fields.pairs("slice"),
            value=fields.number("value"),
            rows=fields.count_or_none("rows"),
        )


def _stage(fields: Fields) -> StageResult:
    with fields:
        return StageResult(
            name=fields.text("name"), after=fields.texts("after"), outputs=fields.pairs("outputs")
        )


def _scalar(value: Any) -> Any:
    return number(value) if isinstance(value, float) else value
