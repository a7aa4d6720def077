// Messages between the page and the linter. The Go side is internal/playground; the report is imagelint's JSON format.

export interface File { name: string; text: string }

export interface Place { file: string; from: number; to: number }

export type Severity = 'error' | 'warning' | 'info';

export interface Finding {
  rule: string;
  severity: Severity;
  message: string;
  help?: string;
  file: string;
  line: number;
  column: number;
  object?: { kind: string; namespace?: string; name: string };
  container?: string;
  source?: string;
  cluster?: { stage: string; reason: string; message: string };
  related?: { file: string; line: number; message: string }[];
  origins?: { file: string; line: number; message?: string }[];
  fix?: { title: string; safe: boolean; edits: { text: string }[] };
  url: string;
}

export interface Summary {
  files: number; objects: number; images: number; errors: number; warnings: number; infos: number; suppressed: number;
  skipped: { file: string; line?: number; reason: string; detail?: string }[];
  runErrors?: string[];
}

export interface Places extends Place { related: Place[]; edits: Place[] }

export interface Pull {
  image: string;
  normalized: string;
  container: string;
  object: { kind: string; namespace?: string; name: string };
  file: string;
  line: number;
  policy: { value: string; from: string };
  serviceAccount: { namespace: string; name: string; found: boolean };
  pullSecrets: { namespace: string; name: string; from: string; found: boolean; provider: string; usable: boolean; problem: string; keys: string[] }[];
  credentials: { secret: string; key: string; username: string; ended?: string }[];
  verdict: { outcome: 'credentials' | 'anonymous' | 'fails' | 'never' | 'unknown'; reason: string; message: string };
  said?: { status: string; message: string };
}

/** Why the cluster cannot pull an image, from its own messages. */
export interface Cause { cause: string; sure: string; who: string; do: string; check: string; notes: string[] | null }

export interface Image extends Place { known: string; text: string }

/** A Secret or service account, or a reference to one, with details. */
export interface Name extends Place { text: string }

export interface Answer {
  report: { summary: Summary; findings: Finding[] };
  places: Places[];
  pulls: { pulls: Pull[]; causes?: Cause[] };
  images: Image[];
  names: Name[];
  notes: string[];
  error?: string;
}

export interface Example { rule: string; group: string; title: string; files: File[] }

/** A message from the worker: ready, an answer, or a fatal error. */
export type FromWorker =
  | { kind: 'ready'; took: number }
  | { kind: 'answer'; id: number; answer: Answer; took: number }
  | { kind: 'failed'; message: string };

export interface ToWorker { id: number; files: File[] }
