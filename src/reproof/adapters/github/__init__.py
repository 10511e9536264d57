"""`Forge` on PyGithub, on github.com and on Enterprise servers: comments, check runs, artifacts, issues, people.

PyGithub is imported when the first request is made, and none of its objects leaves this package.
"""

from reproof.adapters.github.artifacts import Artifacts
from reproof.adapters.github.checks import Checks
from reproof.adapters.github.comments import Comments
from reproof.adapters.github.connection import PUBLIC_API
from reproof.adapters.github.issues import Issues
from reproof.adapters.github.pulls import Pulls

__all__ = ["PUBLIC_API", "GitHub"]


class GitHub(Pulls, Comments, Checks, Artifacts, Issues):
    """One repository on GitHub, `owner/name`, seen with one token."""
