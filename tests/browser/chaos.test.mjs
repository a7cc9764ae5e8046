// "Will it survive?": the matrix of faults runs in slices, can be canceled, and its runs can be watched and undone.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { accessibilityViolations, labTest, openEditor, paste, pause, press, run, textOf, until } from './lab.mjs';

const EMPTY_DIR = await readFile(new URL('../data/chaos/empty-dir.yaml', import.meta.url), 'utf8');

const open = (lab) =>
  lab.evaluate((element) => element.shadowRoot.querySelector('.tools [title^="Test the manifest"]').click());

async function test(lab, text) {
  await openEditor(lab);
  await paste(lab, text);
  // The button gets the text with the next rendering.
  await pause(500);
  await press(lab, 'Will it survive?');
}

const summary = (lab) => textOf(lab, '.survive .summary');

/** Waits for the report, which takes longer on a busy machine. */
async function reported(lab) {
  for (let turn = 0; turn < 900 && !(await summary(lab)); turn += 1) await pause(100);
  assert.notEqual(await summary(lab), '', 'waited in vain for the report');
}

const recipe = (lab) => lab.evaluate((element) => element.recipe);

labTest('a manifest is tested, a run is watched, and undo returns', async ({ page, lab }) => {
  const before = (await run(lab, 'kubectl get statefulsets -o name')).stdout;
  await test(lab, EMPTY_DIR);
  await until('the progress is shown', () => textOf(lab, '.survive .job'));
  await reported(lab);
  assert.match(await summary(lab), /It does not survive: \d problems\. \d+ runs, 3 seeds, Kubernetes 1\.37\./);
  const text = await textOf(lab, '.survive');
  assert.match(text, /db loses data/);
  assert.match(text, /The emptyDir of db-\d is deleted with the pod/);
  assert.match(text, /Change spec\.volumeClaimTemplates:/);
  assert.deepEqual(await accessibilityViolations(page), []);

  await lab.evaluate((element) => element.shadowRoot.querySelector('.strikes .button').click());
  await until('the dialog closes', async () => !(await textOf(lab, '.survive')));
  await until('the run is open', async () => (await textOf(lab, '.notice')).includes('Will it survive?'));
  const shown = (await run(lab, 'kubectl get statefulsets -o name')).stdout;
  assert.equal(shown, 'statefulset.apps/db\n');
  await press(lab, 'Undo');
  await until('the run from before is back', async () => (await run(lab, 'kubectl get statefulsets -o name')).stdout === before);

  // The result is kept.
  await open(lab);
  await until('the report is shown again', () => summary(lab));
});

labTest('the run on the page is tested by keyboard, and the test can be canceled', async ({ page, lab }) => {
  await lab.evaluate((element) => element.shadowRoot.querySelector('.tools [title^="Test the manifest"]').focus());
  await page.keyboard.press('Enter');
  await until('the dialog opens', () => textOf(lab, '.survive'));
  assert.match(await textOf(lab, '.survive'), /each of 12 faults/);
  const start = recipe(lab);
  await press(lab, 'Test the manifest of this run');
  await until('the progress is shown', () => textOf(lab, '.survive .job'));
  await press(lab, 'Cancel');
  await until('it is canceled', async () => !(await textOf(lab, '.survive .job')));
  assert.equal(await summary(lab), '');
  await press(lab, 'Test the manifest of this run');
  await reported(lab);
  assert.equal(await recipe(lab), await start);
  await page.keyboard.press('Escape');
  await until('the dialog closes', async () => !(await textOf(lab, '.survive')));
});

labTest('what cannot be tested is explained', { width: 390, height: 844 }, async ({ lab }) => {
  await test(lab, EMPTY_DIR.replace('replicas: 3', 'replicas: 0'));
  await until('the reason is shown', () => textOf(lab, '.survive .output'));
  assert.match(await textOf(lab, '.survive .output'), /no StatefulSet that wants pods/);
  await press(lab, 'Test another manifest');
  await until('the editor opens', () => textOf(lab, '.manifest'));
  const value = await lab.evaluate((element) => element.shadowRoot.querySelector('.editor textarea').value);
  assert.match(value, /replicas: 0/);
});
