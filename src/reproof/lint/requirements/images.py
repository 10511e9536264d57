"""References to container images, actions and hook repositories: which of them can come to mean another thing."""

from __future__ import annotations

import re

from reproof.lint.requirements.direct import judge_revision
from reproof.lint.requirements.pinned import Reason, State, Verdict

_DIGEST = re.compile(r"@sha256:[0-9a-fA-F]{64}$")
_VERSION_TAG = re.compile(r"(?:[A-Za-z][\w-]*[-_/.])?[vV]?\d+(?:[._-]?[\w+]+)*")
_BRANCHES = re.compile(r"(?:release|releases|branch|feature|dev|hotfix|support|refs/heads)/", re.IGNORECASE)


def judge_image(reference: str, allow_tags: bool) -> Verdict:
    """Judge `registry/name:tag@digest`, its variables resolved as far as they can be."""
    name = reference.partition("@")[0]
    head, colon, tag = name.rpartition(":")
    if not colon or "/" in tag:
        head, tag = name, ""
    if "$" in reference or "{" in reference or "<" in reference:
        state, reason, debatable = State.UNKNOWN, Reason.VARIABLE, True
    elif _DIGEST.search(reference):
        state, reason, debatable = State.PINNED, Reason.HASHED, False
    elif not tag or tag == "latest":
        state, reason, debatable = State.UNPINNED, Reason.LATEST, False
    else:
        state, reason, debatable = State.UNPINNED, Reason.TAG, allow_tags
    return Verdict(state, reason, head or reference, tag, debatable=debatable, direct=True)


def judge_tagged(name: str, revision: str | None, allow_tags: bool) -> Verdict:
    """Judge the revision of an action or a hook repository; what looks like a version is taken for a tag."""
    if revision and _VERSION_TAG.fullmatch(revision) and not _BRANCHES.match(revision):
        state, reason, debatable = judge_revision(revision)
        if state is not State.PINNED and reason is not Reason.SHORT_COMMIT:
            state, reason, debatable = State.UNPINNED, Reason.TAG, allow_tags
    else:
        state, reason, debatable = judge_revision(revision)
        if revision and ("$" in revision or "{" in revision):
            state, reason, debatable = State.UNKNOWN, Reason.VARIABLE, True
    return Verdict(state, reason, name, revision or "", debatable=debatable, direct=True)
