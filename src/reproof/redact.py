"""Keeping secrets out of logs, records and messages: credentials in URLs, known token shapes, named values."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_URL_CREDENTIALS = re.compile(r"(?<=://)[^/\s:@]*(?::[^/\s@]*)?@")
_TOKENS = re.compile(
    r"gh[pousr]_[A-Za-z0-9]{16,}"  # GitHub
    r"|github_pat_[A-Za-z0-9_]{20,}"
    r"|glpat-[A-Za-z0-9_-]{16,}"  # GitLab
    r"|hf_[A-Za-z0-9]{20,}"  # Hugging Face
    r"|sk-[A-Za-z0-9_-]{20,}"
    r"|xox[abposr]-[A-Za-z0-9-]{10,}"  # Slack
    r"|(?:AKIA|ASIA)[A-Z0-9]{16}"  # AWS key ids
    r"|AIza[A-Za-z0-9_-]{30,}"  # Google
    r"|pypi-[A-Za-z0-9_-]{30,}"
    r"|eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{5,}"  # JSON web tokens
)
_AUTHORIZATION = re.compile(r"(?i)\b(authorization:\s*)(?:basic|bearer|token)?\s*\S+")
_SECRET_NAME = re.compile(  # HF_TOKEN and DB_PASSWORDS, but not TOKENIZERS_PARALLELISM
    r"(?i)(?:TOKEN|SECRET|PASSWORD|PASSWD|API_?KEY|ACCESS_?KEY|CREDENTIAL|PRIVATE_?KEY)S?(?![A-Z])"
)
HIDDEN = "***"
SHORTEST = 6  # a shorter value is hardly a secret, and replacing it would garble logs


def secret_values(environ: Mapping[str, str]) -> tuple[str, ...]:
    """The values of environment variables whose names say that they are secret, longest first.

    Logs are redacted line by line, so a value of several lines (a private key) counts as its lines too.
    """
    named = [value for name, value in environ.items() if _SECRET_NAME.search(name)]
    parts = {part.strip() for value in named for part in (value, *value.splitlines())}
    return tuple(
        sorted((part for part in parts if len(part) >= SHORTEST), key=lambda part: (-len(part), part))
    )


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """The text without what looks like a secret, and without the given values."""
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    text = _URL_CREDENTIALS.sub(f"{HIDDEN}@", text)
    text = _AUTHORIZATION.sub(rf"\1{HIDDEN}", text)
    return _TOKENS.sub(HIDDEN, text)
