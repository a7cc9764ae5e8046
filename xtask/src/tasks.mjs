// Measures the longest tasks of the main thread of the page while it does what takes long, with 300 pods: nothing
// should keep it from answering for 50 ms. Usage: node tasks.mjs [SITE]
import { launchBrowser } from '../../tests/browser/browser.mjs';
import { SITE, serveSite } from '../../tests/browser/site.mjs';
import { webStory } from '../../tests/browser/stories.mjs';
import { encode } from '../../static/share/link.js';

const [folder = SITE] = process.argv.slice(2);
const LONG_MS = 50;
const LIMIT_MS = 20_000;

const story = webStory({ replicas: 300 });
const maps = Array.from({ length: 5_000 }, (_, number) => `---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: map-${number} }\n`).join('');
const list = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: large }\ndata:\n${Array.from({ length: 30_000 }, (_, number) => `  key-${number}: "value ${number}"\n`).join('')}`;

/** What is measured: a name, and what is done in the page, with the element. */
const SCENARIOS = [
  ['bring up 300 pods', (lab) => lab.seek(120_000)],
  ['seek 6 h ahead', (lab) => lab.seek(6 * 3_600_000)],
  ['seek back to 1 min', (lab) => lab.seek(60_000)],
  ['delete --timeout', (lab) => lab.run('kubectl delete pod web-3 --timeout=2h')],
  ['wait that never ends in time', (lab) => lab.run('kubectl wait --for=delete pod/web-0 --timeout=12h')],
  ['rollout status', (lab) => lab.run('kubectl rollout status sts/web --timeout=12h')],
  ['get -w', (lab) => lab.run('kubectl get pods -w --request-timeout=30m')],
  ['get pods -o yaml', (lab) => lab.run('kubectl get pods -o yaml')],
  ['state()', (lab) => lab.state()],
  ['apply 5,000 ConfigMaps', (lab) => lab.apply(globalThis.given.maps)],
  ['apply a ConfigMap of 30,000 lines', (lab) => lab.apply(globalThis.given.list)],
  ['play for 5 s', (lab) => (lab.play(), new Promise((done) => setTimeout(() => (lab.pause(), done()), 5_000)))],
  [
    'open a link',
    (lab) => {
      location.hash = globalThis.given.link;
      const says = () => /run of the link/.test(lab.shadowRoot.querySelector('.status')?.textContent);
      return new Promise((done) => {
        const turn = () => (says() ? done() : setTimeout(turn, 50));
        turn();
      });
    },
  ],
];

/** The lengths of the tasks of the main thread, in milliseconds, from a trace; the longest first. */
function tasksOf(trace) {
  const { traceEvents } = JSON.parse(new TextDecoder().decode(trace));
  const isMain = ({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain';
  const mains = new Set(traceEvents.filter(isMain).map(({ pid, tid }) => `${pid} ${tid}`));
  const done = traceEvents.filter(({ name, dur, pid, tid }) => name === 'RunTask' && dur && mains.has(`${pid} ${tid}`));
  return done.map(({ dur }) => dur / 1000).sort((one, other) => other - one);
}

const index = '<!doctype html><html lang="en"><title>bench</title><script type="module" src="element.js"></script><ordinal-lab story="story.ordinal" linked></ordinal-lab></html>';
const site = await serveSite({ folder, documents: { '/': index, '/story.ordinal': story } });
const browser = await launchBrowser('chromium');
const page = await browser.newPage();
await page.setViewport({ width: 1280, height: 800 });
await page.goto(site.origin);
await page.evaluate(() => document.querySelector('ordinal-lab').ready);
const given = { maps, list, link: await encode(story, 120_000) };
await page.evaluate((texts) => (globalThis.given = texts), given);
console.log(`${'what'.padEnd(36)} ${'total ms'.padStart(9)} ${'longest ms'.padStart(11)} ${`over ${LONG_MS}`.padStart(8)}`);
for (const [name, act] of SCENARIOS) {
  await page.tracing.start({ categories: ['toplevel', 'disabled-by-default-devtools.timeline'] });
  const start = Date.now();
  const work = page.evaluate(`(${act})(document.querySelector('ordinal-lab'))`).then(() => 'done');
  const end = await Promise.race([work, new Promise((done) => setTimeout(() => done('still going'), LIMIT_MS))]);
  const total = Date.now() - start;
  // What is still going is canceled, so that the next one is measured by itself.
  await page.evaluate(() => document.querySelector('ordinal-lab').shadowRoot.querySelector('.job button')?.click());
  if (end === 'done') await work;
  const tasks = tasksOf(await page.tracing.stop());
  const long = tasks.filter((ms) => ms > LONG_MS).length;
  console.log(`${name.padEnd(36)} ${String(total).padStart(9)} ${(tasks[0] ?? 0).toFixed(0).padStart(11)} ${String(long).padStart(8)}${end === 'done' ? '' : `   ${end}`}`);
}
await browser.close();
await site.close();
