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
  type Executable,
  LanguageClient,
  State,
} from "vscode-languageclient/node";

import { PYTHON_EXTENSION, type Search, absolute, findPython } from "./python";
import { DOCUMENTS, SECTION, serverSettings, usesEnvironment } from "./settings";

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

/** Starts and stops the language server, sends requests to it, and passes on its status. */
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

  /**
   * Start or restart the server. Each call waits until earlier calls are done.
   *
   * search: the search for Python if it has started already
   */
  async restart(search?: Promise<Search>): Promise<void> {
    this.pending = this.pending.then(async () => {
      await this.stopClient();
      await this.startClient(search);
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

  /** Send a request that `docs/editors.md` describes, and return the answer. */
  async request<Result>(name: string, parameters: object = {}): Promise<Result> {
    return await this.running.sendRequest<Result>(`${SECTION}/${name}`, parameters);
  }

  /** Send the current settings to the server. */
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

  private async startClient(search?: Promise<Search>): Promise<void> {
    const executable = await this.executable(search);
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
        // Request the status once: after that, the server sends each new status by itself.
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

  /** Return the command that starts the server. If there is none, shows an error and returns undefined. */
  private async executable(started?: Promise<Search>): Promise<Executable | undefined> {
    const server = workspace.getConfiguration(SECTION).get<string>("path");
    if (server && workspace.isTrusted) {
      return { command: absolute(server) };
    }
    const search = await (started ?? findPython());
    if ("python" in search) {
      const script = path.join(this.context.extensionPath, "bundled", "server.py");
      // Run the bundled server in isolated mode, which ignores PYTHONPATH and the packages of the user.
      const args = usesEnvironment() ? [script, "--prefer-installed"] : ["-I", script];
      return { command: search.python, args };
    }
    const reasons = search.problems.slice(0, 3).join(" ") || "None was found.";
    void this.complain(`lint-runtime needs Python 3.10 or newer. ${reasons}`, "interpreter");
    return undefined;
  }

  /** Show an error, with a button that opens the setting to change. */
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
