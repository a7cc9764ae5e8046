// Measures how long the main thread of the page works for each frame: nine pods that clone and
// replicate on a machine four times slower, and 100 and 1,000 pods on this one.
import { launchBrowser } from '../../tests/browser/browser.mjs';
import { serveSite } from '../../tests/browser/site.mjs';
import { webStory } from '../../tests/browser/stories.mjs';

const FRAME_MS = 1000 / 60;
const SECONDS = 6;
const CASES = [
  { name: '9 pods clone, CPU 4x slower', replicas: 9, policy: 'OrderedReady', from: 60_000, slower: 4 },
  { name: '100 pods', replicas: 100, policy: 'Parallel', from: 20_000, slower: 1 },
  { name: '1,000 pods', replicas: 1000, nodes: 12, policy: 'Parallel', from: 20_000, slower: 1 },
];

const LINES = 'at 5s client shop writes web-0.web every 1s\n';

const DOCUMENT = `<!doctype html><html lang="en"><title>bench</title>
<script type="module" src="element.js"></script><ordinal-lab story="story.ordinal"></ordinal-lab></html>`;

/**
 * The time that the main thread works for each frame, in milliseconds, from a trace; sorted. A frame
 * begins with the task in which the page is asked to draw, and has all tasks until the next of these.
 */
function workOfFrames(trace) {
  const { traceEvents } = JSON.parse(new TextDecoder().decode(trace));
  const isMain = ({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain';
  const mains = new Set(traceEvents.filter(isMain).map(({ pid, tid }) => `${pid} ${tid}`));
  const done = traceEvents.filter(({ pid, tid }) => mains.has(`${pid} ${tid}`));
  done.sort((one, other) => one.ts - other.ts);
  const draws = done.filter(({ name }) => name === 'FireAnimationFrame').map(({ ts }) => ts);
  const frames = [];
  for (const { ts, dur } of done.filter(({ name, dur }) => name === 'RunTask' && dur)) {
    const begins = draws[0] < ts + dur;
    while (draws[0] < ts + dur) draws.shift();
    if (begins) frames.push(0);
    if (frames.length) frames[frames.length - 1] += dur / 1000;
  }
  return frames.sort((one, other) => one - other);
}

const browser = await launchBrowser('chromium');
for (const { name, from, slower, ...wanted } of CASES) {
  const site = await serveSite({ documents: { '/': DOCUMENT, '/story.ordinal': webStory({ ...wanted, lines: LINES }) } });
  const page = await browser.newPage();
  await page.setViewport({ width: 1280, height: 800 });
  await page.goto(site.origin);
  await page.evaluate(async (ms) => {
    const lab = document.querySelector('ordinal-lab');
    await lab.ready;
    await lab.seek(ms);
  }, from);
  await page.emulateCPUThrottling(slower);
  await page.evaluate(() => document.querySelector('ordinal-lab').play());
  await page.tracing.start({ categories: ['toplevel', 'disabled-by-default-devtools.timeline', 'devtools.timeline'] });
  await new Promise((done) => setTimeout(done, SECONDS * 1000));
  const work = workOfFrames(await page.tracing.stop());
  const part = (share) => work[Math.floor(work.length * share)]?.toFixed(1);
  const good = (100 * work.filter((ms) => ms < FRAME_MS).length) / work.length;
  console.log(`${name.padEnd(32)} ${work.length} frames, ${good.toFixed(1)} in 100 under 16.7 ms, median ${part(0.5)} ms, 99th ${part(0.99)} ms`);
  await page.close();
  await site.close();
}
await browser.close();
