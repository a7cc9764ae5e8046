// Caches that keep files of another version: such files never work together, the page says so, and Reload repairs it.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { browserName } from './browser.mjs';
import { click, labTest, run, textOf, until } from './lab.mjs';
import { BUILD, DIST, SITE } from './site.mjs';

const OTHER = BUILD.replace(/./g, (digit) => (digit === '0' ? '1' : '0'));

/** A file as another version has it, as far as its build is concerned. */
async function other(name, folder = SITE) {
  const file = await readFile(folder + name, 'latin1');
  assert.ok(file.includes(BUILD), `${name} has no build`);
  return Buffer.from(file.replaceAll(BUILD, OTHER), 'latin1');
}

const HEAD = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Test</title><link rel="icon" href="/icon.svg"><script type="module" src="/element.js"></script>';
/** What a server sends that lets caches keep everything. */
const KEPT = { 'cache-control': 'public, max-age=31536000, immutable' };
const pageWith = (body, site, more = {}) => ({ path: '/test', ready: false, expects: /another version|status of 404/, ...more, site: { headers: KEPT, ...site, documents: { '/test': HEAD + body, '/good.ordinal': 'ordinal 1\nnodes 2\n' } } });
const LAB = '<ordinal-lab story="/good.ordinal"></ordinal-lab>';

const message = (lab) => lab.evaluate((element) => element.ready.then(() => 'ready', (error) => error.message));

/** Presses Reload in a page that shows why it cannot continue, and waits for the page after it. */
async function reload(page, lab) {
  assert.equal(await textOf(lab, '.loading button'), 'Reload');
  await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), click(lab, '.loading button')]);
  return page.waitForSelector('ordinal-lab');
}

// Firefox does not tell of requests for modules by import().
if (browserName === 'chromium') {
  labTest('scripts, modules and styles are asked for by their build', { ready: false }, async ({ page, lab }) => {
    const asked = [];
    page.on('request', (request) => asked.push(new URL(request.url())));
    await page.reload();
    lab = await page.waitForSelector('ordinal-lab');
    await lab.evaluate((element) => element.ready.then(() => element.run('kubectl get pods')));
    const files = asked.filter(({ pathname }) => /\.(js|wasm|css)$/.test(pathname) && pathname !== '/offline.js');
    assert.ok(files.length > 8, `${files.length} files`);
    for (const { pathname, search } of files) assert.equal(search, `?build=${BUILD}`, pathname);
  });
}

labTest('a script of another version is refused in words, and Reload gets the right one', pageWith(LAB, { stale: { '/mount.js': [await other('mount.js')] } }), async ({ page, lab, site }) => {
  assert.equal(await message(lab), 'A script of Ordinal belongs to another version. Reload the page.');
  assert.match(await textOf(lab, '[role=alert]'), /belongs to another version. Reload the page/);
  const repaired = await reload(page, lab);
  assert.equal(await message(repaired), 'ready');
  assert.equal(site.asked.filter((path) => path === '/mount.js').length, 2);
});

labTest('a package that was replaced while its old script was kept says so, and Reload gets the new one', pageWith(LAB, { folder: `${DIST}element/`, stale: { '/element.js': [await other('element.js', `${DIST}element/`)] } }), async ({ page, lab }) => {
  assert.match(await message(lab), /another version/);
  assert.equal(await message(await reload(page, lab)), 'ready');
});

labTest('a module of another version that a cache has kept is replaced by a fresh copy', pageWith(LAB, { stale: { '/ordinal_bg.wasm': [await other('ordinal_bg.wasm')], '/ordinal_later.wasm': [await other('ordinal_later.wasm')] } }), async ({ lab, site }) => {
  assert.equal(await message(lab), 'ready');
  assert.match((await run(lab, 'kubectl get nodes -o wide')).stdout, /node-2/);
  await lab.evaluate((element) => element.state());
  for (const name of ['/ordinal_bg.wasm', '/ordinal_later.wasm']) assert.equal(site.asked.filter((path) => path === name).length, 2, name);
});

const always = async (name) => Array(20).fill(await other(name));
labTest('a module of another version that a server keeps sending is refused in words', pageWith(LAB, { stale: { '/ordinal_bg.wasm': (await always('ordinal_bg.wasm')).slice(0, 2) } }), async ({ page, lab }) => {
  assert.equal(await message(lab), 'ordinal_bg.wasm belongs to another version of Ordinal. Reload the page.');
  assert.equal(await message(await reload(page, lab)), 'ready');
});

labTest('a second module of another version that a server keeps sending is refused in words', pageWith(LAB, { stale: { '/ordinal_later.wasm': await always('ordinal_later.wasm') } }), async ({ lab }) => {
  assert.equal(await message(lab), 'ready');
  const asked = lab.evaluate((element) => element.state().then(() => 'answered', (error) => error.message));
  assert.equal(await asked, 'ordinal_later.wasm belongs to another version of Ordinal. Reload the page.');
});

labTest('the site whose element is of another version says so, and Reload gets the right one', { ready: false, expects: /another version/, site: { headers: KEPT, stale: { '/element.js': [await other('element.js')] } } }, async ({ page }) => {
  await until('it says so', () => page.evaluate(() => /If it was just updated, reload the page/.test(document.body.innerText)));
  await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), page.evaluate(() => document.querySelector('[role=alert] button').click())]);
  const lab = await page.waitForSelector('ordinal-lab');
  assert.equal(await message(lab), 'ready');
});
