"""`python -m lint_runtime` is the command `lint-runtime`."""

from __future__ import annotations

import sys

from lint_runtime.cli import main

sys.exit(main())
