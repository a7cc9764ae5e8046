// Two futures from one instant: the user acts in one, then in the other; they play in step, and what differs is listed.
import assert from 'node:assert/strict';
import { accessibilityViolations, labTest, press, run, seek, textOf, until } from './lab.mjs';

const fork = async (lab) => {
  await lab.evaluate((element) => element.shadowRoot.querySelector('.tools [title^="Two futures"]').click());
  await until('the run is forked', () => textOf(lab, '.versions-panel'));
};

const pods = async (lab) => (await run(lab, 'kubectl get pods -o name')).stdout.trim().split('\n');
const pressed = (lab) => textOf(lab, '.switch.futures [aria-pressed="true"]');

labTest('each future has its own actions, and the list says what differs', async ({ page, lab }) => {
  await seek(lab, 40_000, '0:40.0');
  await fork(lab);
  assert.match(await textOf(lab, '.versions-panel'), /Both futures begin here/);
  assert.equal(await pressed(lab), 'Future A: you act here');
  await run(lab, 'kubectl scale statefulset web --replicas=1');

  // In B, by keyboard, the set is as it was.
  await lab.evaluate((element) => element.shadowRoot.querySelector('.switch.futures [aria-pressed="false"]').focus());
  await page.keyboard.press('Enter');
  await until('the user acts in B', async () => (await pressed(lab)) === 'Future B: you act here');
  assert.doesNotMatch(await lab.evaluate((element) => element.recipe), /--replicas=1/);
  await run(lab, 'kubectl delete pod web-0');

  await seek(lab, 100_000, '1:40.0');
  await until('the futures are compared', async () => /things differ at 1:40/.test(await textOf(lab, '.versions-panel')));
  const text = await textOf(lab, '.versions-panel');
  assert.match(text, /StatefulSets.*1 of 1 Ready/);
  assert.match(text, /web-2AnoneBReady since/);
  assert.deepEqual(await accessibilityViolations(page), []);
  assert.ok((await pods(lab)).includes('pod/web-2'));

  await press(lab, 'Act in future A');
  await until('the user acts in A', async () => (await pressed(lab)) === 'Future A: you act here');
  assert.deepEqual(await pods(lab), ['pod/web-0']);
  await press(lab, 'End the comparison');
  await until('the panel closes', async () => !(await textOf(lab, '.versions-panel')));
  assert.deepEqual(await pods(lab), ['pod/web-0']);
});

labTest('undo in one future leaves the other as it is', { width: 390, height: 844 }, async ({ lab }) => {
  await seek(lab, 40_000, '0:40.0');
  await fork(lab);
  await run(lab, 'kubectl scale statefulset web --replicas=1');
  await press(lab, 'Act in future B');
  await until('the user acts in B', async () => (await pressed(lab)) === 'Future B: you act here');
  await run(lab, 'kubectl scale statefulset web --replicas=2');
  await lab.evaluate((element) => element.shadowRoot.querySelector('[aria-label="Undo"]').click());
  await until('it is undone', async () => !/--replicas=2/.test(await lab.evaluate((element) => element.recipe)));
  await press(lab, 'Act in future A');
  await until('the user acts in A', async () => (await pressed(lab)) === 'Future A: you act here');
  assert.match(await lab.evaluate((element) => element.recipe), /--replicas=1/);
});
