// What is done can be taken back, survives a reload, and leaves the page as links, files and pictures.
import assert from 'node:assert/strict';
import { encode } from '../../static/share/link.js';
import { chooseStory, click, labTest, pause, press, run, seek, textOf, until, whenReady } from './lab.mjs';

/** Copies a link to this moment. */
async function linkTo(lab) {
  await press(lab, 'Share');
  await until('the dialog opens', () => textOf(lab, '.share'));
  await press(lab, 'Copy a link');
  const value = () => lab.evaluate((element) => element.shadowRoot.querySelector('.share textarea')?.value);
  return until('a link is made', value);
}

/** Loads the page again. */
async function reload(page) {
  await page.reload({ waitUntil: 'load' });
  const lab = await page.waitForSelector('ordinal-lab:defined');
  await whenReady(lab);
  return lab;
}

/** Catches what the page would save, and resolves to its name and bytes. */
async function saved(lab, label) {
  await lab.evaluate(() => {
    HTMLAnchorElement.prototype.click = function () {
      globalThis.caught = fetchless(this);
    };
    const blobs = new Map();
    const make = URL.createObjectURL.bind(URL);
    URL.createObjectURL = (blob) => {
      const address = make(blob);
      blobs.set(address, blob);
      return address;
    };
    const fetchless = async ({ download, href }) => [download, [...new Uint8Array(await blobs.get(href).arrayBuffer())]];
  });
  await press(lab, 'Share');
  await until('the dialog opens', () => textOf(lab, '.share'));
  await press(lab, label);
  await until('it is saved', async () => /^Saved/.test(await textOf(lab, '.said')));
  const [name, bytes] = await lab.evaluate(() => globalThis.caught);
  return { name, bytes: Buffer.from(bytes) };
}

labTest('undo and redo', async ({ lab }) => {
  await seek(lab, 28_000, '0:28.0');
  await run(lab, 'kubectl delete pod web-1');
  const replicas = async () => (await run(lab, 'kubectl get statefulset web')).stdout;
  await run(lab, 'kubectl scale statefulset web --replicas=2');
  assert.match(await replicas(), /\/2/);
  await press(lab, 'Undo');
  assert.match(await replicas(), /\/3/);
  await press(lab, 'Redo');
  assert.match(await replicas(), /\/2/);
  assert.equal(await textOf(lab, '.clock'), '0:28.0');
});

labTest('what was done survives a reload', async ({ page, lab }) => {
  await seek(lab, 20_000, '0:20.0');
  await run(lab, 'kubectl scale statefulset web --replicas=5');
  await seek(lab, 33_000, '0:33.0');
  const again = await reload(page);
  await again.evaluate((element) => element.pause());
  assert.match((await run(again, 'kubectl get statefulset web')).stdout, /\/5/);
  assert.match(await textOf(again, '.clock'), /^0:3[3-9]/);
  await press(again, 'Restart story');
  assert.match(await textOf(again, '.clock'), /^0:00/);
});

labTest('a guided story goes on after a reload, where it was', async ({ page, lab }) => {
  await chooseStory(lab, 'Three pods, in order');
  const place = (of) => textOf(of, '.lesson').then((text) => /\d+ of \d+/.exec(text)?.[0]);
  const first = await place(lab);
  await until('the next step', async () => {
    await lab.evaluate((element) => element.shadowRoot.querySelector('.lesson .button.primary')?.click());
    return (await place(lab)) !== first;
  });
  const before = await place(lab);
  const again = await reload(page);
  assert.equal(await textOf(again, '.lesson h2'), 'Three pods, in order');
  assert.equal(await place(again), before);
});

labTest('progress goes along with a saved run', async ({ page, lab }) => {
  await page.evaluate(() => localStorage.setItem('ordinal.lessons', 'in-order\n'));
  const { bytes } = await saved(lab, 'Save as a file');
  assert.match(bytes.toString(), /^# stories gone through: in-order$/m);
  await page.evaluate(() => {
    localStorage.clear();
    HTMLInputElement.prototype.click = function () {
      const files = new DataTransfer();
      files.items.add(new File([globalThis.savedText], 'run.ordinal'));
      this.files = files.files;
      this.dispatchEvent(new Event('change'));
    };
  });
  await page.evaluate((text) => (globalThis.savedText = text), bytes.toString());
  await press(lab, 'Open a file');
  await until('it is taken over', () => page.evaluate(() => localStorage.getItem('ordinal.lessons')));
  await page.keyboard.press('Escape');
  await until('the dialog closes', async () => !(await textOf(lab, '.share')));
  await press(lab, 'Stories');
  await until('the list says so', async () => /Three pods, in order[^]*completed/.test(await textOf(lab, '.dialog')));
});

labTest('a story begun with a manifest survives a reload', async ({ page, lab }) => {
  await click(lab, '.tools [title^="Write, paste"]');
  await until('the dialog opens', () => textOf(lab, '.manifest'));
  await press(lab, 'Start a new cluster with this');
  await until('it begins', async () => /Started a new cluster with your manifest/.test(await textOf(lab, '.notice')));
  await run(lab, 'kubectl scale statefulset web --replicas=1');
  const again = await reload(page);
  assert.match((await run(again, 'kubectl get statefulset web')).stdout, /\/1/);
  assert.match((await run(again, 'kubectl get nodes')).stdout, /node-3/);
});

labTest('a link leads to the moment, a damaged one says so', async ({ page, lab, site }) => {
  await seek(lab, 21_000, '0:21.0');
  await run(lab, 'kubectl delete pod web-0');
  await seek(lab, 23_500, '0:23.5');
  const pods = (await run(lab, 'kubectl get pods')).stdout;
  const link = await linkTo(lab);
  assert.ok(link.startsWith(`${site.origin}/#1.`), link);
  assert.ok(link.length < 2000, `${link.length} characters`);
  const open = async (address) => {
    await page.evaluate(() => sessionStorage.clear());
    // Another address first: a fragment alone does not load the page again.
    await page.goto('about:blank');
    await page.goto(address, { waitUntil: 'load' });
    const opened = await page.waitForSelector('ordinal-lab:defined');
    await whenReady(opened);
    return opened;
  };
  const there = await open(link);
  assert.equal(await textOf(there, '.clock'), '0:23.5');
  assert.equal((await run(there, 'kubectl get pods')).stdout, pods);
  assert.match(await textOf(there, '.notice'), /Opened the run from the link/);
  const damaged = await open(link.replace(/\.[0-9a-f]{8}@/, '.00000000@'));
  assert.match(await textOf(damaged, '.notice'), /This link is damaged: its checksum does not match. Recovered \d+ lines/);
  const broken = await open(link.replace(/#1\.(.{30}).*$/, '#1.$1'));
  assert.match(await textOf(broken, '.notice'), /This link is damaged/);
  assert.match(await textOf(broken, '.clock'), /^0:/);
  const newer = await open(link.replace('#1.', '#9.'));
  await until('it says so', async () => /version 9/.test(await textOf(newer, '.notice')));
  const other = await open(link.replace('@23500', '@23501'));
  assert.match(await textOf(other, '.clock'), /^0:23.5/);
});

labTest('what was done in the run of a link survives a reload', async ({ page, lab }) => {
  const link = await encode('ordinal 1\nseed 5\nnodes 2\n', 3_000);
  await page.evaluate((hash) => (location.hash = hash), link);
  await until('the link is open', async () => /run from the link/.test(await textOf(lab, '.status')));
  assert.equal(await page.evaluate(() => location.hash), link);
  await run(lab, 'kubectl cordon node-1');
  assert.equal(await page.evaluate(() => location.hash), '');
  await page.reload({ waitUntil: 'load' });
  const again = await page.waitForSelector('ordinal-lab:defined');
  await whenReady(again);
  const nodes = await run(again, 'kubectl get nodes');
  assert.match(nodes.stdout, /node-1 +Ready,SchedulingDisabled/);
  assert.doesNotMatch(nodes.stdout, /node-3/);
});

labTest('the run, the log and the picture can be saved', async ({ lab }) => {
  await seek(lab, 14_000, '0:14.0');
  const recipe = await saved(lab, 'Save as a file');
  assert.match(recipe.bytes.toString(), /^ordinal 1\n[^]*kubectl apply/);
  await click(lab, '.share .dialog-head button');
  await pause(100);
  const log = await saved(lab, 'JSON');
  const lines = log.bytes.toString().trimEnd().split('\n').map((line) => JSON.parse(line));
  assert.ok(lines.some(({ reason }) => reason === 'PodCreated'));
  await click(lab, '.share .dialog-head button');
  await pause(100);
  const svg = await saved(lab, 'SVG');
  assert.match(svg.bytes.toString(), /^<svg[^]*<style>[^<]*--p-ground[^]*web-0/);
  await click(lab, '.share .dialog-head button');
  await pause(100);
  const png = await saved(lab, 'PNG');
  assert.equal(png.bytes.subarray(1, 4).toString(), 'PNG');
  assert.ok(png.bytes.length > 20_000, `${png.bytes.length} bytes show little`);
});

/** Finds the picture on the page drawn as the exported one. */
async function assertDrawnAsExported(lab) {
  const { bytes } = await saved(lab, 'SVG');
  const [drawn, exported] = await lab.evaluate((element, text) => {
    const shapes = (root) => {
      const all = [...root.querySelectorAll(':is(rect, circle, ellipse, line, path, text, title):not(.ground, svg > title)')];
      return all.map((shape) => {
        const places = ['x', 'y', 'width', 'height', 'd', 'cx', 'cy', 'r', 'x1', 'y1', 'x2', 'y2', 'transform', 'class'];
        const words = ['text', 'title'].includes(shape.localName) ? shape.textContent : '';
        return [shape.localName, ...places.map((name) => shape.getAttribute(name) ?? ''), words].join(' ');
      });
    };
    const parsed = new DOMParser().parseFromString(text.replace(/<style[^]*<.style>/, ''), 'image/svg+xml');
    return [shapes(element.shadowRoot.querySelector('svg.picture')), shapes(parsed)];
  }, bytes.toString());
  assert.ok(drawn.length > 50, `${drawn.length} shapes`);
  assert.deepEqual(drawn, exported);
}

labTest('the page and the exported SVG draw the same shapes', async ({ lab }) => {
  await seek(lab, 12_000, '0:12.0');
  await assertDrawnAsExported(lab);
});

labTest('on a slow machine the picture goes on, and is whole when it stops', async ({ lab }) => {
  await seek(lab, 8_000, '0:08.0');
  await lab.evaluate((element) => {
    // Every frame is late.
    const burn = () => {
      const end = performance.now() + 30;
      while (performance.now() < end);
      element.slowness = requestAnimationFrame(burn);
    };
    burn();
    element.play();
  });
  const hasWorker = () =>
    lab.evaluate((element) => element.shadowRoot.querySelector('svg.picture').textContent.includes('web-1 is Running'));
  await until('the next pod is drawn', hasWorker);
  await until('the log follows', async () => (await textOf(lab, '.log')).includes('web-1'));
  await until('the clock goes on', async () => (await textOf(lab, '.clock')) > '0:11');
  await lab.evaluate((element) => {
    element.pause();
    cancelAnimationFrame(element.slowness);
  });
  await assertDrawnAsExported(lab);
});

labTest('a moving picture has its frames, and the cursor comes back', async ({ lab }) => {
  await seek(lab, 10_000, '0:10.0');
  const { bytes } = await saved(lab, 'Animated PNG');
  assert.equal(bytes.subarray(1, 4).toString(), 'PNG');
  const control = bytes.indexOf('acTL');
  assert.equal(bytes.readUInt32BE(control + 4), 40);
  assert.equal(await textOf(lab, '.clock'), '0:10.0');
});

labTest('the terminal: history, output, and the keys of a presenter', async ({ page, lab }) => {
  await seek(lab, 28_000, '0:28.0');
  await lab.evaluate((element) => element.shadowRoot.querySelector('.page').focus());
  await page.keyboard.press('k');
  await until('the terminal opens', () => textOf(lab, '.terminal'));
  await page.keyboard.type('kubectl get pods');
  await page.keyboard.press('Enter');
  await until('it answers', async () => /web-2 +1\/1/.test(await textOf(lab, '.scrollback')));
  await page.keyboard.type('kubectl gte pods');
  await page.keyboard.press('Enter');
  await until('it complains', async () => /unknown command "gte"/.test(await textOf(lab, '.scrollback')));
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowUp');
  const typed = () => lab.evaluate((element) => element.shadowRoot.querySelector('.command').value);
  assert.equal(await typed(), 'kubectl get pods');
  await page.keyboard.press('Escape');
  await until('the terminal closes', async () => !(await textOf(lab, '.terminal')));
  await lab.evaluate((element) => element.shadowRoot.querySelector('.page').focus());
  await page.keyboard.press('d');
  await until('a pod is deleted', async () => /delete pod web-2/.test(await textOf(lab, '.bottom .status')));
  await seek(lab, 29_000, '0:29.0');
  await page.keyboard.press('PageUp');
  await until('a step back is made', async () => (await textOf(lab, '.clock')) < '0:29.0');
  const clock = await textOf(lab, '.clock');
  await page.keyboard.press('.');
  await until('time passes', async () => (await textOf(lab, '.clock')) > clock);
});

labTest('a watch goes on printing until Ctrl+C', async ({ page, lab }) => {
  await seek(lab, 28_000, '0:28.0');
  await lab.evaluate((element) => element.shadowRoot.querySelector('.page').focus());
  await page.keyboard.press('k');
  await until('the terminal opens', () => textOf(lab, '.terminal'));
  await page.keyboard.type('kubectl get pods -w');
  await page.keyboard.press('Enter');
  const printed = () => textOf(lab, '.scrollback');
  await until('it prints', async () => /web-2 +1\/1 +Running[^]*Press Ctrl\+C/.test(await printed()));
  await run(lab, 'kubectl delete pod web-2 --wait=false');
  await lab.evaluate((element) => element.play());
  await until('it goes on', async () => /web-2 +1\/1 +Terminating[^]*web-2 +0\/1 +Pending/.test(await printed()));
  await page.keyboard.down('Control');
  await page.keyboard.press('c');
  await page.keyboard.up('Control');
  await until('it ends', async () => !/Press Ctrl\+C/.test(await printed()));
});

labTest('the element tells of events', async ({ page, lab }) => {
  await lab.evaluate((element) => {
    globalThis.told = [];
    element.addEventListener('ordinal-event', ({ detail }) => globalThis.told.push(detail));
    element.pause();
  });
  await seek(lab, 55_000, '0:55.0');
  const told = await page.evaluate(() => globalThis.told);
  assert.ok(told.some(({ reason, object }) => reason === 'PodCreated' && object === 'pod/web-3'), JSON.stringify(told.slice(0, 3)));
});
