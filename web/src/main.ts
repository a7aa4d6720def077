import { byId, count, el } from './dom';
import { Editor } from './editor';
import { Linter } from './linter';
import { showFindings, showPulls, summary } from './results';
import { pack, unpack } from './share';
import type { Answer, Example, File, Place } from './types';

/** Delay between the last key press and linting, in milliseconds. */
const pause = 120;

const welcome: File[] = [
  {
    name: 'web.yaml', text: `# Paste your manifests here, or choose an example above.
apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
  namespace: web
spec:
  selector:
    matchLabels: {app: shop}
  template:
    metadata:
      labels: {app: shop}
    spec:
      imagePullSecrets:
        - name: regcred
      containers:
        - name: shop
          image: ghcr.io/acme/Shop:1.4.2
        - name: proxy
          image: nginxx:1.27
`,
  },
  {
    name: 'secret.yaml', text: `apiVersion: v1
kind: Secret
metadata:
  name: regcred
  namespace: web
type: kubernetes.io/dockerconfigjson
stringData:
  .dockerconfigjson: |
    {"auths": {"ghcr.io": {"username": "bob", "password": "not-a-real-password"}}}
`,
  },
];

let answer: Answer | undefined;
let linted = ''; // the input of the latest answer
let timer = 0;

const editor = new Editor(byId('editor'), { changed: later, fix });
const linter = new Linter(
  (took) => {
    document.documentElement.dataset['ready'] = String(Math.round(took));
    performance.mark('ready');
  },
  (message) => {
    byId('status').textContent = '';
    notice(`imagelint cannot run in this browser: ${message}`);
  },
);

function later(): void {
  clearTimeout(timer);
  timer = window.setTimeout(lint, pause);
}

function lint(): void {
  clearTimeout(timer);
  const files = editor.files();
  const about = JSON.stringify(files);
  linter.lint(files, (a, took) => {
    if (about !== JSON.stringify(editor.files())) {
      return; // positions are outdated; the new input is linted next
    }
    document.documentElement.dataset['took'] = took.toFixed(1);
    if (a.error) {
      byId('status').textContent = a.error;
      return;
    }
    answer = a;
    linted = about;
    editor.show(a);
    showFindings(a, actions);
    showPulls(a, actions);
    byId('status').textContent = summary(a, took);
    byId('fix-all').hidden = !a.report.findings.some((f) => f.fix?.safe);
    showTabs();
  });
}

const actions = { goTo, fix };

function goTo(place: Place): void {
  if (!editor.names().includes(place.file)) {
    return;
  }
  if (editor.current !== place.file) {
    open(place.file);
  }
  editor.select(place.from, place.to);
}

/** fix applies the edits of findings, except overlapping ones, which the next answer offers again. */
function fix(...findings: number[]): void {
  if (!answer || linted !== JSON.stringify(editor.files())) {
    return; // the input has changed; the next answer offers the fix again
  }
  const by = new Map<string, { from: number; to: number; insert: string }[]>();
  let made = 0;
  for (const i of findings) {
    const { fix } = answer.report.findings[i]!;
    const edits = answer.places[i]!.edits.map((e, k) => ({ ...e, insert: fix!.edits[k]!.text }));
    if (edits.some((e) => by.get(e.file)?.some((o) => e.from <= o.to && o.from <= e.to))) {
      continue;
    }
    for (const e of edits) {
      by.set(e.file, [...(by.get(e.file) ?? []), e]);
    }
    made++;
  }
  for (const [file, edits] of by) {
    editor.change(file, edits);
  }
  notice(made === 1 ? `Fixed: ${answer.report.findings[findings[0]!]!.fix!.title}` : `${count(made, 'finding')} fixed`);
  lint();
}

function notice(text: string): void {
  const n = byId('notice');
  n.hidden = text === '';
  n.textContent = text;
}

// The files, as tabs.

function showTabs(): void {
  const bad = new Map<string, string>();
  answer?.places.forEach((p, i) => {
    const severity = answer!.report.findings[i]!.severity;
    if (severity === 'error' || !bad.has(p.file)) {
      bad.set(p.file, severity);
    }
  });
  const list = byId('tabs');
  const focused = list.contains(document.activeElement);
  list.replaceChildren(...editor.names().map((name) => {
    const chosen = name === editor.current;
    const found = bad.get(name);
    const tab = el('button', { type: 'button', role: 'tab', 'aria-selected': String(chosen), 'aria-controls': 'editor', tabindex: chosen ? '0' : '-1' },
      name, found ? el('span', { class: `dot ${found}`, title: `has findings` }, found === 'error' ? ' ✕' : ' !') : null);
    tab.addEventListener('click', () => open(name));
    return tab;
  }));
  if (focused) {
    list.querySelector<HTMLElement>('[aria-selected=true]')?.focus();
  }
  byId<HTMLButtonElement>('remove').disabled = editor.names().length < 2;
}

function open(name: string): void {
  editor.open(name);
  showTabs();
}

byId('tabs').addEventListener('keydown', (e) => {
  const names = editor.names();
  const step = { ArrowRight: 1, ArrowLeft: -1, Home: -names.length, End: names.length }[e.key];
  if (step === undefined) {
    return;
  }
  e.preventDefault();
  const at = Math.abs(step) > 1 ? (step < 0 ? 0 : names.length - 1) : (names.indexOf(editor.current) + step + names.length) % names.length;
  open(names[at]!);
  byId('tabs').querySelector<HTMLElement>('[aria-selected=true]')?.focus();
});

const dialog = byId<HTMLDialogElement>('naming');
const input = byId<HTMLInputElement>('name');
let named: (name: string) => void = () => undefined;

function askName(before: string, then: (name: string) => void): void {
  input.value = before;
  named = then;
  byId('name-problem').textContent = '';
  dialog.showModal();
  input.select();
}

dialog.querySelector('form')!.addEventListener('submit', (e) => {
  e.preventDefault();
  const name = input.value.trim().replace(/^(\.?\/)+/, '');
  const problem = nameProblem(name);
  byId('name-problem').textContent = problem;
  if (!problem) {
    dialog.close();
    named(name);
    showTabs();
    lint();
  }
});
byId('name-cancel').addEventListener('click', () => dialog.close());

function nameProblem(name: string): string {
  if (!name || name.endsWith('/') || name.split('/').some((part) => part === '' || part === '.' || part === '..')) {
    return 'Enter a path without "..", such as web.yaml.';
  }
  const taken = editor.names().find((n) => n !== input.dataset['of'] && (n === name || n.startsWith(`${name}/`) || name.startsWith(`${n}/`)));
  return taken ? `${taken} already exists.` : '';
}

byId('add').addEventListener('click', () => {
  let n = editor.names().length + 1;
  while (editor.names().includes(`file${n}.yaml`)) {
    n++;
  }
  delete input.dataset['of'];
  askName(`file${n}.yaml`, (name) => {
    editor.add(name);
    editor.focus();
  });
});
byId('rename').addEventListener('click', () => {
  const before = editor.current;
  input.dataset['of'] = before;
  askName(before, (name) => editor.rename(before, name));
});
byId('remove').addEventListener('click', () => {
  const gone = editor.current;
  editor.remove(gone);
  showTabs();
  lint();
  notice(`${gone} was deleted`);
});
byId('fix-all').addEventListener('click', () => answer && fix(...answer.report.findings.flatMap((f, i) => (f.fix?.safe ? [i] : []))));

// Links and examples.

byId('share').addEventListener('click', async () => {
  history.replaceState(null, '', `#code=${await pack(editor.files())}`);
  const where = 'The input is in the link itself, behind the #, which browsers do not send to a server.';
  try {
    await navigator.clipboard.writeText(location.href);
    notice(`Link copied. ${where} It contains all files, so check them for secrets first.`);
  } catch {
    notice(`The link is in the address bar. ${where} It contains all files, so check them for secrets first.`);
  }
});

let examples: Promise<Example[]> | undefined;

const example = byId<HTMLSelectElement>('example');

async function listExamples(): Promise<Example[]> {
  const response = await fetch('examples.json');
  const all = (await response.json()) as Example[];
  const groups = new Map<string, HTMLOptGroupElement>();
  for (const e of all) {
    const group = groups.get(e.group) ?? el('optgroup', { label: e.group });
    groups.set(e.group, group);
    group.append(el('option', { value: e.rule, title: e.title }, e.rule));
  }
  example.append(...groups.values());
  return all;
}

example.addEventListener('change', () => {
  if (example.value) {
    location.hash = `example=${example.value}`;
  }
});

async function fromAddress(): Promise<File[]> {
  const [key, value = ''] = location.hash.slice(1).split(/=(.*)/s);
  if (key === 'code') {
    try {
      return await unpack(value);
    } catch (e) {
      notice(`The link cannot be read: ${e instanceof Error ? e.message : String(e)}.`);
    }
  } else if (key === 'example') {
    const found = (await examples)?.find((e) => e.rule === value);
    if (found) {
      example.value = found.rule;
      notice(`Example of ${found.rule}: ${found.title}.`);
      return found.files;
    }
    notice(`There is no example called ${value}.`);
  }
  return welcome;
}

async function load(): Promise<void> {
  notice('');
  editor.load(await fromAddress());
  showTabs();
  lint();
}

window.addEventListener('hashchange', () => void load());

let width = 0;
new ResizeObserver(([entry]) => {
  const now = Math.round(entry!.contentRect.width);
  if (answer && now !== width) {
    showPulls(answer, actions);
  }
  width = now;
}).observe(byId('pulls'));

examples = listExamples();
examples.catch(() => notice('The examples cannot be loaded.'));
void load();

if ('serviceWorker' in navigator) {
  window.addEventListener('load', () => void navigator.serviceWorker.register('offline.js').catch(() => undefined)); // optional: only needed for offline use
}
