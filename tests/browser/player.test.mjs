// The element as a player: where its story comes from, when it is loaded, its properties, methods and events.
import assert from 'node:assert/strict';
import { labTest, pause, press, run, textOf, until, whenReady } from './lab.mjs';

const HEAD = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Test</title><link rel="icon" href="/icon.svg"><script type="module" src="/element.js"></script>';
const STORIES = { '/good.ordinal': 'ordinal 1\nnodes 2\n', '/three.ordinal': 'ordinal 1\nnodes 3\n' };
const pageWith = (body, options = {}) => ({ path: '/test', ready: false, ...options, site: { ...options.site, documents: { '/test': HEAD + body, ...STORIES } } });
/** More than fits into a window. */
const FAR = '<p>A line.</p>'.repeat(150);
const clock = (lab) => textOf(lab, '.clock');
const nodes = async (lab) => (await run(lab, 'kubectl get nodes')).stdout.match(/^node-\d/gm)?.length ?? 0;

const INLINE = {
  'a script': '<script type="text/x-ordinal">\nordinal 1\nnodes 2\n</script>',
  'a template': '<template>\nordinal 1\nnodes 2\n</template>',
  'a code block': '<pre><code class="language-ordinal">ordinal 1\nnodes 2\n</code></pre>',
  'a code block with colors': '<div class="highlight"><pre><span>ordinal</span> <span>1</span><br><span>nodes</span> 2<br></pre></div>',
};
for (const [name, inside] of Object.entries(INLINE)) {
  labTest(`a story in ${name} is played`, pageWith(`<ordinal-lab>${inside}</ordinal-lab>`), async ({ lab }) => {
    await whenReady(lab);
    assert.equal(await nodes(lab), 2);
  });
}

labTest('a story may come late, change, and be missing', pageWith('<ordinal-lab><p>split by Markdown</p></ordinal-lab>'), async ({ lab }) => {
  const said = await lab.evaluate((element) => element.ready.catch((error) => error.message));
  assert.match(said, /^No story found in the element, which contains "split by Markdown"/);
  assert.match(await textOf(lab, '[role=alert]'), /No story found/);
  await lab.evaluate((element) => (element.innerHTML = '<pre><code class="language-ordinal">ordinal 1\nnodes 2\n</code></pre>'));
  await until('the story is found', () => lab.evaluate((element) => element.ready.then(() => true, () => false)));
  assert.equal(await nodes(lab), 2);
  await lab.evaluate((element) => (element.querySelector('code').firstChild.data = 'ordinal 1\nnodes 3\n'));
  await until('the story is changed', async () => (await nodes(lab)) === 3);
  await lab.evaluate((element) => (element.storyText = 'ordinal 1\nnodes 4\n'));
  await until('the property counts', async () => (await nodes(lab)) === 4);
  await lab.evaluate((element) => {
    element.storyText = null;
    element.story = '/good.ordinal';
  });
  await until('the attribute counts', async () => (await nodes(lab)) === 2);
});

labTest('properties that are set before the element is defined count', pageWith('<ordinal-lab></ordinal-lab>'), async ({ page }) => {
  const nodes = await page.evaluate(async () => {
    const frame = document.body.appendChild(document.createElement('iframe'));
    frame.src = '/frame.html';
    await new Promise((done) => frame.addEventListener('load', done));
    const inner = frame.contentDocument;
    const lab = inner.body.appendChild(inner.createElement('ordinal-lab'));
    lab.storyText = 'ordinal 1\nnodes 4\n';
    lab.speed = 4;
    const script = inner.createElement('script');
    script.type = 'module';
    script.src = '/element.js';
    inner.head.append(script);
    await frame.contentWindow.customElements.whenDefined('ordinal-lab');
    await lab.ready;
    return [(await lab.run('kubectl get nodes')).stdout.match(/^node-\d/gm).length, lab.getAttribute('speed')];
  });
  assert.deepEqual(nodes, [4, '4']);
});

const asked = (site) => site.asked.filter((path) => /ordinal_bg|mount\.js|ordinal\.css/.test(path)).length;

labTest('a lab that is not in sight loads nothing, until it is asked or seen', pageWith(`${FAR}<ordinal-lab story="/good.ordinal"></ordinal-lab>`), async ({ page, lab, site }) => {
  await pause(400);
  assert.equal(asked(site), 0);
  assert.equal(await lab.evaluate((element) => element.paused), true);
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
  await until('it is loaded', () => asked(site) > 0);
  await whenReady(lab);
});

labTest('a method of a lab that is not loaded loads it, and calls are queued', pageWith(`${FAR}<ordinal-lab story="/good.ordinal"></ordinal-lab>`), async ({ lab }) => {
  const found = await lab.evaluate(async (element) => {
    element.seek(5_000);
    element.play();
    await element.pause();
    return [element.currentTime >= 5, element.paused, (await element.run('kubectl get nodes')).exit];
  });
  assert.deepEqual(found, [true, true, 0]);
});

labTest('a lab with a poster waits for a click, and then plays', pageWith('<ordinal-lab story="/good.ordinal" loading="click" poster="/still.svg"></ordinal-lab>'), async ({ lab, site }) => {
  await pause(300);
  assert.equal(asked(site), 0);
  assert.equal(await lab.evaluate((element) => element.shadowRoot.querySelector('img').src.endsWith('/still.svg')), true);
  await press(lab, 'Play');
  await until('it plays', () => lab.evaluate((element) => !element.paused));
  await until('the poster is gone', () => lab.evaluate((element) => !element.shadowRoot.querySelector('.cover')));
});

labTest('it tells what a player tells', pageWith('<div id="around"><ordinal-lab story="/stories/first.ordinal" until="3s" speed="4" loading="click"></ordinal-lab></div>'), async ({ page, lab }) => {
  await page.evaluate(() => {
    globalThis.heard = [];
    for (const name of ['ready', 'play', 'pause', 'timeupdate', 'ended', 'ordinal-event']) {
      document.querySelector('#around').addEventListener(name, (event) => globalThis.heard.push(event.composed ? name : `${name} stays inside`));
    }
  });
  await whenReady(lab);
  assert.equal(await lab.evaluate((element) => element.duration), 3);
  await lab.evaluate((element) => element.play());
  const heard = () => page.evaluate(() => globalThis.heard);
  await until('it has ended', async () => (await heard()).includes('ended'));
  const all = await heard();
  assert.deepEqual([...new Set(all)].sort(), ['ended', 'ordinal-event', 'pause', 'play', 'ready', 'timeupdate']);
  assert.deepEqual(all.filter((name) => ['play', 'pause', 'ended'].includes(name)), ['play', 'pause', 'ended']);
  assert.deepEqual(await lab.evaluate((element) => [element.currentTime, element.paused]), [3, true]);
  await lab.evaluate((element) => (element.currentTime = 1.5));
  await until('it is there', async () => (await clock(lab)) === '0:01.5');
  // Once more, and again.
  await lab.evaluate((element) => {
    element.loop = true;
    element.at = '1s';
    element.speed = 16;
    element.play();
  });
  await until('it has ended twice more', async () => (await heard()).filter((name) => name === 'ended').length >= 3);
  await until('it plays again', () => lab.evaluate((element) => !element.paused));
});

labTest('attributes and properties are two sides of the same', pageWith('<ordinal-lab story="/good.ordinal"></ordinal-lab>'), async ({ lab }) => {
  await whenReady(lab);
  const names = await lab.evaluate((element) => {
    Object.assign(element, { until: 20_000, at: '2s', loop: true, speed: 2, autoplay: false, theme: 'dark', poster: '/still.svg', loading: 'eager', present: true, fit: 'fill', lessonStep: 3 });
    return Object.fromEntries(element.getAttributeNames().map((name) => [name, element.getAttribute(name)]));
  });
  assert.deepEqual(names, { story: '/good.ordinal', until: '20000', at: '2s', loop: '', speed: '2', theme: 'dark', poster: '/still.svg', loading: 'eager', present: '', fit: 'fill', 'lesson-step': '3' });
  await until('it presents', () => lab.evaluate((element) => Boolean(element.shadowRoot.querySelector('.present'))));
  await lab.evaluate((element) => (element.present = false));
  await until('it does no more', () => lab.evaluate((element) => !element.shadowRoot.querySelector('.present')));
  await until('it is at the moment', async () => (await clock(lab)) === '0:02.0');
});

labTest('a lesson begins at a step, and tells of steps and answers', pageWith('<ordinal-lab lesson="/lessons/in-order.lesson" lesson-step="2" loading="click"></ordinal-lab>'), async ({ lab }) => {
  await lab.evaluate((element) => {
    element.heard = [];
    for (const name of ['lesson-step', 'answered']) element.addEventListener(name, ({ type, detail }) => element.heard.push({ type, ...detail }));
  });
  await whenReady(lab);
  const heard = () => lab.evaluate((element) => element.heard);
  await until('it is told', async () => (await heard()).length > 0);
  const [first] = await heard();
  assert.equal(first.type, 'lesson-step');
  assert.equal(first.step, 2);
  assert.ok(first.steps > 2);
  assert.equal(await lab.evaluate((element) => element.lessonStep), 2);
  await until('the card says so', async () => /Step 2 of/.test(await textOf(lab, '.lesson .at')));
  await lab.evaluate((element) => (element.lessonStep = 1));
  await until('it goes to the first step', async () => (await heard()).at(-1).step === 1);
});

for (const [name, path, nodesExpected] of [['?', '/?story=/three.ordinal&at=5s&controls=time&theme=dark', 3], ['#', '/#story=/three.ordinal&at=5s&controls=time&theme=dark', 3]]) {
  labTest(`the address has the same parameters after ${name}`, { path, site: { documents: STORIES } }, async ({ lab }) => {
    assert.equal(await nodes(lab), nodesExpected);
    await until('it is at the moment', async () => (await clock(lab)) === '0:05.0');
    assert.deepEqual(await lab.evaluate((element) => [element.paused, element.controls, element.theme, element.lesson]), [true, 'time', 'dark', null]);
  });
}

labTest('where no motion is wanted nothing plays by itself', pageWith('<ordinal-lab story="/good.ordinal" autoplay></ordinal-lab>', { reducedMotion: true }), async ({ lab }) => {
  await whenReady(lab);
  await pause(500);
  assert.deepEqual(await lab.evaluate((element) => [element.paused, element.currentTime]), [true, 0]);
});
