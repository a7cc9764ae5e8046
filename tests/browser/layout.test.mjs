// What a visitor sees in windows of every size: the whole picture and the transport are in sight, nothing covers or
// clips a text, texts and targets are large enough, and the picture stays where it is.
import assert from 'node:assert/strict';
import { labTest, pause, run, until } from './lab.mjs';
import { webStory } from './stories.mjs';

const SIZES = [
  [390, 844],
  [360, 740],
  [320, 568],
  [844, 390],
  // 1280x800 at 200%.
  [640, 400],
  [820, 1180],
  [1024, 768],
  [1280, 650],
  [1366, 625],
  [1280, 800],
  [1920, 1080],
];

/** Runs in the page: what is wrong with what is shown, one line each. */
function faults(element, { isTouch, isCovered, least }) {
  const root = element.shadowRoot;
  const found = [];
  const box = (it) => it.getBoundingClientRect();
  const isShown = (it) => it.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && box(it).width > 0 && box(it).height > 0;
  const name = (it) => `${it.tagName.toLowerCase()}.${it.getAttribute('class') ?? ''} "${(it.getAttribute('aria-label') ?? it.textContent).trim().slice(0, 30)}"`;
  const picture = root.querySelector('svg.picture');
  const bodies = [...picture.querySelectorAll(':scope > :is(.identity, .pod, .volume, .card)')];
  // What the page says of the last change, with its Undo, belongs to what must be in sight.
  const bars = ['.play', '.track', '.clock', '.status .notice .link'].map((it) => root.querySelector(it)).filter(Boolean);

  // In sight: within the window, and nothing over its middle.
  for (const it of [...bodies, ...bars]) {
    const { left, top, right, bottom } = box(it);
    if (left < -1 || top < -1 || right > innerWidth + 1 || bottom > innerHeight + 1) found.push(`out of the window: ${name(it)}`);
  }
  const stage = box(root.querySelector('.stage'));
  for (const it of isCovered ? [] : bodies) {
    const { top, bottom } = box(it);
    if (top < stage.top - 1 || bottom > stage.bottom + 1) found.push(`out of the stage: ${name(it)}`);
  }
  for (const it of bars) {
    const { left, top, width, height } = box(it);
    const over = root.elementFromPoint(left + width / 2, top + height / 2);
    if (!isCovered && over && !it.contains(over) && !over.contains(it)) found.push(`${name(it)} is covered by ${name(over)}`);
  }

  // Texts of the picture: as large as they must be, none over another, none out of what it is written on.
  const texts = [...picture.querySelectorAll('text')].filter((it) => isShown(it) && !it.closest('.traveler, .message'));
  const scale = picture.getScreenCTM().a;
  for (const it of texts) {
    const size = parseFloat(getComputedStyle(it).fontSize) * scale;
    if (size < least) found.push(`${size.toFixed(1)} px: ${name(it)}`);
  }
  for (const [index, one] of texts.entries()) {
    const a = box(one);
    for (const other of texts.slice(index + 1)) {
      const b = box(other);
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      // The box of a text is a third higher than its letters.
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) - 0.35 * Math.min(a.height, b.height);
      if (wide > 2 && high > 0) found.push(`${name(one)} lies over ${name(other)}`);
    }
  }
  for (const it of bodies.filter((body) => !body.matches('.volume'))) {
    const body = it.querySelector(':scope > .body');
    const outer = box(body);
    for (const text of it.querySelectorAll(':scope > text:not(.role)')) {
      const inner = box(text);
      const isInside = inner.left > outer.left - 2 && inner.right < outer.right + 2 && inner.bottom < outer.bottom + 4 && inner.top > outer.top - 6;
      if (isShown(text) && !isInside && outer.width > 24) found.push(`${name(text)} leaves ${name(it)}`);
    }
  }

  // The button of a caption covers none of its words.
  const [caption, button] = ['.brief .caption', '.brief .ways .button'].map((it) => root.querySelector(it)).map((it) => it && box(it));
  const isOver = caption && button && button.top < caption.bottom - 1 && button.left < caption.right - 1 && button.right > caption.left && button.bottom > caption.top;
  if (isOver) found.push('the button lies over the caption');

  // Texts and targets of the page.
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const it = node.parentElement;
    if (!node.textContent.trim() || it.closest('svg, style, .sr, option') || !isShown(it)) continue;
    const size = parseFloat(getComputedStyle(it).fontSize);
    if (size < 12) found.push(`${size} px: ${name(it)}`);
  }
  for (const it of root.querySelectorAll('button, a, input, select, summary')) {
    const { width, height, left, top } = box(it);
    const isInline = it.matches('.link, .term, a, .event button, summary, input[type=range]') || it.closest('.event');
    const wanted = isTouch && !isInline ? 40 : 20;
    const isHidden = !isShown(it) || left >= innerWidth || top >= innerHeight;
    if (!isHidden && (width < wanted - 0.5 || height < wanted - 0.5)) found.push(`${width.toFixed(0)}x${height.toFixed(0)}: ${name(it)}`);
    if (it.matches('button') && isShown(it) && it.scrollWidth > it.clientWidth + 1 && getComputedStyle(it).overflow === 'hidden') found.push(`cut off: ${name(it)}`);
  }
  return [...new Set(found)];
}

const stageOf = (lab) => lab.evaluate((element) => Object.values(element.shadowRoot.querySelector('.stage').getBoundingClientRect().toJSON()).map(Math.round).join(' '));
const openDialog = (lab) => lab.evaluate((element) => Boolean(element.shadowRoot.querySelector('dialog[open]')));

/** Runs in the page: waits until the stage and the scale of the picture have stayed the same for ten frames. */
async function settle(element) {
  const root = element.shadowRoot;
  const now = () => {
    const { left, top, width, height } = root.querySelector('.stage').getBoundingClientRect();
    return [left, top, width, height, root.querySelector('svg.picture').getScreenCTM().a].map((it) => it.toFixed(2)).join(' ');
  };
  let last = now();
  for (let still = 0; still < 10; ) {
    await new Promise(requestAnimationFrame);
    const next = now();
    still = next === last ? still + 1 : 0;
    last = next;
  }
}

/** Waits until the picture is still, then reports. */
async function look(lab, what, options) {
  await pause(250);
  await lab.evaluate(settle);
  const found = await lab.evaluate(faults, { isCovered: false, least: 11.4, ...options });
  return found.map((fault) => `${what}: ${fault}`);
}

/** Presses a button by its name, in the menu "More" if it is there. */
async function choose(lab, label) {
  const isPressed = (wanted) =>
    lab.evaluate((element, text) => {
      const buttons = [...element.shadowRoot.querySelectorAll('button')];
      const button = buttons.find((it) => (it.getAttribute('aria-label') ?? it.textContent) === text && it.getBoundingClientRect().width > 0);
      button?.click();
      return Boolean(button);
    }, wanted);
  if (await isPressed(label)) return;
  await isPressed('More');
  await until(`${label} is there`, () => isPressed(label));
}

for (const [width, height] of SIZES) {
  const isTouch = Math.min(width, height) < 600;
  // On the smallest phone the picture is small while something else is open.
  const isSmall = height < 600 && width < 600;
  labTest(`everything is in sight and readable at ${width}x${height}`, { width, height, timeout: 120_000 }, async ({ page, lab }) => {
    const wrong = [];
    const state = async (what, options) => wrong.push(...(await look(lab, what, { isTouch, ...options })));
    const seek = (ms) => lab.evaluate((element, to) => element.seek(to), ms);
    const later = async (ms) => seek((await lab.evaluate((element) => element.state())).t + ms);

    await state('first minute', {});
    await seek(0);
    await state('start', {});
    const stage = await stageOf(lab);
    const stays = async (what) => {
      const now = await stageOf(lab);
      if (now !== stage) wrong.push(`${what}: the stage moves from ${stage} to ${now}`);
    };
    await seek(13_500);
    await state('clone', {});
    await seek(28_000);
    await state('Ready', {});
    await stays('Ready');
    await run(lab, 'crash web-1');
    await later(300);
    await state('crash', {});
    await stays('crash');
    await later(20_000);
    await run(lab, 'kubectl delete pod web-1');
    await later(3_000);
    await state('deleted', {});
    await later(8_000);
    await until('the card is there', () => lab.evaluate((element) => Boolean(element.shadowRoot.querySelector('.replacement'))));
    await state('back', {});
    await later(22_000);
    await state('replaced', {});
    await run(lab, 'node node-3 off');
    await later(60_000);
    await state('node lost', {});
    await stays('node lost');
    await run(lab, 'kubectl delete pod web-0 --force --grace-period=0');
    await later(5_000);
    await state('twins', {});
    await stays('twins');

    // What opens.
    const opened = { isTouch, least: isSmall ? 7.5 : 11.4 };
    await lab.evaluate(settle);
    await until('the menu is open', async () => {
      const isOpen = () => lab.evaluate((element) => Boolean(element.shadowRoot.querySelector('.menu .choice')));
      if (await isOpen()) return true;
      const pod = await lab.evaluate((element) => element.shadowRoot.querySelector('.picture .pod').getBoundingClientRect().toJSON());
      await page.mouse.click(pod.x + pod.width / 2, pod.y + pod.height / 2);
      // A browser that is busy opens it a moment later.
      await pause(500);
      return isOpen();
    });
    await state('menu', { ...opened, isCovered: true });
    await lab.evaluate((element) => element.shadowRoot.querySelector('.menu .choice').click());
    await state('why', opened);
    // In a frame, as in WebKit's tests, the panels are folded until they are asked for.
    const isGuest = await lab.evaluate((element) => Boolean(element.shadowRoot.querySelector('.guest')));
    if (!isSmall && !isGuest) await stays('why');
    await lab.evaluate((element) => element.shadowRoot.querySelector('.page').focus());
    await page.keyboard.press('k');
    await until('the terminal is open', () => lab.evaluate((element) => Boolean(element.shadowRoot.querySelector('.command'))));
    await page.keyboard.type('kubectl get pods');
    await page.keyboard.press('Enter');
    await state('terminal', opened);
    await page.keyboard.press('Escape');
    await choose(lab, 'Manifest');
    await until('the dialog is open', () => openDialog(lab));
    await state('manifest', { ...opened, isCovered: true });
    await page.keyboard.press('Escape');
    await choose(lab, 'Stories');
    await until('the list is there', () => lab.evaluate((element) => element.shadowRoot.querySelectorAll('.lesson-list .choice').length > 5));
    await state('stories', { ...opened, isCovered: true });
    await lab.evaluate((element) => [...element.shadowRoot.querySelectorAll('.lesson-list .choice')].find((choice) => choice.textContent.includes('Why not a Deployment?')).click());
    await until('the story asks', () => lab.evaluate((element) => Boolean(element.shadowRoot.querySelector('.answer'))));
    await state('story', opened);
    assert.deepEqual(wrong, []);
  });
}

const DOCUMENT = `<!doctype html><html lang="en"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Many</title>
<link rel="icon" href="icon.svg"><link rel="stylesheet" href="page.css"><body><script type="module" src="element.js"></script>
<ordinal-lab story="story.ordinal"></ordinal-lab></html>`;

for (const replicas of [5, 12, 100, 1000]) {
  const site = { documents: { '/': DOCUMENT, '/story.ordinal': webStory({ replicas, nodes: replicas > 300 ? 12 : 3, policy: replicas > 300 ? 'Parallel' : 'OrderedReady' }) } };
  for (const [width, height] of [[390, 844], [844, 390], [1366, 625], [1280, 800]]) {
    labTest(`${replicas} replicas are in sight at ${width}x${height}`, { site, width, height }, async ({ lab }) => {
      await lab.evaluate((element) => element.seek(150_000));
      const isTouch = Math.min(width, height) < 600;
      assert.deepEqual(await look(lab, 'Ready', { isTouch, least: 11.4 }), []);
    });
  }
}

// A set and a Deployment beside each other, at the smallest sizes of a laptop, a phone, and a frame too.
for (const [width, height] of [...SIZES, [640, 400]]) {
  labTest(`two sets are in sight and readable at ${width}x${height}`, { path: '/?story=stories/side-by-side.ordinal', width, height }, async ({ lab }) => {
    const wrong = [];
    const isTouch = Math.min(width, height) < 600;
    for (const [what, ms] of [['clone', 20_000], ['Ready', 28_000], ['node lost', 60_000], ['evicted', 400_000]]) {
      await lab.evaluate((element, to) => element.seek(to), ms);
      wrong.push(...(await look(lab, what, { isTouch, least: 11.4 })));
    }
    assert.deepEqual(wrong, []);
  });
}

// On a projector: texts that the last row can read, and a circle around the pointer.
labTest('a presentation is readable, and shows where the pointer is', { path: '/?present', width: 1920, height: 1080, timeout: 90_000 }, async ({ page, lab }) => {
  const wrong = [];
  const heights = new Set();
  const state = async (what, least) => {
    wrong.push(...(await look(lab, what, { isTouch: false, least })));
    heights.add(await stageOf(lab));
  };
  // With captions below the picture.
  await state('first minute', 24);
  await lab.evaluate((element) => element.setAttribute('speed', '8'));
  await until('the question is there', () => lab.evaluate((element) => Boolean(element.shadowRoot.querySelector('.answer'))));
  await state('question', 24);
  assert.equal(heights.size, 1, `the stage moves: ${[...heights].join(', ')}`);
  await lab.evaluate((element) => element.seek(28_000));
  await state('Ready', 26);
  await run(lab, 'node node-3 off');
  await lab.evaluate((element) => element.seek(90_000));
  await state('node lost', 26);
  await page.mouse.move(700, 400);
  const circle = await lab.evaluate((element) => element.shadowRoot.querySelector('.pointer').getBoundingClientRect().toJSON());
  assert.deepEqual([circle.x + circle.width / 2, circle.y + circle.height / 2].map(Math.round), [700, 400]);
  await lab.evaluate((element) => element.shadowRoot.querySelector('.page').focus());
  await page.keyboard.press('p');
  await until('the presentation is over', () => lab.evaluate((element) => !element.shadowRoot.querySelector('.page.present, .pointer')));
  assert.deepEqual(wrong, []);
});
