// What the page and the linter tell each other; the Go side is internal/playground, and the report is imagelint's JSON format.

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

/** Why the cluster does not pull an image, by its own words. */
export interface Cause { cause: string; sure: string; who: string; do: string; check: string; notes: string[] | null }

export interface Image extends Place { known: string; text: string }

/** A name of a Secret or a service account, or such an object, and what is known of it. */
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

/** What the worker tells: that it is ready, how an input was answered, or why there will be no answer. */
export type FromWorker =
  | { kind: 'ready'; took: number }
  | { kind: 'answer'; id: number; answer: Answer; took: number }
  | { kind: 'failed'; message: string };

export interface ToWorker { id: number; files: File[] }
