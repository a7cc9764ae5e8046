// The window of a presenter: what the step is about, what comes next, and the time. It asks the page that has opened it
// twice a second, and so finds it again after a reload.
import { addStyle, make, withCode } from './dom.js';
import { readLesson, textOf, textsOf } from './text.js';
import { loadStyle } from '../program.js';

const ASK_MS = 500;
/** After so long without an answer the page is lost, in milliseconds. */
const LOST_MS = 3000;

/** The notes of a lesson, by their keywords. */
const NOTES = [
  ['aim', 'Aim'],
  ['aloud', 'Ask aloud'],
  ['vote', 'Expected vote (an estimate)'],
  ['show', 'Point at'],
  ['rescue', 'Rescue'],
  ['real', 'On a real cluster'],
];

/** Makes the element the window of a presenter. */
export async function present(element) {
  const key = new URLSearchParams(location.hash.slice(1)).get('presenter');
  document.title = 'Presenter window: Ordinal';
  element.attachShadow({ mode: 'open' });
  element.shadowRoot.adoptedStyleSheets = [await loadStyle()];
  await addStyle(element, 'workshop');
  const view = makeView((...what) => send(...what));
  element.shadowRoot.append(view.root);
  // The page may be of another origin, as where an element of a CDN is embedded: it checks who asks.
  const send = (ask, number) => opener?.postMessage({ to: 'ordinal-page', key, ask, number }, '*');
  let heard = performance.now();
  addEventListener('message', ({ data, source }) => {
    if (source !== opener || data?.from !== 'ordinal-page') return;
    heard = performance.now();
    view.show(data);
  });
  setInterval(() => {
    send();
    view.showTime(!opener || opener.closed || performance.now() - heard > LOST_MS);
  }, ASK_MS);
  send();
  addEventListener('keydown', (event) => {
    const ask = { ArrowRight: 'next', PageDown: 'next', ArrowLeft: 'back', PageUp: 'back', ' ': 'play' }[event.key];
    if (!ask || event.altKey || event.ctrlKey || event.metaKey || (event.key === ' ' && event.composedPath()[0] instanceof HTMLButtonElement)) return;
    event.preventDefault();
    send(ask);
  });
}

const two = (number) => String(number).padStart(2, '0');
const clock = (seconds) => `${Math.floor(seconds / 60)}:${two(Math.floor(seconds % 60))}`;

/** The window's content: its root, and what shows a state and the time. */
function makeView(send) {
  const title = make('h1', {}, 'Presenter window');
  const at = make('p', { className: 'presenter-at' });
  const [elapsed, wall] = [make('time', {}), make('time', { className: 'quiet' })];
  let since = Date.now();
  const restart = make('button', { className: 'link', onclick: () => (since = Date.now()) }, 'Reset clock');
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
  let shown;
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
  const showTime = (isLost) => {
    elapsed.textContent = clock((Date.now() - since) / 1000);
    wall.textContent = new Date().toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
    if (lost.hidden === isLost) {
      lost.hidden = !isLost;
      lost.textContent = isLost ? 'This window has lost its page. If you closed the page, open it again and press i there; if you reloaded it, wait a moment.' : '';
    }
  };
  return { root, show, showTime };
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
