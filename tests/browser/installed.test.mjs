// The site keeps itself: after one visit it works without its server, and it never mixes versions.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { accessibilityViolations, chooseStory, labTest, run, textOf, until, whenReady } from './lab.mjs';
import { browserName } from './browser.mjs';
import { SITE, serveSite } from './site.mjs';

// MiniBrowser keeps nothing between its windows.
const hasServiceWorker = browserName !== 'webkit';
// What browsers say of a server that is not there.
const offline = { offline: true, timeout: 120_000, expects: /service-worker\.js/ };

/** Waits until the service worker has kept all files. */
const kept = (page) => page.evaluate(async () => Boolean((await navigator.serviceWorker.ready).active));

/** The element of a page that was loaded anew. */
async function fresh(page) {
  const lab = await page.waitForSelector('ordinal-lab:defined');
  await whenReady(lab);
  return lab;
}

/** A copy of the site, and what makes another version of it. */
async function copySite() {
  const folder = `${await mkdtemp(join(tmpdir(), 'ordinal-'))}/`;
  await cp(SITE, folder, { recursive: true, filter: (name) => !/\.(br|gz)$/.test(name) });
  /** Changes the title in the document; its hash in the list too, unless `isHalf`. */
  const publish = async (title, isHalf) => {
    const path = join(folder, 'index.html');
    const after = (await readFile(path, 'utf8')).replace(/<title>[^<]*/, `<title>${title}`);
    await writeFile(path, after);
    const hash = (content) => createHash('sha256').update(content).digest('base64');
    const worker = join(folder, 'service-worker.js');
    const list = await readFile(worker, 'utf8');
    assert.match(list, /"":"[^"]+"/, 'the list has the hash of the document');
    const version = /VERSION ?= ?"(\w+)"/.exec(list)[1];
    const renamed = list.replaceAll(version, hash(title).replace(/\W/g, '').slice(0, 16));
    await writeFile(worker, renamed.replace(/"":"[^"]+"/, () => `"":"${hash(isHalf ? 'something else' : after)}"`));
  };
  return { folder, publish, remove: () => rm(folder, { recursive: true }) };
}

test('the list of the service worker has every file of the site, by its hash', async () => {
  const worker = await readFile(join(SITE, 'service-worker.js'), 'utf8');
  const files = JSON.parse(/FILES ?= ?(\{[^}]*\})/.exec(worker)[1].replace(/([{,])(\w+):/g, '$1"$2":'));
  const entries = await readdir(SITE, { recursive: true, withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(SITE.length));
  const wanted = names.filter((name) => !/\.(br|gz|png|oembed\.json)$|^service-worker\.js$/.test(name));
  assert.deepEqual(Object.keys(files).sort(), wanted.map((name) => name.replace(/(^|\/)index\.html$/, '$1')).sort());
  for (const name of wanted) {
    const content = await readFile(join(SITE, name));
    assert.equal(files[name.replace(/(^|\/)index\.html$/, '$1')], createHash('sha256').update(content).digest('base64'), name);
  }
});

if (hasServiceWorker) {
  labTest('after one visit the site works without its server', offline, async ({ page, site }) => {
    assert.ok(await kept(page));
    await site.close();
    await page.reload({ waitUntil: 'load' });
    const lab = await fresh(page);
    await chooseStory(lab, 'Three pods, in order');
    await lab.evaluate((element) => element.play());
    await until('the lesson plays', async () => (await textOf(lab, '.ways')).includes('Continue'));
    // What is loaded only when it is needed is there, too.
    assert.match((await run(lab, 'kubectl get pods')).stdout, /web-0/);
    await page.goto(`${site.origin}/statements/`, { waitUntil: 'load' });
    assert.match(await page.title(), /statement|Statement|show/);
    await page.goto(`${site.origin}/#lesson=quorum&step=2`, { waitUntil: 'load' });
    const again = await fresh(page);
    await until('the linked step is there', async () => (await textOf(again, '.lesson')).includes('A deadlock.'));
  });

  test('a new version is offered, is never mixed with the old one, and keeps the run', { timeout: 180_000 }, async (context) => {
    const { launchBrowser } = await import('./browser.mjs');
    const copy = await copySite();
    const site = await serveSite({ folder: copy.folder });
    const browser = await launchBrowser();
    context.after(async () => {
      await browser.close();
      await site.close();
      await copy.remove();
    });
    const page = await browser.newPage();
    await page.goto(site.origin, { waitUntil: 'load' });
    const first = await fresh(page);
    assert.ok(await kept(page));
    const title = await page.title();
    // A server that has only a part of the new files: the version is not taken.
    await copy.publish('Half', true);
    await page.reload({ waitUntil: 'load' });
    await fresh(page);
    const update = () => page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready;
      await registration.update().catch(() => {});
      return Boolean(registration.waiting);
    });
    await update();
    await new Promise((done) => setTimeout(done, 4_000));
    assert.equal(await update(), false);
    assert.equal(await page.title(), title);
    // The whole version: offered, and not taken before it is asked for.
    await copy.publish('New');
    const other = await browser.newPage();
    await other.goto(site.origin, { waitUntil: 'load' });
    await fresh(other);
    await page.reload({ waitUntil: 'load' });
    const lab = await fresh(page);
    assert.equal(await page.title(), title);
    await update();
    await page.waitForSelector('.update', { timeout: 60_000 });
    assert.match(await page.$eval('.update', (bar) => bar.textContent), /A new version is available\./);
    assert.deepEqual(await accessibilityViolations(page), []);
    await lab.evaluate((element) => element.seek(21_000));
    await run(lab, 'kubectl scale statefulset web --replicas=5');
    await lab.evaluate((element) => element.pause());
    await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), page.$eval('.update button', (button) => button.click())]);
    const restored = await fresh(page);
    assert.equal(await page.title(), 'New');
    assert.match((await run(restored, 'kubectl get statefulset web')).stdout, /\/5/);
    // A window that was open gets its files from its own version.
    assert.equal(await other.title(), title);
    const document = await other.evaluate(async () => (await fetch('./')).text());
    assert.ok(document.includes(`<title>${title}`), 'the old window reads the old version');
    const files = await page.evaluate(async () => (await fetch('./')).text());
    assert.ok(files.includes('<title>New'), 'the new window reads the new one');
    assert.ok(first);
  });
}
