"""Secrets stay out of logs, and ordinary words stay in."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reproof.redact import HIDDEN, LogLines, first_secret, is_secret, names_secret, redact, secret_values

# Put together here, so that no scanner takes this file for a leak.
TOKENS = [
    "ghp_" + "a1B2c3" * 6,
    "github_" + "pat_" + "11AAAA_" * 5,
    "glpat-" + "x-Y_z9" * 4,
    "hf_" + "aB3dE" * 7,
    "sk-" + "proj-" + "a1b2" * 8,
    "xoxb-" + "123456-abcdef",
    "AKIA" + "ABCDEFGH12345678",
    "AIza" + "Sy_-aB3" * 5,
    "npm_" + "a1B2c3" * 6,
    "wandb_" + "v1_" + "aB3dE" * 15,
    "xapp-" + "1-A0123-123-" + "ab12" * 10,
    "ya29." + "a0AfH6SM" * 6,
    "GOCSPX-" + "aB3dE-_9" * 4,
    "dckr_" + "pat_" + "aB3dE9_-" * 3,
    "gsk_" + "aB3dE9" * 8,
    "SG." + "aB3dE9_-" * 3 + "." + "aB3dE9_-" * 5,
    "hvs." + "aB3dE9_-" * 4,
    "dapi" + "0a1b2c3d" * 4,
    "sk_" + "live_" + "aB3dE9" * 4,
    "pypi-" + "AgEIcHlwaS5vcmc" * 3,
    "eyJ" + "hbGciOiJIUzI1NiJ9" + "." + "eyJzdWIiOiIxMjM0NTY3ODkwIn0" + "." + "dozjgNryP4J3jVmNHl0w5N",
]


@pytest.mark.parametrize("token", TOKENS)
@given(before=st.text("abc: ='\"(,", max_size=5), after=st.sampled_from(["", " ", "\n", '"', ")"]))
def test_known_tokens_are_hidden_wherever_they_stand(token: str, before: str, after: str) -> None:
    assert token not in redact(f"{before} {token}{after}")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://ada:pw@example.org/x.git", f"https://{HIDDEN}@example.org/x.git"),
        ("https://token@example.org", f"https://{HIDDEN}@example.org"),
        ("ssh://git@example.org/x", f"ssh://{HIDDEN}@example.org/x"),
        ("Authorization: Bearer abc.def", f"Authorization: {HIDDEN}"),
        ("AUTHORIZATION: basic eA==", f"AUTHORIZATION: {HIDDEN}"),
        ('{"Authorization": "Bearer abc.def"}', f'{{"Authorization": "{HIDDEN}"}}'),
        ("sent Bearer abcdefgh12345678abc", f"sent Bearer {HIDDEN}"),
        ("Set-Cookie: a=b1; c=d2", f"Set-Cookie: {HIDDEN}"),
        ("//registry.example.org/:_auth=YWRhOmh1bg==", f"//registry.example.org/:_auth={HIDDEN}"),
        ("machine x login ada password hunter22", f"machine x login ada password {HIDDEN}"),
        ("https://conda.example.org/t/ab-12cd-34ef/main", f"https://conda.example.org/t/{HIDDEN}/main"),
        ("https://forum.example.org/t/mps-on-m1-slow/120", "https://forum.example.org/t/mps-on-m1-slow/120"),
        (r"https:\/\/ada:pw@example.org\/x", rf"https:\/\/{HIDDEN}@example.org\/x"),
        ("u=https%3A%2F%2Fada%3Apw%40example.org%2Fx", f"u=https%3A%2F%2F{HIDDEN}%40example.org%2Fx"),
        ("https://example.org/a@b", "https://example.org/a@b"),
        (
            "a sk-learn-pipeline-with-scaling, risk-averse-learning-rates",
            "a sk-learn-pipeline-with-scaling, risk-averse-learning-rates",
        ),
        ("epoch 3 loss 0.25, mail ada@example.org", "epoch 3 loss 0.25, mail ada@example.org"),
        ("task-sk-1 ghp_short", "task-sk-1 ghp_short"),
    ],
)
def test_credentials_are_hidden_and_the_rest_is_not(text: str, shown: str) -> None:
    assert redact(text) == shown


BEGIN, END = "-----BEGIN RSA " + "PRIVATE KEY-----", "-----END RSA " + "PRIVATE KEY-----"
BODY = "\n".join("MIIEpAIBAAKCAQEA" * 4 for _ in range(30))


def test_a_private_key_is_hidden_in_a_text_on_one_line_and_line_by_line() -> None:
    block = f"{BEGIN}\n{BODY}\n{END}"
    assert redact(f"a {block} b") == f"a {HIDDEN} b"
    assert redact(f"cut off {block[:500]}") == f"cut off {HIDDEN}"
    assert "MIIE" not in redact('{"private_key": "' + block.replace("\n", "\\n") + '", "x": 1}')
    redacted = LogLines()
    shown = [redacted(line) for line in f"before\nkey: {block} after\nbehind".split("\n")]
    assert shown == ["before", f"key: {HIDDEN}", *[HIDDEN] * 30, f"{HIDDEN} after", "behind"]
    whole = LogLines()
    assert [whole(block.replace("\n", " ")), whole("behind")] == [HIDDEN, "behind"]
    endless = LogLines()
    assert [endless(line) for line in [BEGIN, *["loss 0.1"] * 151]][-2:] == [HIDDEN, "loss 0.1"]


def test_a_private_key_in_a_patch_is_told_and_its_name_in_code_is_none() -> None:
    assert first_secret(f"+x = 1\n+{BEGIN}\n+{'aB3/' * 16}\n") == 2
    assert first_secret('+KEY = "' + BEGIN + "\\n" + "aB3/" * 16 + '"') == 1
    assert first_secret(f'+if text.startswith("{BEGIN}"):\n') is None


def test_the_values_of_variables_with_telling_names_are_secret() -> None:
    environ = {
        "HF_TOKEN": "plain-words",
        "DB_PASSWORDS": "correct horse",
        "aws_secret_access_key": "/slash/first+77",
        "TOKENIZERS_PARALLELISM": "disabled",
        "MY_TOKEN": "short",
        "HOME": "/home/ada",
    }
    values = secret_values(environ)
    assert {"/slash/first+77", "correct horse", "plain-words"} <= set(values)
    assert [value for value in ("disabled", "short", "/home/ada") if value in values] == []


@pytest.mark.parametrize(
    ("name", "value", "secret"),
    [
        ("MYSQL_PWD", "correct9horse", "correct9horse"),
        ("AZURE_STORAGE_KEY", "correct9horse", "correct9horse"),
        ("DATABASE_URL", "postgres://ada:correct9%2Fhorse@db/x", "correct9/horse"),
        ("PLAIN", f"x {TOKENS[0]} y", TOKENS[0]),
        ("SECRET", "0.500000", None),
        ("MAX_TOKENS", "1000000", None),
        ("EOS_TOKEN", "<|endoftext|>", None),
        ("PWD", "/home/ada/project", None),
        ("HF_TOKEN_PATH", "/home/ada/.cache/token", None),
        ("GOOGLE_APPLICATION_CREDENTIALS", "/home/ada/key.json", None),
        ("DATABASE_URL", "postgres://postgres:postgres@localhost/x", None),
    ],
)
def test_what_is_secret_of_a_variable(name: str, value: str, secret: str | None) -> None:
    values = secret_values({name: value})
    assert secret in values if secret else values == ()


@example("correct/horse battery&é")
@given(
    secret=st.text(min_size=9, max_size=40)
    .map(str.strip)
    .filter(lambda text: len(text.splitlines()) == 1 and len(text) > 8)
)
def test_a_secret_is_hidden_as_programs_write_it(secret: str) -> None:
    secrets = secret_values({"DB_PASSWORD": secret})
    if not secrets:  # a fraction, or a file's path
        return
    for text in (json.dumps({"a": secret}), repr(secret)[1:-1], quote(secret, safe=""), quote_plus(secret)):
        assert redact(text, secrets) != text
    for user in ("", "a:", "ab:", "abc:"):
        text = base64.b64encode(f"{user}{secret}".encode()).decode()
        assert len(redact(text, secrets).replace(HIDDEN, "")) <= len(user) * 2 + 6


def test_colours_hide_no_secret() -> None:
    red, off = "\x1b[31m", "\x1b[0m"
    shown = LogLines(["correct horse"])
    assert shown(f"{red}password{off}={red}hunter22{off}") == f"password={HIDDEN}"
    assert shown(f"a {TOKENS[0][:9]}{red}{TOKENS[0][9:]}") == f"a {HIDDEN}"
    assert shown(f"correct{off} horse") == HIDDEN
    assert shown(f"{red}loss 0.5{off}") == f"{red}loss 0.5{off}"


@pytest.mark.parametrize(
    ("line", "code", "secret"),
    [
        ("+api_key: hunter22", False, True),
        (' "dbPassword": "hunter"', False, True),
        (" api_key: ${oc.env:KEY}", False, False),
        ("+password: null", False, False),
        ("+max_tokens: 512", False, False),
        ('+password = "hunter22"', True, True),
        ("+password = ask(user1)", True, False),
        ('+password = f"{user}"', True, False),
        ('+parser.add_argument("--password", default="")', True, False),
        ('+tokenizer.pad_token = "[PAD]"', True, False),
    ],
)
def test_a_line_of_a_file_gives_a_secret_s_name_a_value(line: str, code: bool, secret: bool) -> None:
    assert names_secret(line, code) is secret


def test_a_value_of_several_lines_is_hidden_line_by_line() -> None:
    secrets = secret_values({"PRIVATE_KEY": "-----BEGIN-----\nMIIEabc77\n-----END-----\n"})
    assert redact("MIIEabc77", secrets) == HIDDEN
    assert redact("x -----BEGIN-----\nMIIEabc77\n-----END----- y", secrets) == f"x {HIDDEN} y"


@given(st.text(), st.lists(st.text(min_size=6), max_size=3))
def test_a_given_secret_never_survives(text: str, secrets: list[str]) -> None:
    hidden = redact(text + "".join(secrets), secrets)
    assert not [secret for secret in secrets if secret in hidden and secret not in HIDDEN * 9 + "@://"]


USERINFO = st.text(st.characters(exclude_categories=["Cs", "Z", "Cc"], exclude_characters="/?#"), min_size=1)
UNESCAPED = st.text(st.characters(exclude_categories=["Cs", "Z", "Cc"], exclude_characters="@"), max_size=60)


@given(userinfo=USERINFO, scheme=st.sampled_from(["https", "git+ssh", "s3", "postgresql"]))
def test_any_userinfo_of_a_url_is_gone_and_the_host_stays(userinfo: str, scheme: str) -> None:
    shown = f"{scheme}://{HIDDEN}@host.example:8080/path"
    assert redact(f"{scheme}://{userinfo}@host.example:8080/path") == shown
    assert redact(f"{scheme}://ada:{userinfo}@host.example:8080/path") == shown


@given(password=UNESCAPED)
def test_a_password_with_an_unescaped_slash_is_gone(password: str) -> None:
    assert redact(f"https://ada:p/w{password}@host.example/x") == f"https://{HIDDEN}@host.example/x"


@pytest.mark.parametrize(
    "text",
    [
        "https://host.example:8080/a@b",
        "https://host.example/?mail=ada@example.org",
        "https://host.example",
        "see https://host.example:443 or ada@example.org",
    ],
)
def test_a_url_without_userinfo_stays(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("python train.py --password hunter2 --lr 0.1", "python train.py --password *** --lr 0.1"),
        ("python train.py --db-password='p w' x", "python train.py --db-password='***' x"),
        ("train --api-key=k1", "train --api-key=***"),
        ("API_KEY=abc python train.py", "API_KEY=*** python train.py"),
        ('{"apiKey": "abc", "lr": 1}', '{"apiKey": "***", "lr": 1}'),
        ("login with password: hunter2", "login with password: ***"),
        (
            "https://x.example/a?X-Amz-Signature=ab12&b=1&sig=c3",
            "https://x.example/a?X-Amz-Signature=***&b=1&sig=***",
        ),
        ("--hf-token abcdefgh1", "--hf-token ***"),
        ("password     =    hunter22", "password     =    ***"),
        ("['psql', '--password', 'hunter22', 'x']", "['psql', '--password', '***', 'x']"),
        ("train '--password=two words' x", "train '--password=***' x"),
        ('{"password": "a\\"b", "lr": 1}', '{"password": "***", "lr": 1}'),
        (r'"{\"password\": \"hunter22\", \"lr\": 1}"', r'"{\"password\": \"***\", \"lr\": 1}"'),
        ("Server=x;Uid=ada;Pwd=hunter22;", "Server=x;Uid=ada;Pwd=***;"),
        ("MYSQL_PWD=hunter22 PWD=/home/ada", "MYSQL_PWD=*** PWD=/home/ada"),
        ("instance_token: 'a photo of sks dog'", None),
        ("--max-tokens 512 --pad-token [PAD] --tokenizer bert", None),
        ("tokens=12_345 key=7 sigma=2 passed: 3", None),
        ("--password-file secrets.txt --keys a", None),
        ("monkey: banana, signal: 3", None),
    ],
)
def test_values_are_hidden_where_their_names_say_so(text: str, shown: str | None) -> None:
    assert redact(text) == (text if shown is None else shown)
    assert redact(redact(text)) == redact(text)


@pytest.mark.parametrize(
    ("name", "value", "secret"),
    [
        ("db.password", "x", True),
        ("db.password", 1234, True),
        ("service.apiKey", "abc", True),
        ("aws_secret_access_key", "abc", True),
        ("hub.token", "abcdefgh", True),
        ("max_tokens", 512, False),
        ("pad_token", "[PAD]", False),
        ("eos_token", "<|endoftext|>", False),
        ("password", None, False),
        ("use_password", True, False),
        ("key", "abc", False),
        ("password_length", 8, False),
    ],
)
def test_a_parameter_is_secret_by_its_last_word(name: str, value: object, secret: bool) -> None:
    assert is_secret(name, value) is secret


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("+a\n+url = 'https://ada:pw@host'\n", 2),
        ("+a\n+b\n+" + TOKENS[0], 3),
        ("correct horse battery", 1),
        ("+password = ask()\n+url = f'https://{user}:{password}@host'\n+ssh://git@host\n", None),
    ],
)
def test_code_holds_a_secret_where_that_is_certain(text: str, line: int | None) -> None:
    assert first_secret(text, ["short", "correct horse"]) == line


def test_a_long_line_without_secrets_costs_little() -> None:
    """Quadratic patterns would take hours here."""
    for piece in (
        "://a:b",
        "a",
        "--password",
        "token ",
        "key=",
        "https://",
        "?sig",
        "-",
        "eyJ",
        "://a/t/b",
        "'--password",
    ):
        redact(piece * (1_000_000 // len(piece)))
