"""Secrets stay out of logs, and ordinary words stay in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reproof.redact import HIDDEN, redact, secret_values

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
        ("https://example.org/a@b", "https://example.org/a@b"),
        ("epoch 3 loss 0.25, mail ada@example.org", "epoch 3 loss 0.25, mail ada@example.org"),
        ("task-sk-1 ghp_short", "task-sk-1 ghp_short"),
    ],
)
def test_credentials_are_hidden_and_the_rest_is_not(text: str, shown: str) -> None:
    assert redact(text) == shown


def test_the_values_of_variables_with_telling_names_are_secret() -> None:
    environ = {
        "HF_TOKEN": "plain-words",
        "DB_PASSWORDS": "correct horse",
        "aws_secret_access_key": "/slash/first+77",
        "TOKENIZERS_PARALLELISM": "disabled",
        "MY_TOKEN": "short",
        "HOME": "/home/ada",
    }
    assert secret_values(environ) == ("/slash/first+77", "correct horse", "plain-words")


def test_a_value_of_several_lines_is_hidden_line_by_line() -> None:
    secrets = secret_values({"PRIVATE_KEY": "-----BEGIN-----\nMIIEabc77\n-----END-----\n"})
    assert redact("MIIEabc77", secrets) == HIDDEN
    assert redact("x -----BEGIN-----\nMIIEabc77\n-----END----- y", secrets) == f"x {HIDDEN} y"


@given(st.text(), st.lists(st.text(min_size=6), max_size=3))
def test_a_given_secret_never_survives(text: str, secrets: list[str]) -> None:
    hidden = redact(text + "".join(secrets), secrets)
    assert not [secret for secret in secrets if secret in hidden and secret not in HIDDEN * 9 + "@://"]
