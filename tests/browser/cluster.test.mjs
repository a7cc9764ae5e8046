// What a real cluster said: pasted, shown with a badge, explained, and continued as a simulation that can be undone.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { accessibilityViolations, labTest, press, run, seek, textOf, until } from './lab.mjs';
import { webStory } from './stories.mjs';

const RECORDING = await readFile(new URL('../data/live/story-a.ndjson', import.meta.url), 'utf8');
const DOCUMENT = `<!doctype html><html lang="en"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Cluster</title>
<link rel="icon" href="icon.svg"><link rel="stylesheet" href="page.css"><body><script type="module" src="element.js"></script>
<ordinal-lab story="story.ordinal"></ordinal-lab></html>`;
const site = { documents: { '/': DOCUMENT, '/story.ordinal': webStory({ replicas: 1 }) } };

const badge = (lab) => textOf(lab, '.badge');

/** Closes the dialog, and waits until the page knows. */
async function close(lab) {
  await lab.evaluate((element) => element.shadowRoot.querySelector('dialog.cluster').close());
  await until('the dialog is closed', () => lab.evaluate((element) => !element.shadowRoot.querySelector('dialog.cluster')));
}

/** Pastes a text in the dialog, and shows it. */
async function paste(lab, text) {
  await press(lab, 'Cluster');
  await until('the dialog is open', () => lab.evaluate((element) => Boolean(element.shadowRoot.querySelector('dialog.cluster[open]'))));
  await lab.evaluate((element, it) => {
    element.shadowRoot.querySelector('dialog.cluster textarea:not([readonly])').value = it;
  }, text);
  await press(lab, 'Show the cluster');
}

labTest('a recording is pasted, explained, and continued as a simulation', { site }, async ({ page, lab }) => {
  await press(lab, 'Cluster');
  await until('the dialog is open', () => lab.evaluate((element) => Boolean(element.shadowRoot.querySelector('dialog.cluster[open]'))));
  assert.deepEqual(await accessibilityViolations(page), []);
  await close(lab);
  await paste(lab, 'kind: [');
  await until('the problem is said', async () => (await textOf(lab, '#cluster-problem'))?.includes('the text:1:7:'));
  await close(lab);
  await press(lab, 'Cluster');
  await until('the old problem is gone', async () => (await textOf(lab, '#cluster-problem')) === '');
  await close(lab);
  await paste(lab, RECORDING);
  await until('the recording is shown', async () => (await badge(lab)) === 'RECORDED');
  await seek(lab, 23_000, '0:23.0');
  assert.match((await run(lab, 'kubectl get pods -n demo-a')).stdout, /web-0 +1\/1 +Terminating/);
  const refused = await run(lab, 'kubectl delete pod web-1 -n demo-a');
  assert.match(refused.stderr, /nothing is written to it/);
  await press(lab, 'What if?');
  await until('it is a simulation', async () => (await badge(lab)) === 'SIMULATED');
  await press(lab, 'Undo');
  await until('it is the recording again', async () => (await badge(lab)) === 'RECORDED');
});
