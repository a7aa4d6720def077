// The picture of a pull: pod, service account, pull secrets, registry. The plan below it has the same information as text.
import { svg } from './dom';
import type { Pull } from './types';

export type State = 'ok' | 'plain' | 'bad' | 'unknown' | 'idle';

/** Signs accompany colors, so that no information depends on color alone. */
export const signs: Record<State, string> = { ok: '✓', plain: '→', bad: '✕', unknown: '?', idle: '–' };

interface Box { kind: string; name: string; note: string; state: State; x: number; y: number; w: number; h: number }
interface Edge { from: Box; to: Box; used: boolean; label?: string }

/** Heights of a box: in a row, where its note has two lines, and in a column. */
const high = 84;
const low = 66;
const rowGap = 16;
const narrow = 560;

const states: Record<Pull['verdict']['outcome'], State> = { credentials: 'ok', anonymous: 'plain', unknown: 'unknown', never: 'idle', fails: 'bad' };

/** stateOf returns the result of a pull. A failure reported by the cluster overrides the prediction. */
export const stateOf = (pull: Pull): State => (pull.said ? 'bad' : states[pull.verdict.outcome]);

export function objectName(o: { kind: string; namespace?: string; name: string }): string {
  return `${o.kind} ${o.namespace ? o.namespace + '/' : ''}${o.name}`;
}

function nodes(pull: Pull): { columns: Box[][]; edges: Edge[] } {
  const box = (kind: string, name: string, note: string, state: State): Box => ({ kind, name, note, state, x: 0, y: 0, w: 0, h: high });
  const o = pull.object;
  const pod = box(o.kind, o.namespace ? `${o.namespace}/${o.name}` : o.name, pull.container ? `container ${pull.container}` : '', 'plain');
  const a = pull.serviceAccount;
  const account = box('service account', a.name || 'chosen by an operator', a.found ? 'defined here' : 'not defined here', a.found ? 'ok' : 'unknown');
  const slash = pull.normalized.indexOf('/');
  const registry = pull.normalized
    ? box('registry', pull.normalized.slice(0, slash), pull.normalized.slice(slash + 1), stateOf(pull))
    : box('registry', 'none', 'the image is not valid', 'bad');
  const edges: Edge[] = [{ from: pod, to: account, used: true }];
  const secrets = pull.pullSecrets.map((s) => {
    const tried = pull.credentials.findIndex((c) => c.secret === [s.namespace, s.name].filter(Boolean).join('/') || c.secret === s.name);
    const state: State = s.problem ? 'bad' : s.usable ? 'ok' : 'unknown';
    const note = s.problem || (s.usable ? `for ${s.keys.join(', ')}` : s.provider ? `made by ${s.provider}` : 'unknown content');
    const b = box('pull secret', s.name, note, state);
    edges.push({ from: s.from === 'serviceAccount' ? account : pod, to: b, used: true });
    edges.push({ from: b, to: registry, used: tried >= 0, ...(tried >= 0 ? { label: String(tried + 1) } : {}) });
    return b;
  });
  if (secrets.length === 0) {
    const none = box('pull secret', 'none', pull.verdict.outcome === 'anonymous' ? 'the pull is anonymous' : '', 'idle');
    secrets.push(none);
    edges.push({ from: account, to: none, used: false }, { from: none, to: registry, used: pull.verdict.outcome === 'anonymous' });
  }
  return { columns: [[pod], [account], secrets.slice(0, 6), [registry]], edges: edges.filter((e) => secrets.indexOf(e.to) < 6 && secrets.indexOf(e.from) < 6) };
}

/** place positions the boxes and returns the height of the picture. */
function place(columns: Box[][], width: number): number {
  if (width < narrow) {
    const step = low + 26;
    columns.flat().forEach((b, i) => Object.assign(b, { x: 1, y: 1 + i * step, w: width - 2, h: low }));
    return columns.flat().length * step - 24;
  }
  const gap = width < 680 ? 32 : 44;
  const w = (width - 2 - 3 * gap) / 4;
  const rows = Math.max(...columns.map((c) => c.length));
  const all = rows * high + (rows - 1) * rowGap;
  columns.forEach((column, i) => {
    const used = column.length * high + (column.length - 1) * rowGap;
    column.forEach((b, k) => Object.assign(b, { x: 1 + i * (w + gap), y: 1 + (all - used) / 2 + k * (high + rowGap), w }));
  });
  return all + 2;
}

/** way returns the path of an edge, around the boxes in between. */
function way(e: Edge, wide: boolean, columns: Box[][]): string {
  if (!wide) {
    const x = e.from.x + 24;
    return `M${x},${e.from.y + e.from.h}L${x},${e.to.y - 5}`;
  }
  const [x1, y1, x2, y2] = [e.from.x + e.from.w, e.from.y + e.from.h / 2, e.to.x - 5, e.to.y + e.to.h / 2];
  const between = columns.slice(columns.findIndex((c) => c.includes(e.from)) + 1, columns.findIndex((c) => c.includes(e.to))).flat();
  if (between.length > 0) { // above the account
    const up = Math.min(...between.map((b) => b.y)) - 9;
    return `M${x1},${y1 - 14}C${x1 + 26},${y1 - 14} ${x1 + 12},${up} ${x1 + 40},${up}L${x2 - 40},${up}C${x2 - 14},${up} ${x2 - 26},${y2 - 14} ${x2},${y2 - 14}`;
  }
  const middle = (x1 + x2) / 2;
  return `M${x1},${y1}C${middle},${y1} ${middle},${y2} ${x2},${y2}`;
}

const measure = document.createElement('canvas').getContext('2d');

/** fit wraps a text to the lines of a box and truncates the last one. */
function fit(text: string, room: number, font: string, lines: number): string[] {
  if (!measure) {
    return [text];
  }
  measure.font = font;
  const fits = (s: string): boolean => measure.measureText(s).width <= room;
  const out: string[] = [];
  let rest = text.slice(0, 300);
  while (rest && out.length < lines) {
    let n = rest.length;
    while (n > 1 && !fits(rest.slice(0, n))) {
      n--;
    }
    if (n < rest.length && out.length + 1 === lines) {
      while (n > 1 && !fits(rest.slice(0, n) + '…')) {
        n--;
      }
      out.push(rest.slice(0, n) + '…');
      return out;
    }
    if (n < rest.length) { // prefer to break after a space or separator
      const mark = Math.max(rest.lastIndexOf(' ', n), rest.lastIndexOf('/', n - 1) + 1, rest.lastIndexOf(':', n - 1));
      n = mark > n / 2 ? mark : n;
    }
    out.push(rest.slice(0, n).trim());
    rest = rest.slice(n).trim();
  }
  return out;
}

function draw(b: Box): SVGGElement {
  const font = 'system-ui, sans-serif';
  const room = b.w - 20;
  return svg('g', { class: `box ${b.state}` },
    svg('title', {}, `${b.kind} ${b.name}: ${b.note}`),
    svg('rect', { x: b.x, y: b.y, width: b.w, height: b.h, rx: 8 }),
    svg('text', { class: 'kind', x: b.x + 10, y: b.y + 18 }, fit(b.kind, room, `11px ${font}`, 1)[0] ?? ''),
    b.state !== 'plain' && svg('text', { class: 'sign', x: b.x + b.w - 10, y: b.y + 37, 'text-anchor': 'end' }, signs[b.state]),
    svg('text', { class: 'name', x: b.x + 10, y: b.y + 37 }, fit(b.name, room - 18, `600 13px ${font}`, 1)[0] ?? ''),
    ...fit(b.note, room, `12px ${font}`, b.h === high ? 2 : 1).map((line, i) => svg('text', { class: 'note', x: b.x + 10, y: b.y + 55 + 16 * i }, line)));
}

let pictures = 0;

export function picture(pull: Pull, width: number): SVGSVGElement {
  const { columns, edges } = nodes(pull);
  const wide = width >= narrow;
  let tall = place(columns, width);
  let top = 0;
  if (wide && edges.some((e) => columns[0]!.includes(e.from) && columns[2]!.includes(e.to))) {
    const first = Math.min(...columns[1]!.map((b) => b.y));
    if (first < 12) { // room for the line above the account
      top = 12;
      tall += top;
    }
  }
  const id = `arrow-${++pictures}`;
  const shown = wide ? edges : columns.flat().slice(1).map((to, i, all): Edge => {
    const from = i === 0 ? columns[0]![0]! : all[i - 1]!;
    return { from, to, used: edges.some((e) => e.used && e.to === to) };
  });
  const out = svg('svg', { viewBox: `0 ${-top} ${width} ${tall}`, width, height: tall, role: 'img', class: 'picture' },
    svg('title', {}, [
      `${objectName(pull.object)} pulls ${pull.image || 'no image'}:`,
      `service account ${pull.serviceAccount.name || 'chosen by an operator'},`,
      pull.pullSecrets.length ? `pull secrets ${pull.pullSecrets.map((s) => s.name).join(', ')},` : 'no pull secret,',
      pull.verdict.message,
    ].join(' ')),
    svg('defs', {}, svg('marker', { id, viewBox: '0 0 8 8', refX: 4, refY: 4, markerWidth: 7, markerHeight: 7, orient: 'auto-start-reverse' }, svg('path', { d: 'M0,0L8,4L0,8z' }))),
    ...shown.map((e) => svg('path', { class: e.used ? 'edge' : 'edge unused', d: way(e, wide, columns), 'marker-end': `url(#${id})` })),
    ...columns.flat().map(draw));
  if (wide) {
    for (const e of edges.filter((e) => e.label)) {
      const [x, y] = [(e.from.x + e.from.w + e.to.x) / 2, (e.from.y + e.to.y) / 2 + high / 2];
      out.append(svg('g', { class: 'order' }, svg('circle', { cx: x, cy: y, r: 9 }), svg('text', { x, y: y + 4, 'text-anchor': 'middle' }, e.label!)));
    }
  }
  return out;
}
