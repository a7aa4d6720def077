// The extension and vscode-languageclient with the real server, in a stand-in for VS Code. IMAGELINT names the program.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import Module from "node:module";
import * as os from "node:os";
import * as path from "node:path";
import test from "node:test";
import { Document, Editor, Uri } from "./vscode";

const program = process.env["IMAGELINT"];
const manifest = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    spec:
      imagePullSecrets: [{name: regcred}]
      containers:
        - {name: "🐋", image: ghcr.io/acme/Web:1}
        - {name: b, image: ghcr.io/acme/b:latest}
`;

async function until<T>(what: () => string, get: () => T | undefined): Promise<T> {
  for (const end = Date.now() + 20_000; Date.now() < end; await new Promise((done) => setTimeout(done, 20))) {
    const got = get();
    if (got !== undefined) return got;
  }
  throw new Error(`${what()}: it does not come`);
}

test("the extension with the real server", { skip: program ? false : "IMAGELINT names no program" }, async () => {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), "im age%20lint-"));
  const file = path.join(dir, "web.yaml");
  fs.writeFileSync(file, manifest);
  const editor = new Editor(dir, { path: program, rules: { "image-latest": "off" }, namespace: null });
  const load = (Module as any)._load;
  (Module as any)._load = (name: string, ...more: unknown[]) => (name === "vscode" ? (api ??= editor.api()) : load(name, ...more));
  let api: unknown;
  const extension = require("../src/extension") as typeof import("../src/extension");
  const document = new Document(Uri.file(file), "yaml", manifest);
  editor.documents.push(document);
  const uri = document.uri.toString();
  const found = () => (editor.diagnostics.get(uri) ?? []).map((d) => `${d.range.start.line}:${d.range.start.character}-${d.range.end.character} ${codeOf(d.code)}`).sort();
  const has = (...want: string[]) => until(() => `${want}; there is ${found()}; ${editor.messages}`, () => (JSON.stringify(found()) === JSON.stringify(want.sort()) ? true : undefined));
  const token = { isCancellationRequested: false, onCancellationRequested: () => ({ dispose() {} }) };
  try {
    await extension.activate({ subscriptions: [] } as never);
    // The setting that switches a rule off arrives, and what is null is not set.
    await has("6:32-39 pull-secret-missing", "8:43-46 image-uppercase");

    const at = { line: 8, character: 44 };
    const hover = await (await until(() => "the hover", () => editor.providers.get("hover")?.[0])).provideHover(document, at, token);
    assert.match(JSON.stringify(hover.contents), /ghcr\.io\/acme\/Web:1/);

    const actions = await (await until(() => "the actions", () => editor.providers.get("action")?.[0])).provideCodeActions(document, { start: at, end: at }, { diagnostics: [], triggerKind: 1 }, token);
    const fix = actions.find((a: { title: string }) => a.title === 'write "ghcr.io/acme/web:1"');
    assert.ok(fix, JSON.stringify(actions));
    assert.deepEqual(fix.edit.edits.map((e: any) => [e.uri.toString(), e.edit.range.start.line, e.edit.newText]), [[uri, 8, "w"]]);

    document.replace(manifest.replace("Web", "web"));
    const range = { start: { line: 8, character: 43 }, end: { line: 8, character: 44 } };
    editor.changed.fire({ document, contentChanges: [{ range, rangeOffset: 0, rangeLength: 1, text: "w" }], reason: undefined });
    await has("6:32-39 pull-secret-missing");

    editor.settings = { path: program, rules: {} };
    editor.configured.fire({ affectsConfiguration: (name: string) => name === "imagelint" });
    await has("6:32-39 pull-secret-missing", "9:42-48 image-latest");

    await editor.commands.get("imagelint.restart")!();
    await has("6:32-39 pull-secret-missing", "9:42-48 image-latest");
  } finally {
    await extension.deactivate();
    (Module as any)._load = load;
    fs.rmSync(dir, { recursive: true });
  }
  assert.equal(editor.diagnostics.size, 0);
});

function codeOf(code: unknown): string {
  return typeof code === "object" && code !== null ? String((code as { value: unknown }).value) : String(code);
}
