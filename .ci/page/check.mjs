// Opens pages in a real browser: node check.mjs CHROMIUM SHOTS FEW [MANY HOSTILE]. Acts like a user, treats browser errors as failures, and saves
// screenshots in SHOTS.
import { chromium } from 'playwright-core';

const [, , executablePath, shots, few, many, hostile] = process.argv;
const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const browser = await chromium.launch({ executablePath, args });
let failed = false;
const check = (ok, what) => { if (!ok) { failed = true; console.log(`FAILED: ${what}`); } };

// open opens a page and treats every browser error and request as a failure.
async function open(file, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.on('console', (m) => check(false, `${file}: the console says ${m.text()}`));
  page.on('pageerror', (e) => check(false, `${file}: ${e}`));
  page.on('dialog', (d) => { check(false, `${file}: a dialog ${d.message()}`); d.dismiss(); });
  page.on('request', (r) => check(r.url().startsWith('file:') && r.resourceType() === 'document', `${file}: asks for ${r.url()}`));
  await page.addInitScript(() => document.addEventListener('securitypolicyviolation', (e) => console.error(`the policy forbids ${e.blockedURI}`)));
  await page.goto(`file://${file}`);
  return page;
}

const shown = (page) => page.locator('li.f:visible').count();
const count = (page) => page.locator('#count').textContent();
const overflows = (page) => page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);

// The filter, by hand and by keyboard.
{
  const page = await open(few);
  const all = await shown(page);
  check(all === 4 && await count(page) === '4 findings', `the demo shows ${all} findings: ${await count(page)}`);
  await page.keyboard.press('/');
  check(await page.evaluate(() => document.activeElement.id) === 'q', '"/" does not lead to the search');
  await page.keyboard.type('BITNAMI postgres');
  check(await shown(page) === 1 && await count(page) === '1 of 4 findings', `a search shows ${await shown(page)}: ${await count(page)}`);
  await page.keyboard.press('Escape');
  check(await shown(page) === 4, 'Escape does not clear the search');
  await page.getByRole('checkbox', { name: 'error' }).uncheck();
  check(await shown(page) === 1, 'the severity is not a filter');
  await page.getByRole('button', { name: 'Reset' }).click();
  await page.waitForFunction(() => document.querySelector('#count').textContent === '4 findings');
  await page.getByRole('combobox', { name: 'Rule' }).selectOption('pull-secret-missing');
  check(await shown(page) === 1, 'the rule is not a filter');
  await page.locator('#first a').nth(0).click();
  check(await shown(page) === 4, 'a link to a finding that is hidden leads nowhere');
  await page.locator('#images a[data-image]').nth(0).click();
  check(await shown(page) === 1 && (await count(page)).includes('of image'), 'an image is not a filter');
  await page.locator('#rules a[data-rule]').nth(0).click();
  check(await shown(page) === 1, 'a row of the rules is not a filter');
  await page.getByRole('button', { name: 'Reset' }).click();
  await page.getByRole('combobox', { name: 'Group by' }).selectOption('r');
  await page.waitForFunction(() => document.querySelectorAll('#list > li.group > h3').length === 4);
  await page.getByRole('combobox', { name: 'Group by' }).selectOption('');
  check(await page.locator('#list > li.f').count() === 4, 'the order of the report does not come back');
  for (const [role, options] of [['banner'], ['main'], ['contentinfo'], ['navigation', { name: 'Sections' }], ['search', { name: 'Filter the findings' }], ['img', { name: 'How images are pulled' }], ['status']]) {
    check(await page.getByRole(role, options).count() === 1, `${role} is not there once`);
  }
  const unnamed = await page.evaluate(() => [...document.querySelectorAll('input, select, button, [tabindex="0"]')].filter((e) => !(e.labels?.length || e.textContent.trim() || e.ariaLabel || e.getAttribute('aria-labelledby'))).length);
  check(unnamed === 0, `${unnamed} controls have no name`);
  await page.screenshot({ path: `${shots}/desktop.png`, fullPage: true });
  await page.emulateMedia({ media: 'print' });
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  check(!await page.locator('form.tools').isVisible(), 'the filter is printed');
  await page.pdf({ path: `${shots}/print.pdf`, format: 'A4' });
  await page.setViewportSize({ width: 794, height: 1123 });
  await page.screenshot({ path: `${shots}/print.png`, fullPage: true });
}

// Dark mode, on a phone, and without scripts.
for (const [name, options] of Object.entries({
  dark: { colorScheme: 'dark' },
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
  'phone-dark': { viewport: { width: 320, height: 640 }, isMobile: true, hasTouch: true, colorScheme: 'dark' },
  plain: { javaScriptEnabled: false },
})) {
  const page = await open(few, options);
  check(await page.getByText('image "ngnix:1.27.3" is not a Docker Official Image').count() > 0, `${name}: the finding is not there`);
  if (name !== 'plain') check(!await overflows(page), `${name}: the page is wider than the screen`);
  else check(!await page.locator('form.tools').isVisible(), 'a filter that does nothing');
  const height = await page.locator('footer').evaluate((e) => e.getBoundingClientRect().bottom).catch(() => 4000);
  await page.setViewportSize({ width: options.viewport?.width ?? 1280, height: Math.min(Math.ceil(height) + 50, 9000) }); // so that everything is rendered
  await page.screenshot({ path: `${shots}/${name}.png` });
}

// Text contrast, as WCAG computes it.
for (const colorScheme of ['light', 'dark']) {
  const page = await open(few, { colorScheme });
  const poor = await page.evaluate(() => {
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    const rgba = (c) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = c; canvas.fillRect(0, 0, 1, 1); return canvas.getImageData(0, 0, 1, 1).data; };
    const light = ([r, g, b]) => [r, g, b].map((v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4).reduce((s, v, i) => s + v * [0.2126, 0.7152, 0.0722][i], 0);
    const behind = (e) => { for (; e; e = e.parentElement) { const c = rgba(getComputedStyle(e).backgroundColor); if (c[3] === 255) return c; } return [255, 255, 255]; };
    const out = new Set();
    for (const e of document.querySelectorAll('body *:not(script)')) {
      if (e.ownerSVGElement || ![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()) || !e.checkVisibility()) continue;
      const [a, b] = [light(rgba(getComputedStyle(e).color)), light(behind(e))].sort((x, y) => y - x);
      if ((a + 0.05) / (b + 0.05) < 4.5) out.add(`${e.tagName}.${e.className} ${((a + 0.05) / (b + 0.05)).toFixed(1)}`);
    }
    return [...out];
  });
  check(poor.length === 0, `${colorScheme}: poor contrast of ${poor.join(', ')}`);
}

// Thousands of findings: from a key press to the finished layout. Times vary on a shared machine, so the best of several counts; the first one is
// printed.
if (many) {
  const page = await open(many);
  const n = await page.locator('li.f').count();
  const times = await page.evaluate(async () => {
    const q = document.getElementById('q'), out = [];
    for (const text of ['nginx77', 'side', 'nginx1', 'team7', 'latest', 'web12', 'uppercase', 'regcred9', 'nothing at all']) {
      const start = performance.now();
      q.value = text;
      q.dispatchEvent(new Event('input', { bubbles: true }));
      document.body.getBoundingClientRect();
      out.push(Math.round(performance.now() - start));
      await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
      q.value = '';
      q.dispatchEvent(new Event('input', { bubbles: true }));
      await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    }
    return out;
  });
  console.log(`${n} findings: ${times[0]} ms to the first filter, then ${times.slice(1).join(', ')} ms`);
  check(n === 5000, `${n} findings, want 5000`);
  check(Math.min(...times) < 200, `a filter takes ${Math.min(...times)} ms, want less than 200`);
  await page.locator('nav a[href="#inventory"]').click();
  const top = await page.locator('#inventory').evaluate((e) => new Promise((done) => setTimeout(() => done(Math.round(e.getBoundingClientRect().top)), 500)));
  check(Math.abs(top) < 100, `a link of the navigation leads ${top} pixels past its section`);
  await page.screenshot({ path: `${shots}/many.png` });
}

// Text from a manifest is never markup.
if (hostile) {
  const page = await open(hostile);
  check(await page.evaluate(() => window.hit === undefined && document.querySelectorAll('img, iframe, object, embed, base, form[action], script').length === 1), 'a manifest makes elements');
  check((await page.locator('body').innerText()).includes('<img src=x onerror=hit=1>'), 'the text of the manifest is not there');
  await page.locator('#q').fill('<img');
  check(await shown(page) > 0, 'the text of the manifest is not found');
  await page.getByRole('combobox', { name: 'Group by' }).selectOption('i');
  check(await page.evaluate(() => document.querySelectorAll('img').length) === 0, 'a heading of a group is markup');
}

console.log(`seen with Chromium ${browser.version()}`);
await browser.close();
process.exit(failed ? 1 : 0);
