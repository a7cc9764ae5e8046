// What a visitor does with the page: watch, stop, go back, break things, paste manifests.
import assert from 'node:assert/strict';
import { accessibilityViolations, click, labTest, pause, press, run, seek, textOf, until, whenReady } from './lab.mjs';

/** The UID that is drawn on a pod, an empty string if there is none. */
const uidOf = (lab, pod) =>
  lab.evaluate((element, name) => {
    const items = [...element.shadowRoot.querySelectorAll('.picture [role=button]')];
    const item = items.find((it) => it.querySelector('title').textContent.startsWith(`pod ${name}:`));
    return /uid ([0-9a-f]{4})/.exec(item?.textContent ?? '')?.[1] ?? '';
  }, pod);

/** Gives an item of the picture the focus, by the words its name begins with. */
const focusItem = (lab, name) =>
  lab.evaluate((element, wanted) => {
    const items = [...element.shadowRoot.querySelectorAll('.picture [role=button]')];
    const item = items.find((it) => it.querySelector('title').textContent.startsWith(wanted));
    item?.focus();
    return Boolean(item);
  }, name);

labTest('the story plays by itself', async ({ lab }) => {
  const first = await textOf(lab, '.clock');
  await until('time passes', async () => (await textOf(lab, '.clock')) !== first);
  await until('web-0 is created', async () => (await textOf(lab, '.log')).includes('web-0 is created'));
});

labTest('the last event is in sight', async ({ lab }) => {
  await seek(lab, 30_000, '0:30.0');
  const isInSight = () =>
    lab.evaluate((element) => {
      const bounds = (selector) => element.shadowRoot.querySelector(selector).getBoundingClientRect();
      const [list, rows] = [bounds('.log .scroller'), element.shadowRoot.querySelectorAll('.log .event')];
      const last = [...rows].at(-1)?.getBoundingClientRect();
      return rows.length > 20 && last.top >= list.top && last.bottom <= list.bottom + 1;
    });
  await until('it is', isInSight);
});

labTest('pause, step and seek', async ({ lab }) => {
  await lab.evaluate((element) => element.pause());
  await pause(100);
  const stopped = await textOf(lab, '.clock');
  await pause(400);
  assert.equal(await textOf(lab, '.clock'), stopped);

  // Several events can share what the clock shows.
  await until('a step is made', async () => {
    await lab.evaluate((element) => element.step());
    return (await textOf(lab, '.clock')) !== stopped;
  });

  await seek(lab, 20_000, '0:20.0');
  const late = await textOf(lab, '.log');
  await seek(lab, 2_000, '0:02.0');
  assert.notEqual(await textOf(lab, '.log'), late);
  await seek(lab, 20_000, '0:20.0');
  assert.equal(await textOf(lab, '.log'), late);
});

labTest('the keys play, pause and step', async ({ page, lab }) => {
  const label = () => lab.evaluate((element) => element.shadowRoot.querySelector('.play').ariaLabel);
  await until('time passes', async () => (await label()) === 'Pause');
  await page.keyboard.press('.');
  await until('time stops', async () => (await label()) === 'Play');
  await seek(lab, 10_000, '0:10.0');
  await page.keyboard.press('ArrowLeft');
  await until('a step back is made', async () => (await textOf(lab, '.clock')) < '0:10.0');
  await page.keyboard.press('Home');
  await until('the beginning is reached', async () => (await textOf(lab, '.clock')) === '0:00.0');
});

labTest('a pod deleted by keyboard comes back with its name and another UID', async ({ page, lab }) => {
  await lab.evaluate((element) => element.setAttribute('speed', '16'));
  await seek(lab, 28_000, '0:28.0');
  const before = await uidOf(lab, 'web-2');
  assert.notEqual(before, '');

  assert.ok(await focusItem(lab, 'pod web-2'));
  await page.keyboard.press('Enter');
  await until('the menu opens', () => textOf(lab, '.menu'));
  for (let entry = 0; entry < 3; entry += 1) await page.keyboard.press('ArrowDown');
  const chosen = await lab.evaluate((element) => element.shadowRoot.activeElement.textContent);
  assert.match(chosen, /kubectl delete pod web-2/);
  await page.keyboard.press('Enter');

  await until('web-2 has another UID', async () => {
    const now = await uidOf(lab, 'web-2');
    return now !== '' && now !== before;
  });
});

labTest('Escape closes the menu and gives the focus back', async ({ page, lab }) => {
  await seek(lab, 28_000, '0:28.0');
  assert.ok(await focusItem(lab, 'pod web-0'));
  await page.keyboard.press('Enter');
  await until('the menu opens', () => textOf(lab, '.menu'));
  await page.keyboard.press('Escape');
  await until('the menu closes', async () => !(await textOf(lab, '.menu')));
  const focused = await lab.evaluate((element) => element.shadowRoot.activeElement?.textContent);
  assert.match(focused, /^pod web-0/);
});

labTest('a dialog that opens while another one closes stays open, also during playback', async ({ lab }) => {
  await lab.evaluate((element) => element.play());
  for (const [first, second] of [['Survive?', 'Share'], ['Share', 'Manifest'], ['Manifest', 'Survive?']]) {
    await press(lab, first);
    const opened = () => lab.evaluate((element) => element.shadowRoot.querySelector('dialog[open] h2')?.textContent);
    const before = await until('the first dialog is open', opened);
    // The browser fires the close event of the first dialog after the click.
    await lab.evaluate((element, wanted) => {
      const button = [...element.shadowRoot.querySelectorAll('button')].find((it) => it.textContent === wanted);
      element.shadowRoot.querySelector('dialog[open]').close();
      button.click();
    }, second);
    await until('the second dialog is open', async () => ![before, undefined].includes(await opened()));
    await pause(200);
    assert.notEqual(await opened(), undefined, second);
    await lab.evaluate((element) => element.shadowRoot.querySelector('dialog[open]').close());
    await until('it closes', async () => !(await opened()));
  }
});

labTest('acting in the past drops the future, and can be undone', async ({ lab }) => {
  await seek(lab, 28_000, '0:28.0');
  await seek(lab, 12_000, '0:12.0');
  const { exit } = await run(lab, 'kubectl scale statefulset web --replicas=2');
  assert.equal(exit, 0);
  assert.match(await textOf(lab, '.notice'), /You changed history at 0:12/);
  await click(lab, '.notice .link');
  await until('it is undone', async () => /Undone/.test(await textOf(lab, '.notice')));
  const { stdout } = await run(lab, 'kubectl get statefulset web');
  assert.match(stdout, /\/3/);
});

/** Opens the manifest, writes a text into it and applies it. */
async function applyText(page, lab, yaml) {
  await click(lab, '.tools [title^="Write, paste"]');
  await until('the dialog opens', () => textOf(lab, '.manifest'));
  await lab.evaluate((element, value) => {
    const area = element.shadowRoot.querySelector('textarea');
    area.focus();
    area.value = value;
    area.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
  }, yaml);
  await pause(50);
  await page.keyboard.down('Control');
  await page.keyboard.press('Enter');
  await page.keyboard.up('Control');
  await until('kubectl answers', () => textOf(lab, '.output'));
}

const BROKEN = 'apiVersion: apps/v1\nkind: StatefulSet\nmetadata:\n  name: web\nspec:\n  replicas: many\n';

labTest('a broken manifest is refused, and nothing typed is lost', async ({ page, lab }) => {
  await applyText(page, lab, BROKEN);
  assert.ok(await lab.evaluate((element) => element.shadowRoot.querySelector('.advice .error') !== null));
  assert.match(await textOf(lab, '.advice'), /line \d+/);
  await page.keyboard.press('Escape');
  await until('the dialog closes', async () => !(await textOf(lab, '.manifest')));
  await click(lab, '.tools [title^="Write, paste"]');
  await until('the dialog opens', () => textOf(lab, '.manifest'));
  assert.equal(await lab.evaluate((element) => element.shadowRoot.querySelector('textarea').value), BROKEN);
});

for (const dark of [false, true]) {
  const tastes = { dark };
  const where = dark ? 'dark' : 'light';
  labTest(`axe finds nothing with the menu open, ${where}`, tastes, async ({ page, lab }) => {
    await seek(lab, 28_000, '0:28.0');
    await focusItem(lab, 'pod web-1');
    await page.keyboard.press('Enter');
    await until('the menu opens', () => textOf(lab, '.menu'));
    await pause(200);
    assert.deepEqual(await accessibilityViolations(page), []);
  });

  labTest(`axe finds nothing while a clone is on its way, ${where}`, tastes, async ({ page, lab }) => {
    await seek(lab, 12_500, '0:12.5');
    await lab.evaluate((element) => element.play());
    assert.deepEqual(await accessibilityViolations(page), []);
    assert.ok(await lab.evaluate((element) => element.shadowRoot.querySelector('.play').getAttribute('aria-label') === 'Pause'));
  });

  labTest(`axe finds nothing with an error shown, ${where}`, tastes, async ({ page, lab }) => {
    await applyText(page, lab, BROKEN);
    assert.deepEqual(await accessibilityViolations(page), []);
  });

  labTest(`axe finds nothing in the past, ${where}`, tastes, async ({ page, lab }) => {
    await seek(lab, 34_000, '0:34.0');
    await seek(lab, 12_500, '0:12.5');
    assert.deepEqual(await accessibilityViolations(page), []);
  });

  labTest(`axe finds nothing in the help, ${where}`, tastes, async ({ page, lab }) => {
    await page.keyboard.press('?');
    await until('the help opens', () => textOf(lab, '.help'));
    assert.deepEqual(await accessibilityViolations(page), []);
  });
}

labTest('two elements on a page live apart', {
  path: '/two.html',
  site: {
    documents: {
      '/two.html': `<!doctype html><html lang="en"><title>Two</title><link rel="icon" href="/icon.svg"><script type="module" src="/element.js"></script>
        <ordinal-lab story="/stories/first.ordinal"></ordinal-lab>
        <ordinal-lab id="second"><script type="text/x-ordinal">ordinal 1\nnodes 2\n</script></ordinal-lab></html>`,
    },
  },
}, async ({ page, lab }) => {
  const second = await page.waitForSelector('#second');
  await whenReady(second);
  await seek(lab, 5_000, '0:05.0');
  assert.equal(await textOf(second, '.clock'), '0:00.0');
  // Removed and inserted again, it starts over.
  await second.evaluate(async (element) => {
    const parent = element.parentNode;
    element.remove();
    parent.append(element);
    await element.ready;
  });
  await until('it is there again', () => textOf(second, '.clock'));
  assert.equal(await textOf(lab, '.clock'), '0:05.0');
});

labTest('another version of Kubernetes plays the same story by its rules, and Undo comes back', async ({ page, lab }) => {
  const server = async () => (await run(lab, 'kubectl version')).stdout.match(/Server Version: (v1\.\d+)/)[1];
  assert.equal(await server(), 'v1.37');
  await lab.evaluate((element) => element.seek(20_000));
  await press(lab, 'Kubernetes v1.37');
  await until('the dialog is open', () => textOf(lab, '.versions .version'));
  await lab.evaluate((element) => {
    const select = element.shadowRoot.querySelector('.versions .version select');
    select.value = '1.36';
    select.dispatchEvent(new Event('change', { bubbles: true }));
  });
  await until('it is another version', async () => (await textOf(lab, '.notice')).startsWith('This is what happens with Kubernetes 1.36.'));
  await page.keyboard.press('Escape');
  assert.equal(await server(), 'v1.36');
  assert.match((await lab.evaluate((element) => element.shadowRoot.querySelector('.clock').textContent)), /^0:2/);
  await press(lab, 'Undo');
  await until('the version is back', async () => (await server()) === 'v1.37');
});
