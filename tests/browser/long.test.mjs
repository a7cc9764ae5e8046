// What takes long goes on in slices: the page answers meanwhile, shows how far it is, and can cancel it.
import assert from 'node:assert/strict';
import { encode } from '../../static/share/link.js';
import { click, labTest, press, run, textOf, until } from './lab.mjs';
import { webStory } from './stories.mjs';

const DAYS_MS = 7 * 24 * 3_600_000;

/** A set of many pods at once, and a client that never stops writing. */
const busy = (replicas) => webStory({ replicas, lines: 'client shop writes web-0.web every 1s\n' });

const DOCUMENT = `<!doctype html><html lang="en"><title>Long work</title><link rel="icon" href="icon.svg"><script type="module" src="element.js"></script>
<ordinal-lab story="story.ordinal"></ordinal-lab></html>`;
const site = { documents: { '/': DOCUMENT, '/story.ordinal': busy(20) } };

/** Begins something, and keeps its promise on the page. */
const begin = (lab, what, ...given) =>
  lab.evaluate(
    (element, method, values) => {
      globalThis.asked = element[method](...values).then(
        (answer) => ({ answer }),
        (error) => ({ error: error.message }),
      );
    },
    what,
    given,
  );

/** Presses Cancel as soon as progress is shown; whether it was, before the line was undone. */
const cancelAtOnce = (lab) =>
  lab.evaluate(
    (element) =>
      new Promise((settle) => {
        const root = element.shadowRoot;
        const observer = new MutationObserver(() => {
          const cancel = root.querySelector('.job button');
          cancel?.click();
          if (!cancel && !/Undone/.test(root.querySelector('.status')?.textContent)) return;
          observer.disconnect();
          settle(Boolean(cancel));
        });
        observer.observe(root, { childList: true, characterData: true, subtree: true });
      }),
  );

const settled = (page) => page.evaluate(() => globalThis.asked);
const shows = (lab, selector) => lab.evaluate((element, it) => Boolean(element.shadowRoot.querySelector(it)), selector);
const clock = (lab) => textOf(lab, '.clock');

labTest('a movement far ahead shows how far it is, and canceled it leaves the clock where it was', { site }, async ({ page, lab }) => {
  await lab.evaluate((element) => element.seek(20_000));
  const before = await clock(lab);
  await begin(lab, 'seek', DAYS_MS);
  await until('progress is shown', () => shows(lab, '.job progress[value]'));
  assert.equal(await clock(lab), before);
  await press(lab, 'Cancel');
  assert.ok('answer' in (await settled(page)));
  await until('nothing is being done', async () => !(await shows(lab, '.job')));
  assert.equal(await clock(lab), before);
});

labTest('the page answers while something takes long', { site }, async ({ page, lab }) => {
  await begin(lab, 'seek', DAYS_MS);
  await until('progress is shown', () => shows(lab, '.job'));
  await press(lab, 'Help');
  await until('the help is open', () => shows(lab, 'dialog[open]'));
  await page.keyboard.press('Escape');
  await until('the help is closed', async () => !(await shows(lab, 'dialog[open]')));
  assert.ok(await shows(lab, '.job'));
  await press(lab, 'Cancel');
  await settled(page);
});

labTest('a line that waits can be canceled, and does nothing then', { site }, async ({ page, lab }) => {
  await lab.evaluate((element) => element.seek(20_000));
  const state = await lab.evaluate((element) => element.state());
  await begin(lab, 'run', 'kubectl wait --for=delete pod/web-0 --timeout=8000h');
  await until('progress is shown', () => shows(lab, '.job progress[value]'));
  await press(lab, 'Cancel');
  const { answer } = await settled(page);
  assert.deepEqual([answer.exit, answer.stderr], [130, 'canceled\n']);
  assert.deepEqual(await lab.evaluate((element) => element.state()), state);
  // The next line is done at once.
  assert.equal((await run(lab, 'kubectl get pods -o name')).exit, 0);
});

labTest('what is asked meanwhile is done in its order', { site }, async ({ lab }) => {
  const answers = await lab.evaluate(async (element) => {
    const done = [];
    const note = (name) => (answer) => done.push([name, answer?.exit ?? answer]);
    await Promise.all([
      element.seek(600_000).then(note('seek')),
      element.run('kubectl scale sts web --replicas=2').then(note('scale')),
      element.run('kubectl refuse').then(note('refuse')),
      element.state().then(({ t }) => note('state')(t)),
    ]);
    return done;
  });
  assert.deepEqual(answers, [
    ['seek', 600_000],
    ['scale', 0],
    ['refuse', 1],
    ['state', 600_000],
  ]);
});

const large = { documents: { '/': DOCUMENT, '/story.ordinal': webStory({ replicas: 300 }) } };

labTest('state() answers even if it is interrupted', { site: large }, async ({ page, lab }) => {
  await lab.evaluate((element) => element.seek(60_000));
  await click(lab, '.tools [title^="kubectl terminal"]');
  await until('the terminal opens', () => shows(lab, '.command:focus'));
  await page.keyboard.down('Control');
  // 300 pods take several frames.
  await begin(lab, 'state');
  await page.keyboard.press('c');
  const { answer } = await settled(page);
  assert.equal(answer.items.filter(({ kind }) => kind === 'Pod').length, 300);
});

labTest('a script continues when the page shows what it asked for', { site: large }, async ({ lab }) => {
  const shown = await lab.evaluate(async (element) => {
    const clock = element.shadowRoot.querySelector('.clock');
    const seen = [];
    for (let seconds = 1; seconds <= 40; seconds++) {
      await element.seek(((seconds * 17) % 60) * 1000);
      seen.push(clock.textContent);
    }
    return seen;
  });
  const asked = shown.map((_, index) => `0:${String(((index + 1) * 17) % 60).padStart(2, '0')}.0`);
  assert.deepEqual(shown, asked);
});

labTest('a newer movement takes the place of one that is not complete', { site }, async ({ lab }) => {
  const times = await lab.evaluate((element) => Promise.all([element.seek(7 * 24 * 3_600_000), element.seek(30_000)]));
  assert.equal(times[1], 30_000);
  await until('the clock shows it', async () => (await clock(lab)) === '0:30.0');
});

labTest('a link whose story takes long can be canceled', async ({ page, lab }) => {
  const link = await encode(busy(1_000), DAYS_MS);
  await page.evaluate((hash) => (location.hash = hash), link);
  await until('progress is shown', () => shows(lab, '.job'));
  await press(lab, 'Cancel');
  await until('nothing is being done', async () => !(await shows(lab, '.job')));
  assert.ok(await shows(lab, '.picture > g'));
});

labTest('an undo that takes long can be canceled, and nothing is lost', { site }, async ({ lab }) => {
  await lab.evaluate((element) => element.seek(1_200_000));
  await run(lab, 'kubectl delete pod web-0');
  const { t } = await lab.evaluate((element) => element.state());
  const isCanceled = cancelAtOnce(lab);
  await press(lab, 'Undo');
  if (await isCanceled) {
    await until('nothing is being done', async () => !(await shows(lab, '.job')));
    await press(lab, 'Undo');
  }
  await until('it is undone', async () => /Undone/.test(await textOf(lab, '.status')));
  await press(lab, 'Redo');
  await until('it is redone', async () => /Redone/.test(await textOf(lab, '.status')));
  assert.equal((await lab.evaluate((element) => element.state())).t, t);
});

labTest('a large manifest is read while the page goes on', { site }, async ({ lab }) => {
  const map = (number) => `---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: map-${number} }\ndata: { key: ${'"value"'} }\n`;
  const yaml = Array.from({ length: 6_000 }, (_, number) => map(number)).join('');
  const frames = await lab.evaluate(async (element, text) => {
    let count = 0;
    let isDone = false;
    const tick = () => {
      count += 1;
      if (!isDone) requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
    const { exit } = await element.apply(text);
    isDone = true;
    return { exit, count };
  }, yaml);
  assert.equal(frames.exit, 0);
  assert.ok(frames.count > 2, `${frames.count} frames`);
});
