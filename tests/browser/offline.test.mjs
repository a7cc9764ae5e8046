// How the page leaves: as one file, as an element in other pages, in a frame, and without scripts.
import assert from 'node:assert/strict';
import { pathToFileURL } from 'node:url';
import { test } from 'node:test';
import { accessibilityViolations, labTest, pause, press, run, seek, textOf, until, whenReady } from './lab.mjs';
import { DIST } from './site.mjs';

const file = pathToFileURL(`${DIST}ordinal.html`).href;
const clock = (lab) => textOf(lab, '.clock');

labTest('the page in one file plays and obeys, and asks nobody for anything', { file }, async ({ page, lab }) => {
  const first = await clock(lab);
  await until('time passes', async () => (await clock(lab)) !== first);
  await seek(lab, 28_000, '0:28.0');
  assert.match((await run(lab, 'kubectl get pods')).stdout, /web-2 +1\/1/);
  await run(lab, 'kubectl scale statefulset web --replicas=1');
  assert.match((await run(lab, 'kubectl get statefulset web')).stdout, /\/1/);
  assert.deepEqual(await accessibilityViolations(page), []);
});

labTest('a link made by the page in one file leads to its moment', { file }, async ({ page, lab }) => {
  await seek(lab, 21_000, '0:21.0');
  await press(lab, 'Share');
  await until('the dialog opens', () => textOf(lab, '.share'));
  await press(lab, 'Copy a link');
  const value = () => lab.evaluate((element) => element.shadowRoot.querySelector('.share textarea')?.value);
  const link = await until('a link is made', value);
  assert.ok(link.startsWith(`${file}#1.`), link);
  assert.match(await textOf(lab, '.share'), /It opens this file on this computer only/);
  await page.goto('about:blank');
  await page.goto(link, { waitUntil: 'load' });
  const there = await page.waitForSelector('ordinal-lab:defined');
  await whenReady(there);
  assert.equal(await clock(there), '0:21.0');
});

labTest('the page in one file holds the statements, and puts itself into a frame', { file }, async ({ page, lab }) => {
  await seek(lab, 14_000, '0:14.0');
  const target = await lab.evaluate((element) => {
    const link = element.shadowRoot.querySelector('a.statement');
    link.addEventListener('click', (event) => event.preventDefault());
    link.click();
    return link.getAttribute('href');
  });
  assert.match(target, /^#S\d+$/);
  assert.ok(await page.$(target));
  await press(lab, 'Share');
  await until('the dialog opens', () => textOf(lab, '.share'));
  await press(lab, 'Copy for a web page');
  const value = () => lab.evaluate((element) => element.shadowRoot.querySelector('.share textarea')?.value);
  assert.match(await until('the HTML is made', value), /^<iframe src="ordinal.html#1\./);
});

labTest('the page in one file checks the types of fields that are not simulated', { file }, async ({ lab }) => {
  const pod = 'apiVersion: v1\nkind: Pod\nmetadata: { name: typed }\nspec: { containers: [{ name: a, image: a, env: [{ name: B, value: 5 }] }] }\n';
  const { stderr } = await run(lab, `kubectl apply -f - <<END\n${pod}END`);
  assert.match(stderr, /cannot unmarshal number into Go struct field EnvVar/);
});

labTest('the page in one file has what its scripts load later', { file }, async ({ lab }) => {
  await press(lab, 'Share');
  await until('the dialog opens', () => textOf(lab, '.share'));
  await press(lab, 'SVG');
  await until('the picture is saved', async () => /Saved as picture\.svg/.test(await textOf(lab, '.share .said')));
  // Opening a dialog has ended the introduction.
  await press(lab, 'Show a QR code');
  await until('there is a QR code', () => lab.evaluate((element) => Boolean(element.shadowRoot.querySelector('.qr path'))));
});

labTest('the page in one file has the lessons', { file }, async ({ lab }) => {
  await press(lab, 'Stories');
  await until('the lessons are listed', () => lab.evaluate((element) => element.shadowRoot.querySelectorAll('.lesson-list li').length >= 10));
});

const example = { path: '/example.html', site: { folder: `${DIST}element/` } };
labTest('the example page holds two elements and a sandboxed frame', example, async ({ page }) => {
  for (const id of ['#time', '#full']) {
    const lab = await page.waitForSelector(id);
    await whenReady(lab);
  }
  const [time, full] = [await page.$('#time'), await page.$('#full')];
  assert.equal(await clock(time), '0:20.0');
  assert.equal(await textOf(time, '.top'), '');
  assert.notEqual(await textOf(full, '.top'), '');
  assert.match((await run(time, 'kubectl get pods')).stdout, /db-1 +1\/1/);
  assert.match((await run(full, 'kubectl get pods')).stderr, /No resources found/);

  const holder = await page.$('iframe');
  await holder.evaluate((element) => element.scrollIntoView());
  const frame = await holder.contentFrame();
  const inner = await frame.waitForSelector('ordinal-lab:defined');
  await whenReady(inner);
  assert.equal(await frame.evaluate(() => origin), 'null');
  await until('the frame shows a picture', async () => /node-1/.test(await textOf(inner, 'svg.picture')));
});

const narrow = { ...example, width: 500 };
labTest('a frame tells its height, and slides let it play and pause', narrow, async ({ page }) => {
  const holder = await page.waitForSelector('iframe');
  await holder.evaluate((element) => element.scrollIntoView());
  const inner = await (await holder.contentFrame()).waitForSelector('ordinal-lab:defined');
  await whenReady(inner);
  await until('nothing in the frame has to be scrolled', async () => {
    const [content, height] = await inner.evaluate((element) => {
      const { scrollHeight, clientHeight } = element.shadowRoot.querySelector('.ordinal');
      return [scrollHeight, clientHeight];
    });
    return height > 736 && content <= height;
  });
  const tell = (what) => holder.evaluate((element, message) => element.contentWindow.postMessage(message, '*'), what);
  const label = () => inner.evaluate((element) => element.shadowRoot.querySelector('.play').ariaLabel);
  await tell('slide:stop');
  await until('it pauses', async () => (await label()) === 'Play');
  await tell('slide:start');
  await until('it plays', async () => (await label()) === 'Pause');
});

labTest('an element that is put elsewhere goes on where it was', async ({ lab }) => {
  await seek(lab, 21_000, '0:21.0');
  await run(lab, 'kubectl scale statefulset web --replicas=5');
  await lab.evaluate((element) => element.pause());
  await lab.evaluate((element) => document.body.append(element));
  assert.equal(await clock(lab), '0:21.0');
  await lab.evaluate(async (element) => {
    element.remove();
    await new Promise((done) => setTimeout(done, 50));
    document.body.append(element);
    await element.ready;
  });
  await until('the moment is back', async () => (await clock(lab)) === '0:21.0');
  assert.match((await run(lab, 'kubectl get statefulset web')).stdout, /\/5/);
  await pause(200);
  assert.equal(await clock(lab), '0:21.0');
});

const themeOf = (lab) => lab.evaluate((element) => element.shadowRoot.querySelector('.ordinal').dataset.theme);
labTest('the colours that a visitor chose are remembered, and the attribute wins', async ({ page, lab }) => {
  await press(lab, 'Switch theme');
  assert.equal(await themeOf(lab), 'dark');
  await page.reload({ waitUntil: 'load' });
  const again = await page.waitForSelector('ordinal-lab:defined');
  await whenReady(again);
  assert.equal(await themeOf(again), 'dark');
  await again.evaluate((element) => element.setAttribute('theme', 'light'));
  assert.equal(await themeOf(again), 'light');
  await again.evaluate((element) => element.setAttribute('theme', 'auto'));
  assert.equal(await themeOf(again), 'auto');
  await again.evaluate((element) => element.removeAttribute('theme'));
  assert.equal(await themeOf(again), 'dark');
  await press(again, 'Switch theme');
  await page.evaluate(() => localStorage.clear());
});

test('the package can be imported where there is no document', async () => {
  const { log } = await import(pathToFileURL(`${DIST}element/element.js`));
  assert.equal(typeof log, 'function');
});

labTest('the page in one file survives a failure of the program', { file, expects: /unreachable|RuntimeError/ }, async ({ page }) => {
  await page.evaluateOnNewDocument(() => {
    const { instantiate } = WebAssembly;
    WebAssembly.instantiate = async (...given) => {
      const made = await instantiate(...given);
      if (made.exports?.provoke) globalThis.instance = made;
      return made;
    };
  });
  await page.reload({ waitUntil: 'load' });
  const lab = await page.waitForSelector('ordinal-lab:defined');
  await whenReady(lab);
  await run(lab, 'kubectl cordon node-1');
  // A name without letters is a trap.
  await page.evaluate(() => setTimeout(() => globalThis.instance.exports.provoke(8, 0, 0)));
  await until('it says so', async () => /stopped working/.test(await textOf(lab, '.loading')));
  await press(lab, 'Continue this run');
  await whenReady(lab);
  assert.match((await run(lab, 'kubectl get nodes')).stdout, /node-1 +Ready,SchedulingDisabled/);
});
