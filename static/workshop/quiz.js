// The quiz: the questions of all lessons, ten at a time, each again after 1, 7, and 30 days. The results stay in this browser;
// whoever wants to show them to a teacher saves them as a file.
import { parameter } from '../attributes.js';
import { lessonAt, textAt } from '../files.js';
import { remember, remembered } from '../storage.js';
import { make, showDialog } from './dom.js';
import { answered, nextRound, questionsOf, readRecords, results, shuffledAnswers, standing, writeRecords } from './reviews.js';

const KEY = 'ordinal.quiz';
const today = () => Math.floor(Date.now() / 86_400_000);
const counted = (count, noun) => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** The questions of all lessons, in the order of the course. */
async function allQuestions() {
  const list = await textAt(lessonAt(''), 'list of lessons');
  // What is not part of the course asks its question elsewhere.
  const names = list.split('\n').flatMap((line) => (line.split('\t')[5] ? [line.split('\t')[0]] : []));
  const texts = await Promise.all(names.map((name) => textAt(lessonAt(name), 'lesson')));
  return names.flatMap((name, index) => questionsOf(name, texts[index]));
}

/** Shows the quiz. */
export async function showQuiz(page) {
  const place = make('div', { className: 'quiz', role: 'group', ariaLabel: 'Question', tabIndex: -1 }, make('p', { role: 'status' }, 'Loading questions…'));
  const dialog = await showDialog(page, 'quiz', 'Quiz', place);
  try {
    const questions = await allQuestions();
    if (dialog.open) new Quiz(page, dialog, place, questions).start();
  } catch (error) {
    dialog.close();
    page.complain(error);
  }
}

class Quiz {
  #page;
  #dialog;
  #place;
  #questions;
  #round = [];
  #index = 0;
  #right = 0;
  // Kept here too, for browsers that store nothing.
  #records = readRecords(remembered(KEY));
  // The same for all screens of a class.
  #seed = parameter('class') ?? String(Math.random());

  constructor(page, dialog, place, questions) {
    this.#page = page;
    this.#dialog = dialog;
    this.#place = place;
    this.#questions = questions;
  }

  /** Begins a round. */
  start() {
    this.#round = nextRound(this.#questions, this.#records, this.#seed, today());
    this.#index = 0;
    this.#right = 0;
    this.#next();
  }

  #show(...children) {
    this.#place.replaceChildren(...children);
    this.#place.focus();
  }

  /** The next question, or the end of the round. */
  #next() {
    const question = this.#round[this.#index];
    if (!question) return this.#end();
    const answers = shuffledAnswers(question, this.#seed);
    const buttons = answers.map((answer) => make('button', { className: 'answer', onclick: () => this.#answer(question, answers, answer) }, make('span', {}, answer.text)));
    this.#show(...this.#head(question), make('ol', { className: 'answers' }, ...buttons.map((button) => make('li', {}, button))));
  }

  #head({ title, caption, text }) {
    const at = `Question ${this.#index + 1} of ${this.#round.length} · ${title}`;
    return [make('p', { className: 'quiet' }, at), make('p', {}, caption), make('p', { className: 'ask' }, make('strong', {}, text))];
  }

  /** Keeps the answer, and says why it is right or wrong. */
  #answer(question, answers, chosen) {
    // Another window may have answered in the meantime.
    const stored = remembered(KEY);
    if (stored !== null) this.#records = readRecords(stored);
    this.#records.set(question.id, answered(this.#records.get(question.id), chosen.isRight, today()));
    remember(KEY, writeRecords(this.#records));
    this.#right += chosen.isRight ? 1 : 0;
    const head = this.#head(question);
    this.#index += 1;
    const right = answers.find(({ isRight }) => isRight);
    const { lesson, step } = question;
    const said = [make('p', {}, make('strong', {}, chosen.isRight ? '✓ Right. ' : '✗ Not quite. '), 'You answered: ', make('q', {}, chosen.text)), make('p', {}, chosen.reply)];
    if (!chosen.isRight) said.push(make('p', {}, 'Right is: ', make('q', {}, right.text), ' ', right.reply));
    const watch = async () => {
      this.#dialog.close();
      const text = await textAt(lessonAt(lesson), 'lesson').catch((error) => this.#page.complain(error));
      if (text) this.#page.tell('lesson', lesson, text, step);
    };
    this.#show(
      ...head,
      make('div', { className: chosen.isRight ? 'reply right' : 'reply' }, ...said),
      make('p', { className: 'actions' }, make('button', { className: 'button primary', onclick: () => this.#next() }, 'Next'), make('button', { className: 'button', onclick: watch }, 'Watch it in the lesson')),
    );
  }

  /** The end of a round, or nothing to ask. */
  #end() {
    const { due, fresh, known } = standing(this.#questions, this.#records, today());
    const said = this.#round.length ? `${this.#right} of ${this.#round.length} right.` : 'No question is due today.';
    const state = `Of ${counted(this.#questions.length, 'question')}, ${fresh} are new, ${due} are due today, and ${known} are known after the last review. A question comes again after 1, 7, and 30 days; after a wrong answer, it begins again.`;
    const name = make('input', { type: 'text', maxLength: 60, autocomplete: 'name', size: 16 });
    const save = () => {
      const link = make('a', { href: URL.createObjectURL(new Blob([results(this.#questions, this.#records, name.value.trim())], { type: 'text/csv' })), download: 'quiz.csv' });
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    };
    const more = due + fresh > 0 ? make('button', { className: 'button primary', onclick: () => this.start() }, 'More questions') : undefined;
    this.#show(
      make('p', { role: 'status' }, make('strong', {}, said)),
      make('p', {}, state),
      make('p', { className: 'quiet' }, 'The results are stored in this browser only. To show them to a teacher, save them as a table.'),
      make('p', { className: 'actions' }, more, make('label', {}, 'Your name ', name), make('button', { className: 'button', onclick: save }, 'Save results')),
    );
  }
}
