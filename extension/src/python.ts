import { execFile } from "node:child_process";
import { lstatSync } from "node:fs";
import { homedir } from "node:os";
import * as path from "node:path";
import { type Event, type Uri, extensions, workspace } from "vscode";

import { SECTION, usesEnvironment } from "./settings";

export const PYTHON_EXTENSION = "ms-python.python";

/** The part of the Python extension's API that finds the selected interpreter. */
interface PythonApi {
  environments: {
    getActiveEnvironmentPath(resource?: Uri): { path: string };
    resolveEnvironment(environment: { path: string }): Promise<{ executable: { uri?: Uri } } | undefined>;
    onDidChangeActiveEnvironmentPath: Event<unknown>;
  };
}

/** The path of a Python that can run the server, or the reasons why no Python can. */
export type Search = { python: string } | { problems: string[] };

/** Code that prints the path of its interpreter, and fails if Python is too old. It also runs in Python 2. */
const PROBE = [
  "import sys",
  "sys.stdout.write(sys.executable)",
  "sys.version_info >= (3, 10) or sys.exit('is Python %d.%d' % sys.version_info[:2])",
].join("; ");

/** Return the API of the Python extension, or undefined if the extension is not installed or doesn't start. */
export async function pythonApi(): Promise<PythonApi | undefined> {
  try {
    return await extensions.getExtension<PythonApi>(PYTHON_EXTENSION)?.activate();
  } catch {
    return undefined;
  }
}

/** Find a Python 3.10 or newer: the configured one, the selected one or one on the PATH. */
export async function findPython(): Promise<Search> {
  const problems: string[] = [];
  for await (const candidate of candidates()) {
    // Don't even start this Python: in a virtual environment, its start runs code of the environment.
    if (!workspace.isTrusted && isInWorkspace(candidate)) {
      problems.push(`${candidate} is in the workspace, which is not trusted.`);
      continue;
    }
    try {
      return { python: await probe(candidate) };
    } catch (error) {
      problems.push(`${candidate} ${error instanceof Error ? error.message : String(error)}.`);
    }
  }
  return { problems };
}

/** Yield the interpreters in the order in which they are tried. */
async function* candidates(): AsyncGenerator<string> {
  const configured = workspace.getConfiguration(SECTION).get<string>("interpreter");
  if (configured) {
    yield absolute(configured);
  } else if (usesEnvironment()) {
    yield* await selected();
    yield* onPath();
  } else {
    // Any Python can run the bundled server. Try the PATH first: the Python extension takes seconds to start.
    yield* onPath();
    yield* await selected();
  }
}

/** Expand `~` and `${workspaceFolder}` in a path from the settings, and make it absolute. */
export function absolute(setting: string): string {
  const root = workspace.workspaceFolders?.[0]?.uri.fsPath ?? homedir();
  const expanded = setting.replace(/^~(?=[/\\]|$)/, homedir()).replace("${workspaceFolder}", root);
  return path.resolve(root, expanded);
}

/** Return the interpreter that is selected in the Python extension, or an empty array. */
async function selected(): Promise<string[]> {
  const environments = (await pythonApi())?.environments;
  const active = environments?.getActiveEnvironmentPath(workspace.workspaceFolders?.[0]?.uri);
  const environment = active && (await environments?.resolveEnvironment(active));
  return environment?.executable.uri ? [environment.executable.uri.fsPath] : [];
}

/** Return the interpreters on the PATH. */
function onPath(): string[] {
  const suffix = process.platform === "win32" ? ".exe" : "";
  // Skip relative directories, which would be in the workspace.
  const directories = (process.env.PATH ?? "")
    .split(path.delimiter)
    .filter((name) => path.isAbsolute(name));
  const names = ["python3", "python", "py"].map((name) => name + suffix);
  return names.flatMap((name) => directories.map((directory) => path.join(directory, name))).filter(exists);
}

/** Whether a file or a link exists. A Python from the Microsoft Store is a link that can't be followed. */
function exists(file: string): boolean {
  try {
    lstatSync(file);
    return true;
  } catch {
    return false;
  }
}

function isInWorkspace(file: string): boolean {
  return (workspace.workspaceFolders ?? []).some((folder) => {
    const relative = path.relative(folder.uri.fsPath, file);
    return !relative.startsWith("..") && !path.isAbsolute(relative);
  });
}

/** Return the path of an interpreter. Rejects with the reason if it can't run the server. */
async function probe(program: string): Promise<string> {
  return await new Promise((resolve, reject) => {
    execFile(program, ["-I", "-c", PROBE], { timeout: 20_000 }, (error, stdout, stderr) => {
      const reason = stderr.trim().split("\n").pop();
      if (error) {
        reject(new Error(reason?.startsWith("is Python") ? reason : "doesn't start"));
      } else {
        resolve(stdout);
      }
    });
  });
}
