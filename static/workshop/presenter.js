// The window of a presenter: what the step is about, what comes next, and the time. It is an empty window that the page
// fills, so it needs no address of its own, and works the same in every host page, also one that a bundler has made.
import { store, stored } from '../storage.js';
import { loadStyle } from '../program.js';
import { lessonOf, make, styleOf, withCode } from './dom.js';
import { readLesson, textOf, textsOf } from './text.js';

const UPDATE_MS = 500;

/** The notes of a lesson, by their keywords. */
const NOTES = [
  ['aim', 'Aim'],
  ['aloud', 'Ask aloud'],
  ['vote', 'Expected vote (an estimate)'],
  ['show', 'Point at'],
  ['real', 'On a real cluster'],
];

/** Opens the window, or brings it to the front. */
export async function openPresenter(page) {
  const opened = openWindow(page);
  if (!opened) return page.complain(new Error('The browser blocked the presenter window. Allow pop-ups for this page.'));
  opened.focus();
  await fill(opened, page);
}

/** Fills the window again that was open before the page was reloaded. */
export async function resumePresenter(page) {
  const opened = openWindow(page);
  if (opened) await fill(opened, page);
  else store(page.presenterKey, undefined);
}

/** The window of this name, which is opened if there is none; null if the browser does not allow it. */
const openWindow = (page) => open('', page.presenterKey, 'popup,width=860,height=820');

/** Fills the window, and keeps it up to date until it is closed, or the page is left. */
async function fill(opened, page) {
  const styles = await Promise.all([loadStyle(), styleOf('workshop')]);
  store(page.presenterKey, 'open');
  const { document: blank } = opened;
  blank.title = 'Presenter window: Ordinal';
  blank.documentElement.lang = 'en';
  blank.body.style.margin = 0;
  // The clock runs on while the page is reloaded.
  const { dataset } = blank.documentElement;
  dataset.since ??= Date.now();
  const place = make('div', {});
  blank.body.replaceChildren(place);
  const shadow = place.attachShadow({ mode: 'open' });
  // A style sheet belongs to one document.
  shadow.adoptedStyleSheets = styles.map((sheet) => {
    const copy = new opened.CSSStyleSheet();
    copy.replaceSync(Array.from(sheet.cssRules, (rule) => rule.cssText).join('\n'));
    return copy;
  });
  const send = (ask, number) => {
    answer(ask, number, page);
    // What was asked is done by the next frame, mostly.
    opened.setTimeout(update, 100);
  };
  const view = makeView(send, dataset);
  if (page.theme) view.root.dataset.theme = page.theme;
  shadow.append(view.root);
  const update = () => {
    if (!place.isConnected) return opened.clearInterval(timer);
    view.show({ lesson: lessonOf(page), isPlaying: !page.element.paused, ms: page.element.currentTime * 1000 });
    view.showTime();
  };
  update();
  // The timers of the window run at full speed while the page is behind it.
  const timer = opened.setInterval(update, UPDATE_MS);
  const leave = () => {
    opened.clearInterval(timer);
    if (opened.closed) store(page.presenterKey, undefined);
    else if (place.isConnected) view.lose();
  };
  opened.onpagehide = () => store(page.presenterKey, undefined);
  opened.onkeydown = (event) => {
    const ask = { ArrowRight: 'next', PageDown: 'next', ArrowLeft: 'back', PageUp: 'back', ' ': 'play' }[event.key];
    if (!ask || event.altKey || event.ctrlKey || event.metaKey || (event.key === ' ' && event.composedPath()[0].localName === 'button')) return;
    event.preventDefault();
    send(ask);
  };
  page.atEnd(leave);
}

/** Does on the page what the presenter asks for. */
function answer(ask, number, page) {
  switch (ask) {
    case 'next':
      return page.tell('proceed', 0);
    case 'back':
      return page.tell('proceed', -1);
    case 'answer':
      return page.tell('proceed', number);
    case 'play':
      return page.tell(page.element.paused ? 'play' : 'pause');
  }
}

const two = (number) => String(number).padStart(2, '0');
const clock = (seconds) => `${Math.floor(seconds / 60)}:${two(Math.floor(seconds % 60))}`;

/** The window's content: its root, what shows a state and the time, and what says that the page is gone. `kept` holds the start of the clock. */
function makeView(send, kept) {
  const title = make('h1', {}, 'Presenter window');
  const at = make('p', { className: 'presenter-at' });
  const [elapsed, wall] = [make('time', {}), make('time', { className: 'quiet' })];
  const restart = make('button', { className: 'link', onclick: () => (kept.since = Date.now()) }, 'Reset clock');
  const lost = make('p', { className: 'lost', role: 'alert', hidden: true });
  const [now, notes, next] = ['presenter-now', 'presenter-notes', 'presenter-next'].map((className) => make('section', { className }));
  const button = (label, ask, className) => make('button', { className, onclick: () => send(ask) }, label);
  const play = button('Play', 'play', 'button');
  const root = make(
    'main',
    { className: 'ordinal presenter-window' },
    make('header', {}, title, at, make('p', { className: 'presenter-clock' }, elapsed, wall, restart)),
    lost,
    make('div', { className: 'presenter-body', tabIndex: 0, role: 'group', ariaLabel: 'Step and notes' }, now, make('div', {}, notes, next)),
    make('footer', {}, button('Back', 'back', 'button'), play, button('Next', 'next', 'button primary')),
  );
  let shown = null;
  const show = ({ lesson, isPlaying, ms }) => {
    play.textContent = isPlaying ? 'Pause' : 'Play';
    const state = JSON.stringify(lesson);
    at.replaceChildren(...(lesson ? whereabouts(lesson, ms) : [`Cluster time ${clock(ms / 1000)}`]));
    if (state === shown) return;
    shown = state;
    const read = lesson && readLesson(lesson.text);
    title.textContent = read ? (textOf(read.heading, 'title') ?? 'Presenter window') : 'No story is open';
    now.replaceChildren(...(read ? viewStep(read.steps[lesson.step - 1], lesson, send) : [make('p', {}, 'Choose a story on the page.')]));
    notes.replaceChildren(...(read ? viewNotes(read, lesson.step - 1) : []));
    next.replaceChildren(...(read ? viewNext(read.steps[lesson.step]) : []));
  };
  const showTime = () => {
    elapsed.textContent = clock((Date.now() - kept.since) / 1000);
    wall.textContent = new Date().toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  };
  const lose = () => {
    lost.hidden = false;
    lost.textContent = 'This window has lost its page. If you closed the page, open it again and press i there; if you reloaded it, wait a moment.';
  };
  return { root, show, showTime, lose };
}

function whereabouts({ step, text, word, phase, isLeft }, ms) {
  const { steps } = readLesson(text);
  const phases = { waiting: 'Waiting: Next plays', asking: 'Asking: let them vote', acting: 'Their turn', failed: 'Not this way: Next tries again', arrived: 'Done: Next continues' };
  const doing = isLeft ? 'Exploring' : phases[phase];
  return [make('strong', {}, `Step ${step} of ${steps.length}`), ` · ${doing} · cluster time ${clock(ms / 1000)} · word `, make('strong', {}, word)];
}

/** What the audience sees, with the answers and why they are right or wrong. */
function viewStep(step, { answers, phase }, send) {
  const parts = [make('h2', {}, 'On the screen'), make('p', { className: 'caption' }, textOf(step, 'say') ?? '')];
  const list = (texts) => make('ul', { className: 'items' }, ...texts.map((text) => make('li', {}, text)));
  const items = textsOf(step, 'item');
  if (items.length) parts.push(list(items));
  if (textOf(step, 'ask')) parts.push(make('p', { className: 'asked' }, make('strong', {}, textOf(step, 'ask'))), viewAnswers(step, answers, phase === 'asking' && send));
  if (textOf(step, 'goal')) {
    const commands = textsOf(step, 'do').map((line) => make('code', {}, line));
    parts.push(make('p', {}, make('strong', {}, 'Goal: '), make('code', {}, textOf(step, 'goal'))));
    parts.push(make('p', {}, make('strong', {}, 'Hint: '), ...withCode(textOf(step, 'hint') ?? '')));
    parts.push(make('p', {}, make('strong', {}, 'Solution: '), ...commands.flatMap((line) => [line, ' '])));
    const wrong = step.filter(({ word, text }) => word === 'unless' || (word === 'wrong' && text.startsWith('do ')));
    if (wrong.length) parts.push(make('h3', {}, 'What does not work'), list(wrong.map(({ text }) => text.replace(/^do /, '').replace(/\s*\|\s*/, ': '))));
  } else if (textOf(step, 'do')) {
    parts.push(make('p', {}, make('strong', {}, 'Then: '), ...textsOf(step, 'do').flatMap((line) => [make('code', {}, line), ' '])));
  }
  return parts;
}

/** The answers in the order on the screen. While the question is open, `send` picks one of them. */
function viewAnswers(step, answers, send) {
  const known = step.filter(({ word, text }) => (word === 'right' || word === 'wrong') && !text.startsWith('do '));
  const entries = known.map(({ word, text }) => {
    const [answer, reply = ''] = text.split('|').map((part) => part.trim());
    return { answer, reply, isRight: word === 'right', place: answers.indexOf(answer) };
  });
  entries.sort((one, other) => one.place - other.place);
  const pick = (place) => make('button', { className: 'button', ariaLabel: `Pick answer ${place + 1} on the page`, onclick: () => send('answer', place + 1) }, 'Pick');
  const view = ({ answer, reply, isRight, place }) =>
    make('li', { className: isRight ? 'right' : 'wrong' }, make('strong', {}, `${isRight ? '✓ ' : '✗ '}${answer}`), make('span', {}, reply), send ? pick(place) : undefined);
  return make('ol', { className: 'presenter-answers' }, ...entries.map(view));
}

function viewNotes({ heading, steps }, index) {
  const known = NOTES.flatMap(([word, label]) => {
    const text = textOf(heading, word);
    return text ? [make('dt', {}, label), make('dd', {}, ...withCode(text))] : [];
  });
  const own = textsOf(steps[index], 'note').map((text) => make('p', { className: 'own-note' }, ...withCode(text)));
  if (!known.length && !own.length) return [make('h2', {}, 'Notes'), make('p', { className: 'quiet' }, 'This story has no notes.')];
  return [make('h2', {}, 'Notes'), ...own, make('dl', {}, ...known)];
}

function viewNext(step) {
  if (!step) return [make('h2', {}, 'Next'), make('p', { className: 'quiet' }, 'This is the last step.')];
  const question = textOf(step, 'ask');
  return [make('h2', {}, 'Next'), make('p', {}, textOf(step, 'say') ?? ''), ...(question ? [make('p', {}, make('strong', {}, question))] : [])];
}
