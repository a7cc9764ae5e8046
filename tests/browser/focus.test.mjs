// The keyboard focus: keys work after what had the focus is gone, and do one thing at a time.
import assert from 'node:assert/strict';
import { labTest, pause, press, run, seek, textOf, until } from './lab.mjs';

const focusItem = (lab, name) =>
  lab.evaluate((element, wanted) => {
    const items = [...element.shadowRoot.querySelectorAll('.picture [role=button]')];
    items.find((it) => it.querySelector('title').textContent.startsWith(wanted))?.focus();
    return element.shadowRoot.activeElement !== null;
  }, name);

const isPlaying = (lab) => lab.evaluate((element) => element.shadowRoot.querySelector('.play').ariaLabel === 'Pause');

labTest('keys work after the pod with the focus is gone', async ({ page, lab }) => {
  await seek(lab, 30_000, '0:30.0');
  assert.equal(await focusItem(lab, 'pod web-1:'), true);
  await run(lab, 'kubectl delete pod web-1 --force');
  await lab.evaluate((element) => element.play());
  const hasFocus = () => lab.evaluate((element) => element.shadowRoot.activeElement !== null);
  for (let step = 0; step < 12; step += 1) {
    await pause(250);
    await until('the focus is in the element', hasFocus);
  }
  assert.equal(await isPlaying(lab), true);
  await page.keyboard.press('.');
  await until('it is paused', async () => !(await isPlaying(lab)));
  // Nor does going back before everything take the keys away.
  await focusItem(lab, 'pod web-0:');
  await page.keyboard.press('Home');
  await until('the beginning is shown', async () => (await textOf(lab, '.clock')) === '0:00.0');
  await until('the focus is in the element', hasFocus);
});

labTest('a visitor who has left the element is left alone', async ({ page, lab }) => {
  await seek(lab, 30_000, '0:30.0');
  await focusItem(lab, 'pod web-1:');
  await lab.evaluate((element) => element.shadowRoot.activeElement.blur());
  await run(lab, 'kubectl delete pod web-1 --force');
  await lab.evaluate((element) => element.seek(34_000));
  assert.equal(await page.evaluate(() => document.activeElement.tagName), 'BODY');
});

labTest('arrow keys in the picture move the focus and nothing else', async ({ page, lab }) => {
  await seek(lab, 30_000, '0:30.0');
  await focusItem(lab, 'pod web-0:');
  const focused = () => lab.evaluate((element) => element.shadowRoot.activeElement?.querySelector('title')?.textContent.split(':')[0]);
  const first = await focused();
  await page.keyboard.press('ArrowRight');
  await until('another item has the focus', async () => (await focused()) !== first);
  await page.keyboard.press('ArrowLeft');
  await pause(100);
  assert.equal(await textOf(lab, '.clock'), '0:30.0');
});

labTest('an answer gets the focus, follows the cursor while it is paused, and Escape closes it', async ({ page, lab }) => {
  await seek(lab, 26_600, '0:26.6');
  await focusItem(lab, 'pod web-2:');
  await page.keyboard.press('Enter');
  await until('the menu opens', () => textOf(lab, '.menu'));
  await lab.evaluate((element) => [...element.shadowRoot.querySelectorAll('[role=menuitem]')].find((it) => it.textContent.includes('Why')).click());
  await until('there is an answer', () => lab.evaluate((element) => element.shadowRoot.querySelector('.why-panel') !== null));
  await until('it has the focus', () => lab.evaluate((element) => element.shadowRoot.activeElement?.closest('.why-panel') !== null));
  await seek(lab, 6_000, '0:06.0');
  await until('it is about this instant', async () => (await textOf(lab, '.why-panel')).includes('web-1 is not created until web-0'));
  await focusItem(lab, 'pod web-0:');
  await lab.evaluate((element) => element.shadowRoot.querySelector('.why-panel .panel-head').focus());
  await page.keyboard.press('Escape');
  await until('it is closed', () => lab.evaluate((element) => element.shadowRoot.querySelector('.why-panel') === null));
});

labTest('the last command is not shown at an instant before it', async ({ lab }) => {
  await seek(lab, 30_000, '0:30.0');
  await run(lab, 'kubectl get pods');
  await until('it is shown', async () => (await textOf(lab, 'div.status')).includes('kubectl get pods'));
  await seek(lab, 5_000, '0:05.0');
  assert.doesNotMatch(await textOf(lab, 'div.status'), /kubectl get pods/);
});

labTest('pods without a set are no empty cluster', async ({ lab }) => {
  await seek(lab, 30_000, '0:30.0');
  await run(lab, 'kubectl delete statefulset web --cascade=orphan');
  await lab.evaluate((element) => element.seek(33_000));
  await until('the panel says it', async () => (await textOf(lab, '.loop')).includes('There is no StatefulSet or Deployment, only 3 pods.'));
});

labTest('what is no output of kubectl is told in the dialog', async ({ lab }) => {
  await press(lab, 'Cluster');
  await until('it is open', () => lab.evaluate((element) => element.shadowRoot.querySelector('dialog.cluster') !== null));
  const said = () => textOf(lab, 'dialog.cluster .said');
  await press(lab, 'Show the cluster');
  await until('there is nothing to show', async () => (await said()) === 'Paste the output of the command first, in YAML or JSON.');
  await lab.evaluate((element) => {
    element.shadowRoot.querySelector('dialog.cluster textarea:not([readonly])').value = 'hello world';
  });
  await press(lab, 'Show the cluster');
  await until('it is no output', async () => (await said()) === 'This is not what kubectl prints in YAML or JSON.');
});

labTest('on a phone the speed is chosen from a list', { width: 390, height: 844 }, async ({ lab }) => {
  const shown = () => lab.evaluate((element) => {
    const { width, height } = element.shadowRoot.querySelector('.speed select').getBoundingClientRect();
    return width >= 44 && height >= 44;
  });
  await until('it is large enough', shown);
  await lab.evaluate((element) => {
    const list = element.shadowRoot.querySelector('.speed select');
    list.value = [...list.options].find((it) => it.textContent === '4×').value;
    list.dispatchEvent(new Event('change', { bubbles: true }));
  });
  await until('it is faster', () => lab.evaluate((element) => element.shadowRoot.querySelector('.speed output').textContent === '4×'));
});
