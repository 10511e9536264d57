"""Keeping secrets out of logs, records and messages: credentials in URLs, known token shapes, named values.

What counts as a secret is written for users in `docs/explanation/secrets.md`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

# To the last `@` of the authority (RFC 3986, 3.2); a password may hold `@`. What follows a colon and is no port is
# a password, too, with an unescaped `/`, `?` or `#` in it. The bound keeps long lines without a match cheap.
_URL_CREDENTIALS = re.compile(
    r"(?:(?<=://)|(?<=:\\/\\/))(?:[^\s/?#]*@|[^\s/?#:]*:(?!\d{0,5}(?:[/?#]|(?!\S)))[^\s@]{0,200}@(?:[^\s/?#@]*@)*)"
)
# The same where a URL is a value in another one.
_QUOTED_URL = re.compile(r"""(?i)(?<=%3A%2F%2F)(?:(?!%2F|%3F|%23)[^\s/?#&"']){1,400}?%40""")
# A token in a path: conda channels, and a forum's `/t/topic/17`, which is none.
_TOKEN_IN_PATH = re.compile(
    r"(://[^\s/?#]{1,255}/t/)(?=[a-zA-Z-]*\d)[\w-]{8,}(?![\w-]|/\d)"
    r"|(\bhooks\.slack\.com/(?:services|workflows|triggers)/|\bdiscord(?:app)?\.com/api/webhooks/)[\w/-]{16,}"
)
_TOKENS = re.compile(  # each begins with a plain letter: so a line without any is passed over quickly
    r"gh[pousr]_[A-Za-z0-9]{16,}"  # GitHub
    r"|github_pat_[A-Za-z0-9_]{20,}"
    r"|gl(?:pat|rt|ptt|dt|cbt|soat|agent)-[A-Za-z0-9_-]{16,}"  # GitLab
    r"|hf_[A-Za-z0-9]{20,}"  # Hugging Face
    r"|sk-(?<![A-Za-z0-9]sk-)(?:(?:proj|ant|svcacct|admin|or|lf)-[A-Za-z0-9_-]{20,}|[A-Za-z0-9]{20,})"  # OpenAI
    r"|gsk_[A-Za-z0-9]{32,}|r8_[A-Za-z0-9]{32,}|lsv2_[a-z]{2}_[0-9a-f]{32}"  # Groq, Replicate, LangSmith
    r"|wandb_v1_[A-Za-z0-9_]{30,}"  # Weights & Biases
    r"|xox[abeposr]-[A-Za-z0-9-]{10,}|xapp-[A-Za-z0-9-]{10,}"  # Slack
    r"|AKIA[A-Z0-9]{16}|ASIA[A-Z0-9]{16}"  # AWS key ids
    r"|AIza[A-Za-z0-9_-]{30,}|ya29\.[A-Za-z0-9_-]{20,}|GOCSPX-[A-Za-z0-9_-]{20,}"  # Google
    r"|pypi-[A-Za-z0-9_-]{30,}|npm_[A-Za-z0-9]{30,}"
    r"|dckr_[a-z]{3}_[A-Za-z0-9_-]{20,}"  # Docker
    r"|do[opr]_v1_[0-9a-f]{64}"  # DigitalOcean
    r"|hv[sb]\.[A-Za-z0-9_-]{20,}"  # Vault
    r"|SG\.[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{20,}"  # SendGrid
    r"|AGE-SECRET-KEY-1[A-Z0-9]{50,}"
    r"|dapi[0-9a-f]{32}"  # Databricks
    r"|rk_live_[A-Za-z0-9]{16,}|sk_live_[A-Za-z0-9]{16,}"  # Stripe
    r"|eyJ(?<![\w-]eyJ)[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{5,}"  # JSON web tokens
)
# A private key as it lies in a file, or on one line of JSON; one that was cut off is hidden to the end.
_PEM = r"-----{} [A-Z0-9 ]{{0,30}}PRIVATE KEY(?: BLOCK)?-----"
_KEY_BEGINS, _KEY_ENDS = re.compile(_PEM.format("BEGIN")), re.compile(_PEM.format("END"))
_PRIVATE_KEY = re.compile(rf"{_KEY_BEGINS.pattern}.*?(?:{_KEY_ENDS.pattern}|\Z)", re.DOTALL)
# The same in code or in a patch of it, where only the words may stand, too.
_KEY_IN_CODE = re.compile(rf"""{_KEY_BEGINS.pattern}[\s\\nr"'+]{{0,40}}[A-Za-z0-9+/=]{{40}}""")
_KEY_LINES = 150  # that the longest usual key has; then whatever comes is shown again
_AUTHORIZATION = re.compile(
    r"""(?i)\b(authorization\\{0,3}["']?\s*[:=]\s*\\{0,3}["']?)(?:(?:basic|bearer|token)\s+)?[^\s"']+"""
    r"""|\b(cookie:\s*)[^\n"']+"""
    r"|\b(bearer\s+)[a-z0-9._~+/-]{16,}=*"
    r"|\b(login\s+\S{1,200}\s+password\s+)\S+"  # as a .netrc has it
    r"|(?<![\w-])(_auth\s*=\s*)\S+"  # as an .npmrc has it
)
_SECRET_NAME = re.compile(  # HF_TOKEN and DB_PASSWORDS, but not TOKENIZERS_PARALLELISM
    r"(?i)(?:TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL"
    r"|(?:API|ACCESS|PRIVATE|ACCOUNT|AUTH|ENCRYPTION|FERNET|KAGGLE|MASTER|SIGNING|STORAGE|SUBSCRIPTION)_?KEY)S?(?![A-Z])"
    r"|_(?:PASS|PWD)\Z|\bNPM\w*_AUTH\Z|DOCKER_AUTH_CONFIG|CONNECTION_?STRING"
)
_NAME_OF_PLACE = re.compile(r"(?i)_(?:FILE|PATH|DIR|FOLDER)S?\Z")
_PLACE = re.compile(r"(?:[A-Za-z]:[\\/]|[~.]{0,2}/)\S*\.[A-Za-z]{2,4}")
# Names of parameters, options and fields, of which the last word says that the value is secret.
_KEYS = r"(?:api|access|secret|private|account|auth|encryption|signing)[-_.]?key"
_SHORT_WORD = (
    r"(?:db|database|sql|pg|postgres|redis|mongo|smtp|mail|ftp|user|admin|root)[-_.]?pass|(?<=[_;])pwd"
)
_LAST_WORD = rf"(?:(?:pass(?:word|wd|phrase)|secret|credential|token|{_KEYS})s?|{_SHORT_WORD})"
_NAME = re.compile(rf"(?i){_LAST_WORD}\Z")
_VALUE = (  # quoted, quoted in a quoted text, or a word
    r"""(?P<value>"(?:[^"\\\n]|\\.){0,999}"|'(?:[^'\\\n]|\\.){0,999}'"""
    r"""|\\{1,7}(?P<quote>["'])[^"'\n]{0,999}?\\{1,7}(?P=quote)|[^\s"',;&]+)"""
)
_NAMED = re.compile(
    rf"(?i)(?P<name>{_LAST_WORD}|(?<=[?&])(?:[\w-]{{0,40}}signature|sig))"
    rf"(?P<mark>\\{{0,7}}[\"']?[ \t]{{0,20}}[=:][ \t]{{0,20}}){_VALUE}"
)
# A word of a command that was quoted as a whole: `'--password=two words'`.
_QUOTED = re.compile(
    rf"""(?i)(?<=')(?P<name>[\w.-]{{0,60}}{_LAST_WORD})(?P<mark>=)(?P<value>[^'"\n]{{1,999}})(?=')"""
)
_OPTION = re.compile(  # of a command, or of a list of its words
    rf"""(?i)(?<![^\s"'\[(,])(?P<name>--?[\w.-]{{0,60}}{_LAST_WORD})(?P<mark>[ \t]+|(?P<end>["']),[ \t]*){_VALUE}"""
)
# Most lines have none of these words, and need no look at the patterns.
_MENTIONS_HEADER = ("authorization", "cookie", "bearer", "login", "_auth")
_MENTIONS_NAME = ("pass", "secret", "credential", "token", "key", "sig", "pwd")
_COLOUR = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\))")
_TEMPLATE = re.compile(r"[{$<*%]")  # `https://{user}:{password}@host` in code holds no secret
_MIXED = re.compile(r"\d.*[A-Za-z]|[A-Za-z].*\d")
_NO_VALUES = ("", "null", "none", "~", "true", "false", "|", ">")
HIDDEN = "***"
SHORTEST = 6  # a shorter value is hardly a secret, and replacing it would garble logs
LONG = 12  # a value of so many characters stands nowhere by chance


def secret_values(environ: Mapping[str, str]) -> tuple[str, ...]:
    """What must not be shown of the environment, longest first: each value as it is and as programs write it.

    Secret is the value of a variable whose name says so, a known token or a private key in any other one, and the
    password of a URL. Logs are redacted line by line, so a value of several lines counts as its lines too.
    """
    values = {value for name, text in environ.items() for value in _secrets_of(name, text)}
    parts = {part.strip() for value in values for part in (value, *value.splitlines())}
    forms = {form for part in parts if len(part) >= SHORTEST for form in (part, *_written(part))}
    return tuple(sorted(forms, key=lambda part: (-len(part), part)))


def _secrets_of(name: str, value: str) -> Iterator[str]:
    if _SECRET_NAME.search(name) and not _NAME_OF_PLACE.search(name) and not _harmless(name, value):
        yield value
    yield from (match.group() for match in _TOKENS.finditer(value))
    if "PRIVATE KEY" in value:
        yield from (match.group() for match in _PRIVATE_KEY.finditer(value))
    if "://" in value:
        from urllib.parse import unquote

        for match in _URL_CREDENTIALS.finditer(value):
            user, _, password = match.group()[:-1].partition(":")
            yield from {password, unquote(password)} - {user}


def _harmless(name: str, value: str) -> bool:
    """Whether a value opens nothing whatever its variable is called: a fraction, a file's path, `[PAD]`."""
    of_tokens = "TOKEN" in name.upper() and (value[:1] in "<[{" or value.isdigit())
    return bool(of_tokens or re.fullmatch(r"\d*\.\d+", value) or _PLACE.fullmatch(value))


def _written(secret: str) -> Iterator[str]:
    """A secret as JSON, Python, a URL and base64 have it, there at each of the three places where it may begin."""
    import json
    from binascii import b2a_base64
    from urllib.parse import quote, quote_plus

    data = secret.encode("utf-8", "surrogateescape")
    yield from (
        json.dumps(secret)[1:-1],
        repr(secret)[1:-1],
        quote(data, safe=""),
        quote(data),
        quote_plus(data),
    )
    for before in range(3):  # bytes of whatever stands before it
        text = b2a_base64(bytes(before) + data).decode("ascii")
        core = text[(before * 8 + 5) // 6 : (before + len(data)) * 8 // 6]
        yield from (core, core.replace("+", "-").replace("/", "_"))


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """The text without what looks like a secret, and without the given values."""
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    if "PRIVATE KEY" in text:
        text = _PRIVATE_KEY.sub(HIDDEN, text)
    if "://" in text or r":\/\/" in text:
        text = _TOKEN_IN_PATH.sub(_behind_mark, _URL_CREDENTIALS.sub(f"{HIDDEN}@", text))
    if "%40" in text:
        text = _QUOTED_URL.sub(f"{HIDDEN}%40", text)
    text = _TOKENS.sub(HIDDEN, text)
    lower = text.lower()
    if any(word in lower for word in _MENTIONS_HEADER):
        text = _AUTHORIZATION.sub(_behind_mark, text)
    if any(word in lower for word in _MENTIONS_NAME):
        if "=" in text or ":" in text:
            text = _NAMED.sub(_without_value, _QUOTED.sub(_without_value, text))
        if "-" in text:
            text = _OPTION.sub(_without_value, text)
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
        shown = redact(line, self._secrets)
        if "\x1b" in line:  # colours may stand between a name and its value, or inside of a secret
            plain = _COLOUR.sub("", line)
            hidden = redact(plain, self._secrets)
            shown = hidden if hidden != plain else shown
        return before + shown


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


def names_secret(line: str, code: bool) -> bool:
    """Whether a line of a file gives a name that says so a value: `api_key: x`. Not `${KEY}`, nor `null`.

    In code only a quoted text of letters and digits: `password = ask()` holds no secret.
    """
    for match in _NAMED.finditer(line):
        bare = match["value"].strip("\"'")
        if bare.lower() in _NO_VALUES or bare[0] in "{$<*%!":
            continue
        if code and (bare == match["value"] or len(bare) < 8 or not _MIXED.search(bare)):
            continue
        if _without_value(match) != match.group():
            return True
    return False


def _behind_mark(match: re.Match[str]) -> str:
    """The one group that matched stays, and what follows it is hidden."""
    return f"{match.group(match.lastindex or 0)}{HIDDEN}"


def _without_value(match: re.Match[str]) -> str:
    name, mark, value = match.group("name", "mark", "value")
    bare = value.strip("\\\"'")
    if name.lower().rstrip("s").endswith("token") and not _opens(bare):
        return match.group()
    return f"{name}{mark}{value.replace(bare, HIDDEN) if bare else value}"


def _opens(value: str) -> bool:
    """Whether a token could be one that opens something, and not a word of a text or their number."""
    return len(value) >= 8 and value[0] not in "<[{" and not re.search(r"\s|\A[\d.,_]+\Z", value)
