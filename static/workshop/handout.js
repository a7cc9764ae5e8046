// The lesson on paper: shown in place of the page, and printed by the browser.
import { parameter } from '../attributes.js';
import { LessonWork } from '../ordinal.js';
import { addStyle, lessonOf, make, put } from './dom.js';
import { linkTo } from './link.js';
import { finish } from './work.js';

/** Shows the handout of the lesson in progress. */
export async function showHandout(page) {
  const lesson = lessonOf(page);
  if (!lesson) return;
  page.tell('pause');
  const code = parameter('class') ?? '';
  const body = await finish(LessonWork.handout(lesson.text, code, await linkTo(lesson, 1, { code })));
  await addStyle(page.element, 'handout');
  const paper = make('div', { className: 'paper', tabIndex: 0, role: 'group', ariaLabel: 'Pages' });
  paper.dataset.theme = 'light';
  // The program has escaped all texts of the lesson.
  paper.innerHTML = body;
  const { shadowRoot } = page.element;
  const behind = shadowRoot.querySelector('.ordinal:not(.workshop)');
  const close = () => {
    layer.remove();
    behind.inert = false;
    shadowRoot.querySelector('.page')?.focus({ preventScroll: true });
  };
  const bar = make(
    'p',
    { className: 'paper-bar' },
    make('button', { className: 'button primary', onclick: () => print() }, 'Print'),
    make('button', { className: 'button', onclick: close }, 'Close'),
    make('span', {}, 'The answers are on the last page.'),
  );
  const layer = await put(page, 'handout-layer', make('main', { ariaLabel: 'Handout' }, bar, paper));
  behind.inert = true;
  layer.addEventListener('keydown', ({ key }) => key === 'Escape' && close());
  paper.focus();
}
