// Build the .vsix file: the extension, the server and the server's dependencies. The version is that of the
// Python package.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

const ROOT = path.resolve(import.meta.dirname, "..");
const LIBS = "bundled/libs";
const PYTHON = process.env.PYTHON ?? "python3";

process.chdir(import.meta.dirname);
const run = (program, ...args) => execFileSync(program, args, { stdio: "inherit" });

rmSync("dist", { recursive: true, force: true });
rmSync(LIBS, { recursive: true, force: true });
mkdirSync("dist");
// Remove markers such as `python_full_version < "3.11"`: pip evaluates them for its own Python. Without
// markers, pip also installs the backports that older versions of Python need.
const pinned = readFileSync(path.join(ROOT, "requirements/lsp.txt"), "utf8");
writeFileSync("dist/requirements.txt", pinned.replaceAll(/ ; python_full_version < .*(?= \\$)/gm, ""));
// Install only packages in pure Python, which run on every platform.
run(
  ...[PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target", LIBS],
  ...["--require-hashes", "--requirement", "dist/requirements.txt", "--no-deps", "--no-compile"],
  ...["--only-binary", ":all:", "--platform", "any", "--implementation", "py", "--abi", "none"],
  ...["--python-version", "3.10"],
);
cpSync(path.join(ROOT, "src/lint_runtime"), `${LIBS}/lint_runtime`, {
  recursive: true,
  filter: (file) => path.basename(file) !== "__pycache__",
});
// Remove scripts and metadata that only pip needs, but keep the licenses.
for (const file of readdirSync(LIBS, { recursive: true })) {
  if (file === "bin" || /\.dist-info\/(INSTALLER|RECORD|REQUESTED|WHEEL|entry_points\.txt)$/.test(file)) {
    rmSync(path.join(LIBS, file), { recursive: true });
  }
}

cpSync(path.join(ROOT, "LICENSE"), "LICENSE");
const [, version] = /__version__ = "(.+)"/.exec(readFileSync(`${LIBS}/lint_runtime/version.py`, "utf8"));
run("npm", "run", "build");
// Links in the README are relative to the repository. The workflow passes options with the address of the
// repository.
const links = process.argv.length > 2 ? process.argv.slice(2) : ["--no-rewrite-relative-links"];
run(
  ...["npx", "vsce", "package", version, "--no-update-package-json", "--no-git-tag-version"],
  ...["--no-dependencies", "--allow-missing-repository", ...links],
  ...["--out", `dist/lint-runtime-${version}.vsix`],
);
