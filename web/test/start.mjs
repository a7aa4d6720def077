// Measures the CPU time of the linter: node test/start.mjs PATH/TO/wasm_exec.js. Prints the results, and exits with 1 if the page exceeds its size limit,
// or if starting takes more than three seconds. It takes 0.6 to 1.5 on one and the same machine, by what else runs there.
import { readFileSync, statSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';

await import(pathToFileURL(process.argv[2]).href);

const most = { wasm: 9_000_000, page: 250_000, start: 3000 };
const dist = new URL('../dist/', import.meta.url);
let failed = false;
const check = (what, n, limit, unit) => {
  console.log(`${what}: ${n.toLocaleString('en')} ${unit}, of at most ${limit.toLocaleString('en')}`);
  failed ||= n > limit;
};

check('imagelint.wasm.gz', statSync(new URL('imagelint.wasm.gz', dist)).size, most.wasm, 'bytes');
const page = ['index.html', 'main.js', 'worker.js', 'style.css', 'icon.svg', 'examples.json'];
check('the page without it, gzipped', page.map((f) => gzipSync(readFileSync(new URL(f, dist)), { level: 9 }).length).reduce((a, b) => a + b), most.page, 'bytes');

const wasm = gunzipSync(readFileSync(new URL('imagelint.wasm.gz', dist)));
const began = process.cpuUsage();
const since = () => {
  const d = process.cpuUsage(began);
  return Math.round((d.user + d.system) / 1000);
};
const go = new globalThis.Go();
go.env = { GOGC: '400' };
const { instance } = await WebAssembly.instantiate(wasm, go.importObject);
await new Promise((ready) => {
  globalThis.imagelintReady = ready;
  void go.run(instance);
});
console.log(`compiled and started: ${since()} ms of processor time`);

const pod = (i) => `apiVersion: v1\nkind: Pod\nmetadata: {name: web-${i}}\nspec:\n  containers:\n    - {name: app, image: 'ghcr.io/acme/app-${i}:1.0.${i}'}\n`;
const ask = (text) => JSON.parse(globalThis.imagelint(JSON.stringify({ files: [{ name: 'a.yaml', text }] })));
failed ||= ask(pod(1)).report.summary.images !== 1;
check('until the first answer', since(), most.start, 'ms of processor time');

const times = [];
for (let i = 0; i < 60; i++) {
  const before = performance.now();
  ask(`${Array.from({ length: 100 }, (_, k) => pod(k)).join('---\n')}# ${i}\n`);
  times.push(performance.now() - before);
}
times.sort((a, b) => a - b);
console.log(`100 pods are linted in ${times[0].toFixed(1)} ms at best, ${times[30].toFixed(1)} ms in the middle, once the code is warm`);
process.exit(failed ? 1 : 0); // the linter would wait for more input
