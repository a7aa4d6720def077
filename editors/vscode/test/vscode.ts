// A stand-in for the API of VS Code: enough for the extension and vscode-languageclient to talk to the server. It keeps what they register. What it
// lacks is a function or class that does nothing.
import * as path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

type Handler = (event: unknown) => unknown;

class Disposable {
  constructor(private readonly end: () => void = () => undefined) {}
  dispose(): void {
    this.end();
  }
}

class EventEmitter {
  private readonly handlers = new Set<Handler>();
  readonly event = (handler: Handler, self?: unknown): Disposable => {
    const bound = self === undefined ? handler : handler.bind(self);
    this.handlers.add(bound);
    return new Disposable(() => this.handlers.delete(bound));
  };
  fire(event: unknown): void {
    for (const handler of [...this.handlers]) handler(event);
  }
  dispose(): void {
    this.handlers.clear();
  }
}

class Position {
  constructor(readonly line: number, readonly character: number) {}
}

class Range {
  readonly start: Position;
  readonly end: Position;
  constructor(from: Position | number, to: Position | number, line?: number, character?: number) {
    this.start = typeof from === "number" ? new Position(from, to as number) : from;
    this.end = typeof from === "number" ? new Position(line!, character!) : (to as Position);
  }
}

export class Uri {
  private constructor(readonly scheme: string, readonly fsPath: string, private readonly text: string) {}
  static file(file: string): Uri {
    return new Uri("file", file, pathToFileURL(file).href);
  }
  static parse(text: string): Uri {
    return text.startsWith("file:") ? Uri.file(fileURLToPath(text)) : new Uri(new URL(text).protocol.slice(0, -1), text, text);
  }
  get path(): string {
    return this.fsPath;
  }
  toString(): string {
    return this.text;
  }
  with(): Uri {
    return this;
  }
}

class CodeActionKind {
  constructor(readonly value: string) {}
  append(part: string): CodeActionKind {
    return new CodeActionKind(this.value === "" ? part : `${this.value}.${part}`);
  }
  contains(other: CodeActionKind): boolean {
    return other.value === this.value || other.value.startsWith(`${this.value}.`);
  }
  static readonly Empty = new CodeActionKind("");
  static readonly QuickFix = new CodeActionKind("quickfix");
  static readonly Refactor = new CodeActionKind("refactor");
  static readonly RefactorExtract = new CodeActionKind("refactor.extract");
  static readonly RefactorInline = new CodeActionKind("refactor.inline");
  static readonly RefactorRewrite = new CodeActionKind("refactor.rewrite");
  static readonly Source = new CodeActionKind("source");
  static readonly SourceOrganizeImports = new CodeActionKind("source.organizeImports");
  static readonly SourceFixAll = new CodeActionKind("source.fixAll");
  static readonly Notebook = new CodeActionKind("notebook");
}

/** A class that only holds its arguments' fields. */
const record = (...names: string[]) =>
  class {
    [key: string]: unknown;
    constructor(...values: unknown[]) {
      names.forEach((name, n) => (this[name] = values[n]));
    }
  };

class MarkdownString {
  constructor(public value = "") {}
  appendCodeblock(text: string): this {
    this.value += text;
    return this;
  }
  appendMarkdown(text: string): this {
    this.value += text;
    return this;
  }
}

class WorkspaceEdit {
  readonly edits: { uri: Uri; edit: unknown }[] = [];
  set(uri: Uri, edits: unknown[]): void {
    for (const edit of edits) this.edits.push({ uri, edit });
  }
}

/** A document in the editor. */
export class Document {
  version = 1;
  readonly isClosed = false;
  readonly notebook = undefined;
  constructor(readonly uri: Uri, readonly languageId: string, private text: string) {}
  getText(): string {
    return this.text;
  }
  get fileName(): string {
    return this.uri.fsPath;
  }
  get lineCount(): number {
    return this.text.split("\n").length;
  }
  replace(text: string): void {
    this.text = text;
    this.version++;
  }
}

/** anything gives members that are not there as functions that return a Disposable, and can be constructed. */
function anything<T extends object>(known: T): T {
  return new Proxy(known, {
    get: (o, key) => (key in o ? o[key as keyof T] : typeof key === "symbol" ? undefined : /^on(Did|Will)/.test(key) ? new EventEmitter().event : function () { return new Disposable(); }),
  });
}

/** Editor is one window. */
export class Editor {
  readonly diagnostics = new Map<string, { range: Range; message: string; code: unknown; severity: number }[]>();
  readonly providers = new Map<string, any[]>();
  readonly commands = new Map<string, () => unknown>();
  readonly messages: string[] = [];
  readonly documents: Document[] = [];
  readonly changed = new EventEmitter();
  readonly configured = new EventEmitter();

  constructor(readonly folder: string, public settings: Record<string, unknown>) {}

  /** api is the module "vscode". */
  api(): unknown {
    const provider = (kind: string) => (_: unknown, provider: unknown) => {
      this.providers.set(kind, [...(this.providers.get(kind) ?? []), provider]);
      return new Disposable();
    };
    const says = (...text: unknown[]) => {
      this.messages.push(text.join(" "));
      return Promise.resolve(undefined);
    };
    const channel = () => anything({ info: says, error: says, warn: says, append: says, appendLine: says, name: "imagelint" });
    const folder = { uri: Uri.file(this.folder), name: path.basename(this.folder), index: 0 };
    return anything({
      version: "1.91.0",
      Disposable, EventEmitter, Position, Range, Uri, CodeActionKind, MarkdownString, WorkspaceEdit,
      Diagnostic: record("range", "message", "severity"),
      DiagnosticRelatedInformation: record("location", "message"),
      Location: record("uri", "range"),
      Hover: record("contents", "range"),
      TextEdit: record("range", "newText"),
      CodeAction: record("title", "kind"),
      CompletionItem: record("label", "kind"),
      CompletionList: record("items", "isIncomplete"),
      CancellationTokenSource: class { token = { isCancellationRequested: false, onCancellationRequested: new EventEmitter().event }; cancel() {} dispose() {} },
      DiagnosticSeverity: { Error: 0, Warning: 1, Information: 2, Hint: 3 },
      DiagnosticTag: { Unnecessary: 1, Deprecated: 2 },
      CompletionItemKind: { Text: 0, Property: 9, EnumMember: 19, Keyword: 13 },
      CompletionItemTag: { Deprecated: 1 },
      CompletionTriggerKind: { Invoke: 0, TriggerCharacter: 1, TriggerForIncompleteCompletions: 2 },
      CodeActionTriggerKind: { Invoke: 1, Automatic: 2 },
      TextDocumentSaveReason: { Manual: 1 },
      TextDocumentChangeReason: { Undo: 1, Redo: 2 },
      SymbolKind: {}, SymbolTag: {}, SnippetTextEdit: undefined, FileType: {}, ExtensionKind: {}, InlineCompletionTriggerKind: {}, StatusBarAlignment: {}, ProgressLocation: { Window: 10 },
      LogLevel: { Info: 3 },
      l10n: { t: (text: string) => text },
      env: anything({ language: "en", appName: "test" }),
      extensions: { all: [], getExtension: () => undefined },
      commands: anything({ registerCommand: (name: string, run: () => unknown) => (this.commands.set(name, run), new Disposable()) }),
      window: anything({ createOutputChannel: channel, showErrorMessage: says, showWarningMessage: says, showInformationMessage: says, visibleTextEditors: [], visibleNotebookEditors: [], tabGroups: anything({ all: [] }), activeTextEditor: undefined }),
      workspace: anything({
        name: folder.name, workspaceFolders: [folder], textDocuments: this.documents, notebookDocuments: [], isTrusted: true,
        getWorkspaceFolder: () => folder,
        getConfiguration: (section?: string) => {
          const values = section === "imagelint" ? this.settings : {};
          return { ...values, get: (key: string, usual?: unknown) => values[key as keyof typeof values] ?? (section === undefined && key === "imagelint" ? this.settings : usual), has: () => true };
        },
        onDidChangeTextDocument: this.changed.event,
        onDidChangeConfiguration: this.configured.event,
        createFileSystemWatcher: () => anything({}),
      }),
      languages: anything({
        match: () => 10,
        createDiagnosticCollection: () => anything({
          set: (uri: Uri, list?: never[]) => this.diagnostics.set(uri.toString(), list ?? []),
          delete: (uri: Uri) => this.diagnostics.delete(uri.toString()),
          clear: () => this.diagnostics.clear(),
          dispose: () => this.diagnostics.clear(),
        }),
        registerHoverProvider: provider("hover"),
        registerCodeActionsProvider: provider("action"),
        registerCompletionItemProvider: provider("completion"),
        registerDefinitionProvider: provider("definition"),
      }),
    });
  }
}
