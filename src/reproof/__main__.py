"""`python -m reproof` is the command `reproof`."""

from reproof.cli import main

raise SystemExit(main())
