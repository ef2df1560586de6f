import { extensions, workspace } from "vscode";
import type { DocumentFilter } from "vscode-languageclient";

export const SECTION = "lint-runtime";

/** The documents that are sent to the server. It checks only Dockerfiles and Astro manifests. */
export const DOCUMENTS: DocumentFilter[] = [
  { scheme: "file", language: "dockerfile" },
  { scheme: "untitled", language: "dockerfile" },
  { scheme: "file", pattern: "**/{*.,}{[Dd]ocker,[Cc]ontainer}file{,.*,-*,_*}" },
  { scheme: "file", pattern: "**/pyproject.toml" },
];

/** The extensions whose language servers report syntax errors of Dockerfiles. */
const DOCKER_EXTENSIONS = [
  "docker.docker",
  "ms-azuretools.vscode-containers",
  "ms-azuretools.vscode-docker",
];

/** The settings that are sent to the server unchanged. `docs/editors.md` describes them. */
const SERVER_SETTINGS = [
  "diagnosticMode",
  "runOn",
  "table",
  "asOf",
  "warnWithin",
  "inlayHints",
  "suppressActions",
] as const;

/** The settings that decide which server runs. */
export const LAUNCH_SETTINGS = ["importStrategy", "interpreter", "path"].map(
  (name) => `${SECTION}.${name}`,
);

/** Return the settings for the server. */
export function serverSettings(): Record<string, unknown> {
  const configuration = workspace.getConfiguration(SECTION);
  const settings: Record<string, unknown> = {};
  for (const name of SERVER_SETTINGS) {
    settings[name] = configuration.get(name);
  }
  const syntax = configuration.get<string>("syntaxFindings");
  const hasDocker = DOCKER_EXTENSIONS.some((id) => extensions.getExtension(id) !== undefined);
  settings.syntaxFindings = syntax === "on" || (syntax === "auto" && !hasDocker);
  return settings;
}

/** Whether to run the server of the selected Python environment. */
export function usesEnvironment(): boolean {
  const strategy = workspace.getConfiguration(SECTION).get("importStrategy");
  return strategy === "fromEnvironment" && workspace.isTrusted;
}
