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

/** What the open Share dialog says of a real cluster. */
const listed = (lab) =>
  lab.evaluate((element) => [...element.shadowRoot.querySelectorAll('dialog.share .real-names li')].map((item) => item.textContent).join('\n'));

labTest('the names of a real cluster are replaced before the run is shared', { site }, async ({ page, lab }) => {
  await paste(lab, RECORDING);
  await until('the recording is shown', async () => (await badge(lab)) === 'RECORDED');
  await seek(lab, 23_000, '0:23.0');
  await press(lab, 'Share');
  await until('the contents are listed', async () => (await listed(lab)).includes('Namespaces: 1 (demo-a)'));
  assert.match(await listed(lab), /Objects by kind: .*Pod: \d+/);
  assert.match(await listed(lab), /Messages of Kubernetes: \d+/);
  assert.deepEqual(await accessibilityViolations(page), []);
  await press(lab, 'Replace names');
  await until('the new names are listed', async () => (await listed(lab)).includes('Namespaces: 1 (ns-1)'));
  const recipe = await lab.evaluate((element) => element.recipe);
  assert.ok(!/demo-a|\bweb-\d/.test(recipe));
  assert.match((await run(lab, 'kubectl get pods -A')).stdout, /set-1-0/);
});

labTest('a simulation of a real cluster shows the seam and what is assumed', { site }, async ({ page, lab }) => {
  await paste(lab, RECORDING);
  await until('the recording is shown', async () => (await badge(lab)) === 'RECORDED');
  await seek(lab, 23_000, '0:23.0');
  await press(lab, 'What if?');
  await until('it is a simulation', async () => (await badge(lab)) === 'SIMULATED');
  await until('the timeline has a seam', () => lab.evaluate((element) => Boolean(element.shadowRoot.querySelector('.track .seam'))));
  const value = await lab.evaluate((element) => element.shadowRoot.querySelector('.track').getAttribute('aria-valuetext'));
  assert.match(value, /This is a simulated moment: the run is observed until 0:23, then simulated\./);
  await lab.evaluate((element) => element.shadowRoot.querySelector('.assumed summary').click());
  assert.match(await textOf(lab, '.assumed'), /Containers that run keep running/);
  assert.deepEqual(await accessibilityViolations(page), []);
});

labTest('files are dropped, YAML and JSON together, and errors name the file and the place', { site }, async ({ lab }) => {
  const drop = (files) =>
    lab.evaluate((element, given) => {
      const transfer = new DataTransfer();
      for (const [name, text] of given) transfer.items.add(new File([text], name));
      const event = new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true, composed: true });
      element.shadowRoot.querySelector('.page').dispatchEvent(event);
    }, files);
  const pod = 'kind: Pod\napiVersion: v1\nmetadata: {name: a-0, namespace: ns}\n';
  const other = JSON.stringify({ kind: 'Pod', apiVersion: 'v1', metadata: { name: 'b-0', namespace: 'ns' } });
  await drop([
    ['one.yaml', pod],
    ['two.json', other],
  ]);
  await until('the dump is shown', async () => (await badge(lab)) === 'OBSERVED');
  const pods = (await run(lab, 'kubectl get pods -n ns')).stdout;
  assert.match(pods, /a-0/);
  assert.match(pods, /b-0/);
  await drop([
    ['three.yaml', 'kind: [\n'],
    ['four.json', '{"kind": }'],
  ]);
  await until('the problem is said', async () => /three\.yaml:1:7: /.test((await textOf(lab, '.notice')) ?? ''));
  assert.match(await textOf(lab, '.notice'), /four\.json:1:10: /);
});
