import { Disposable, LanguageStatusSeverity, Uri, languages, workspace } from "vscode";

import type { Server, Status } from "./server";
import { DOCUMENTS, SECTION } from "./settings";

/** Show the findings, the date of the data, and the configuration in the language status. */
export function languageStatus(server: Server): Disposable {
  const findings = languages.createLanguageStatusItem(`${SECTION}.findings`, DOCUMENTS);
  const configuration = languages.createLanguageStatusItem(`${SECTION}.configuration`, DOCUMENTS);
  findings.name = "lint-runtime: Findings";
  configuration.name = "lint-runtime: Configuration";
  findings.text = "lint-runtime: starting";
  findings.busy = true;

  const update = (status: Status | undefined) => {
    findings.busy = false;
    if (!status) {
      findings.text = "lint-runtime: not running";
      findings.detail = "";
      findings.severity = LanguageStatusSeverity.Error;
      findings.command = { title: "Restart", command: `${SECTION}.restart` };
      configuration.text = "no configuration";
      return;
    }
    findings.text = `lint-runtime: ${summary(status)}`;
    findings.detail = `data of ${status.date}`;
    findings.severity = status.errors ? LanguageStatusSeverity.Warning : LanguageStatusSeverity.Information;
    findings.command = { title: "Problems", command: "workbench.actions.view.problems" };

    const { configurations } = status;
    const broken = configurations.find(({ problems }) => problems.length > 0);
    const problems = [...status.problems, ...configurations.flatMap(({ problems }) => problems)];
    const first = broken ?? configurations[0];
    const names = configurations.map(({ uri }) => workspace.asRelativePath(Uri.parse(uri)));
    configuration.text = names.slice(0, 3).join(", ") || "default configuration";
    configuration.detail = problems[0] ?? "";
    configuration.severity = problems.length
      ? LanguageStatusSeverity.Error
      : LanguageStatusSeverity.Information;
    configuration.command = first
      ? { title: "Open", command: "vscode.open", arguments: [Uri.parse(first.uri)] }
      : { title: "Open Settings", command: "workbench.action.openSettings", arguments: [SECTION] };
  };
  return Disposable.from(findings, configuration, server.onStatus(update));
}

/** Return the counts of findings, such as "2 errors, 1 warning". */
function summary({ errors, warnings, infos }: Status): string {
  const counts = [
    errors && counted(errors, "error"),
    warnings && counted(warnings, "warning"),
    infos && counted(infos, "note"),
  ];
  return counts.filter(Boolean).join(", ") || "no findings";
}

/** Return a count with its noun. */
export function counted(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? "" : "s"}`;
}
