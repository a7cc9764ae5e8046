// Guided stories: choose one, go through it, predict right and wrong, leave and come back.
import assert from 'node:assert/strict';
import { accessibilityViolations, chooseStory, click, labTest, run, textOf, until, whenReady } from './lab.mjs';

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

/** Continues until the card says this: starts the motion, and skips what is left of it. */
async function reach(lab, text) {
  await until(`the card says ${text}`, async () => {
    if ((await textOf(lab, '.lesson')).includes(text)) return true;
    await lab.evaluate((element) => {
      const buttons = [...element.shadowRoot.querySelectorAll('.ways button')];
      buttons.find((it) => /^(Skip ahead|Watch|Continue)$/.test(it.textContent.trim()))?.click();
    });
    return false;
  });
}

/** Picks the answer of this text, wherever it stands. */
const pick = (lab, text) =>
  until(`there is the answer ${text}`, () => lab.evaluate((element, wanted) => {
    const answer = [...element.shadowRoot.querySelectorAll('.answer')].find((it) => it.textContent.includes(wanted));
    answer?.click();
    return Boolean(answer);
  }, text));

labTest('a prediction is made, watched, and explained', async ({ page, lab }) => {
  await chooseStory(lab, 'Three pods, in order');
  assert.equal(await textOf(lab, '.dialog'), '');
  await says(lab, '1 of 5');
  // The caption first: time stands still until the visitor has read it.
  assert.equal(await plays(lab), false);
  await press(lab, 'Watch');
  await until('the first step has arrived', async () => (await textOf(lab, '.ways')).includes('Continue'));
  assert.equal(await plays(lab), false);
  assert.match(await textOf(lab, '.log'), /web-0 is created/);
  await reach(lab, 'When is web-1 created?');
  // What would give away the answer is hidden, and there is no way on before the prediction.
  assert.match(await textOf(lab, '.panels'), /Hidden until you predict and watch/);
  assert.equal(await textOf(lab, '.log'), '');
  assert.doesNotMatch(await textOf(lab, '.ways'), /Watch/);
  await pick(lab, 'As soon as the container of web-0 runs');
  assert.equal(await textOf(lab, '.reply'), '');
  assert.deepEqual(await accessibilityViolations(page), []);
  await press(lab, 'Watch');
  await until('it plays', () => plays(lab));
  assert.doesNotMatch(await textOf(lab, '.lesson'), /Someone has cordoned/);
  await press(lab, 'Skip ahead');
  await says(lab, 'Not quite.');
  await says(lab, 'Running is not enough.');
  await says(lab, 'Someone has cordoned');
  assert.deepEqual(await accessibilityViolations(page), []);
  // With the keys, as from a presenter's remote.
  await lab.evaluate((element) => element.shadowRoot.querySelector('.page').focus());
  await page.keyboard.press('ArrowLeft');
  await says(lab, '2 of 5');
  await page.keyboard.press('ArrowRight');
  await until('it plays again', () => plays(lab));
  await page.keyboard.press('ArrowRight');
  await says(lab, 'What happens to web-2?');
  await press(lab, 'Replay this step');
  await until('the motion is shown once more', () => plays(lab));
  assert.match(await textOf(lab, '.lesson'), /Someone has cordoned/);
});

labTest('a repair is checked, and the results are kept', async ({ page, lab }) => {
  await chooseStory(lab, 'Three pods, in order');
  await lab.evaluate((element) => element.setAttribute('speed', 4));
  await reach(lab, 'When is web-1 created?');
  await pick(lab, 'When web-0 is Running and Ready');
  await reach(lab, 'What happens to web-2?');
  await pick(lab, 'It is not created');
  await reach(lab, 'Your turn.');
  await run(lab, 'kubectl delete pod web-1');
  await says(lab, 'No node fits the new web-1 either.');
  await run(lab, 'kubectl delete statefulset web');
  await lab.evaluate((element) => element.play());
  await says(lab, 'Not this way.');
  await press(lab, 'Try again');
  await says(lab, 'Your turn.');
  await press(lab, 'Hint');
  await says(lab, 'kubectl uncordon');
  await run(lab, 'kubectl uncordon node-1 node-2 node-3');
  await lab.evaluate((element) => element.play());
  await says(lab, 'Done.');
  assert.equal(await plays(lab), false);
  await press(lab, 'Continue');
  await says(lab, 'Predictions: 2 of 2 right');
  await says(lab, 'Commands: 1; the fewest: 1');
  await says(lab, 'Next: The pod dies, the identity stays');
  const stored = await page.evaluate(() => localStorage.getItem('ordinal.lessons'));
  assert.match(stored, /^in-order:\d+:0:2:2:1:1$/m);
  await press(lab, 'Explore');
  await click(lab, '.tools button');
  await until('the list shows it', async () => /Three pods, in order ?✓ completed, 2 of 2 right/.test(await textOf(lab, '.lessons')));
  assert.match(await textOf(lab, '.lessons'), /Find it ?start here/);
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
  await click(lab, '.answer');
  await press(lab, 'Watch');
  // What going on does is what a terminal would have done.
  await until('the line is told', async () => (await textOf(lab, '.last')).includes('kubectl delete pod web-1'));
  await says(lab, '2 of 7');
});

labTest('a class has one order of answers', { path: '/?class=room4' }, async ({ page, lab, site }) => {
  const order = async (element) => {
    await chooseStory(element, 'Find it');
    await says(element, 'What is below the column');
    return textOf(element, '.answers');
  };
  const first = await order(lab);
  await page.goto(`${site.origin}/?class=room4`, { waitUntil: 'load' });
  await page.evaluate(() => sessionStorage.clear());
  await page.reload({ waitUntil: 'load' });
  const again = await page.waitForSelector('ordinal-lab:defined');
  await whenReady(again);
  assert.equal(await order(again), first);
});

const embedded = { path: '/embedded', ready: false, site: { documents: { '/embedded': `<!doctype html><html lang="en"><title>Embedded</title><link rel="icon" href="icon.svg">
  <script type="module" src="element.js"></script><ordinal-lab lesson="lessons/twins.lesson"></ordinal-lab></html>` } } };
labTest('an element tells the story that it names', embedded, async ({ lab }) => {
  await says(lab, '1 of 6');
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
