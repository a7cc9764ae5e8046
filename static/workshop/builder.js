// The editor for lessons: what is done on the page becomes steps, and the text is checked while it is written.
import { copied } from '../failure.js';
import { LessonWork } from '../ordinal.js';
import { remember, remembered } from '../storage.js';
import { make, put } from './dom.js';
import { linkTo } from './link.js';
import { finish } from './work.js';

const DRAFT = 'ordinal.draft';
/** How long nothing must be typed before the text is checked, in milliseconds. */
const PAUSE_MS = 350;

/** What the buttons insert at the end of a step. */
const PARTS = {
  Step: '\nstep\nsay     Say what to look at.\n',
  Question: 'ask     What happens next?\nright   The right answer | Why it is right.\nwrong   A wrong answer | What is wrong about it.\n',
  Goal: 'goal    ready sts/web 3\nhint    Say what helps.\ndo      kubectl scale statefulset web --replicas=3\n',
  Note: 'note    What the instructor needs to know.\n',
};

/** Opens the editor, with the story that was written last. */
export async function showBuilder(page) {
  const builder = new Builder(page);
  await builder.open();
}

class Builder {
  #page;
  #layer;
  #text;
  #gutter;
  #problems;
  #said;
  // The run when steps were inserted last: what was done since is inserted next.
  #mark;
  #timer;
  #check;
  // Listens to the steps of the lesson that is tried.
  #follow;
  // Restores the text before it was replaced.
  #undo;

  constructor(page) {
    this.#page = page;
  }

  async open() {
    const button = (label, act, className = 'button') => make('button', { className, onclick: act }, label);
    this.#gutter = make('pre', { className: 'gutter', ariaHidden: 'true' });
    this.#text = make('textarea', { ariaLabel: 'The text of the story', spellcheck: false, wrap: 'off', value: remembered(DRAFT) || (this.#page.tell('draft') ?? '') });
    this.#problems = make('ul', { className: 'builder-problems', ariaLabel: 'Problems' });
    this.#said = make('p', { className: 'said', role: 'status' });
    this.#undo = make('button', { className: 'link', hidden: true }, 'Restore the text before');
    const fold = make('button', { className: 'button', ariaExpanded: 'true', onclick: () => this.#fold(!this.#layer.classList.contains('folded')) }, 'Fold');
    const parts = Object.entries(PARTS).map(([label, text]) => button(label, () => this.#insert(text)));
    const content = make(
      'div',
      { className: 'builder-content' },
      make('p', { className: 'quiet' }, 'Act on the page: click in the picture, or type commands. Then insert what you did as steps, and write the captions.'),
      make('div', { className: 'actions' }, button('Insert what I did since the last step', () => this.#record(), 'button primary')),
      make('div', { className: 'actions', role: 'group', ariaLabel: 'Insert' }, make('span', { className: 'quiet' }, 'Insert:'), ...parts),
      make('div', { className: 'editor' }, this.#gutter, this.#text),
      this.#said,
      this.#problems,
      make(
        'div',
        { className: 'actions' },
        button('Try from here', () => this.#try(), 'button primary'),
        button('Copy link', () => this.#link()),
        button('Save', () => this.#save()),
        button('Open', () => this.#load()),
        button('New from this run', () => this.#renew()),
        this.#undo,
      ),
    );
    const close = make('button', { className: 'button square', ariaLabel: 'Close', title: 'Close', onclick: () => this.#close() }, '✕');
    const head = make('div', { className: 'builder-head' }, make('h2', {}, 'Write a story'), fold, close);
    const panel = make('section', { className: 'builder', ariaLabel: 'Write a story' }, head, content);
    this.#layer = await put(this.#page, 'builder-layer', panel);
    this.#text.addEventListener('input', () => {
      this.#undo.hidden = true;
      this.#changed();
    });
    this.#text.addEventListener('scroll', () => (this.#gutter.scrollTop = this.#text.scrollTop));
    // What a step of the lesson does is not what the author did.
    this.#follow = () => setTimeout(() => this.#remark());
    this.#page.element.addEventListener('lesson-step', this.#follow);
    this.#remark();
    this.#changed();
    this.#text.setSelectionRange(this.#text.value.length, this.#text.value.length);
    this.#text.focus();
  }

  #close() {
    clearTimeout(this.#timer);
    this.#check?.abort();
    this.#page.element.removeEventListener('lesson-step', this.#follow);
    this.#layer.remove();
    this.#page.element.shadowRoot.querySelector('.page')?.focus({ preventScroll: true });
  }

  #fold(isFolded) {
    this.#layer.classList.toggle('folded', isFolded);
    const fold = this.#layer.querySelector('[aria-expanded]');
    fold.textContent = isFolded ? 'Unfold' : 'Fold';
    fold.setAttribute('aria-expanded', String(!isFolded));
  }

  /** Notes the run as it is: what is done from now on is inserted next. */
  #remark() {
    const { recipe, currentTime } = this.#page.element;
    this.#mark = { recipe, ms: currentTime * 1000 };
  }

  /** Inserts lines behind the step in which the caret is, or at its end. */
  #insert(lines) {
    const { value, selectionStart } = this.#text;
    const steps = value.search(/^step\s*$/m);
    // In the heading or the recipe there is nothing to insert.
    const from = steps < 0 ? value.length : Math.max(selectionStart, steps + 4);
    const next = value.slice(from).search(/^step\s*$/m);
    const before = (next < 0 ? value : value.slice(0, from + next)).trimEnd();
    const start = before.length + 1;
    const isStep = lines.startsWith('\n');
    const rest = next < 0 ? '' : `\n${value.slice(from + next)}`;
    this.#text.value = `${before}\n${lines}${rest}`;
    const at = start + (isStep ? 1 : 0);
    this.#text.setSelectionRange(at, at + lines.trim().length);
    this.#reveal(this.#text.value.slice(0, at).split('\n').length);
    this.#text.focus();
    this.#changed();
  }

  /** Inserts what was done since steps were inserted last. */
  #record() {
    const { recipe, ms } = this.#mark;
    const now = this.#page.element;
    if (now.recipe === recipe && Math.round(now.currentTime * 1000) === Math.round(ms)) {
      this.#say('Nothing has happened since the last step. Play, click in the picture, or type a command, and try again.');
      return;
    }
    this.#insert(this.#page.tell('recorded', recipe, ms) ?? '');
    this.#remark();
  }

  /** Scrolls the editor to a line. */
  #reveal(line) {
    const height = this.#text.scrollHeight / (this.#text.value.split('\n').length || 1);
    this.#text.scrollTop = Math.max(0, (line - 3) * height);
  }

  #say(text) {
    this.#said.textContent = text;
  }

  #changed() {
    const { value } = this.#text;
    remember(DRAFT, value);
    this.#number([]);
    clearTimeout(this.#timer);
    this.#check?.abort();
    this.#timer = setTimeout(() => this.#lint(value), PAUSE_MS);
  }

  /** Writes the numbers of the lines, those with a problem marked. */
  #number(lines) {
    const count = this.#text.value.split('\n').length;
    const number = (line) => (lines.includes(line) ? make('mark', {}, String(line)) : String(line));
    this.#gutter.replaceChildren(...Array.from({ length: count }, (_, at) => [number(at + 1), '\n']).flat());
    this.#gutter.scrollTop = this.#text.scrollTop;
  }

  async #lint(text) {
    this.#check = new AbortController();
    const { signal } = this.#check;
    this.#say('Checking…');
    const result = await finish(LessonWork.lint(text), signal);
    if (result === undefined || signal.aborted) return;
    const problems = result ? result.split('\n').map((line) => line.split('\t')) : [];
    const lines = problems.map(([line]) => Number(line));
    this.#number(lines);
    this.#say(problems.length ? `${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}` : 'No problems: visitors can finish this story.');
    const view = ([line, column, message, advice]) => {
      const text = `Line ${line}, column ${column}: ${message}${advice ? `; ${advice}` : ''}`;
      return make('li', { className: 'error' }, make('button', { className: 'problem', onclick: () => this.#go(Number(line), Number(column)) }, text));
    };
    this.#problems.replaceChildren(...problems.map(view));
  }

  /** Puts the caret at a place of the text. */
  #go(line, column) {
    const before = this.#text.value.split('\n').slice(0, line - 1);
    const at = before.reduce((length, text) => length + text.length + 1, 0) + column - 1;
    this.#text.focus();
    this.#text.setSelectionRange(at, at);
    this.#reveal(line);
  }

  /** The number of the step in which the caret is. */
  #step() {
    const before = this.#text.value.slice(0, this.#text.selectionStart).split('\n');
    return Math.max(1, before.filter((line) => /^step\s*$/.test(line)).length);
  }

  /** Plays the story from the step in which the caret is. */
  #try() {
    this.#page.tell('lesson', '~draft', this.#text.value, this.#step());
    this.#fold(true);
  }

  async #link() {
    const link = await linkTo({ name: '~draft', text: this.#text.value }, 1);
    this.#say(`${await copied(link)} The link is ${link.length} characters long.`);
  }

  #save() {
    const anchor = make('a', { download: 'story.lesson', href: URL.createObjectURL(new Blob([this.#text.value], { type: 'text/plain' })) });
    anchor.click();
    setTimeout(() => URL.revokeObjectURL(anchor.href), 10_000);
    this.#say('Saved as story.lesson.');
  }

  #load() {
    const input = make('input', { type: 'file', accept: '.lesson,.txt' });
    input.addEventListener('change', async () => {
      const [file] = input.files;
      if (file) this.#replace(await file.text());
    });
    input.click();
  }

  /** Begins anew with the run of the page. */
  #renew() {
    this.#replace(this.#page.tell('draft') ?? '');
    this.#remark();
  }

  /** Puts another text into the editor; the one before can be restored until something is typed. */
  #replace(text) {
    const before = this.#text.value;
    this.#text.value = text;
    this.#undo.hidden = false;
    this.#undo.onclick = () => this.#replace(before);
    this.#changed();
  }
}
