// How the page begins: what is loaded, the poster, and how the live picture takes over from it.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { browserName } from './browser.mjs';
import { click, labTest, press, run, textOf, until, whenReady } from './lab.mjs';
import { BUILD, DIST } from './site.mjs';

const WINDOWS = [
  { width: 1280, height: 800 },
  { width: 390, height: 844 },
];
/** By so many pixels a box may move when the live picture takes over. */
const JUMP = 2;

const clock = (lab) => textOf(lab, '.clock');
const isLive = (lab) => lab.evaluate((element) => !element.querySelector('.poster') && Boolean(element.shadowRoot.querySelector('.picture .pod')));
const instant = async (page) => Number(await page.$eval('.poster [data-ms]', (picture) => picture.dataset.ms));
const shown = (ms) => `0:${(Math.floor(ms / 100) / 10).toFixed(1).padStart(4, '0')}`;

/** Clicks a pod in the live picture, if there is one; what its menu says, if it opens. */
async function clickPod(page, lab) {
  const place = await lab.evaluate((element) => {
    const bounds = element.shadowRoot.querySelector('.picture .pod')?.getBoundingClientRect();
    return bounds && [bounds.x + bounds.width / 2, bounds.y + bounds.height / 2];
  });
  if (place) await page.mouse.click(...place);
  return textOf(lab, '.menu');
}

/** A promise for a module's file, and what keeps it. */
function hold(path = '/ordinal_bg.wasm') {
  let release;
  const held = new Promise((resolve) => (release = resolve));
  return { release, options: { ready: false, wait: 'domcontentloaded', site: { holds: { [path]: held } } } };
}

/** Where the pods, identities and volumes are, in the poster or in the live picture. */
const boxes = (lab, isPoster) =>
  lab.evaluate((element, inPoster) => {
    const root = inPoster ? element.querySelector('.poster') : element.shadowRoot.querySelector('.ordinal');
    const picture = [...root.querySelectorAll('.stage > .picture')].find((it) => it.getBoundingClientRect().width > 0);
    return ['identity', 'pod', 'volume'].flatMap((kind) =>
      [...picture.querySelectorAll(`:scope > .${kind}`)].map((item) => {
        const { x, y, width, height } = item.getBoundingClientRect();
        return { kind, box: [x, y, width, height] };
      }),
    );
  }, isPoster);

for (const window of WINDOWS) {
  const { release, options } = hold();
  labTest(`from the poster to the live picture nothing moves at ${window.width}x${window.height}`, { ...options, ...window }, async ({ page, lab }) => {
    const ms = await instant(page);
    const before = await boxes(lab, true);
    assert.equal(before.filter(({ kind }) => kind === 'pod').length, 3);
    release();
    await until('the live picture is there', () => isLive(lab));
    assert.equal(await clock(lab), shown(ms));
    const after = await boxes(lab, false);
    assert.deepEqual(after.map(({ kind }) => kind), before.map(({ kind }) => kind));
    for (const [at, { kind, box }] of after.entries()) {
      const moved = Math.max(...box.map((value, side) => Math.abs(value - before[at].box[side])));
      assert.ok(moved <= JUMP, `${kind} ${at} moves by ${moved} px: ${before[at].box} to ${box}`);
    }
  });
}

labTest('the page stays at the instant of its poster for a moment, and then plays from the start', async ({ lab }) => {
  await until('it plays from the start', async () => (await clock(lab)) < '0:05' && (await clock(lab)) > '0:00.0');
});

const early = hold();
labTest('whoever does something first stays where the poster was', early.options, async ({ page, lab }) => {
  const ms = await instant(page);
  early.release();
  await until('the live picture is there', () => isLive(lab));
  await until('the menu is open', () => clickPod(page, lab));
  // Longer than the page would stay by itself.
  await new Promise((done) => setTimeout(done, 1500));
  assert.equal(await clock(lab), shown(ms));
  assert.notEqual(await textOf(lab, '.menu'), '');
});

const still = hold();
labTest('where no motion is wanted it stays at the instant of the poster', { ...still.options, reducedMotion: true }, async ({ page, lab }) => {
  const ms = await instant(page);
  still.release();
  await until('the live picture is there', () => isLive(lab));
  await new Promise((done) => setTimeout(done, 1500));
  assert.equal(await clock(lab), shown(ms));
  await click(lab, '.play');
  await until('it plays from the start when it is told to', async () => (await clock(lab)) < '0:05' && (await clock(lab)) > '0:00.0');
});

labTest('a page that is loaded again goes on where it was', async ({ page, lab }) => {
  await lab.evaluate((element) => element.seek(21_000));
  await until('the clock shows it', async () => (await clock(lab)) === '0:21.0');
  await page.reload({ waitUntil: 'load' });
  const again = await page.waitForSelector('ordinal-lab:defined');
  await whenReady(again);
  await until('the live picture is there', () => isLive(again));
  assert.match(await clock(again), /^0:2[1-4]/);
});

// Not every browser under test can be without scripts as a whole; a frame can.
for (const dark of [false, true]) {
  for (const address of ['/site/', '/ordinal.html']) {
    const documents = { '/': `<link rel="icon" href="/site/icon.svg"><ordinal-lab></ordinal-lab><iframe sandbox="allow-same-origin" width="1280" height="800" src="${address}"></iframe>` };
    // The page in one file brings a policy of its own.
    const headers = address === '/site/' ? {} : { 'content-security-policy': "default-src 'unsafe-inline' data: 'self'" };
    const options = { dark, scripts: false, site: { folder: DIST, documents, headers } };
    labTest(`without scripts ${address} has its poster and words, ${dark ? 'dark' : 'light'}`, options, async ({ page }) => {
      const poster = await until('the poster is there', () =>
        page.$eval('iframe', ({ contentDocument }) => {
          const found = contentDocument.querySelector('.poster');
          if (!found || contentDocument.readyState !== 'complete') return undefined;
          const seen = [...found.querySelectorAll('.picture')].filter((it) => it.getBoundingClientRect().width > 0);
          const { width, top } = seen[0].getBoundingClientRect();
          const ground = getComputedStyle(found).backgroundColor.match(/\d+/g).map(Number);
          const isShown = (it) => it.getBoundingClientRect().width > 0 && getComputedStyle(it).visibility === 'visible';
          const buttons = [...found.querySelectorAll('button')].filter(isShown).map((it) => it.textContent);
          return { seen: seen.length, width, top, ground, buttons, picture: seen[0].textContent, words: found.innerText };
        }),
      );
      assert.equal(poster.seen, 1);
      assert.deepEqual(poster.buttons, [], 'buttons that would do nothing');
      assert.ok(poster.width > 640 && poster.top < 200, `the picture is ${poster.width} px wide and begins at ${poster.top}`);
      assert.equal(poster.ground[0] < 128, dark, `the ground is ${poster.ground}`);
      assert.match(poster.picture, /web-0[^]*web-1[^]*web-2/);
      assert.match(poster.words, /StatefulSet[^]*needs JavaScript/);
    });
  }
}

const LATER = '/ordinal_later.wasm';
const askedForLater = (site) => site.asked.filter((path) => path === LATER).length;
const notice = (lab) => textOf(lab, '.notice');
const terminal = (lab) => textOf(lab, '.terminal');

/** Opens the terminal by its key, as soon as the page hears it. */
async function openTerminal(page, lab) {
  await lab.evaluate((element) => element.shadowRoot.querySelector('.page').focus());
  await page.keyboard.press('k');
}

const slow = hold(LATER);
labTest('the story plays and a pod is deleted before the second module is there; the terminal waits for it', slow.options, async ({ page, lab, site }) => {
  await until('the menu is open', () => clickPod(page, lab));
  await lab.evaluate((element) => [...element.shadowRoot.querySelectorAll('.menu .choice')].find((it) => it.textContent.includes('Delete the pod')).click());
  await until('the pod is deleted', async () => (await textOf(lab, '.last')).includes('kubectl delete pod'));
  await until('the second module is asked for', () => askedForLater(site) === 1);
  await openTerminal(page, lab);
  await until('the page says that it waits', async () => (await notice(lab)).includes('Loading'));
  assert.equal(await terminal(lab), '');
  slow.release();
  await until('the terminal is open and has the focus', () => lab.evaluate((element) => element.shadowRoot.activeElement?.matches('.terminal *')));
  await page.keyboard.type('kubectl get pods | grep -c web');
  await page.keyboard.press('Enter');
  await until('the command has run', async () => /\b[23]\b/.test((await terminal(lab)).split('grep -c web')[1] ?? ''));
  assert.equal(askedForLater(site), 1);
});

const broken = { site: { absent: { [LATER]: 3 } }, expects: /ordinal_later|404/ };
labTest('if the second module does not come, the page says so and offers to try again', broken, async ({ page, lab, site }) => {
  const { exit, stderr } = await run(lab, 'kubectl get pods');
  assert.equal(exit, 1);
  assert.match(stderr, /A part of Ordinal could not be loaded: status 404/);
  assert.doesNotMatch(await notice(lab), /Try again/);
  await openTerminal(page, lab);
  await until('the failure is shown', async () => (await notice(lab)).includes('Try again'));
  assert.match(await notice(lab), /could not be loaded/);
  const before = await clock(lab);
  await click(lab, '.play');
  await until('the page plays on without it', async () => (await clock(lab)) !== before);
  await until('a later attempt loads it', async () => {
    if (await terminal(lab)) return true;
    if ((await notice(lab)).includes('Try again')) await press(lab, 'Try again');
    return false;
  });
  assert.match((await run(lab, 'kubectl get pods')).stdout, /web-0/);
  assert.ok(askedForLater(site) >= 4);
});

const STORY = 'ordinal 1\nnodes 1\nkubectl run one --image=busybox -- sh -c "echo hello; sleep 1d"\nat 5s kubectl label pod one tier=front\n';
const DOCUMENT = '<!doctype html><html lang="en"><title>Later</title><link rel="icon" href="icon.svg"><body><script type="module" src="element.js"></script><ordinal-lab story="story.ordinal"></ordinal-lab></html>';
const documents = { '/': DOCUMENT, '/story.ordinal': STORY };
labTest('a story with other commands waits for the second module, and plays the same', { site: { documents } }, async ({ lab, site }) => {
  assert.equal(askedForLater(site), 1);
  await lab.evaluate((element) => element.seek(10_000));
  assert.match((await run(lab, 'kubectl get pods --show-labels')).stdout, /one +1\/1 +Running .*tier=front/);
  assert.equal((await run(lab, 'kubectl logs one')).stdout, 'hello\n');
});

labTest('a story that needs the second module says why it cannot be played, and can be tried again', { ready: false, site: { documents, absent: { [LATER]: 1 } }, expects: /ordinal_later|404/ }, async ({ page, lab }) => {
  const alert = () => lab.evaluate((element) => (element.shadowRoot ?? element).textContent);
  await until('the failure is shown', async () => (await alert()).includes('could not be loaded'));
  await page.evaluate(() => {
    const find = (root) => [...root.querySelectorAll('*')].flatMap((it) => [it, ...(it.shadowRoot ? find(it.shadowRoot) : [])]);
    find(document).find((it) => it.localName === 'button' && /again/i.test(it.textContent)).click();
  });
  await until('the story is there', async () => (await lab.evaluate((element) => element.shadowRoot?.querySelectorAll('.picture .pod').length)) === 1);
});

labTest('a second module of another build is not joined', { ready: false, wait: 'domcontentloaded', expects: /./ }, async ({ page, lab, site }) => {
  const outcome = await page.evaluate(async (from, build) => {
    const bytes = new Uint8Array(await (await fetch(`${from}/ordinal_later.wasm`)).arrayBuffer());
    const text = new TextDecoder('latin1').decode(bytes);
    const at = text.indexOf('$', text.indexOf('__wasm_split'));
    bytes[at + 1] = bytes[at + 1] === 0x30 ? 0x31 : 0x30;
    const { default: init } = await import(`${from}/ordinal.js?build=${build}`);
    const { join } = await import(`${from}/later.js?build=${build}`);
    await init();
    return join(await WebAssembly.compile(bytes)).then(() => 'joined', (error) => error.name);
  }, site.origin, BUILD);
  assert.equal(outcome, 'LinkError');
  assert.match((await run(lab, 'kubectl get pods')).stdout, /NAME/);
});

// Browsers differ in what they ask for twice and in icons: dist counts what Chromium asks for.
if (browserName === 'chromium') {
  labTest('what dist counts is what is asked for until a click is answered', async ({ page, lab, site }) => {
    await until('the menu of a pod is open', () => clickPod(page, lab));
    const counted = (await readFile(`${DIST}first-load.txt`, 'utf8')).trim().split('\n');
    const asked = site.asked.map((path) => path.slice(1) || 'index.html');
    // It has no place in the order, and may come later.
    const isAwaited = (name) => name !== 'icon.svg' && name !== 'manifest.json';
    assert.deepEqual(asked.filter(isAwaited).sort(), counted.filter(isAwaited).sort());
  });
}
