// Make the .vsix: bundle the extension, the server and its dependencies, all of the version of the Python package.
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
// pip evaluates markers for its own Python. Without them, it installs the backports for the oldest one.
const pinned = readFileSync(path.join(ROOT, "requirements/lsp.txt"), "utf8");
writeFileSync("dist/requirements.txt", pinned.replaceAll(/ ; python_full_version < .*(?= \\$)/gm, ""));
// Pure Python runs on every platform.
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
// Licenses stay.
for (const file of readdirSync(LIBS, { recursive: true })) {
  if (file === "bin" || /\.dist-info\/(INSTALLER|RECORD|REQUESTED|WHEEL|entry_points\.txt)$/.test(file)) {
    rmSync(path.join(LIBS, file), { recursive: true });
  }
}

cpSync(path.join(ROOT, "LICENSE"), "LICENSE");
const [, version] = /__version__ = "(.+)"/.exec(readFileSync(`${LIBS}/lint_runtime/version.py`, "utf8"));
run("npm", "run", "build");
// Links in the README are relative to the repository, which only the workflow knows.
const links = process.argv.length > 2 ? process.argv.slice(2) : ["--no-rewrite-relative-links"];
run(
  ...["npx", "vsce", "package", version, "--no-update-package-json", "--no-git-tag-version"],
  ...["--no-dependencies", "--allow-missing-repository", ...links],
  ...["--out", `dist/lint-runtime-${version}.vsix`],
);
