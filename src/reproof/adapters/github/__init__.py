"""`Forge` on PyGithub, on github.com and on Enterprise servers: comments, check runs, artifacts, issues, people.

PyGithub is imported when the first request is made, and none of its objects leaves this package.
"""

from reproof.adapters.github.checks import Checks
from reproof.adapters.github.comments import Comments
from reproof.adapters.github.connection import PUBLIC_API

__all__ = ["PUBLIC_API", "GitHub"]


class GitHub(Comments, Checks):
    """One repository on GitHub, `owner/name`, seen with one token."""
