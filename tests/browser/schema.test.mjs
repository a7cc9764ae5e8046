// The types of the Kubernetes API: a file that is fetched when a manifest has fields that are not simulated.
import assert from 'node:assert/strict';
import { labTest, openEditor, paste, pause, press, run, textOf, until } from './lab.mjs';

const set = (container) => `apiVersion: apps/v1
kind: StatefulSet
metadata: { name: typed }
spec:
  selector: { matchLabels: { app: typed } }
  template:
    metadata: { labels: { app: typed } }
    spec:
      containers:
      - { name: a, image: "a:1", ${container} }
`;
const WRONG = set('env: [{ name: B, value: 5 }]');
const RIGHT = set('env: [{ name: B, value: "5" }]');
const apply = (text) => `kubectl apply -f - <<END\n${text}END`;
const notice = (lab) => textOf(lab, '.notice');
const asked = (site) => site.asked.filter((path) => path === '/schema.txt').length;

labTest('a wrong type in a field that is not simulated is refused, as by the API server', async ({ lab, site }) => {
  await pause(300);
  assert.equal(asked(site), 0, 'the file is not fetched before it is needed');
  const { stderr } = await run(lab, apply(WRONG));
  assert.match(stderr, /json: cannot unmarshal number into Go struct field EnvVar\.spec\.template\.spec\.containers\.env\.value of type string/);
  const { stdout } = await run(lab, apply(RIGHT));
  assert.match(stdout, /statefulset\.apps\/typed created/);
  assert.equal(asked(site), 1);
});

labTest('the dialog checks such fields once the file is there', async ({ lab }) => {
  await openEditor(lab);
  await paste(lab, WRONG);
  await until('the problem is there', async () => (await textOf(lab, '.advice')).includes('env'));
  assert.match(await textOf(lab, '.advice'), /value must be text, not 5/);
});

const PATCH = `kubectl patch statefulset web -p '{"spec":{"template":{"spec":{"dnsPolicy":"Default"}}}}'`;
labTest('if the file does not come, scripts get an error, and what is typed is kept for another try', { site: { absent: { '/schema.txt': 2 } }, expects: /schema\.txt|404/ }, async ({ page, lab, site }) => {
  const output = run(lab, apply(RIGHT));
  // What comes behind it is answered, too.
  const pods = run(lab, 'kubectl get statefulset web -o name');
  assert.match((await output).stderr, /table of the Kubernetes API .* \(404\)/);
  assert.match((await pods).stdout, /statefulset\.apps\/web/);
  assert.equal(await notice(lab).then((text) => text.includes('Try again')), false);
  await lab.evaluate((element) => element.shadowRoot.querySelector('.page').focus());
  await page.keyboard.press('k');
  await until('the terminal is open', () => lab.evaluate((element) => Boolean(element.shadowRoot.querySelector('.command'))));
  await page.keyboard.type(PATCH);
  await page.keyboard.press('Enter');
  await until('the failure is shown', async () => (await notice(lab)).includes('Try again'));
  await press(lab, 'Try again');
  await until('the command has run', async () => (await textOf(lab, '.terminal')).includes('statefulset.apps/web patched'));
  assert.equal(asked(site), 3);
});

const STORY = `ordinal 1\nnodes 1\n${apply(RIGHT)}\n`;
const DOCUMENT = '<!doctype html><html lang="en"><title>Typed</title><link rel="icon" href="icon.svg"><body><script type="module" src="element.js"></script><ordinal-lab story="story.ordinal"></ordinal-lab></html>';
labTest('a story with such fields waits for the file, and plays the same', { site: { documents: { '/': DOCUMENT, '/story.ordinal': STORY } } }, async ({ lab, site }) => {
  assert.equal(asked(site), 1);
  const { stdout } = await run(lab, 'kubectl get statefulsets -o name');
  assert.match(stdout, /statefulset\.apps\/typed/);
});
