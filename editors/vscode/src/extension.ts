import * as fs from "node:fs";
import * as os from "node:os";
import * as vscode from "vscode";
import { LanguageClient } from "vscode-languageclient/node";
import { find } from "./binary";

let client: LanguageClient | undefined;
let output: vscode.LogOutputChannel;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  output = vscode.window.createOutputChannel("imagelint", { log: true });
  context.subscriptions.push(
    output,
    vscode.commands.registerCommand("imagelint.restart", restart),
    vscode.workspace.onDidChangeConfiguration((e) => (e.affectsConfiguration("imagelint.path") ? restart() : undefined)),
  );
  await start();
}

export async function deactivate(): Promise<void> {
  await client?.stop();
  client = undefined;
}

async function restart(): Promise<void> {
  await deactivate();
  await start();
}

async function start(): Promise<void> {
  const setting = vscode.workspace.getConfiguration("imagelint").get<string | null>("path") ?? "";
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const found = find(setting, folder?.scheme === "file" ? folder.fsPath : undefined, {
    env: process.env,
    home: os.homedir(),
    platform: process.platform,
    isProgram,
  });
  if ("problem" in found) {
    const install = "How to install it";
    if ((await vscode.window.showErrorMessage(`imagelint: ${found.problem}`, install)) === install) {
      await vscode.env.openExternal(vscode.Uri.parse("https://github.com/imagelint-dev/imagelint/blob/main/docs/install.md"));
    }
    return;
  }
  output.info(`starting ${found.program}`);
  client = new LanguageClient(
    "imagelint",
    "imagelint",
    { command: found.program, args: ["lsp"] },
    {
      documentSelector: ["yaml", "json", "jsonc"].map((language) => ({ scheme: "file", language })),
      synchronize: { configurationSection: "imagelint" },
      initializationOptions: vscode.workspace.getConfiguration("imagelint"),
      outputChannel: output,
    },
  );
  await client.start();
}

function isProgram(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}
