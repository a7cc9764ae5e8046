// Guided stories: choose one, go through it, predict right and wrong, leave and come back.
import assert from 'node:assert/strict';
import { accessibilityViolations, chooseStory, click, labTest, run, textOf, until } from './lab.mjs';

/** Presses the button of the card or the dialog that says this. */
async function press(lab, text) {
  const press = () => lab.evaluate((element, wanted) => {
    const buttons = element.shadowRoot.querySelectorAll('.lesson button, .lessons button');
    const button = [...buttons].find((it) => it.textContent.trim().startsWith(wanted));
    button?.click();
    return Boolean(button);
  }, text);
  await until(`there is a button ${text}`, press);
}

const says = (lab, text) => until(`the card says ${text}`, async () => (await textOf(lab, '.lesson')).includes(text));

/** Whether time passes. */
const plays = (lab) =>
  lab.evaluate((element) => element.shadowRoot.querySelector('.button.play').getAttribute('aria-label') === 'Pause');

labTest('a story stops where there is something to see, and goes on', async ({ page, lab }) => {
  await chooseStory(lab, 'Three pods, in order');
  assert.equal(await textOf(lab, '.dialog'), '');
  await says(lab, '1 of 7');
  await says(lab, 'Watch');
  // It waits for an event: time passes until then, and stops.
  await until('the first step has arrived', async () => !(await plays(lab)));
  assert.match(await textOf(lab, '.log'), /web-0 is created/);
  await press(lab, 'Continue');
  await says(lab, '2 of 7');
  await press(lab, 'Skip ahead');
  await press(lab, 'Continue');
  await press(lab, 'Skip ahead');
  await says(lab, 'When is web-1 created?');
  // There is no way on before the prediction.
  assert.doesNotMatch(await textOf(lab, '.ways'), /Continue/);
  await press(lab, '2');
  await says(lab, 'The default is OrderedReady');
  await press(lab, '1');
  await says(lab, 'Each pod waits for all those before it');
  assert.deepEqual(await accessibilityViolations(page), []);
  // With the keys, as from a presenter's remote.
  await lab.evaluate((element) => element.shadowRoot.querySelector('.page').focus());
  await page.keyboard.press('ArrowRight');
  await says(lab, '4 of 7');
  await page.keyboard.press('ArrowLeft');
  await says(lab, '3 of 7');
  await says(lab, 'Each pod waits for all those before it');
  for (const key of ['ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowRight']) await page.keyboard.press(key);
  await says(lab, 'From whom will web-2 copy?');
  await page.keyboard.press('1');
  for (const key of ['ArrowRight', 'ArrowRight', 'ArrowRight', 'Enter']) await page.keyboard.press(key);
  await says(lab, '7 of 7');
  await says(lab, 'Three columns');
  await press(lab, 'Explore');
  assert.equal(await textOf(lab, '.lesson'), '');
  await click(lab, '.tools button');
  await until('the story counts as seen', async () => /Three pods, in order ?✓ completed/.test(await textOf(lab, '.lesson-list')));
  assert.deepEqual(await accessibilityViolations(page), []);
});

labTest('whoever acts leaves the story, and can come back', async ({ lab }) => {
  await chooseStory(lab, 'The pod dies, the identity stays');
  await says(lab, 'You delete the pod web-1.');
  assert.equal(await plays(lab), false);
  await run(lab, 'kubectl scale statefulset web --replicas=5');
  await says(lab, 'You\'re exploring');
  assert.equal((await run(lab, 'kubectl get statefulset web -o jsonpath={.spec.replicas}')).stdout, '5');
  await press(lab, 'Back to the story');
  await says(lab, 'You delete the pod web-1.');
  assert.equal((await run(lab, 'kubectl get statefulset web -o jsonpath={.spec.replicas}')).stdout, '3');
  await press(lab, '1');
  await press(lab, 'Continue');
  // What going on does is what a terminal would have done.
  await until('the line is told', async () => (await textOf(lab, '.last')).includes('kubectl delete pod web-1'));
  await says(lab, '2 of 8');
});

labTest('a goal is reached by hand', async ({ lab }) => {
  await chooseStory(lab, 'The pod dies, the identity stays');
  await press(lab, '1');
  for (let step = 1; step < 5; step += 1) {
    await press(lab, 'Continue');
    await press(lab, 'Skip ahead');
  }
  await press(lab, '1');
  await press(lab, 'Continue');
  await press(lab, 'Skip ahead');
  await press(lab, 'Continue');
  await says(lab, 'Your turn.');
  await press(lab, 'Hint');
  await says(lab, 'fail web-2');
  await run(lab, 'fail web-2');
  await lab.evaluate((element) => element.play());
  await says(lab, 'Done.');
  assert.equal(await plays(lab), false);
  assert.doesNotMatch(await textOf(lab, '.lesson'), /You're exploring/);
});

const embedded = { path: '/embedded', ready: false, site: { documents: { '/embedded': `<!doctype html><html lang="en"><title>Embedded</title><link rel="icon" href="icon.svg">
  <script type="module" src="element.js"></script><ordinal-lab lesson="lessons/twins.lesson"></ordinal-lab></html>` } } };
labTest('an element tells the story that it names', embedded, async ({ lab }) => {
  await says(lab, '1 of 7');
  assert.equal(await textOf(lab, '.lesson h2'), 'Twins');
});

labTest('on a phone the card is in the sheet below the picture', { width: 390, height: 844 }, async ({ page, lab }) => {
  await chooseStory(lab, 'Twins');
  const [card, stage] = await lab.evaluate((element) =>
    ['.lesson', '.stage'].map((it) => element.shadowRoot.querySelector(it).getBoundingClientRect().toJSON()),
  );
  assert.ok(card.height > 100 && card.top >= stage.bottom, JSON.stringify([card, stage]));
  assert.deepEqual(await accessibilityViolations(page), []);
});
