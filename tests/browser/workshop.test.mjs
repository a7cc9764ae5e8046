// A workshop: links to steps, class codes, the presenter window, handouts, and the editor for stories.
import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { test } from 'node:test';
import * as reviews from '../../static/workshop/reviews.js';
import * as lessons from '../../static/workshop/text.js';
import { accessibilityViolations, chooseStory, click, labTest, press, run, textOf, until, whenReady } from './lab.mjs';
import { browserName } from './browser.mjs';

/** Clicks the first button that says this, in the element or in what lies above it. */
const pressText = (lab, text) =>
  until(`there is a button ${text}`, () =>
    lab.evaluate((element, wanted) => {
      const found = [...element.shadowRoot.querySelectorAll('button')].find((it) => it.textContent.trim() === wanted);
      found?.click();
      return Boolean(found);
    }, text),
  );

const valueOf = (lab, selector) => lab.evaluate((element, wanted) => element.shadowRoot.querySelector(wanted)?.value ?? '', selector);
const says = (lab, text) => until(`the card says ${text}`, async () => (await textOf(lab, '.lesson')).includes(text));

/** The element of a page that was loaded anew. */
async function fresh(page) {
  const lab = await page.waitForSelector('ordinal-lab:defined');
  await whenReady(lab);
  return lab;
}

test('the presenter window reads every lesson', async () => {
  const folder = new URL('../../static/lessons/', import.meta.url);
  const names = (await readdir(folder)).filter((name) => name.endsWith('.lesson'));
  assert.ok(names.length > 40);
  for (const name of names) {
    const text = await readFile(new URL(name, folder), 'utf8');
    const { heading, steps } = lessons.readLesson(text);
    assert.ok(text.includes(lessons.textOf(heading, 'title')), name);
    assert.equal(steps.length, text.match(/^step$/gm).length, name);
    // A text that goes on below its line is read as a whole, and what stands below <<WORD is not.
    for (const step of steps) assert.match(lessons.textOf(step, 'say'), /[.:?”"!]$/, name);
    for (const line of steps.flatMap((step) => lessons.textsOf(step, 'do'))) assert.doesNotMatch(line, /apiVersion/, name);
  }
});

test('the quiz asks every question of the course, and again after 1, 7, and 30 days', async () => {
  const folder = new URL('../../static/lessons/', import.meta.url);
  const names = (await readdir(folder)).filter((name) => name.endsWith('.lesson'));
  const texts = await Promise.all(names.map((name) => readFile(new URL(name, folder), 'utf8')));
  const questions = names.flatMap((name, index) => reviews.questionsOf(name.replace('.lesson', ''), texts[index]));
  assert.ok(questions.length >= 70, `${questions.length} questions`);
  assert.equal(new Set(questions.map(({ id }) => id)).size, questions.length);
  for (const { id, answers, caption } of questions) {
    assert.equal(answers.filter(({ isRight }) => isRight).length, 1, id);
    assert.ok(answers.length >= 2 && caption && answers.every(({ text, reply }) => text && reply), id);
  }
  // The right answers are in all places, and the order is that of the class.
  const places = questions.map((question) => reviews.shuffledAnswers(question, 'room4').findIndex(({ isRight }) => isRight));
  for (const place of [0, 1, 2]) assert.ok(places.filter((it) => it === place).length > questions.length / 8, `${places}`);
  assert.deepEqual(reviews.shuffledAnswers(questions[3], 'a'), reviews.shuffledAnswers(questions[3], 'a'));
  const both = { id: 'x/1', answers: [{ text: 'Both' }, { text: 'One' }, { text: 'Two' }] };
  for (const seed of ['a', 'b', 'c', 'd']) assert.equal(reviews.shuffledAnswers(both, seed)[2].text, 'Both');

  const [{ id }] = questions;
  let records = new Map();
  for (const [day, next] of [[100, 101], [101, 108], [108, 138], [138, Infinity]]) {
    records.set(id, reviews.answered(records.get(id), true, day));
    assert.equal(reviews.dueOn(records.get(id)), next);
    records = reviews.readRecords(reviews.writeRecords(records));
  }
  assert.deepEqual(reviews.standing(questions, records, 500), { due: 0, fresh: questions.length - 1, known: 1 });
  // A wrong answer begins again.
  records.set(id, reviews.answered(records.get(id), false, 200));
  assert.deepEqual(records.get(id), { day: 200, row: 0, right: 4, wrong: 1 });
  assert.equal(reviews.dueOn(records.get(id)), 201);
  // What is due comes first, then what is new.
  const round = reviews.nextRound(questions, records, 'room4', 201);
  assert.equal(round.length, reviews.ROUND);
  assert.equal(round[0].id, id);
  assert.notEqual(reviews.nextRound(questions, records, 'room4', 200)[0].id, id);
  // The table is safe to open, and what is no record is skipped.
  const table = reviews.results(questions, records, '=1+1, "Ann"');
  assert.match(table, /^"name","lesson","step"[^\r]*\r\n"'=1\+1, ""Ann""","any-pod","1",[^\r]*,"4","1","1970-07-20"\r\n$/);
  assert.equal(reviews.readRecords('x\nany-pod/1 a b\n\n').size, 0);
});

const linked = { path: '/#lesson=quorum&step=2&class=room4' };

labTest('a link leads to a step, and a class has words to compare', linked, async ({ page, lab, site }) => {
  await says(lab, 'A deadlock.');
  await until('the step is told', async () => (await textOf(lab, '.lesson .at')).includes('2 of 5'));
  const word = await until('there is a word', () => textOf(lab, '.lesson .word'));
  assert.match(word, /^[a-z]{3,8}$/);
  // The same step on another screen, reached in another way.
  const other = await page.browser().newPage();
  await other.evaluateOnNewDocument(() => Object.defineProperty(Navigator.prototype, 'serviceWorker', { value: undefined }));
  await other.goto(`${site.origin}/?class=room4#lesson=quorum`, { waitUntil: 'load' });
  const second = await fresh(other);
  await says(second, 'This database is strict');
  const before = await textOf(second, '.lesson .word');
  assert.notEqual(before, word);
  await pressText(second, '2');
  await says(second, 'A deadlock.');
  await until('the words are the same', async () => (await textOf(second, '.lesson .word')) === word);
  // Whoever does something else sees another word, until the step is reset.
  await run(second, 'kubectl scale statefulset web --replicas=1');
  await second.evaluate((element) => element.seek(element.currentTime * 1000 + 30_000));
  await until('the words differ', async () => (await textOf(second, '.lesson .word')) !== word);
  await pressText(second, '2');
  await until('the words are the same again', async () => (await textOf(second, '.lesson .word')) === word);
  await other.close();
});

labTest('another link in the same window leads to another step', linked, async ({ page, lab }) => {
  await says(lab, 'A deadlock.');
  await page.evaluate(() => (location.hash = '#lesson=quorum&step=3'));
  await says(lab, 'A second deadlock');
  await page.evaluate(() => (location.hash = '#lesson=find-it'));
  await until('the other lesson is there', async () => (await textOf(lab, '.lesson h2')) === 'Find it');
});

labTest('without a class there is no word, and a class may have no list', { path: '/#lesson=quorum&list=off' }, async ({ lab }) => {
  await says(lab, 'This database is strict');
  assert.equal(await textOf(lab, '.lesson .word'), '');
  const shown = await lab.evaluate((element) => [...element.shadowRoot.querySelectorAll('.stories')].filter((it) => it.checkVisibility()).length);
  assert.equal(shown, 0);
});

for (const width of [1280, 390]) {
  labTest(`the link is shown with a QR code, ${width} px wide`, { ...linked, width, height: 844 }, async ({ page, lab, site }) => {
    await says(lab, 'A deadlock.');
    await click(lab, 'button.at');
    await pressText(lab, 'Link to this step');
    await until('there is a code', () => lab.evaluate((element) => Boolean(element.shadowRoot.querySelector('.qr path'))));
    assert.equal(await valueOf(lab, '.link-text'), `${site.origin}/#lesson=quorum&step=2&class=room4`);
    const size = await lab.evaluate((element) => element.shadowRoot.querySelector('.qr').getBoundingClientRect().width);
    assert.ok(size > 200, `${size} px`);
    const path = () => lab.evaluate((element) => element.shadowRoot.querySelector('.qr path').getAttribute('d'));
    const before = await path();
    await lab.evaluate((element) => {
      const input = element.shadowRoot.querySelector('.class-choices input');
      input.value = 'room 5';
      input.dispatchEvent(new Event('input'));
    });
    await until('the link changes', async () => (await valueOf(lab, '.link-text')).endsWith('class=room%205'));
    await until('the code changes', async () => (await path()) !== before);
    assert.deepEqual(await accessibilityViolations(page), []);
    await page.keyboard.press('Escape');
    await until('it is closed', () => lab.evaluate((element) => !element.shadowRoot.querySelector('.link-dialog')));
  });
}

labTest('a moment of a run has a code as well, also in presentation mode', async ({ page, lab, site }) => {
  await lab.evaluate((element) => {
    element.pause();
    element.present = true;
  });
  await press(lab, 'End the story').catch(() => pressText(lab, 'Skip'));
  await lab.evaluate((element) => element.shadowRoot.querySelector('.page').focus());
  await page.keyboard.press('q');
  await until('there is a link', async () => (await valueOf(lab, '.link-text')).startsWith(`${site.origin}/#1.`));
});

labTest('a handout shows the lesson on paper', { ...linked, width: 1280 }, async ({ page, lab }) => {
  await says(lab, 'A deadlock.');
  await click(lab, 'button.at');
  await pressText(lab, 'Print handout');
  await until('the answers are there', async () => (await textOf(lab, '.handout')).includes('Answers'));
  assert.equal(await lab.evaluate((element) => element.shadowRoot.querySelectorAll('.handout .step figure svg').length), 5);
  assert.deepEqual(await accessibilityViolations(page), []);
  if (browserName === 'chromium') {
    await page.emulateMediaType('print');
    const shown = await lab.evaluate((element) => ['.page', '.paper-bar', '.handout'].map((it) => element.shadowRoot.querySelector(it).checkVisibility()));
    assert.deepEqual(shown, [false, false, true]);
    const pdf = Buffer.from(await page.pdf({ format: 'A4' })).toString('latin1');
    assert.ok(pdf.match(/\/Type\s*\/Page\b/g).length >= 4, 'what follows a question is on another page');
    await page.emulateMediaType('screen');
  }
  await pressText(lab, 'Close');
  await until('the page is back', () => lab.evaluate((element) => element.shadowRoot.querySelector('.page').checkVisibility()));
});

labTest('the quiz asks, explains, and keeps what was answered', { width: 390, height: 844 }, async ({ page, lab }) => {
  await press(lab, 'Stories');
  await pressText(lab, 'Quiz');
  const said = () => textOf(lab, '.quiz');
  await until('there is a question', async () => (await said()).includes('Question 1 of 10'));
  assert.deepEqual(await accessibilityViolations(page), []);
  for (let number = 1; number <= 10; number += 1) {
    await until('the question is there', async () => (await said()).includes(`Question ${number} of 10`));
    await lab.evaluate((element) => element.shadowRoot.querySelector('.quiz .answer').click());
    await until('it is explained', async () => /Right|Not quite/.test(await said()));
    await pressText(lab, 'Next');
  }
  const counts = async () => /\d+ of 10 right\..*Of (\d+) questions, (\d+) are new, 0 are due today/.exec(await said());
  await until('the round ends', async () => Boolean(await counts()));
  const [, all, fresh] = await counts();
  assert.equal(all - fresh, 10);
  assert.equal(reviews.readRecords(await page.evaluate(() => localStorage.getItem('ordinal.quiz'))).size, 10);
  assert.deepEqual(await accessibilityViolations(page), []);
});

if (browserName !== 'webkit') {
  labTest('the presenter window shows notes, leads the page, and finds it after a reload', { path: '/#lesson=quorum', timeout: 90_000 }, async ({ page, lab }) => {
    await says(lab, 'This database is strict');
    const opened = new Promise((done) => page.once('popup', done));
    await click(lab, 'button.at');
    await pressText(lab, 'Presenter window');
    const window = await opened;
    // The page fills it, again after a reload.
    const view = (use, given) => window.evaluate((source, it) => new Function('root', 'given', `return (${source})(root, given)`)(document.body.firstElementChild?.shadowRoot, it), String(use), given);
    const words = () => view((root) => root?.textContent ?? '').catch(() => '');
    await until('the notes are there', async () => (await words()).includes('Ask aloud'));
    assert.match(await words(), /Expected vote \(an estimate\)/);
    assert.match(await words(), /It needs two of three\./);
    assert.match(await words(), /Step 1 of 5/);
    assert.match(await words(), /Next.*A deadlock\./);
    const inWindow = (label) =>
      view((root, wanted) => {
        const found = [...root.querySelectorAll('button')].find((it) => [it.textContent, it.ariaLabel].includes(wanted));
        found?.click();
        return Boolean(found);
      }, label);
    await until('an answer can be picked', () => inWindow('Pick answer 1 on the page'));
    await until('it is picked', () => lab.evaluate((element) => Boolean(element.shadowRoot.querySelector('.answer.chosen'))));
    await inWindow('Next');
    await until('the page goes on', async () => (await words()).includes('Step 2 of 5'));
    await inWindow('Back');
    await until('and back', async () => (await words()).includes('Step 1 of 5'));
    assert.deepEqual(await accessibilityViolations(window), []);
    await page.reload({ waitUntil: 'load' });
    const again = await fresh(page);
    await says(again, 'This database is strict');
    await until('the window has found its page', () => inWindow('Next').then(async () => (await words()).includes('Step 1 of 5') && !(await words()).includes('has lost')));
    await page.goto('about:blank');
    await until('the window says that its page is lost', async () => (await words()).includes('has lost its page'));
    await window.close();
  });
}

for (const width of [1280, 390]) {
  labTest(`a story is written on the page, ${width} px wide`, { width, height: 844, timeout: 120_000 }, async ({ page, lab }) => {
    await lab.evaluate((element) => element.seek(26_700));
    await lab.evaluate((element) => element.pause());
    await press(lab, 'Stories');
    await pressText(lab, 'Write a story');
    const text = () => valueOf(lab, '.builder textarea');
    await until('there is a draft', async () => (await text()).includes('begin   PodReady pod/web-2'));
    await run(lab, 'kubectl delete pod web-1');
    await lab.evaluate((element) => element.seek(45_000));
    await pressText(lab, 'Insert what I did since the last step');
    await until('there are steps', async () => /do {6}kubectl delete pod web-1\n\nstep\nsay {5}Say what happened\.\nwhen {4}PodReady pod\/web-1/.test(await text()));
    await until('it is checked', async () => (await textOf(lab, '.builder .said')).startsWith('No problems'));
    assert.deepEqual(await accessibilityViolations(page), []);
    // Errors are told while one types, with their places.
    await lab.evaluate((element) => {
      const area = element.shadowRoot.querySelector('.builder textarea');
      area.value = area.value.replace('when    PodReady pod/web-1', 'when    PodRedy pod/web-1');
      area.dispatchEvent(new Event('input'));
    });
    await until('the problem is told', async () => /Line \d+, column \d+: .*PodRedy.*did you mean `PodReady`/.test(await textOf(lab, '.builder-problems')));
    await lab.evaluate((element) => {
      const area = element.shadowRoot.querySelector('.builder textarea');
      area.value = area.value.replace('PodRedy', 'PodReady');
      area.dispatchEvent(new Event('input'));
    });
    await until('it is right again', async () => (await textOf(lab, '.builder .said')).startsWith('No problems'));
    await pressText(lab, 'Question');
    await until('there is a question', async () => (await text()).includes('right   The right answer'));
    await pressText(lab, 'Try from here');
    await until('the story is played', async () => (await textOf(lab, '.lesson h2')) === 'My lesson');
    assert.ok(await lab.evaluate((element) => Boolean(element.shadowRoot.querySelector('.folded'))));
    // A lesson that is being written is no part of the course.
    assert.equal(await page.evaluate(() => localStorage.getItem('ordinal.lessons')), null);
    await page.evaluate(() => localStorage.clear());
  });
}

labTest('a story that was written is shared as a link', async ({ page, lab, site }) => {
  await chooseStory(lab, 'Find it');
  await press(lab, 'Stories');
  await pressText(lab, 'Write a story');
  await until('there is a draft', () => valueOf(lab, '.builder textarea'));
  await lab.evaluate((element) => {
    const area = element.shadowRoot.querySelector('.builder textarea');
    area.value = area.value.replace('My lesson', 'Ours');
    area.dispatchEvent(new Event('input'));
  });
  await pressText(lab, 'Try from here');
  await until('the story is played', async () => (await textOf(lab, '.lesson h2')) === 'Ours');
  await click(lab, 'button.at');
  await pressText(lab, 'Link to this step');
  const link = await until('there is a link', () => valueOf(lab, '.link-text'));
  assert.ok(link.startsWith(`${site.origin}/#lesson=%231.`), link);
  await page.evaluate(() => localStorage.clear());
  await page.goto('about:blank');
  await page.goto(link, { waitUntil: 'load' });
  const again = await fresh(page);
  await until('the story is there', async () => (await textOf(again, '.lesson h2')) === 'Ours');
});
