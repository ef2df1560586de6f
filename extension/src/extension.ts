import { type ExtensionContext, commands, extensions, window, workspace } from "vscode";

import { registerCommands } from "./commands";
import { imageTree } from "./images";
import { findPython, pythonApi } from "./python";
import type { Server } from "./server";
import { LAUNCH_SETTINGS, SECTION, usesEnvironment } from "./settings";
import { languageStatus } from "./status";

let server: Server | undefined;

export async function activate(context: ExtensionContext): Promise<void> {
  // Look for Python while the language client loads: each takes about 0.1 s when VS Code starts.
  const search = findPython();
  const { Server } = await import("./server.js");
  const log = window.createOutputChannel("lint-runtime", { log: true });
  const started = (server = new Server(context, log));
  const restart = () => started.restart();
  context.subscriptions.push(
    log,
    languageStatus(started),
    imageTree(started),
    ...registerCommands(context, started),
    commands.registerCommand(`${SECTION}.showLog`, () => {
      log.show();
    }),
    workspace.onDidChangeConfiguration(async (event) => {
      if (LAUNCH_SETTINGS.some((name) => event.affectsConfiguration(name))) {
        await restart();
      }
    }),
    workspace.onDidGrantWorkspaceTrust(restart),
    // Send the settings again: one of them depends on whether a Docker extension is installed.
    extensions.onDidChange(() => started.configure()),
  );
  await started.restart(search);
  const environments = (await pythonApi())?.environments;
  if (environments) {
    context.subscriptions.push(
      environments.onDidChangeActiveEnvironmentPath(async () => {
        if (usesEnvironment() || !started.isRunning) {
          await restart();
        }
      }),
    );
  }
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}
