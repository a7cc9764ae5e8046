// The element as a guest in another page: its size, colors, keys, and what is left of it when it goes.
import assert from 'node:assert/strict';
import { browserName } from './browser.mjs';
import { click, labTest, pause, press, run, textOf, until, whenReady } from './lab.mjs';

const HEAD = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Test</title><link rel="icon" href="/icon.svg"><link rel="stylesheet" href="/host.css"><script type="module" src="/element.js"></script>';
const STORIES = { '/good.ordinal': 'ordinal 1\nnodes 2\n' };
const FIRST = '<ordinal-lab story="/stories/first.ordinal" at="20s"></ordinal-lab>';
const PERMISSIVE = { 'content-security-policy': "default-src * 'unsafe-inline' 'wasm-unsafe-eval'" };
const pageWith = (body, css = '', options = {}) => ({
  path: '/test',
  ready: false,
  ...options,
  site: { headers: PERMISSIVE, ...options.site, documents: { '/test': HEAD.replace('<link rel="stylesheet" href="/host.css">', `<style>${css}</style>`) + body, ...STORIES, ...options.site?.documents } },
});

/** Whether the parts that a reader needs are in sight, and the picture is not cut off. */
const inSight = (lab) =>
  lab.evaluate((element) => {
    const bounds = element.getBoundingClientRect();
    const root = element.shadowRoot;
    const isInside = (selector) =>
      [...root.querySelectorAll(selector)].every((it) => {
        const { top, bottom, left, right } = it.getBoundingClientRect();
        return top >= bounds.top - 1 && bottom <= bounds.bottom + 1 && left >= bounds.left - 1 && right <= bounds.right + 1;
      });
    const found = Object.fromEntries(['.identity', '.pod', '.volume', '.lane', '.transport', '.play'].map((it) => [it, root.querySelectorAll(it).length > 0 && isInside(it)]));
    const { clientHeight, scrollHeight } = root.querySelector('.stage');
    const speed = root.querySelector('.speed').getBoundingClientRect();
    return { ...found, isWhole: scrollHeight <= clientHeight + 1, height: Math.round(bounds.height), header: root.querySelector('.top').offsetHeight, speedFits: speed.right <= bounds.right };
  });

for (const width of [360, 500, 620, 760, 1000]) {
  labTest(`names, nodes, volumes and controls are in sight in a column of ${width} px`, pageWith(`<main>${FIRST}</main>`, `html { font-size: 62.5% } main { width: ${width}px; margin: 0 auto }`), async ({ lab }) => {
    await whenReady(lab);
    await pause(300);
    const { height, header, ...found } = await inSight(lab);
    assert.deepEqual([...new Set(Object.values(found))], [true], JSON.stringify({ height, header, ...found }));
    assert.ok(height >= 560 && height <= 1000, `${height} px`);
    if (width <= 760) assert.ok(header <= 50, `the header is ${header} px high`);
  });
}

labTest('the height of the page counts, and so does fit="fill"', pageWith('<ordinal-lab id="low" story="/good.ordinal"></ordinal-lab><div><ordinal-lab fit="fill" story="/good.ordinal"></ordinal-lab></div>', '#low { height: 420px } div { height: 700px }'), async ({ page }) => {
  const [low, filled] = await page.$$('ordinal-lab');
  for (const lab of [low, filled]) await whenReady(lab);
  await pause(200);
  assert.equal(await low.evaluate((element) => element.offsetHeight), 420);
  assert.equal(await filled.evaluate((element) => element.offsetHeight), 700);
});

labTest('the styles of the page stay outside', pageWith(`<main dir="rtl">${FIRST}</main>`, 'html { font-size: 62.5% } main { text-transform: uppercase; letter-spacing: 3px; white-space: pre; font-style: italic; line-height: 3; text-align: right; word-spacing: 9px } * { box-sizing: content-box } button { background: red; text-transform: uppercase }'), async ({ lab }) => {
  await whenReady(lab);
  const styles = await lab.evaluate((element) => {
    const one = getComputedStyle(element.shadowRoot.querySelector('.top h1'));
    return [one.direction, one.textTransform, one.whiteSpace, one.fontStyle, one.wordSpacing, getComputedStyle(element.shadowRoot.querySelector('.play')).backgroundColor === 'rgb(255, 0, 0)'];
  });
  assert.deepEqual(styles, ['ltr', 'none', 'normal', 'normal', '0px', false]);
});

/** The color of the ground of the element: light or dark. */
const ground = (lab) =>
  lab.evaluate((element) => {
    const [red] = getComputedStyle(element.shadowRoot.querySelector('.ordinal')).backgroundColor.match(/\d+/g);
    return red > 128 ? 'light' : 'dark';
  });

const HOSTS = {
  'VitePress': ['html.dark { color-scheme: dark } body { background: #fff } .dark body { background: #1b1b1f }', (is) => document.documentElement.classList.toggle('dark', is)],
  'Docusaurus': ['[data-theme=dark] { color-scheme: dark; background: #1b1b1d }', (is) => document.documentElement.setAttribute('data-theme', is ? 'dark' : 'light')],
  'MkDocs': ['[data-md-color-scheme=slate] { color-scheme: dark; background: #1e2129 }', (is) => document.body.setAttribute('data-md-color-scheme', is ? 'slate' : 'default')],
  'mdBook': ['html { background: #fff } .navy { background: #161923 }', (is) => (document.documentElement.className = is ? 'navy' : 'light')],
  'Furo': ['body { background: #fff; transition: background 0.2s } body[data-theme=dark] { background: #131416 }', (is) => (document.body.dataset.theme = is ? 'dark' : 'light')],
};
for (const [name, [css, toggle]] of Object.entries(HOSTS)) {
  labTest(`the dark switch of ${name} is followed`, pageWith(`<main>${FIRST}<ordinal-lab theme="light" story="/good.ordinal"></ordinal-lab></main>`, css), async ({ page, lab }) => {
    await whenReady(lab);
    const [, fixed] = await page.$$('ordinal-lab');
    await whenReady(fixed);
    assert.equal(await ground(lab), 'light');
    await page.evaluate(toggle, true);
    await until('it is dark', async () => (await ground(lab)) === 'dark');
    assert.equal(await ground(fixed), 'light');
    // What is chosen in the element counts until the page switches again.
    await press(lab, 'Switch theme');
    assert.equal(await ground(lab), 'light');
    assert.equal(await page.evaluate(() => localStorage.getItem('ordinal.theme')), null);
    await page.evaluate(toggle, false);
    await until('it is light', async () => (await ground(lab)) === 'light');
    // Colors may take their time.
    await pause(350);
    await page.evaluate(toggle, true);
    await until('it is dark again', async () => (await ground(lab)) === 'dark');
  });
}

labTest('all labs of a page switch together', pageWith(FIRST + FIRST), async ({ page }) => {
  const [one, other] = await page.$$('ordinal-lab');
  for (const lab of [one, other]) await whenReady(lab);
  await press(one, 'Switch theme');
  assert.deepEqual([await ground(one), await ground(other)], ['dark', 'dark']);
});

labTest('keys that the lab handles stay there, all others reach the page', pageWith(FIRST), async ({ page, lab }) => {
  await whenReady(lab);
  await page.evaluate(() => {
    globalThis.heard = [];
    document.addEventListener('keydown', ({ key }) => globalThis.heard.push(key));
  });
  const heard = () => page.evaluate(() => globalThis.heard.splice(0));
  await click(lab, '.clock');
  await lab.evaluate((element) => element.shadowRoot.querySelector('.page').focus());
  for (const key of ['ArrowRight', ' ', ' ', 'PageDown', '?']) await page.keyboard.press(key);
  await until('the help is open', () => lab.evaluate((element) => Boolean(element.shadowRoot.querySelector('dialog[open]'))));
  await page.keyboard.press('Escape');
  assert.deepEqual(await heard(), []);
  for (const key of ['b', 'F2', 'Tab']) await page.keyboard.press(key);
  assert.deepEqual(await heard(), ['b', 'F2', 'Tab']);
  await lab.evaluate((element) => element.shadowRoot.querySelector('.page').focus());
  await page.keyboard.press('k');
  await until('the terminal is open', () => lab.evaluate((element) => element.shadowRoot.activeElement?.matches('.terminal input, .terminal textarea')));
  await page.keyboard.type('kubectl get pods s b o');
  await page.keyboard.press('Enter');
  await until('it is answered', async () => /web-0|Error/.test(await textOf(lab, '.terminal')));
  assert.deepEqual(await heard(), []);
});

labTest('the wheel scrolls the page, and the lab once it has the focus', pageWith(`<p>A line.</p>${FIRST}${'<p>A line.</p>'.repeat(100)}`), async ({ page, lab }) => {
  await whenReady(lab);
  const scrollers = () => lab.evaluate((element) => [...element.shadowRoot.querySelectorAll('*')].filter((it) => /auto|scroll/.test(getComputedStyle(it).overflowY) && it.scrollHeight > it.clientHeight + 1 && !it.closest('dialog')).length);
  assert.equal(await scrollers(), 0);
  await lab.evaluate((element) => element.shadowRoot.querySelector('.play').focus());
  assert.ok((await scrollers()) > 0);
});

labTest('few steps lead past a lab with the Tab key', pageWith(`<main>${FIRST}<a id="end" href="#">end</a></main>`, 'main { width: 700px }'), async ({ page, lab }) => {
  await whenReady(lab);
  let steps = 0;
  while (steps < 40 && !(await page.evaluate(() => document.activeElement.id === 'end'))) {
    await page.keyboard.press('Tab');
    steps += 1;
  }
  assert.ok(steps <= 14, `${steps} steps`);
});

labTest('nothing is left of labs that are gone', pageWith('<ordinal-lab loading="click"></ordinal-lab><main></main>'), async ({ page }) => {
  const once = () =>
    page.evaluate(async () => {
      const lab = document.createElement('ordinal-lab');
      lab.storyText = 'ordinal 1\nnodes 2\n';
      document.querySelector('main').append(lab);
      await lab.ready;
      lab.remove();
      await new Promise((done) => setTimeout(done, 50));
      return lab.shadowRoot.childNodes.length;
    });
  if (browserName !== 'chromium') return assert.equal(await once(), 0);
  const client = await page.createCDPSession();
  const count = async () => {
    await client.send('HeapProfiler.collectGarbage');
    const { JSEventListeners, Nodes } = await page.metrics();
    return { JSEventListeners, Nodes };
  };
  for (let turn = 0; turn < 3; turn += 1) await once();
  const before = await count();
  for (let turn = 0; turn < 6; turn += 1) await once();
  const after = await count();
  assert.ok(after.JSEventListeners - before.JSEventListeners < 6, JSON.stringify({ before, after }));
  // Yew keeps one empty element.
  assert.ok(after.Nodes - before.Nodes <= 6, JSON.stringify({ before, after }));
});

labTest('on paper there are the picture and its words, and no controls', pageWith(FIRST), async ({ page, lab }) => {
  if (browserName !== 'chromium') return;
  await whenReady(lab);
  await until('there are words', () => textOf(lab, '.words li'));
  await page.emulateMediaType('print');
  const found = await lab.evaluate((element) => {
    const root = element.shadowRoot;
    const shown = (selector) => [...root.querySelectorAll(selector)].some((it) => it.getClientRects().length > 0);
    const picture = root.querySelector('.picture').getBoundingClientRect();
    const bounds = element.getBoundingClientRect();
    return { picture: picture.height > 200 && picture.bottom <= bounds.bottom + 1, words: shown('.words li'), buttons: shown('button'), top: shown('.top') };
  });
  assert.deepEqual(found, { picture: true, words: true, buttons: false, top: false });
  await page.emulateMediaType(null);
});

labTest('a frame answers its page, tells it its height, and never loses a slide', pageWith('', '', { site: { documents: { '/test': '<!doctype html><html lang="en"><title>Test</title><link rel="icon" href="/icon.svg"><ordinal-lab></ordinal-lab><iframe sandbox="allow-scripts" width="620" height="300" src="/?story=/stories/first.ordinal"></iframe><script>var heard = []; var frame = document.querySelector("iframe"); addEventListener("message", ({ source, data }) => source === frame.contentWindow && heard.push(data)); frame.addEventListener("load", () => frame.contentWindow.postMessage("slide:start", "*"));</script>' } } }), async ({ page }) => {
  const heard = (test) => until(test.toString(), () => page.evaluate(`heard.find(${test})`));
  assert.ok((await heard((it) => it.type === 'height')).height >= 560);
  await heard((it) => it.name === 'ready');
  await heard((it) => it.name === 'play');
  await page.evaluate(() => globalThis.frame.contentWindow.postMessage({ target: 'ordinal', id: 7, method: 'run', args: ['kubectl get nodes'] }, '*'));
  assert.match((await heard((it) => it.id === 7)).value.stdout, /node-1/);
  await page.evaluate(() => globalThis.frame.contentWindow.postMessage({ target: 'ordinal', id: 8, method: 'constructor' }, '*'));
  assert.match((await heard((it) => it.id === 8)).error, /not a method/);
  await page.evaluate(() => globalThis.frame.contentWindow.postMessage('slide:stop', '*'));
  await heard((it) => it.name === 'pause');
});

labTest('a frame that names the origin of its page hears no other', pageWith('', '', { site: { documents: { '/test': '<!doctype html><html lang="en"><title>Test</title><link rel="icon" href="/icon.svg"><ordinal-lab></ordinal-lab><iframe width="620" height="300" src="/?story=/good.ordinal&origin=https://docs.example"></iframe>' } }, expects: /docs\.example/ }), async ({ page }) => {
  const frame = await (await page.waitForSelector('iframe')).contentFrame();
  const lab = await frame.waitForSelector('ordinal-lab:defined');
  await whenReady(lab);
  await page.evaluate(() => document.querySelector('iframe').contentWindow.postMessage('slide:start', '*'));
  await pause(300);
  assert.equal(await lab.evaluate((element) => element.paused), true);
  assert.match((await run(lab, 'kubectl get nodes')).stdout, /node-1/);
});
