// The linter in its own thread, so that slow input does not block typing.
import 'wasm_exec.js';
import type { Answer, FromWorker, ToWorker } from './types';

declare const Go: new () => { env: Record<string, string>; importObject: WebAssembly.Imports; run(instance: WebAssembly.Instance): Promise<void> };

const scope = self as unknown as DedicatedWorkerGlobalScope & { imagelint?: (request: string) => string; imagelintReady?: () => void };
const tell = (message: FromWorker): void => scope.postMessage(message);
const began = performance.now();
const waiting: ToWorker[] = [];

scope.onmessage = (e: MessageEvent<ToWorker>) => (scope.imagelint ? answer(e.data) : waiting.push(e.data));

function answer({ id, files }: ToWorker): void {
  const from = performance.now();
  const answer = JSON.parse(scope.imagelint!(JSON.stringify({ files }))) as Answer;
  tell({ kind: 'answer', id, answer, took: performance.now() - from });
}

scope.imagelintReady = () => {
  tell({ kind: 'ready', took: performance.now() - began });
  for (const request of waiting.splice(0)) {
    answer(request);
  }
};

async function start(): Promise<void> {
  const go = new Go();
  go.env = { GOGC: '400' }; // collect garbage less often, because the input is small
  const response = await fetch('imagelint.wasm.gz');
  if (!response.ok || !response.body) {
    throw new Error(`the linter cannot be loaded (status ${response.status})`);
  }
  const module = new Response(response.body.pipeThrough(new DecompressionStream('gzip')), { headers: { 'Content-Type': 'application/wasm' } });
  const { instance } = await WebAssembly.instantiateStreaming(module, go.importObject);
  await go.run(instance);
  throw new Error('the linter has stopped; reload the page');
}

start().catch((e: unknown) => tell({ kind: 'failed', message: e instanceof Error ? e.message : String(e) }));
