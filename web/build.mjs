// Bundles the page: node build.mjs PATH/TO/wasm_exec.js. The service worker is written last: it names each file, and its version is made of them all.
import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

const [wasmExec] = process.argv.slice(2);
if (!wasmExec) {
  throw new Error('usage: node build.mjs PATH/TO/wasm_exec.js');
}
const options = {
  bundle: true, minify: true, format: 'iife', target: ['chrome109', 'firefox115', 'safari16.4'], legalComments: 'linked', logLevel: 'warning',
};
await build({ ...options, entryPoints: ['src/main.ts', 'src/style.css'], outdir: 'dist' });
await build({ ...options, entryPoints: ['src/worker.ts'], outdir: 'dist', alias: { 'wasm_exec.js': wasmExec } });
copyFileSync('src/index.html', 'dist/index.html');
copyFileSync('src/icon.svg', 'dist/icon.svg');

const files = readdirSync('dist').sort();
const hash = createHash('sha256');
for (const name of files) {
  hash.update(name).update(readFileSync(`dist/${name}`));
}
await build({
  ...options, entryPoints: ['src/offline.ts'], outdir: 'dist',
  define: { FILES: JSON.stringify(files.map((f) => (f === 'index.html' ? './' : f)).filter((f) => !f.endsWith('.txt'))), VERSION: JSON.stringify(hash.digest('hex').slice(0, 16)) },
});
writeFileSync('dist/.nojekyll', '');
