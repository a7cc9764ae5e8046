// What the page opens with: captions that point at what moves, and a prediction. It gives way to any action.
import assert from 'node:assert/strict';
import { accessibilityViolations, click, labTest, pause, press, textOf, until, whenReady } from './lab.mjs';

const step = (lab) => textOf(lab, '.lesson .at');
const clock = (lab) => textOf(lab, '.clock');
const callout = (lab) => textOf(lab, '.picture > .callout');
const isPlaying = (lab) => lab.evaluate((element) => element.shadowRoot.querySelector('.play').getAttribute('aria-label') === 'Pause');

async function clickPod(lab, page) {
  const { x, y, width, height } = await lab.evaluate((element) => element.shadowRoot.querySelector('.picture .pod').getBoundingClientRect().toJSON());
  await page.mouse.click(x + width / 2, y + height / 2);
}

labTest('the first minute explains what moves, asks, and ends with your turn', { timeout: 90_000 }, async ({ page, lab }) => {
  await lab.evaluate((element) => element.setAttribute('speed', '8'));
  await until('the second step is there', async () => (await step(lab)) === 'Step 2 of 9');
  await until('the picture points at it', async () => (await callout(lab)).startsWith('web-0 starts first'));
  await until('the question is there', () => textOf(lab, '.answers'));
  assert.equal(await isPlaying(lab), false);
  assert.equal(await callout(lab), '');
  assert.deepEqual(await accessibilityViolations(page), []);
  await lab.evaluate((element) => element.shadowRoot.querySelector('.page').focus());
  await page.keyboard.press('2');
  await until('the reply is there', async () => (await textOf(lab, '.reply')).startsWith('No: of 0, 1, and 2'));
  assert.equal(await isPlaying(lab), true);
  await until('what changed is there', () => textOf(lab, '.picture > .replacement'));
  assert.match(await textOf(lab, '.picture > .replacement'), /web-1 is back.*same name, same data/);
  await until('it is your turn', async () => (await step(lab)) === 'Step 9 of 9');
  assert.match(await textOf(lab, '.lesson'), /Your turn.*Delete a pod.*Guided stories/);
  await until('it counts as seen', () => page.evaluate(() => localStorage.getItem('ordinal.lessons')?.includes('first-minute')));
  await press(lab, 'Delete a podkubectl delete pod web-2');
  await until('it gives way', async () => (await textOf(lab, '.lesson')) === '');
  assert.match(await textOf(lab, 'footer .status'), /delete pod web-2/);
});

for (const [what, act] of [
  ['a click on a pod', clickPod],
  ['a jump in time', (lab) => lab.evaluate((element) => element.seek(12_000))],
  ['a command', (lab) => lab.evaluate((element) => element.run('kubectl get pods'))],
  ['the terminal', (lab) => press(lab, 'Terminal')],
  ['Skip', (lab) => click(lab, '.lesson-head .link')],
]) {
  labTest(`the first minute gives way to ${what}`, async ({ page, lab }) => {
    assert.match(await step(lab), /^Step [12] of 9/);
    await act(lab, page);
    await until('the captions are gone', async () => (await textOf(lab, '.lesson')) === '' && (await callout(lab)) === '');
    // It does not come back with the page.
    await page.reload({ waitUntil: 'load' });
    const again = await page.waitForSelector('ordinal-lab:defined');
    await whenReady(again);
    await pause(200);
    assert.equal(await textOf(again, '.lesson'), '');
  });
}

labTest('where no motion is wanted the first minute waits for Play', { reducedMotion: true }, async ({ lab }) => {
  const opening = await clock(lab);
  await pause(3_500);
  assert.equal(await clock(lab), opening);
  assert.equal(await step(lab), 'Step 1 of 9');
  assert.match(await textOf(lab, '.caption'), /^Three pods\./);
  assert.match(await callout(lab), /^Three pods\./);
  await press(lab, 'Play');
  await until('it plays from the start', async () => (await step(lab)) === 'Step 2 of 9' && (await clock(lab)) < '0:05');
});
