// The findings and pull plans next to the editor.
import { button, byId, count, el } from './dom';
import { objectName, picture, signs, stateOf } from './picture';
import type { Answer, Cause, Finding, Place } from './types';

/** Maximum numbers shown on the page; the summary counts all. */
const mostFindings = 200;
const mostPulls = 40;
const mostCauses = 20;

export interface Actions {
  goTo(place: Place): void;
  fix(finding: number): void;
}

const words = { error: '✕ error', warning: '! warning', info: 'i info' };

export function showFindings(answer: Answer, actions: Actions): void {
  const list = byId('findings');
  const all = answer.report.findings;
  const causes = (answer.pulls.causes ?? []).slice(0, mostCauses);
  list.replaceChildren(...causes.map(cause), ...all.slice(0, mostFindings).map((f, i) => item(f, i, answer, actions)));
  if (all.length > mostFindings) {
    list.append(el('li', { class: 'more' }, `and ${all.length - mostFindings} more`));
  }
  if (all.length + causes.length === 0 && answer.report.summary.objects > 0) {
    list.append(el('li', { class: 'clean' }, '✓ No findings: judging by these files, no pull fails.'));
  }
  byId('notes').replaceChildren(...[...answer.notes, ...(answer.report.summary.runErrors ?? [])].map((n) => el('p', { class: 'note' }, n)), ...skipped(answer));
}

/** cause shows a failure reported by the cluster; these come before the findings. */
function cause(c: Cause): HTMLLIElement {
  const definition = (term: string, text: string) => text && el('div', {}, el('dt', {}, term), el('dd', {}, text));
  return el('li', { class: 'finding error' },
    el('div', { class: 'head' }, el('span', { class: 'severity' }, '✕ reported by the cluster')),
    el('p', { class: 'message' }, c.cause),
    el('dl', {}, definition('sure', `${c.sure}${c.who && `; for the ${c.who} to fix`}`), definition('do', c.do), definition('check', c.check),
      ...(c.notes ?? []).map((n) => definition('note', n))));
}

function item(f: Finding, i: number, answer: Answer, actions: Actions): HTMLLIElement {
  const place = answer.places[i]!;
  const at = `${f.file}:${f.line}:${f.column}`;
  const definition = (term: string, text: string | undefined | false) => text && el('div', {}, el('dt', {}, term), el('dd', {}, text));
  return el('li', { class: `finding ${f.severity}` },
    el('div', { class: 'head' },
      el('span', { class: 'severity' }, words[f.severity]),
      button(at, { class: 'place', 'aria-label': `Go to ${at}` }, () => actions.goTo(place)),
      el('a', { href: f.url, target: '_blank', rel: 'noopener' }, f.rule)),
    el('p', { class: 'message' }, f.message),
    el('dl', {},
      definition('in', f.object && objectName(f.object) + (f.container ? `, container ${f.container}` : '')),
      definition('cluster', f.cluster && [f.cluster.reason, f.cluster.message].filter(Boolean).join(': ')),
      definition('help', f.help),
      ...(f.origins ?? []).filter((o) => o.message).map((o) => definition('value', o.message)),
      ...(f.related ?? []).slice(0, 5).map((r, k) => el('div', {}, el('dt', {}, 'see'),
        el('dd', {}, button(`${r.file}:${r.line}`, { class: 'place' }, () => actions.goTo(place.related[k]!)), ` ${r.message}`)))),
    f.fix && button(`Fix: ${f.fix.title}`, { class: 'fix' }, () => actions.fix(i)));
}

/** skipped lists input that was not examined. */
function skipped(answer: Answer): HTMLElement[] {
  return answer.report.summary.skipped.filter((s) => s.reason !== 'empty' && s.file !== '.imagelint.yaml').slice(0, 10).map((s) =>
    el('p', { class: 'note' }, `${s.file} was skipped: ${s.reason.replace(/-/g, ' ')}${s.detail ? ` (${s.detail})` : ''}`));
}

export function summary(answer: Answer, took: number): string {
  const s = answer.report.summary;
  const found = [s.errors && count(s.errors, 'error'), s.warnings && count(s.warnings, 'warning'), s.infos && `${s.infos} info`].filter(Boolean);
  const what = found.length ? found.join(', ') : s.objects ? 'no findings' : 'no Kubernetes objects yet';
  return `${what} · ${count(s.images, 'image')} in ${count(s.objects, 'object')}${s.suppressed ? ` · ${s.suppressed} suppressed` : ''} · ${Math.max(1, Math.round(took))} ms`;
}

const outcomes = { credentials: 'pulled with credentials', anonymous: 'pulled anonymously', fails: 'fails', never: 'never pulled', unknown: 'unknown' };

/** Descriptions of the catalog's statuses. */
export const knownText: Record<string, string> = {
  published: 'According to the catalog, this tag was published.',
  unpublished: 'According to the catalog, this tag was never published, or was removed.',
  moved: 'According to the catalog, this image was moved or removed.',
  repository: 'The catalog has the repository, but not this tag.',
  unknown: 'The catalog does not have this image.',
};

const touches = (a: Place, b: Place): boolean => a.file === b.file && a.from < b.to && b.from < a.to;

export function showPulls(answer: Answer, actions: Actions): void {
  const all = answer.pulls.pulls.map((pull, i) => ({ pull, image: answer.images[i]! }));
  all.sort((a, b) => Number(stateOf(b.pull) === 'bad') - Number(stateOf(a.pull) === 'bad'));
  const root = byId('pulls');
  const open = new Set([...root.querySelectorAll('details[open]')].map((d) => (d.parentElement as HTMLElement).dataset['key']));
  byId('pulls-title').hidden = all.length === 0;
  const width = Math.max(220, Math.min(root.clientWidth, 1000) - 50); // minus padding
  root.replaceChildren(...all.slice(0, mostPulls).map(({ pull, image }) => {
    const state = stateOf(pull);
    const errors = new Set(answer.report.findings.flatMap((f, i) => (f.severity === 'error' && touches(answer.places[i]!, image) ? [f.rule] : [])));
    const key = [pull.file, objectName(pull.object), pull.container].join('\n');
    const details = el('details', {}, el('summary', {}, 'Step by step'), el('p', {}, knownText[image.known] ?? ''), el('pre', { tabindex: '0' }, image.text));
    details.open = open.has(key);
    return el('figure', { class: 'pull', 'data-key': key },
      el('figcaption', {},
        el('span', { class: `badge ${state}` }, `${signs[state]} ${outcomes[pull.verdict.outcome]}${pull.verdict.reason ? ` (${pull.verdict.reason})` : ''}`),
        ...[...errors].map((rule) => el('span', { class: 'badge bad' }, `${signs.bad} ${rule}`)),
        button(pull.image || '(no image)', { class: 'place image', 'aria-label': `Go to ${pull.image || 'the image'} in ${pull.file}` }, () => actions.goTo(image))),
      picture(pull, width),
      el('p', { class: 'message' }, pull.verdict.message),
      details);
  }));
  if (all.length > mostPulls) {
    root.append(el('p', { class: 'more' }, `and ${all.length - mostPulls} more`));
  }
}
