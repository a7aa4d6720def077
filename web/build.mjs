// Bundles the page: node build.mjs PATH/TO/wasm_exec.js. The service worker is written last, because it lists all files and its version is a hash of them.
import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { appendFileSync, copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

const [wasmExec] = process.argv.slice(2);
if (!wasmExec) {
  throw new Error('usage: node build.mjs PATH/TO/wasm_exec.js');
}
const options = {
  bundle: true, minify: true, format: 'iife', target: ['chrome109', 'firefox115', 'safari16.4'], legalComments: 'linked', logLevel: 'warning',
};
const { metafile } = await build({ ...options, entryPoints: ['src/main.ts', 'src/style.css'], outdir: 'dist', metafile: true });
await build({ ...options, entryPoints: ['src/worker.ts'], outdir: 'dist', alias: { 'wasm_exec.js': wasmExec } });
copyFileSync('src/index.html', 'dist/index.html');
copyFileSync('src/icon.svg', 'dist/icon.svg');

const packages = new Set(Object.keys(metafile.inputs).flatMap((f) => /^(node_modules\/(?:@[^/]+\/)?[^/]+)/.exec(f)?.[1] ?? []));
for (const folder of [...packages].sort()) {
  const license = readdirSync(folder).find((f) => /^licen[cs]e/i.test(f));
  if (!license) {
    throw new Error(`${folder} has no license`);
  }
  appendFileSync('dist/licenses.txt', `\n\n== ${folder.slice('node_modules/'.length)}\n\n${readFileSync(`${folder}/${license}`)}`);
}

const files = readdirSync('dist').sort();
const hash = createHash('sha256');
for (const name of files) {
  hash.update(name).update(readFileSync(`dist/${name}`));
}
await build({
  ...options, entryPoints: ['src/offline.ts'], outdir: 'dist',
  define: { FILES: JSON.stringify(files.map((f) => (f === 'index.html' ? './' : f))), VERSION: JSON.stringify(hash.digest('hex').slice(0, 16)) },
});
writeFileSync('dist/.nojekyll', '');
