import * as path from "node:path";
import {
  EventEmitter,
  type ExtensionContext,
  type LogOutputChannel,
  Uri,
  commands,
  env,
  extensions,
  window,
  workspace,
} from "vscode";
import {
  DidChangeConfigurationNotification,
  type DocumentFilter,
  type Executable,
  LanguageClient,
  State,
} from "vscode-languageclient/node";

import { PYTHON_EXTENSION, absolute, findPython } from "./python";
import { SECTION, serverSettings, usesEnvironment } from "./settings";

/** The documents that the server checks. It ignores those that are not Dockerfiles or Astro manifests. */
export const DOCUMENTS: DocumentFilter[] = [
  { scheme: "file", language: "dockerfile" },
  { scheme: "untitled", language: "dockerfile" },
  { scheme: "file", pattern: "**/{*.,}{[Dd]ocker,[Cc]ontainer}file{,.*,-*,_*}" },
  { scheme: "file", pattern: "**/pyproject.toml" },
];

/** The state of the server, as `docs/editors.md` describes it. */
export interface Status {
  date: string;
  files: number;
  images: number;
  errors: number;
  warnings: number;
  infos: number;
  configurations: { uri: string; problems: string[] }[];
  problems: string[];
}

/** The language server: starts and stops it, and tells what it reports about itself. */
export class Server {
  private readonly changed = new EventEmitter<Status | undefined>();
  private client: LanguageClient | undefined;
  private pending: Promise<void> = Promise.resolve();

  /** Fires with the status of the server, or with undefined when it is not running. */
  readonly onStatus = this.changed.event;

  /** The command that runs the server. */
  command = "";

  constructor(
    private readonly context: ExtensionContext,
    private readonly log: LogOutputChannel,
  ) {}

  /** Start the server, or restart it. Calls wait for earlier ones. */
  async restart(): Promise<void> {
    this.pending = this.pending.then(async () => {
      await this.stopClient();
      await this.startClient();
    });
    await this.pending;
  }

  async stop(): Promise<void> {
    this.pending = this.pending.then(() => this.stopClient());
    await this.pending;
  }

  get isRunning(): boolean {
    return this.client?.state === State.Running;
  }

  /** Return the client of the server. Throws an error if the server is not running. */
  get running(): LanguageClient {
    if (!this.client || !this.isRunning) {
      throw new Error("The server is not running.");
    }
    return this.client;
  }

  /** Send a request of `docs/editors.md`. */
  async request<Result>(name: string, parameters: object = {}): Promise<Result> {
    return await this.running.sendRequest<Result>(`${SECTION}/${name}`, parameters);
  }

  /** Send the current settings. */
  async configure(): Promise<void> {
    const settings = { [SECTION]: serverSettings() };
    await this.client?.sendNotification(DidChangeConfigurationNotification.type, { settings });
  }

  private async stopClient(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    await client?.dispose().catch((error: unknown) => {
      this.log.warn(String(error));
    });
  }

  private async startClient(): Promise<void> {
    const executable = await this.executable();
    if (!executable) {
      this.report(undefined);
      return;
    }
    this.command = [executable.command, ...(executable.args ?? [])].join(" ");
    this.log.info(`Starting ${this.command}`);
    const client = new LanguageClient(SECTION, "lint-runtime", executable, {
      documentSelector: DOCUMENTS,
      outputChannel: this.log,
      initializationOptions: serverSettings(),
      middleware: {
        workspace: {
          configuration: () => [serverSettings()],
          didChangeConfiguration: () => this.configure(),
        },
      },
    });
    this.client = client;
    client.onNotification(`${SECTION}/status`, (status: Status) => {
      this.report(status);
    });
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Running) {
        // The server sends changes of its status after the first request.
        this.request<Status>("status").then(
          (status) => {
            this.report(status);
          },
          (error: unknown) => {
            this.log.error(String(error));
          },
        );
      } else if (this.client === client) {
        this.report(undefined);
      }
    });
    try {
      await client.start();
      const version = client.initializeResult?.serverInfo?.version;
      this.log.info(`Started lint-runtime ${version ?? ""}`);
    } catch (error) {
      void this.complain(`lint-runtime doesn't start: ${String(error)}`, "path");
    }
  }

  private report(status: Status | undefined): void {
    void commands.executeCommand("setContext", `${SECTION}.isRunning`, status !== undefined);
    this.changed.fire(status);
  }

  /** Return how to start the server. Returns undefined, with a message to the user, if it can't be started. */
  private async executable(): Promise<Executable | undefined> {
    const server = workspace.getConfiguration(SECTION).get<string>("path");
    if (server && workspace.isTrusted) {
      return { command: absolute(server) };
    }
    const search = await findPython();
    if ("python" in search) {
      const script = path.join(this.context.extensionPath, "bundled", "server.py");
      // Isolated mode ignores PYTHONPATH and the packages of the user.
      const args = usesEnvironment() ? [script, "--prefer-installed"] : ["-I", script];
      return { command: search.python, args };
    }
    const reasons = search.problems.slice(0, 3).join(" ") || "None was found.";
    void this.complain(`lint-runtime needs Python 3.10 or newer. ${reasons}`, "interpreter");
    return undefined;
  }

  /** Show an error that a setting solves. */
  private async complain(message: string, setting: string): Promise<void> {
    this.log.error(message);
    const actions: Record<string, () => Thenable<unknown>> = {
      "Open Settings": () =>
        commands.executeCommand("workbench.action.openSettings", `${SECTION}.${setting}`),
      "Show Log": () => commands.executeCommand(`${SECTION}.showLog`),
    };
    if (setting === "interpreter") {
      actions["Install Python"] = () => env.openExternal(Uri.parse("https://www.python.org/downloads/"));
      if (extensions.getExtension(PYTHON_EXTENSION)) {
        actions["Select Interpreter"] = () => commands.executeCommand("python.setInterpreter");
      }
    }
    const choice = await window.showErrorMessage(message, ...Object.keys(actions));
    await actions[choice ?? ""]?.();
  }
}
