"""Run the language server. With `--prefer-installed`, a lint-runtime of the interpreter comes first."""

import sys
from pathlib import Path

LIBS = str(Path(__file__).with_name("libs"))

if "--prefer-installed" in sys.argv:
    sys.argv.remove("--prefer-installed")
    sys.path.append(LIBS)
else:
    sys.path.insert(0, LIBS)

from lint_runtime.__main__ import run_server  # noqa: E402

run_server()
