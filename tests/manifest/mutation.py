"""Random changes of the manifests in the fixtures. They are the same in every run."""

from __future__ import annotations

import random
from collections.abc import Iterator

from tests.manifest.cases import CASES

SYNTAX = b"""[[a]]
x = 1
[a.b]
y = 0x1F
[[a]]
[a.c.d]
e.f.g = -1_000.5e+3
e.f.h = [1,
 2, # two
]
[z]
literal = '''
it''s'''
basic = "\\u0041\\e\\x41"
long = \"\"\"a\\
   b ""quotes""\"\"\"
when = 1979-05-27 07:32:00
inline = {a.b=1, c={d=[{}]},
}
"""
TOKENS = [
    *(b"'", b'"', b"'''", b'"""', b"[", b"]", b"[[", b"]]", b"{", b"}", b".", b"=", b",", b"\n", b"\r\n"),
    *(
        b"\r",
        b"#",
        b"\\",
        b"\\u0041",
        b" ",
        b"\t",
        b"a",
        b"1",
        b"0",
        b"-",
        b"_",
        b"tool",
        b"astro",
        b"x=1\n",
    ),
    *(
        b"[tool.astro]\n",
        b"\x00",
        b"\xff",
        b"\xef\xbb\xbf",
        b"2021-02-30",
        b"07:32",
        b"1e5",
        b"true",
        b"\x7f",
    ),
    *(b"\xc3\xa9", b"a.b=1\n", b"[a]\n", b"[a.b]\n", b"# lint-runtime: ignore\n", b"apache-airflow==3.1.*"),
]


def mutations(count: int) -> Iterator[bytes]:
    """Yield `count` manifests, each changed in one to four random places."""
    files = [case.data for case in CASES if 0 < len(case.data) < 2000] + [SYNTAX] * 20
    for seed in range(count):
        rng = random.Random(seed)  # noqa: S311 (not a secret)
        data = rng.choice(files)
        for _ in range(rng.randint(1, 4)):
            start = rng.randint(0, len(data))
            end = min(len(data), start + rng.randint(0, 12))
            kind = rng.random()
            if kind < 0.5:
                data = data[:start] + rng.choice(TOKENS) + data[start if kind < 0.4 else end :]
            elif kind < 0.7:
                data = data[:start] + data[end:]
            elif kind < 0.9:
                other = rng.randint(0, len(data))
                data = data[:start] + data[other : other + 40] + data[start:]
            else:
                data = data[:start] + rng.choice(rng.choice(files).splitlines(keepends=True)) + data[start:]
        yield data
