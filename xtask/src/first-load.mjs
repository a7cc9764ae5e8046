// Measures the first load of a site for a visitor: with a cold cache, on this machine and on one four times
// slower, over loopback and over a slow network. Usage: node first-load.mjs [SITE [RUNS]]
import { launchBrowser } from '../../tests/browser/browser.mjs';
import { SITE, serveSite } from '../../tests/browser/site.mjs';

const [folder = SITE, runs = '5'] = process.argv.slice(2);
const NETWORKS = [
  { name: 'loopback' },
  { name: '1.6 Mbit/s, 150 ms', bitsPerSecond: 1_600_000, latency: 150 },
];
const SLOWER = [1, 4];
const MEASURED = ['first paint', 'first pod', 'first click'];
const WAIT_MS = 60_000;

/** Runs in the page: notes when and where a pod is in the live picture, and when its menu is open. */
function watch() {
  globalThis.noted = {};
  const turn = () => {
    const root = document.querySelector('ordinal-lab')?.shadowRoot;
    const pod = root?.querySelector('.picture .pod[data-key]');
    if (pod) {
      noted.pod ??= performance.now();
      const { x, y, width, height } = pod.getBoundingClientRect();
      noted.place = [x + width / 2, y + height / 2];
      if (root.querySelector('.menu')) {
        noted.click = performance.now();
        return;
      }
    }
    requestAnimationFrame(turn);
  };
  requestAnimationFrame(turn);
}

/** One visit with a cold cache: the measured times, in milliseconds after the start of the navigation. */
async function visit(browser, origin, { bitsPerSecond, latency }, slower) {
  const context = await browser.createBrowserContext();
  try {
    const page = await context.newPage();
    await page.setViewport({ width: 1280, height: 800 });
    const session = await page.createCDPSession();
    await session.send('Network.enable');
    if (bitsPerSecond) {
      const throughput = bitsPerSecond / 8;
      await session.send('Network.emulateNetworkConditions', { offline: false, latency, downloadThroughput: throughput, uploadThroughput: throughput });
    }
    await session.send('Emulation.setCPUThrottlingRate', { rate: slower });
    await page.evaluateOnNewDocument(watch);
    await page.goto(origin, { waitUntil: 'domcontentloaded', timeout: WAIT_MS });
    await page.waitForFunction(() => globalThis.noted?.place, { timeout: WAIT_MS });
    while (!(await page.evaluate(() => noted.click))) {
      const [x, y] = await page.evaluate(() => noted.place);
      const does = (type) => session.send('Input.dispatchMouseEvent', { type, x, y, button: 'left', clickCount: 1 });
      await Promise.all([does('mousePressed'), does('mouseReleased')]);
    }
    return await page.evaluate(() => {
      const [paint] = performance.getEntriesByName('first-contentful-paint');
      return [paint.startTime, noted.pod, noted.click];
    });
  } finally {
    await context.close();
  }
}

const median = (values) => values.sort((one, other) => one - other)[Math.floor(values.length / 2)];

const site = await serveSite({ folder });
const browser = await launchBrowser('chromium');
console.log(`${'in ms, the median of ' + runs}`.padEnd(32) + MEASURED.map((name) => name.padStart(14)).join(''));
for (const network of NETWORKS) {
  for (const slower of SLOWER) {
    const visits = [];
    for (let run = 0; run < Number(runs); run += 1) visits.push(await visit(browser, site.origin, network, slower));
    const medians = MEASURED.map((_, at) => median(visits.map((it) => it[at])));
    const name = `${network.name}, CPU ${slower}x${slower > 1 ? ' slower' : ''}`;
    console.log(name.padEnd(32) + medians.map((ms) => ms.toFixed(0).padStart(14)).join(''));
  }
}
await browser.close();
await site.close();
