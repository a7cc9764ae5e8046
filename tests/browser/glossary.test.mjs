// Terms of the glossary: where they are marked, and how the mouse, the keyboard and a finger open what they mean.
import assert from 'node:assert/strict';
import { accessibilityViolations, labTest, pause, seek, textOf, until } from './lab.mjs';

/** The open explanation, empty if there is none. */
const shown = (lab) => textOf(lab, '.gloss:popover-open');

/** Waits until the control loop explains Ready, paused in the middle of a clone; returns where the term is. */
async function findTerm(lab) {
  await seek(lab, 12_500, '0:12.5');
  await until('a term is marked', async () => (await textOf(lab, '.loop .term')) === 'Ready');
  return lab.evaluate((element) => {
    const term = element.shadowRoot.querySelector('.loop .term');
    term.scrollIntoView({ block: 'nearest' });
    const { x, y, width, height } = term.getBoundingClientRect();
    return [x + width / 2, y + height / 2];
  });
}

/** Where the open explanation is. */
const bounds = (lab) =>
  lab.evaluate((element) => element.shadowRoot.querySelector('.gloss:popover-open').getBoundingClientRect().toJSON());

labTest('the mouse opens a term after a while, may go over to it, and closes it by leaving', async ({ page, lab }) => {
  const [x, y] = await findTerm(lab);
  await page.mouse.move(x, y);
  await pause(100);
  assert.equal(await shown(lab), '');
  await until('it opens', () => shown(lab));
  assert.match(await shown(lab), /^Ready: The condition of a pod/);
  const box = await bounds(lab);
  assert.ok(box.left >= 0 && box.right <= 1280 && box.bottom <= 800 && box.top > y, JSON.stringify(box));
  await page.mouse.move(box.x + 20, box.y + box.height / 2, { steps: 4 });
  await pause(600);
  assert.notEqual(await shown(lab), '');
  await page.mouse.move(200, 400, { steps: 4 });
  await until('it closes', async () => !(await shown(lab)));
});

labTest('Escape closes what the mouse has opened, without moving the mouse', async ({ page, lab }) => {
  const [x, y] = await findTerm(lab);
  await page.mouse.move(x, y);
  await until('it opens', () => shown(lab));
  await page.keyboard.press('Escape');
  await until('it closes', async () => !(await shown(lab)));
  await pause(600);
  assert.equal(await shown(lab), '');
});

labTest('the keyboard opens and closes a term, which is described all the time', async ({ page, lab }) => {
  await findTerm(lab);
  await lab.evaluate((element) => element.shadowRoot.querySelector('.loop .term').focus());
  const description = await lab.evaluate((element) => {
    const term = element.shadowRoot.activeElement;
    return element.shadowRoot.getElementById(term.getAttribute('aria-describedby')).textContent;
  });
  assert.match(description, /^Ready: /);
  await page.keyboard.press('Enter');
  await until('it opens', () => shown(lab));
  await page.keyboard.press('Escape');
  await until('it closes', async () => !(await shown(lab)));
  assert.equal(await lab.evaluate((element) => element.shadowRoot.activeElement.className), 'term');
});

labTest('a click keeps a term open until the next click', { width: 390, height: 844 }, async ({ page, lab }) => {
  const [x, y] = await findTerm(lab);
  // As a tap does: no mouse rests there before.
  await lab.evaluate((element) => element.shadowRoot.querySelector('.loop .term').click());
  await until('it opens', () => shown(lab));
  const box = await until('it is placed', async () => {
    const at = await bounds(lab);
    return at.left >= 0 && at;
  });
  assert.ok(box.right <= 390 && box.bottom <= 844 && (box.top >= y || box.bottom <= y), JSON.stringify([box, x, y]));
  await page.mouse.click(195, 60);
  await until('it closes', async () => !(await shown(lab)));
});

labTest('each term is marked once in a panel, and the help lists them all', async ({ page, lab }) => {
  await lab.evaluate((element) => element.setAttribute('lesson', '/lessons/in-order.lesson'));
  await until('the card has terms', () => textOf(lab, '.lesson .term'));
  const repeated = await lab.evaluate((element) => {
    const panels = [...element.shadowRoot.querySelectorAll('.lesson, .loop')];
    const of = (panel) => [...panel.querySelectorAll('.term')].map((it) => it.getAttribute('popovertarget'));
    return panels.some((panel) => new Set(of(panel)).size < of(panel).length);
  });
  assert.equal(repeated, false);
  await lab.evaluate((element) => element.shadowRoot.querySelector('.page').focus());
  await page.keyboard.press('?');
  await until('the help opens', () => textOf(lab, '.help'));
  const terms = await lab.evaluate((element) =>
    [...element.shadowRoot.querySelectorAll('.glossary dt')].map((it) => it.textContent));
  assert.ok(terms.length > 24, terms.join());
  for (const term of ['StatefulSet', 'headless Service', 'taint', 'UID']) assert.ok(terms.includes(term), term);
});

for (const dark of [false, true]) {
  labTest(`axe finds nothing with a term open, ${dark ? 'dark' : 'light'}`, { dark }, async ({ page, lab }) => {
    await findTerm(lab);
    await lab.evaluate((element) => element.shadowRoot.querySelector('.loop .term').click());
    await until('it opens', () => shown(lab));
    assert.deepEqual(await accessibilityViolations(page), []);
  });
}
