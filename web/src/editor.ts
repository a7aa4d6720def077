// The editor: CodeMirror in a shadow root, so that its styles need no exception in the content security policy.
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from '@codemirror/language';
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search';
import { Compartment, EditorState, type Extension } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, hoverTooltip, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { el } from './dom';
import { knownText } from './results';
import type { Answer, File, Place } from './types';

const color = (name: string): string => `var(--${name})`;

const highlight = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: color('key') },
  { tag: [tags.string, tags.content], color: color('string') },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], color: color('number') },
  { tag: [tags.comment, tags.lineComment], color: color('comment'), fontStyle: 'italic' },
  { tag: [tags.punctuation, tags.separator, tags.squareBracket, tags.brace], color: color('quiet') },
  { tag: [tags.meta, tags.labelName, tags.typeName], color: color('link') },
]);

const theme = EditorView.theme({
  '&': { height: '100%', color: color('text'), backgroundColor: color('paper'), fontSize: '13.5px' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: color('mono'), lineHeight: '1.55' },
  '.cm-content': { caretColor: color('text'), padding: '8px 0' },
  '.cm-cursor': { borderLeftColor: color('text') },
  '.cm-gutters': { backgroundColor: color('paper'), color: color('quiet'), border: 'none' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: color('line') },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': { backgroundColor: color('selection') },
  '.cm-selectionMatch': { backgroundColor: color('selection') },
  '.cm-tooltip': { backgroundColor: color('raised'), color: color('text'), border: `1px solid ${color('border')}`, borderRadius: '8px', boxShadow: '0 4px 18px #0003', maxWidth: 'min(640px, 92vw)', overflow: 'hidden' },
  '.cm-diagnostic': { padding: '8px 12px', borderLeft: '4px solid', fontFamily: 'system-ui, sans-serif', fontSize: '13px' },
  '.cm-diagnostic-error': { borderLeftColor: color('error') },
  '.cm-diagnostic-warning': { borderLeftColor: color('warning') },
  '.cm-diagnostic-info': { borderLeftColor: color('info') },
  '.cm-diagnosticAction': { display: 'block', margin: '6px 0 0', padding: '3px 10px', borderRadius: '6px', backgroundColor: color('accent'), color: color('on-accent'), font: 'inherit', cursor: 'pointer' },
  '.cm-diagnosticSource': { fontSize: '12px', opacity: '1', color: color('quiet') },
  '.help': { margin: '3px 0 0', color: color('quiet') },
  '.hover': { padding: '10px 12px', fontFamily: 'system-ui, sans-serif', fontSize: '13px' },
  '.hover pre': { margin: '6px 0 0', fontFamily: color('mono'), fontSize: '12px', whiteSpace: 'pre-wrap', maxHeight: '320px', overflow: 'auto' },
  '.hover p': { margin: '0', color: color('quiet') },
  '.cm-panels': { backgroundColor: color('raised'), color: color('text') },
  '.cm-panel.cm-panel-lint ul [aria-selected]': { backgroundColor: color('selection'), color: color('text') },
  '.cm-textfield, .cm-button': { backgroundColor: color('paper'), backgroundImage: 'none', color: color('text'), border: `1px solid ${color('border')}` },
});

export interface EditorActions { changed(): void; fix(finding: number): void }

/** overwrite replaces the selection when typing. The browser would use an inline style, which violates the content security policy and logs an error. */
function overwrite(e: InputEvent, view: EditorView): boolean {
  if (e.data === null || e.isComposing || e.inputType !== 'insertText' || view.state.selection.main.empty) {
    return false;
  }
  e.preventDefault();
  view.dispatch(view.state.replaceSelection(e.data), { userEvent: 'input.type', scrollIntoView: true });
  return true;
}

/** Editor shows one of several files. Each file has its own undo history. */
export class Editor {
  private readonly view: EditorView;
  private readonly states = new Map<string, EditorState>();
  private readonly dark = new Compartment();
  private readonly extensions: Extension;
  private answer: Answer | undefined;
  current = '';

  constructor(parent: HTMLElement, private readonly actions: EditorActions) {
    const scheme = window.matchMedia('(prefers-color-scheme: dark)');
    this.extensions = [
      lineNumbers(), highlightActiveLineGutter(), highlightActiveLine(), history(), drawSelection(), indentOnInput(), bracketMatching(), highlightSelectionMatches(),
      yaml(), syntaxHighlighting(highlight), theme, this.dark.of(EditorView.darkTheme.of(scheme.matches)), lintGutter(), this.hover(),
      keymap.of([...defaultKeymap, ...searchKeymap, ...historyKeymap, ...lintKeymap, indentWithTab]),
      EditorState.tabSize.of(2), EditorView.contentAttributes.of({ 'aria-label': 'Manifest', spellcheck: 'false', autocapitalize: 'off' }),
      EditorView.domEventHandlers({ beforeinput: overwrite }),
      EditorView.updateListener.of((u) => u.docChanged && this.actions.changed()),
    ];
    const root = parent.attachShadow({ mode: 'open' });
    const style = new CSSStyleSheet();
    style.replaceSync(':host > div, .cm-editor { height: 100% }');
    root.adoptedStyleSheets = [style];
    const holder = el('div');
    root.append(holder);
    this.view = new EditorView({ parent: holder, root });
    scheme.addEventListener('change', () => this.view.dispatch({ effects: this.dark.reconfigure(EditorView.darkTheme.of(scheme.matches)) }));
  }

  /** load replaces all files. */
  load(files: File[]): void {
    this.states.clear();
    this.current = '';
    for (const f of files) {
      this.states.set(f.name, this.state(f.text));
    }
    this.open(files[0]?.name ?? '');
  }

  private state(text: string): EditorState { return EditorState.create({ doc: text, extensions: this.extensions }); }

  names(): string[] { return [...this.states.keys()]; }

  files(): File[] {
    this.keep();
    return [...this.states].map(([name, state]) => ({ name, text: state.doc.toString() }));
  }

  private keep(): void {
    if (this.states.has(this.current)) {
      this.states.set(this.current, this.view.state);
    }
  }

  open(name: string): void {
    this.keep();
    this.current = name;
    this.view.setState(this.states.get(name) ?? this.state(''));
    this.showDiagnostics();
  }

  add(name: string): void {
    this.keep();
    this.states.set(name, this.state(''));
    this.open(name);
  }

  rename(from: string, to: string): void {
    this.keep();
    const all = [...this.states].map(([name, state]): [string, EditorState] => [name === from ? to : name, state]);
    this.states.clear();
    all.forEach(([name, state]) => this.states.set(name, state));
    this.current = this.current === from ? to : this.current;
  }

  remove(name: string): void {
    this.states.delete(name);
    this.open(this.names()[0] ?? '');
  }

  focus(): void { this.view.focus(); }

  select(from: number, to: number): void {
    const end = this.view.state.doc.length;
    this.view.dispatch({ selection: { anchor: Math.min(from, end), head: Math.min(to, end) }, effects: EditorView.scrollIntoView(Math.min(from, end), { y: 'center' }) });
    this.view.focus();
  }

  /** change edits a file, which need not be the visible one. */
  change(file: string, edits: { from: number; to: number; insert: string }[]): void {
    if (file === this.current) {
      this.view.dispatch({ changes: edits, userEvent: 'input.fix' });
      return;
    }
    const state = this.states.get(file);
    if (state) {
      this.states.set(file, state.update({ changes: edits, userEvent: 'input.fix' }).state);
    }
  }

  show(answer: Answer): void {
    this.answer = answer;
    this.showDiagnostics();
  }

  private showDiagnostics(): void {
    const { answer } = this;
    const end = this.view.state.doc.length;
    const all: Diagnostic[] = [];
    answer?.report.findings.forEach((f, i) => {
      const place = answer.places[i]!;
      if (place.file === this.current && place.from <= end) {
        all.push({
          from: place.from, to: Math.min(place.to, end), severity: f.severity, source: f.rule, message: `${f.severity}: ${f.message}`,
          renderMessage: () => el('div', {}, f.message, f.help ? el('p', { class: 'help' }, f.help) : null),
          actions: f.fix ? [{ name: `Fix: ${f.fix.title}`, apply: () => this.actions.fix(i) }] : [],
        });
      }
    });
    this.view.dispatch(setDiagnostics(this.view.state, all));
  }

  /**
   * hover shows, for the image under the pointer, how it is parsed, what the catalog knows and how it is pulled; for a pull secret or service account,
   * its details and users.
   */
  private hover(): Extension {
    return hoverTooltip((_, pos) => {
      const here = <P extends Place>(places: P[] = []): P[] => places.filter((p) => p.file === this.current && p.from <= pos && pos <= p.to && p.from < p.to);
      const images = here(this.answer?.images);
      const first = images[0] ?? here(this.answer?.names)[0];
      if (!first) {
        return null;
      }
      const known = images[0] ? [el('p', {}, knownText[images[0].known] ?? '')] : [];
      const texts = images[0] ? images.slice(0, 3) : [first];
      return { pos: first.from, end: first.to, above: true, create: () => ({ dom: el('div', { class: 'hover' }, ...known, ...texts.map((t) => el('pre', {}, t.text))) }) };
    }, { hoverTime: 250 });
  }
}
