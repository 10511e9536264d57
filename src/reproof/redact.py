"""Keeping secrets out of logs, records and messages: credentials in URLs, known token shapes, named values.

What counts as a secret is written for users in `docs/explanation/secrets.md`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# To the last `@` of the authority (RFC 3986, 3.2); a password may hold `@`. What follows a colon and is no port is
# a password, too, with an unescaped `/`, `?` or `#` in it. The bound keeps long lines without a match cheap.
_URL_CREDENTIALS = re.compile(
    r"(?<=://)(?:[^\s/?#]*@|[^\s/?#:]*:(?!\d{0,5}(?:[/?#]|(?!\S)))[^\s@]{0,200}@(?:[^\s/?#@]*@)*)"
)
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
    r"|dapi[0-9a-f]{32}"  # Databricks
    r"|[rs]k_live_[A-Za-z0-9]{16,}"  # Stripe
    r"|eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{5,}"  # JSON web tokens
)
# A private key as it lies in a file, or on one line of JSON; one that was cut off is hidden to the end.
_PEM = r"-----{} [A-Z0-9 ]{{0,30}}PRIVATE KEY(?: BLOCK)?-----"
_KEY_BEGINS, _KEY_ENDS = re.compile(_PEM.format("BEGIN")), re.compile(_PEM.format("END"))
_PRIVATE_KEY = re.compile(rf"{_KEY_BEGINS.pattern}.*?(?:{_KEY_ENDS.pattern}|\Z)", re.DOTALL)
# The same in code or in a patch of it, where only the words may stand, too.
_KEY_IN_CODE = re.compile(rf"""{_KEY_BEGINS.pattern}[\s\\nr"'+]{{0,40}}[A-Za-z0-9+/=]{{40}}""")
_KEY_LINES = 150  # that the longest usual key has; then whatever comes is shown again
_AUTHORIZATION = re.compile(r"(?i)\b(authorization:\s*)(?:basic|bearer|token)?\s*\S+")
_SECRET_NAME = re.compile(  # HF_TOKEN and DB_PASSWORDS, but not TOKENIZERS_PARALLELISM
    r"(?i)(?:TOKEN|SECRET|PASSWORD|PASSWD|API_?KEY|ACCESS_?KEY|CREDENTIAL|PRIVATE_?KEY)S?(?![A-Z])"
)
# Names of parameters, options and fields, of which the last word says that the value is secret.
_KEYS = r"(?:api|access|secret|private|account|auth)[-_.]?key"
_LAST_WORD = rf"(?:pass(?:word|wd|phrase)|secret|credential|token|{_KEYS})s?"
_NAME = re.compile(rf"(?i){_LAST_WORD}\Z")
_VALUE = r"""(?P<value>"[^"\n]{0,999}"|'[^'\n]{0,999}'|[^\s"',;&]+)"""
_NAMED = re.compile(
    rf"(?i)(?P<name>{_LAST_WORD}|(?<=[?&])(?:[\w-]{{0,40}}signature|sig))(?P<mark>[\"']?\s?[=:]\s?){_VALUE}"
)
_OPTION = re.compile(rf"(?i)(?<!\S)(?P<name>--?[\w.-]{{0,60}}{_LAST_WORD})(?P<mark>[ \t]+){_VALUE}")
_TEMPLATE = re.compile(r"[{$<*%]")  # `https://{user}:{password}@host` in code holds no secret
HIDDEN = "***"
SHORTEST = 6  # a shorter value is hardly a secret, and replacing it would garble logs
LONG = 12  # a value of so many characters stands nowhere by chance


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
    if "PRIVATE KEY" in text:
        text = _PRIVATE_KEY.sub(HIDDEN, text)
    text = _URL_CREDENTIALS.sub(f"{HIDDEN}@", text)
    text = _AUTHORIZATION.sub(rf"\1{HIDDEN}", text)
    text = _TOKENS.sub(HIDDEN, text)
    if _mentions(text):
        text = _OPTION.sub(_without_value, _NAMED.sub(_without_value, text))
    return text


class LogLines:
    """Redacts a log line by line; of a private key of several lines no line is left."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets = tuple(secrets)
        self._inside = 0  # lines that may still belong to a key

    def __call__(self, line: str) -> str:
        """The line as it may be shown."""
        before = ""
        if self._inside:
            end = _KEY_ENDS.search(line)
            self._inside = 0 if end else self._inside - 1
            if end is None:
                return HIDDEN
            before, line = HIDDEN, line[end.end() :]
        begins = [match.end() for match in _KEY_BEGINS.finditer(line)]
        if begins and not _KEY_ENDS.search(line, begins[-1]):
            self._inside = _KEY_LINES
        return before + redact(line, self._secrets)


def is_secret(name: str, value: object) -> bool:
    """Whether a parameter of this name holds a secret: `db.password`, `apiKey`.

    Of tokens only texts that could open something: neither `max_tokens = 512` nor `pad_token = "[PAD]"`.
    """
    if value is None or isinstance(value, bool) or value in ("", HIDDEN):
        return False
    if not _NAME.search(name):
        return False
    return not name.lower().rstrip("s").endswith("token") or _opens(str(value))


def first_secret(text: str, secrets: Iterable[str] = ()) -> int | None:
    """The line (from 1) of a long text, code for example, that holds a secret for certain; None for none.

    For certain: a given value of some length, a known token, a private key, a password in a URL. Names say
    nothing here: `password = ask()` is code.
    """
    found = [text.find(secret) for secret in secrets if len(secret) >= LONG]
    found += [match.start() for match in (_TOKENS.search(text), _KEY_IN_CODE.search(text)) if match]
    for match in _URL_CREDENTIALS.finditer(text):
        if ":" in match.group() and not _TEMPLATE.search(match.group()):
            found.append(match.start())
            break
    starts = [start for start in found if start >= 0]
    return text.count("\n", 0, min(starts)) + 1 if starts else None


def _mentions(text: str) -> bool:
    lower = text.lower()
    return any(word in lower for word in ("pass", "secret", "credential", "token", "key", "sig"))


def _without_value(match: re.Match[str]) -> str:
    name, mark, value = match.group("name", "mark", "value")
    bare = value.strip("\"'")
    if name.lower().rstrip("s").endswith("token") and not _opens(bare):
        return match.group()
    return f"{name}{mark}{value.replace(bare, HIDDEN) if bare else value}"


def _opens(value: str) -> bool:
    """Whether a token could be one that opens something, and not a word of a text or their number."""
    return len(value) >= 8 and value[0] not in "<[{" and not re.fullmatch(r"[\d.,_]+", value)
