// Installs a release with mise, from a fake GitHub API on the loopback: node .ci/mise.mjs MISE DIST VERSION.
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [mise, dist, version] = process.argv.slice(2);
const repository = '/repos/imagelint-dev/imagelint/releases';
const files = readdirSync(dist).filter((name) => statSync(join(dist, name)).isFile());
const asked = [];
const server = createServer((request, response) => {
  const path = new URL(request.url, 'http://localhost').pathname;
  asked.push(path);
  const at = `http://127.0.0.1:${server.address().port}`;
  const release = {
    tag_name: `v${version}`, name: `v${version}`, draft: false, prerelease: false, created_at: '2026-01-01T00:00:00Z', published_at: '2026-01-01T00:00:00Z',
    assets: files.map((name, id) => ({ id, name, url: `${at}/files/${name}`, browser_download_url: `${at}/files/${name}`, size: statSync(join(dist, name)).size })),
  };
  const json = (value) => response.setHeader('Content-Type', 'application/json').end(JSON.stringify(value));
  if (path === repository) {
    return json([release]);
  }
  if (path === `${repository}/latest` || path === `${repository}/tags/v${version}`) {
    return json(release);
  }
  const name = files.find((name) => path === `/files/${name}`);
  if (name) {
    return response.end(readFileSync(join(dist, name)));
  }
  response.writeHead(404).end();
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

const home = mkdtempSync(join(tmpdir(), 'mise-'));
const tool = `github:imagelint-dev/imagelint[api_url=http://127.0.0.1:${server.address().port}]`;
const env = { PATH: process.env.PATH, HOME: home, MISE_YES: '1', MISE_DATA_DIR: join(home, 'data'), MISE_CACHE_DIR: join(home, 'cache'), MISE_CONFIG_DIR: join(home, 'config') };
const status = await new Promise((resolve) => {
  execFile(mise, ['exec', `${tool}@latest`, '--', 'imagelint', '--version'], { env, cwd: home }, (error, out, err) => {
    process.stdout.write(out);
    const ok = !error && out.trim() === `imagelint v${version}`;
    if (!ok) {
      process.stderr.write(`${err}asked:\n${asked.join('\n')}\n`);
    }
    resolve(ok ? 0 : 1);
  });
});
server.close();
server.closeAllConnections();
rmSync(home, { recursive: true, force: true });
process.exitCode = status;
