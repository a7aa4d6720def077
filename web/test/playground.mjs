// Tests the built page in a real browser: node test/playground.mjs [FOLDER FOR SCREENSHOTS]. Prints what it checks, and exits with 1 on failure.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { serve } from './server.mjs';

const shots = process.argv[2];
const site = await serve(new URL('../dist', import.meta.url).pathname);
const profile = mkdtempSync(join(tmpdir(), 'imagelint-browser-'));
const context = await chromium.launchPersistentContext(profile, {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, viewport: { width: 1280, height: 860 }, permissions: ['clipboard-read', 'clipboard-write'],
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
context.setDefaultTimeout(20_000);

const wrong = []; // browser errors and forbidden requests
let page;

/** open opens an address in a new page and waits until it has linted. */
async function open(hash = '', size) {
  await page?.close();
  page = await context.newPage();
  if (size) {
    await page.setViewportSize(size);
  }
  page.on('console', (m) => ['error', 'warning'].includes(m.type()) && wrong.push(`console: ${m.text()}`));
  page.on('pageerror', (e) => wrong.push(`error: ${e.message}`));
  page.on('request', (r) => new URL(r.url()).origin !== site.origin && !r.url().startsWith('data:') && wrong.push(`request: ${r.url()}`));
  await page.goto(`${site.origin}/${hash}`);
  await settled();
}

/** settled waits until the page shows the result for its current input. */
async function settled() {
  await page.waitForFunction(() => document.documentElement.dataset.took && / ms$/.test(document.getElementById('status').textContent));
}

const findings = () => page.locator('#findings .head a').allTextContents();
const has = (rule) => page.locator('#findings .head a', { hasText: rule }).first().waitFor();
const hasNot = (rule) => page.waitForFunction((r) => ![...document.querySelectorAll('#findings .head a')].some((a) => a.textContent === r), rule);
const text = () => page.evaluate(() => document.getElementById('editor').shadowRoot.querySelector('.cm-content').innerText);
const shot = async (name) => shots && page.screenshot({ path: join(shots, `${name}.png`) });

async function write(input) {
  await page.locator('.cm-content').click();
  await page.keyboard.press('Control+A');
  await page.keyboard.insertText(input);
}

const pod = (image) => `apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n    - name: app\n      image: ${image}\n`;

const checks = {
  async 'starts, and finds what is wrong with the first input'() {
    await open();
    await has('image-uppercase');
    await has('image-unknown-official');
    const ready = Number(await page.evaluate(() => document.documentElement.dataset.ready));
    console.log(`  the linter is ready ${ready} ms after its thread began, ${Math.round(await page.evaluate(() => performance.getEntriesByName('ready')[0].startTime))} ms after the page was asked for`);
    assert.ok(ready < 5_000, `it takes ${ready} ms to start`);
    await shot('light');
  },

  async 'underlines a mistake while it is typed, and mends it by its fix'() {
    await write(pod('ghcr.io/acme/'));
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('End');
    await page.keyboard.type('Web:1.2.3', { delay: 30 });
    await has('image-uppercase');
    await page.locator('.cm-lintRange-error').first().waitFor();
    const took = Number(await page.evaluate(() => document.documentElement.dataset.took));
    console.log(`  one pod is linted in ${took} ms while it is typed`);
    await page.locator('.cm-lintRange-error').first().hover();
    await page.locator('.cm-tooltip .cm-diagnosticAction').first().waitFor();
    await shot('tooltip');
    await page.mouse.move(5, 5);
    await page.locator('#findings .fix').first().click();
    await hasNot('image-uppercase');
    assert.match(await text(), /image: ghcr\.io\/acme\/web:1\.2\.3/);
    await page.keyboard.press('Escape');
  },

  async 'mends by the button in the tooltip, too'() {
    await write(pod('ghcr.io/acme/Api:1'));
    await has('image-uppercase');
    await page.locator('.cm-lintRange-error').first().hover();
    await page.locator('.cm-tooltip .cm-diagnosticAction').first().click();
    await hasNot('image-uppercase');
    assert.match(await text(), /ghcr\.io\/acme\/api:1/);
  },

  async 'puts what the cluster said first'() {
    await write('apiVersion: v1\nkind: Pod\nmetadata: {name: p, uid: u}\nspec: {containers: [{name: a, image: "ghcr.io/a/b:1", imagePullPolicy: Never}]}\nstatus:\n  containerStatuses: [{name: a, image: "ghcr.io/a/b:1", state: {waiting: {reason: ErrImageNeverPull, message: "not present with pull policy of Never"}}}]\n');
    await page.waitForFunction(() => document.querySelector('#findings li')?.textContent.includes('reported by the cluster'));
    assert.match(await page.locator('#findings li').first().innerText(), /is not pulled: /);
  },

  async 'tells on hover how an image is read, and what is known of it'() {
    await write(pod('nginx:1.27'));
    await page.waitForFunction(() => document.querySelector('#pulls .image')?.textContent === 'nginx:1.27');
    await page.locator('.cm-line', { hasText: 'nginx:1.27' }).hover({ position: { x: 190, y: 8 } });
    const hover = page.locator('.cm-tooltip .hover');
    await hover.waitFor();
    assert.match(await hover.innerText(), /docker\.io\/library\/nginx:1\.27/);
    assert.match(await hover.innerText(), /this tag was published/);
    await shot('hover');
    await page.mouse.move(5, 5);
  },

  async 'tells on hover for which registries a pull secret is, and never its password'() {
    await open();
    await page.waitForFunction(() => document.querySelector('#pulls .image'));
    await page.locator('.cm-line', { hasText: 'name: regcred' }).hover({ position: { x: 165, y: 8 } });
    const hover = page.locator('.cm-tooltip .hover');
    await hover.waitFor();
    assert.match(await hover.innerText(), /pull secret web\/regcred.*ghcr\.io/);
    assert.match(await hover.innerText(), /used by: Deployment web\/shop/);
    assert.doesNotMatch(await hover.innerText(), /password/);
    await shot('hover-secret');
    await page.mouse.move(5, 5);
  },

  async 'says that policies are not checked'() {
    await write(pod('ghcr.io/acme/web:1.2.3'));
    await page.locator('#add').click();
    await page.locator('#name').fill('.imagelint.yaml');
    await page.locator('#name-ok').click();
    await page.keyboard.insertText('policies:\n  - {id: mine, expression: "image.tag == \'1.2.3\'", message: m}\n');
    await page.waitForFunction(() => document.body.innerText.includes('are not checked on this page'));
    await open();
    await write(pod('ghcr.io/acme/web:1.2.3'));
    await hasNot('image-uppercase');
  },

  async 'counts as the editor does behind letters of two and four bytes'() {
    await write(`# ä€😀😀\n${pod('"ghcr.io/acme/Über:1" # 😀')}`);
    await page.locator('#findings .place').first().click();
    const chosen = await page.evaluate(() => document.getElementById('editor').shadowRoot.getSelection?.()?.toString() ?? getSelection().toString());
    assert.match(chosen, /^(ghcr\.io\/acme\/)?Ü/, `it chose ${chosen}`);
  },

  async 'has several files: a Secret of one serves the pod of another'() {
    await open();
    assert.match(await page.locator('#pulls').innerText(), /regcred/);
    await page.locator('#tabs [role=tab]', { hasText: 'secret.yaml' }).click();
    await page.locator('#remove').click();
    await has('pull-secret-missing');
    await page.locator('#add').click();
    await page.locator('#name').fill('../x');
    await page.locator('#name-ok').click();
    assert.match(await page.locator('#name-problem').innerText(), /Enter a path/);
    await page.locator('#name').fill('prod/secret.yaml');
    await page.locator('#name-ok').click();
    await page.keyboard.insertText('apiVersion: v1\nkind: Secret\nmetadata: {name: regcred, namespace: web}\ntype: kubernetes.io/dockerconfigjson\nstringData:\n  .dockerconfigjson: \'{"auths":{"ghcr.io":{"username":"bob","password":"hunter2"}}}\'\n');
    await hasNot('pull-secret-missing');
    await page.locator('#rename').click();
    await page.locator('#name').fill('other.yaml');
    await page.keyboard.press('Enter');
    assert.deepEqual(await page.locator('#tabs [role=tab]').evaluateAll((all) => all.map((t) => t.firstChild.textContent)), ['web.yaml', 'other.yaml']);
    assert.doesNotMatch(await page.locator('#results').innerText(), /hunter2/);
  },

  async 'builds a kustomization'() {
    await open('#example=kustomize-image-unused');
    await has('kustomize-image-unused');
    assert.equal(await page.locator('#tabs [role=tab]').count(), 2);
  },

  async 'shows the example of each rule'() {
    const rules = await page.locator('#example option').evaluateAll((all) => all.map((o) => o.value).filter(Boolean));
    assert.ok(rules.length > 45, `${rules.length} examples`);
    for (const rule of [rules[0], 'pull-secret-wrong-namespace', rules.at(-1)]) {
      await page.locator('#example').selectOption(rule);
      await has(rule);
    }
    console.log(`  ${rules.length} examples`);
  },

  async 'shares the input in a link, which brings it back'() {
    await open();
    await write(pod('ghcr.io/acme/Shared😀:1'));
    await has('image-illegal-char').catch(() => undefined);
    const before = await text();
    await page.locator('#share').click();
    await page.locator('#notice', { hasText: 'Link copied' }).waitFor();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    assert.ok(link.startsWith(`${site.origin}/#code=`), link);
    const asked = site.asked.length;
    await open(link.slice(site.origin.length + 1));
    assert.equal(await text(), before);
    assert.ok(!site.asked.slice(asked).some((p) => p.includes('code')), 'the link was sent');
    await open('#code=AAAA');
    assert.match(await page.locator('#notice').innerText(), /cannot be read/);
  },

  async 'is safe against an input that means to be markup'() {
    await write(pod(`'<img src=x onerror=alert(1)>'`).replace('name: web', `name: "</svg><script>alert(2)</script>"`));
    await page.waitForFunction(() => document.querySelector('#pulls .image')?.textContent.includes('<img'));
    assert.equal(await page.locator('#results img, #results script').count(), 0);
  },

  async 'is used by keyboard: the editor is left, tabs are switched, a finding is reached'() {
    await open();
    await page.locator('.cm-content').focus();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Tab');
    const where = () => page.evaluate(() => document.activeElement.id || document.activeElement.className || document.activeElement.tagName);
    assert.notEqual(await where(), 'editor', 'Escape and Tab do not leave the editor');
    await page.locator('#tabs [aria-selected=true]').focus();
    await page.keyboard.press('ArrowRight');
    assert.equal(await page.evaluate(() => document.activeElement.firstChild.textContent), 'secret.yaml');
    await page.keyboard.press('Home');
    await page.locator('#findings .place').first().focus();
    await page.keyboard.press('Enter');
    assert.equal(await where(), 'editor');
    const seen = new Set();
    await page.locator('body').evaluate(() => document.activeElement.blur());
    for (let i = 0; i < 40; i++) {
      await page.keyboard.press('Escape');
      await page.keyboard.press('Tab');
      seen.add(await where());
    }
    for (const id of ['skip', 'example', 'share', 'add', 'rename', 'remove', 'editor', 'fix-all']) {
      assert.ok(seen.has(id), `${id} is not reached by Tab: ${[...seen].join(' ')}`);
    }
  },

  async 'has a name for everything that can be used'() {
    const unnamed = await page.evaluate(() => [...document.querySelectorAll('button, a, select, input, [role=img], [role=tab]')].filter((e) =>
      !(e.getAttribute('aria-label') || e.textContent.trim() || e.labels?.length || e.getAttribute('title') || e.querySelector('title'))).map((e) => e.outerHTML));
    assert.deepEqual(unnamed, []);
    assert.deepEqual(await page.evaluate(() => { const all = [...document.querySelectorAll('[id]')].map((e) => e.id); return all.filter((id, i) => all.indexOf(id) !== i); }), []);
  },

  async 'has enough contrast, in both schemes'() {
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      const low = await page.evaluate(lowContrast);
      assert.deepEqual(low, [], colorScheme);
    }
  },

  async 'follows a dark scheme'() {
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.locator('#results').evaluate((e) => e.scrollTo(0, 0));
    await shot('dark');
    await page.locator('#pulls').scrollIntoViewIfNeeded();
    await page.locator('#results').evaluate((e) => e.scrollTo(0, 100000));
    await shot('dark-pulls');
    await page.emulateMedia({ colorScheme: 'light' });
    await shot('light-pulls');
  },

  async 'fits a phone'() {
    await open('', { width: 390, height: 844 });
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'it is wider than the screen');
    await shot('phone');
    if (shots) {
      await page.screenshot({ path: join(shots, 'phone-whole.png'), fullPage: true });
    }
  },

  async 'answers while a large input is typed'() {
    await open();
    const many = Array.from({ length: 100 }, (_, i) => pod(`ghcr.io/acme/app-${i}:1.${i}.0`).replace('name: web', `name: web-${i}`)).join('---\n');
    await write(many);
    await page.waitForFunction(() => /10[01] objects/.test(document.querySelector('#status').textContent));
    const took = [];
    for (const key of 'abcde') {
      await page.evaluate(() => delete document.documentElement.dataset.took);
      await page.keyboard.type(`# ${key}\n`);
      await settled();
      took.push(Number(await page.evaluate(() => document.documentElement.dataset.took)));
    }
    console.log(`  100 pods (${many.split('\n').length} lines) are linted anew in ${Math.min(...took)} to ${Math.max(...took)} ms`);
  },

  async 'works without a network once it was loaded'() {
    await page.evaluate(() => navigator.serviceWorker.ready);
    await context.setOffline(true);
    await write(pod('ghcr.io/acme/Offline:1'));
    await has('image-uppercase');
    const asked = site.asked.length;
    await open(); // from the cache
    await has('image-uppercase');
    // The browser itself checks for a new service worker.
    assert.deepEqual(site.asked.slice(asked).filter((path) => path !== '/offline.js'), [], 'the server was asked');
    await context.setOffline(false);
  },
};

/** lowContrast returns texts with too little contrast to their background (WCAG AA). */
function lowContrast() {
  const parse = (c) => (c.match(/[\d.]+/g) ?? []).map(Number);
  const lum = ([r, g, b]) => [r, g, b].map((v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4).reduce((s, v, i) => s + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (e) => {
    for (; e; e = e.parentElement ?? e.getRootNode().host) {
      const c = parse(getComputedStyle(e).backgroundColor);
      if (c.length === 3 || c[3] > 0.99) {
        return c;
      }
    }
    return [255, 255, 255];
  };
  const all = [...document.querySelectorAll('body *'), ...document.getElementById('editor').shadowRoot.querySelectorAll('.cm-editor *')];
  return all.filter((e) => !(e instanceof SVGElement) && !e.disabled && e.offsetParent && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim())).flatMap((e) => {
    const [a, b] = [lum(parse(getComputedStyle(e).color)), lum(behind(e))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    return ratio < 4.5 ? [`${e.textContent.trim().slice(0, 30)}: ${ratio.toFixed(2)}`] : [];
  });
}

let failed = 0;
for (const [name, check] of Object.entries(checks)) {
  const began = performance.now();
  try {
    await check();
    assert.deepEqual(wrong.splice(0), []);
    console.log(`ok: ${name} (${Math.round(performance.now() - began)} ms)`);
  } catch (e) {
    failed++;
    console.log(`FAILED: ${name}: ${e.message}`);
    await shot(`failed-${failed}`).catch(() => undefined);
  }
}
await context.close();
site.close();
rmSync(profile, { recursive: true, force: true });
console.log(`${Object.keys(checks).length - failed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
