// Two versions of Kubernetes: what a run does differently, both pictures at the same instant, and how to switch.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { accessibilityViolations, labTest, press, run, seek, textOf, until } from './lab.mjs';
import { webStory } from './stories.mjs';

const UPGRADE = await readFile(new URL('../data/upgrade.ordinal', import.meta.url), 'utf8');
const DOCUMENT = `<!doctype html><html lang="en"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Versions</title>
<link rel="icon" href="icon.svg"><link rel="stylesheet" href="page.css"><body><script type="module" src="element.js"></script>
<ordinal-lab story="story.ordinal"></ordinal-lab></html>`;
const site = (story) => ({ documents: { '/': DOCUMENT, '/story.ordinal': story } });

const shows = (lab, selector) => lab.evaluate((element, it) => Boolean(element.shadowRoot.querySelector(it)?.checkVisibility({ visibilityProperty: true })), selector);
const panel = (lab) => textOf(lab, '.versions-panel');
const version = async (lab) => (await run(lab, 'kubectl version')).stdout.match(/Server Version: (v1\.\d+)/)[1];

/** What the pods in a picture say. */
const pods = (lab, selector) =>
  lab.evaluate((element, it) => [...element.shadowRoot.querySelectorAll(`${it} .pod`)].map((pod) => pod.textContent).sort(), selector);
const OWN = '.page > .stage';
const OTHER = '.other .stage';

/** Opens the dialog, and compares the run with another version. */
async function compare(lab, other, own = '1.37') {
  await press(lab, `Kubernetes v${own}`);
  await until('the dialog is open', () => shows(lab, 'dialog[open]'));
  await press(lab, `Compare with ${other}`);
  await until('the versions are compared', () => panel(lab));
}

/** Jumps to the first instant of a list whose text begins so. */
const jump = (lab, text) =>
  lab.evaluate((element, wanted) => {
    const rows = [...element.shadowRoot.querySelectorAll('.versions-panel li')];
    const time = rows.find((row) => row.textContent.includes(wanted)).querySelector('.place');
    time.click();
    return time.textContent;
  }, text);

labTest('an upgrade lists what changes, and shows both pictures at the same instant', { site: site(UPGRADE) }, async ({ page, lab }) => {
  // With the keyboard alone.
  await lab.evaluate((element) => element.shadowRoot.querySelector('[title^="Change the version"]').focus());
  await page.keyboard.press('Enter');
  await until('the dialog is open', () => shows(lab, 'dialog[open]'));
  assert.deepEqual(await accessibilityViolations(page), []);
  const focused = () => lab.evaluate((element) => element.shadowRoot.activeElement?.textContent);
  for (let turn = 0; turn < 6 && (await focused()) !== 'Compare with 1.36'; turn += 1) await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await until('the versions are compared', () => panel(lab));
  assert.equal(await shows(lab, 'dialog[open]'), false);

  const headings = await lab.evaluate((element) => [...element.shadowRoot.querySelectorAll('.versions-panel h3')].map((it) => it.textContent));
  assert.deepEqual(headings, ['Only under 1.36', 'Only under 1.37', 'At another time under 1.36 and 1.37']);
  assert.match(await panel(lab), /maxUnavailable is dropped/);
  // The older version is on the left.
  const [own, other] = await lab.evaluate((element, selectors) => selectors.map((it) => element.shadowRoot.querySelector(it).getBoundingClientRect().left), [OWN, OTHER]);
  assert.ok(other < own);
  assert.equal(await shows(lab, OTHER), true);

  await seek(lab, 50_000, '0:50.0');
  await until('both are the same before the update', async () => JSON.stringify(await pods(lab, OWN)) === JSON.stringify(await pods(lab, OTHER)));
  const shown = await jump(lab, 'web-2 is created with its existing');
  await until('the clock is there', async () => (await textOf(lab, '.clock')) === shown);
  await until('they differ', async () => JSON.stringify(await pods(lab, OWN)) !== JSON.stringify(await pods(lab, OTHER)));
  assert.deepEqual(await accessibilityViolations(page), []);
  // What is only looked at cannot be reached.
  assert.equal(await lab.evaluate((element) => Boolean(element.shadowRoot.querySelector('.other').querySelector('[inert]'))), true);

  // Both follow the playback.
  await seek(lab, 66_000, '1:06.0');
  await lab.evaluate((element) => element.play());
  await until('time passes', async () => !(await textOf(lab, '.clock')).startsWith('1:06'));
  await lab.evaluate((element) => element.pause());
  assert.ok((await pods(lab, OTHER)).length > 0);

  // Beyond what was compared, a button compares further.
  assert.doesNotMatch(await panel(lab), /Compare up to here/);
  await seek(lab, 200_000, '3:20.0');
  await until('it is beyond', async () => (await panel(lab)).includes('Compare up to here'));
  await press(lab, 'Compare up to here');
  await until('it is compared further', async () => (await panel(lab)).includes('up to 4:20'));

  await press(lab, 'End the comparison');
  await until('it is over', async () => !(await shows(lab, '.versions-panel')));
  assert.equal(await shows(lab, '.other'), false);
  assert.equal(await shows(lab, '.loop'), true);
});

labTest('a run that two versions play alike is the same', { site: site(webStory({ replicas: 3 })) }, async ({ lab }) => {
  await compare(lab, '1.36');
  assert.match(await panel(lab), /The run is the same under 1\.36 and 1\.37, up to 1:00\..*maxUnavailable/s);
  assert.equal(await shows(lab, '.versions-panel li'), false);
});

labTest('a comparison follows what you do: commands, another version, and Undo', { site: site(UPGRADE) }, async ({ lab }) => {
  await seek(lab, 50_000, '0:50.0');
  await compare(lab, '1.36');
  assert.match(await panel(lab), /At another time/);
  // This drops the update, which is what differs; what was dropped at time 0 still does.
  await run(lab, 'kubectl delete pod web-1');
  await until('it is compared again', async () => !(await panel(lab)).includes('At another time'));
  await press(lab, 'Undo');
  await until('the update is back', async () => (await panel(lab)).includes('At another time'));

  await press(lab, 'Switch to 1.36');
  await until('your run has the other version', async () => (await textOf(lab, '.switch p:has(small)')).startsWith('Kubernetes 1.36'));
  assert.equal(await version(lab), 'v1.36');
  assert.match(await panel(lab), /Only under 1\.37/);
  await press(lab, 'Undo');
  await until('your run has the version of before', async () => (await textOf(lab, '.switch p:has(small)')).startsWith('Kubernetes 1.37'));
  assert.equal(await version(lab), 'v1.37');
});

labTest('a comparison that takes long shows progress, and canceled it changes nothing', { site: site(webStory({ replicas: 20, lines: 'client shop writes web-0.web every 1s\nat 48h read web\n' })) }, async ({ lab }) => {
  await press(lab, 'Kubernetes v1.37');
  await until('the dialog is open', () => shows(lab, 'dialog[open]'));
  await press(lab, 'Compare with 1.35');
  await until('progress is shown', () => shows(lab, '.job progress'));
  assert.match(await textOf(lab, '.job'), /Comparing versions/);
  await press(lab, 'Cancel');
  await until('nothing is being done', async () => !(await shows(lab, '.job')));
  assert.equal(await panel(lab), '');
  assert.equal(await shows(lab, '.other'), false);
});

for (const [width, height] of [[390, 844], [844, 390]]) {
  labTest(`at ${width}x${height} a switch shows one picture at a time`, { site: site(UPGRADE), width, height, reducedMotion: true }, async ({ page, lab }) => {
    await seek(lab, 70_000, '1:10.0');
    await press(lab, 'More');
    await until('the menu is open', () => shows(lab, '.more-list'));
    await compare(lab, '1.36');
    assert.deepEqual([await shows(lab, `${OWN} .pod`), await shows(lab, `${OTHER} .pod`)], [true, false]);
    const names = await lab.evaluate((element) => [...element.shadowRoot.querySelectorAll('.switch button')].map((it) => it.textContent));
    assert.deepEqual(names, ['Kubernetes 1.36', 'Kubernetes 1.37 your run']);
    await press(lab, 'Kubernetes 1.36');
    await until('the other is shown', async () => !(await shows(lab, `${OWN} .pod`)));
    assert.equal(await shows(lab, `${OTHER} .pod`), true);
    assert.deepEqual(await accessibilityViolations(page), []);
    // Both are drawn alike, and what is pressed can be touched.
    const boxes = await lab.evaluate((element, selectors) => selectors.map((it) => JSON.stringify(element.shadowRoot.querySelector(it).getBoundingClientRect())), [OWN, OTHER]);
    assert.equal(boxes[0], boxes[1]);
    const sizes = await lab.evaluate((element) => [...element.shadowRoot.querySelectorAll('.switch button, .versions-panel button')].map((it) => Math.min(it.offsetWidth, it.offsetHeight)));
    assert.ok(Math.min(...sizes) >= 40, `${sizes}`);
    await press(lab, 'Kubernetes 1.37 your run');
    await until('your run is shown', () => shows(lab, `${OWN} .pod`));
    // The panels of the run stay reachable.
    await press(lab, 'Why');
    await until('the control loop is shown', () => shows(lab, '.loop'));
    assert.equal(await shows(lab, '.versions-panel'), false);
    await press(lab, 'Compare');
    await until('the list is shown', () => shows(lab, '.versions-panel'));
  });
}
