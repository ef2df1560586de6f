"""Record a session in Neovim for the documentation: `python docs/record_editor.py`. Needs Neovim.

Runs Neovim in a virtual terminal, types the keys of each step, and writes the screens to docs/editor.svg.
"""

import os
import pty
import select
import shutil
import struct
import sys
import tempfile
import time
from collections.abc import Callable
from fcntl import ioctl
from html import escape
from itertools import groupby
from pathlib import Path
from termios import TIOCSWINSZ

import pyte

ROOT = Path(__file__).parents[1]
COLUMNS, LINES = 104, 25
CELL, LINE = 8.4, 18
DAY = "2026-09-25"
DOCKERFILE = """\
# The image of our data platform
FROM quay.io/astronomer/astro-runtime:9.1.0-base

COPY dags /usr/local/airflow/dags/
"""
INIT = """
vim.o.termguicolors = true
vim.o.background = "dark"
vim.cmd("filetype on | syntax on")
vim.cmd("set nonumber noswapfile laststatus=0 noshowmode noruler shortmess+=I signcolumn=no")
vim.cmd("hi NormalFloat guibg=#252526 | hi FloatBorder guifg=#7d8590 guibg=#252526")
vim.cmd("hi EndOfBuffer guifg=#1e1e1e | hi MsgSeparator guibg=#252526")
vim.lsp.handlers["textDocument/hover"] = vim.lsp.with(vim.lsp.handlers.hover, { border = "single" })
vim.api.nvim_create_autocmd("FileType", {
  pattern = "dockerfile",
  callback = function()
    local client = vim.lsp.start_client({
      name = "lint-runtime", cmd = { "SERVER", "-m", "lint_runtime.cli.language_server" },
      root_dir = vim.fn.getcwd(), init_options = { asOf = "DAY" },
    })
    vim.lsp.buf_attach_client(0, client)
  end,
})
"""
STEPS: list[tuple[str, str, str]] = [
    # Each step: the keys to type, the text to wait for, and the caption below the picture.
    ("", "yanked", "Open a Dockerfile: the image is underlined."),
    (
        "2G:lua vim.diagnostic.open_float()\r",
        "help:",
        "The finding: what is wrong and what to write.",
    ),
    (
        "fa:lua vim.lsp.buf.hover()\r",
        "Dates are",
        "Hover: what to write, and what is known about the release.",
    ),
    ("l:lua vim.lsp.buf.code_action()\r", "Upgrade to", "Code actions: what you can do, the best first."),
    ("1\r", "13.11.0-base", "The image is upgraded, and the line is quiet."),
]
COLORS = {"default": "#d4d4d4", "brown": "#d7ba7d", "red": "#f14c4c", "green": "#6a9955", "blue": "#569cd6"}
COLORS |= {"cyan": "#4ec9b0", "magenta": "#c586c0", "white": "#ffffff", "black": "#1e1e1e"}


class Terminal:
    """A virtual terminal that runs a program."""

    def __init__(self, command: list[str], directory: Path) -> None:
        self.screen = pyte.Screen(COLUMNS, LINES)
        self._stream = pyte.ByteStream(self.screen)
        self._pid, self._file = pty.fork()
        if self._pid == 0:
            os.chdir(directory)
            os.environ |= {"TERM": "xterm-256color", "COLORTERM": "truecolor", "HOME": str(directory)}
            os.execvp(command[0], command)  # noqa: S606
        ioctl(self._file, TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))

    def type(self, text: str) -> None:
        """Send keys to the program, as if a user typed them."""
        os.write(self._file, text.encode())

    def wait(self, look: Callable[[str], bool]) -> None:
        """Read output until `look` returns True for the screen text, and then for one more second.

        Prints the screen text and exits with an error if this takes more than 30 seconds.
        """
        deadline = time.monotonic() + 30
        while not look("\n".join(self.screen.display)):
            if time.monotonic() > deadline:
                sys.exit("\n".join([*self.screen.display, "this is not what was wanted"]))
            self._read(0.1)
        end = time.monotonic() + 1
        while time.monotonic() < end:
            self._read(0.1)

    def _read(self, seconds: float) -> None:
        if select.select([self._file], [], [], seconds)[0]:
            self._stream.feed(os.read(self._file, 65536))


def color(name: str, otherwise: str) -> str:
    """Convert the name of a terminal color to an SVG color.

    otherwise: the result for `default` and for unknown names
    """
    if name == "default":
        return otherwise
    return COLORS.get(name, f"#{name}" if len(name) == 6 else otherwise)


def picture(screen: pyte.Screen, count: int, top: float) -> list[str]:
    """Return the first lines of a screen as SVG elements.

    Neighboring cells with the same style share a background and a text element.

    count: the number of lines
    top: the y coordinate of the top of the screen
    """
    parts = []
    for row in range(count):
        if screen.display[row].strip() == "~":
            continue
        y = top + (row + 1) * LINE
        cells = [screen.buffer[row][column] for column in range(COLUMNS)]
        looks = [(one.fg, one.bg, one.bold, one.underscore, one.reverse) for one in cells]
        for (fg, bg, bold, underlined, reverse), run in groupby(range(COLUMNS), key=lambda at: looks[at]):
            places = list(run)
            text = "".join(cells[at].data for at in places)
            x, width = 16 + places[0] * CELL, len(places) * CELL
            front, back = color(fg, COLORS["default"]), color(bg, "")
            front, back = (back or COLORS["black"], front) if reverse else (front, back)
            if back:
                box = f'x="{x:.1f}" y="{y - LINE + 4:.1f}" width="{width:.1f}" height="{LINE}"'
                parts.append(f'<rect {box} fill="{back}"/>')
            if text.strip():
                style = ' font-weight="bold"' if bold else ""
                style += ' text-decoration="underline"' if underlined else ""
                place = f'x="{x:.1f}" y="{y:.1f}" textLength="{width:.1f}" fill="{front}"'
                parts.append(f'<text {place}{style} xml:space="preserve">{escape(text)}</text>')
    return parts


def shown_lines(screen: pyte.Screen) -> int:
    """Return the number of lines, without empty lines at the end."""
    used = [row for row in range(LINES) if screen.display[row].strip(" ~")]
    return max(used) + 1


def record() -> str:
    """Run all steps in Neovim. Returns their screens and captions as SVG."""
    editor = shutil.which("nvim") or sys.exit("Neovim is not installed")
    parts: list[str] = []
    top = 0.0
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        (directory / "Dockerfile").write_text(DOCKERFILE, encoding="utf-8")
        init = INIT.replace("SERVER", sys.executable).replace("DAY", DAY)
        (directory / "init.lua").write_text(init, encoding="utf-8")
        terminal = Terminal([editor, "-u", "init.lua", "Dockerfile"], directory)
        for typed, wanted, caption in STEPS:
            terminal.type(typed)
            terminal.wait(lambda text, wanted=wanted: wanted in text)
            count = shown_lines(terminal.screen)
            height = (count + 1) * LINE + 8
            frame = f'x="4" y="{top + 4:.1f}" width="{COLUMNS * CELL + 24:.1f}" height="{height}"'
            parts.append(f'<rect {frame} rx="6" fill="{COLORS["black"]}"/>')
            parts += picture(terminal.screen, count, top + 4)
            top += height + 28
            parts.append(f'<text x="8" y="{top - 4:.1f}" class="caption">{escape(caption)}</text>')
            top += 12
        terminal.type("\x1b:qall!\r")
    size = f'viewBox="0 0 {COLUMNS * CELL + 32:.0f} {top:.0f}"'
    title = "A session in Neovim: open a Dockerfile, see its dates, upgrade the image"
    style = (
        "text{font:14px ui-monospace,Menlo,Consolas,monospace}.caption{font:15px sans-serif;fill:#7d8590}"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{title}">'
        f"<title>{title}</title><style>{style}</style>\n" + "\n".join(parts) + "\n</svg>\n"
    )


if __name__ == "__main__":
    (ROOT / "docs" / "editor.svg").write_text(record(), encoding="utf-8")
