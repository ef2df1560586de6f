"""Compare the speed and memory of two versions of the command. Exits with 1 if a target does not hold.

python benchmarks/before.py /path/to/the/earlier/lint-runtime /path/to/the/later/lint-runtime
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from dockerfiles import write_dockerfiles
from processes import peak_memory

# The key `table` names lifecycle data, which the earlier version checks with a schema that it must compile
# first. Both versions can read the data, because the data contains no yanks.
CONFIGURATION = 'fail-on = "warning"\ntable = "table.json"\n'


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        # Write byte code, whatever the environment says: an installed command has byte code, too.
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = f"{name}/byte-code"
        # A repository around this directory may ignore it.
        subprocess.run(["git", "init", "--quiet", name], check=True)
        is_fast = True
        for what, ratio, limit in targets(sys.argv[1], sys.argv[2], Path(name)):
            verdict = "holds" if ratio <= limit else "missed"
            is_fast &= ratio <= limit
            print(f"{what:36} {ratio:>8.2f}  at most {limit:>6}  {verdict}", flush=True)
    return int(not is_fast)


def targets(before: str, after: str, scratch: Path) -> Iterator[tuple[str, float, float]]:
    for what, configuration, count, repeats, limit in (
        ("one file", "", 1, 60, 0.95),
        ("one file, configured", CONFIGURATION, 1, 60, 0.8),
        ("6,000 files", "", 6_000, 10, 1.05),
        ("100,000 files", "", 100_000, 3, 1.05),
    ):
        directory = scratch / what
        paths = write_dockerfiles(directory, count)
        if configuration:
            (directory / ".lint-runtime.toml").write_text(configuration, encoding="utf-8")
            data = json.loads(files("lint_runtime.lifecycle").joinpath("data.json").read_text())
            data["releases"] = [release for release in data["releases"] if "yank" not in release]
            (directory / "table.json").write_text(json.dumps(data), encoding="utf-8")
        arguments = ["--as-of", "2026-11-22", str(paths[0] if count == 1 else directory)]
        commands = ([after, *arguments], [before, *arguments])
        for command in commands:
            if subprocess.run(command, capture_output=True).returncode != 1:
                sys.exit(f"no findings: {' '.join(command)}")
        pairs = [[peak_memory(command) for command in commands] for _ in range(repeats)]
        yield f"time of {what}", statistics.median(new[1] / old[1] for new, old in pairs), limit
        memory = statistics.median(new[0] / old[0] for new, old in pairs)
        # The limit is 1.02, not 1, because two runs of the same version differ by up to 2 %.
        yield f"memory for {what}", memory, 1.02


if __name__ == "__main__":
    sys.exit(main())
