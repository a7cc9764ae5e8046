// What must not harm the picture or the run: hiding, odd sizes, failures of the program.
import assert from 'node:assert/strict';
import { accessibilityViolations, labTest, pause, press, run, seek, textOf, until, whenReady } from './lab.mjs';
import { ORDINAL_JS } from './site.mjs';

const HEAD = '<!doctype html><html lang="en"><title>Test</title><link rel="icon" href="/icon.svg"><script type="module" src="/element.js"></script>';
const document = (body) => ({ path: '/test', site: { documents: { '/test': HEAD + body } } });

/** How many shapes the picture has, and whether it has a place on the screen. */
const shapes = (lab) =>
  lab.evaluate((element) => {
    const picture = element.shadowRoot.querySelector('svg.picture');
    return picture?.getBoundingClientRect().width > 0 ? picture.querySelectorAll('*').length : 0;
  });

const frames = (page, count = 3) =>
  page.evaluate(async (left) => {
    for (; left > 0; left -= 1) await new Promise((done) => requestAnimationFrame(done));
  }, count);

const HIDING = {
  display: [(element) => (element.style.display = 'none'), (element) => (element.style.display = '')],
  hidden: [(element) => (element.parentElement.hidden = true), (element) => (element.parentElement.hidden = false)],
  details: [(element) => (element.closest('details').open = false), (element) => (element.closest('details').open = true)],
  visibility: [(element) => (element.style.contentVisibility = 'hidden'), (element) => (element.style.contentVisibility = '')],
  // As reveal.js does: the slide is taken out of the layout, shrunk, and comes back.
  slide: [
    (element) => Object.assign(element.parentElement.style, { display: 'none', transform: 'scale(0)' }),
    (element) => Object.assign(element.parentElement.style, { display: 'block', transform: '' }),
  ],
  nothing: [
    (element) => Object.assign(element.style, { width: '0', height: '0', minHeight: '0' }),
    (element) => Object.assign(element.style, { width: '', height: '', minHeight: '' }),
  ],
};

for (const [isPlaying, width] of [[true, 1280], [false, 1280], [true, 390], [false, 390]]) {
  const where = `${isPlaying ? 'playing' : 'paused'}, ${width} px`;
  const hidden = document('<details open><div><ordinal-lab story="/stories/first.ordinal"></ordinal-lab></div></details>');
  labTest(`hidden and shown again the picture is there, ${where}`, { ...hidden, width }, async ({ page, lab }) => {
    await seek(lab, 8_000, '0:08.0');
    if (isPlaying) await lab.evaluate((element) => element.play());
    for (const [name, [hide, show]] of Object.entries(HIDING)) {
      const before = await shapes(lab);
      assert.ok(before > 50, `${before} shapes before ${name}`);
      await lab.evaluate(hide);
      await frames(page);
      await lab.evaluate(show);
      await until(`the picture is back after ${name}`, async () => (await shapes(lab)) > 50);
      await frames(page);
      assert.ok((await shapes(lab)) > 50, name);
    }
    if (!isPlaying) return;
    const clock = await textOf(lab, '.clock');
    await until('time passes', async () => (await textOf(lab, '.clock')) !== clock);
  });
}

labTest('an element that is hidden at first is drawn when it is shown', document('<div hidden><ordinal-lab story="/stories/first.ordinal"></ordinal-lab></div>'), async ({ page, lab }) => {
  assert.equal(await shapes(lab), 0);
  await page.evaluate(() => (document.querySelector('div').hidden = false));
  await until('the picture is there', async () => (await shapes(lab)) > 20);
});

labTest('any size will do', document('<ordinal-lab story="/stories/first.ordinal"></ordinal-lab>'), async ({ page, lab }) => {
  await seek(lab, 12_000, '0:12.0');
  await lab.evaluate((element) => element.play());
  for (const [width, height] of [[1, 1], [0, 0], [50, 2000], [0, 300], [300, 0], [3000, 20], [2, 2], [7000, 5000], [1280, 700]]) {
    await lab.evaluate((element, size) => {
      element.style.width = `${size[0]}px`;
      element.style.height = `${size[1]}px`;
    }, [width, height]);
    await frames(page, 4);
  }
  await until('the picture is there', async () => (await shapes(lab)) > 50);
  assert.equal(await textOf(lab, '.loading'), '');
});

/** Lets the program fail, in a call of its own or in the next update. */
const provoke = (page, fault, isLater) =>
  page.evaluate(
    async (program, kind, later) => {
      const { provoke } = await import(program);
      setTimeout(() => provoke(kind, later));
    },
    ORDINAL_JS,
    fault,
    isLater,
  );

const rejection = (lab, ask) =>
  lab.evaluate(async (element, question) => {
    try {
      await (question === 'ready' ? element.ready : element[question]('kubectl get pods'));
      return '';
    } catch (error) {
      return error.message || 'an error without words';
    }
  }, ask);

const button = (lab, label) =>
  lab.evaluate((element, wanted) => [...element.shadowRoot.querySelectorAll('button')].some((it) => it.textContent === wanted), label);

const recipe = (lab) => lab.evaluate((element) => element.shadowRoot.querySelector('.loading textarea')?.value ?? '');

const FAILURE = /unreachable|a panic that a test asked for|memory|RuntimeError/;
const TWO = document('<ordinal-lab id="first" story="/stories/first.ordinal"></ordinal-lab><ordinal-lab id="second" story="/stories/names.ordinal"></ordinal-lab>');

for (const fault of ['panic', 'trap', 'memory']) {
  labTest(`a ${fault} in an update leads to the recipe, and the other element goes on`, { ...TWO, expects: FAILURE }, async ({ page, lab }) => {
    const second = await page.$('#second');
    await whenReady(second);
    await seek(second, 9_000, '0:09.0');
    await run(second, 'kubectl scale statefulset web --replicas=2');
    await seek(second, 12_000, '0:12.0');
    await seek(lab, 20_000, '0:20.0');
    await run(lab, 'kubectl delete pod web-0');
    await lab.evaluate((element) => {
      element.pause();
      element.addEventListener('error', ({ detail }) => (globalThis.said = detail.message));
      globalThis.elsewhere = [];
      document.querySelector('#second').addEventListener('error', ({ detail }) => globalThis.elsewhere.push(detail.message));
    });
    await second.evaluate((element) => element.pause());
    await provoke(page, fault, true);
    await pause(50);
    // What is asked now comes to nothing.
    const answers = await lab.evaluate((element) => Promise.allSettled([element.run('kubectl get pods'), element.state()]));
    assert.deepEqual(answers.map(({ status }) => status), ['rejected', 'rejected']);
    assert.match(await textOf(lab, '.loading'), /Ordinal stopped working[^]*Nothing is lost/);
    assert.match(await recipe(lab), /^ordinal 1\n[^]*kubectl delete pod web-0/);
    for (const later of ['ready', 'run', 'state', 'apply', 'seek']) assert.notEqual(await rejection(lab, later), '', later);
    assert.match(await page.evaluate(() => globalThis.said), FAILURE);
    // The other one is where it was.
    await whenReady(second);
    assert.equal(await textOf(second, '.clock'), '0:12.0');
    assert.match((await run(second, 'kubectl get statefulset web')).stdout, /\/2/);
    await until('its picture is there', async () => (await shapes(second)) > 50);
    assert.deepEqual(await page.evaluate(() => globalThis.elsewhere), []);
    // And the one that failed goes on, too.
    await press(lab, 'Continue this run');
    await whenReady(lab);
    assert.equal(await textOf(lab, '.clock'), '0:20.0');
    assert.match((await run(lab, 'kubectl get pods')).stdout, /web-0 +.*Terminating/);
    await lab.evaluate((element) => element.play());
    await until('time passes', async () => (await textOf(lab, '.clock')) > '0:20.0');
  });

  labTest(`a ${fault} that is nobody's leads to the recipe`, { expects: FAILURE }, async ({ page, lab }) => {
    await run(lab, 'kubectl cordon node-1');
    await provoke(page, fault, false);
    await until('it says so', async () => /stopped working/.test(await textOf(lab, '.loading')));
    assert.match(await recipe(lab), /kubectl cordon node-1/);
    assert.notEqual(await rejection(lab, 'run'), '');
    assert.ok(await button(lab, 'Continue this run'));
  });
}

labTest('a trap in a call of the element is caught where it is', { ...TWO, expects: FAILURE }, async ({ page, lab }) => {
  const said = await lab.evaluate(async (element, program) => {
    const { Lab, provoke } = await import(program);
    const { run } = Lab.prototype;
    Lab.prototype.run = () => {
      Lab.prototype.run = run;
      provoke('trap', false);
    };
    return element.run('kubectl get pods').catch((error) => `rejected: ${error.message}`);
  }, ORDINAL_JS);
  assert.match(said, /^rejected: /);
  await until('it says so', async () => /stopped working/.test(await textOf(lab, '.loading')));
  const second = await page.$('#second');
  await whenReady(second);
  assert.match((await run(second, 'kubectl get nodes')).stdout, /node-1/);
});

labTest('an animation frame that traps is noticed, and clicks on what was there do no harm', { ...TWO, expects: FAILURE }, async ({ page, lab }) => {
  const second = await page.$('#second');
  await second.evaluate((element) => {
    element.pause();
    return element.ready;
  });
  await lab.evaluate((element) => element.play());
  await provoke(page, 'trap', true);
  await until('it says so', async () => /stopped working/.test(await textOf(lab, '.loading')));
  await press(lab, 'Start over');
  await whenReady(lab);
  await until('it begins again', () => textOf(lab, '.clock'));
  // Timers, observers and media queries of the old instance.
  await page.setViewport({ width: 700, height: 900 });
  await pause(2_500);
  await until('the picture is there', async () => (await shapes(lab)) > 20);
});

labTest('where there can be no fresh instance, every element shows its recipe', { ...TWO, expects: FAILURE }, async ({ page, lab }) => {
  const second = await page.$('#second');
  await whenReady(second);
  await run(second, 'kubectl cordon node-2');
  await page.evaluate(() => {
    WebAssembly.Instance = function () {
      throw new RangeError('no memory for another instance');
    };
  });
  await provoke(page, 'trap', true);
  for (const it of [lab, second]) {
    await it.evaluate((element) => void element.play());
    await until('it says so', async () => /stopped working/.test(await textOf(it, '.loading')));
    assert.ok(await button(it, 'Reload the page'));
    assert.match(await rejection(it, 'run'), FAILURE);
  }
  assert.match(await recipe(second), /kubectl cordon node-2/);
  // One that comes later says so, too.
  const late = await page.evaluateHandle(() => document.body.appendChild(Object.assign(document.createElement('ordinal-lab'), { storyText: 'ordinal 1\n' })));
  assert.match(await rejection(late, 'ready'), /has failed. Reload the page/);
});

labTest('an element that is moved while it shows a failure continues its run', { expects: FAILURE }, async ({ page, lab }) => {
  await run(lab, 'kubectl cordon node-2');
  await page.evaluate(() => sessionStorage.clear());
  await provoke(page, 'trap', true);
  await lab.evaluate((element) => void element.play());
  await until('it says so', async () => /stopped working/.test(await textOf(lab, '.loading')));
  await lab.evaluate((element) => {
    document.body.append(element);
    return element.ready.catch(() => {});
  });
  await until('it is there', () => textOf(lab, '.clock'));
  assert.match((await run(lab, 'kubectl get nodes')).stdout, /node-2 +Ready,SchedulingDisabled/);
});

labTest('a run that did not come back is offered, not begun', async ({ page, lab }) => {
  await seek(lab, 20_000, '0:20.0');
  await run(lab, 'kubectl scale statefulset web --replicas=5');
  // As it is after a tab that froze.
  await page.evaluate(() => addEventListener('pagehide', () => {
    const [key] = Object.keys(sessionStorage).filter((name) => name.startsWith('ordinal.run '));
    sessionStorage.setItem(key.replace('ordinal.run ', 'ordinal.mounting '), '1');
  }));
  await page.reload({ waitUntil: 'load' });
  const again = await page.waitForSelector('ordinal-lab:defined');
  await until('it is offered', async () => /was not restored/.test(await textOf(again, '.loading')));
  assert.match(await recipe(again), /replicas=5/);
  assert.notEqual(await rejection(again, 'ready'), '');
  await press(again, 'Continue this run');
  await whenReady(again);
  assert.match((await run(again, 'kubectl get statefulset web')).stdout, /\/5/);
});

for (const [width, dark] of [[390, true], [1280, false]]) {
  labTest(`axe finds nothing on the failure screen, ${width} px`, { width, height: 844, dark, expects: FAILURE }, async ({ page, lab }) => {
    await provoke(page, 'panic', false);
    await until('it says so', async () => /stopped working/.test(await textOf(lab, '.loading')));
    assert.deepEqual(await accessibilityViolations(page), []);
    await press(lab, 'Copy a problem report');
    await until('there is a report', async () => /^## Ordinal problem report/.test(await recipe(lab)));
    assert.match(await recipe(lab), /- Ordinal \d+\.\d+\.\d+, rules \d+\n- Client Version: v1[^]*- Server Version: v1[^]*a panic that a test asked for[^]*```\nordinal 1\n/);
  });
}

labTest('the help makes a problem report', async ({ page, lab }) => {
  await run(lab, 'kubectl cordon node-2');
  await page.keyboard.press('?');
  await until('the help opens', () => textOf(lab, '.help'));
  await press(lab, 'Copy a problem report');
  const made = () => lab.evaluate((element) => element.shadowRoot.querySelector('.help textarea')?.value ?? '');
  const text = await until('there is a report', made);
  assert.match(text, /- Ordinal \d[^]*- Browser: Mozilla[^]*- Window: 1280x800[^]*```\nordinal 1\n[^]*kubectl cordon node-2\n```\n$/);
  assert.deepEqual(await accessibilityViolations(page), []);
});
