// The questions of the lessons as a quiz: which ones are due, in which order, and what becomes of an answer. Without a page.
import { readLesson, textOf } from './text.js';

/** The days until a question that was answered right once, twice, and three times in a row is asked again. */
export const REVIEW_DAYS = [1, 7, 30];
/** How many questions are asked at a time. */
export const ROUND = 10;
/** Answers that begin with one of these words stay last, because they refer to the other answers. */
const LAST = /^(All|Any|Both|Neither|None)\b/;

/** The questions of a lesson: { id, lesson, title, step, caption, text, answers: [{ text, reply, isRight }] }. */
export function questionsOf(lesson, source) {
  const { heading, steps } = readLesson(source);
  const title = textOf(heading, 'title') ?? lesson;
  return steps.flatMap((step, index) => {
    const text = textOf(step, 'ask');
    if (!text) return [];
    const answers = step.filter(({ word, text }) => /^(right|wrong)$/.test(word) && !text.startsWith('do '));
    const answer = ({ word, text }) => {
      const [said, reply = ''] = text.split('|').map((part) => part.trim());
      return { text: said, reply, isRight: word === 'right' };
    };
    return [{ id: `${lesson}/${index + 1}`, lesson, title, step: index + 1, caption: textOf(step, 'say') ?? '', text, answers: answers.map(answer) }];
  });
}

/** A number for a text, 32-bit FNV-1a. */
function hash(text) {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) value = Math.imul(value ^ byte, 0x01000193) >>> 0;
  // The last bytes of a text change the low bits most.
  return Math.imul(value ^ (value >>> 15), 0x2c1b3c6d) >>> 0;
}

/** The items in an order that the seed decides; `nameOf` tells them apart. */
export function shuffled(items, seed, nameOf) {
  const keyed = items.map((item) => ({ item, key: hash(`${seed} ${nameOf(item)}`) }));
  return keyed.sort((one, other) => one.key - other.key).map(({ item }) => item);
}

/** The answers of a question in an order that the seed decides. */
export function shuffledAnswers({ id, answers }, seed) {
  const mixed = shuffled(answers, `${seed} ${id}`, ({ text }) => text);
  return [...mixed.filter(({ text }) => !LAST.test(text)), ...mixed.filter(({ text }) => LAST.test(text))];
}

/** Reads what is stored: the record of each question, { day, row, right, wrong }, by its id. Lines that are no records are skipped. */
export function readRecords(text) {
  const lines = (text ?? '').split('\n').map((line) => /^([\w-]+\/\d+) (\d{1,6}) (\d) (\d{1,6}) (\d{1,6})$/.exec(line));
  return new Map(lines.filter(Boolean).map(([, id, ...numbers]) => {
    const [day, row, right, wrong] = numbers.map(Number);
    return [id, { day, row, right, wrong }];
  }));
}

/** The text to store. */
export const writeRecords = (records) => [...records].map(([id, { day, row, right, wrong }]) => `${id} ${day} ${row} ${right} ${wrong}\n`).join('');

/** The day on which a question is due, in days since 1970; undefined if it was never asked, Infinity after the last review. */
export function dueOn(record) {
  if (!record) return undefined;
  return record.row > REVIEW_DAYS.length ? Infinity : record.day + REVIEW_DAYS[Math.max(record.row, 1) - 1];
}

/** The record of a question after an answer. A wrong answer begins again with the first review. */
export function answered(record, isRight, today) {
  const { row = 0, right = 0, wrong = 0 } = record ?? {};
  return isRight ? { day: today, row: Math.min(row + 1, REVIEW_DAYS.length + 1), right: right + 1, wrong } : { day: today, row: 0, right, wrong: wrong + 1 };
}

/** The questions of the next round: those that are due, the oldest first, then new ones in an order that the seed decides. */
export function nextRound(questions, records, seed, today) {
  const due = questions.filter(({ id }) => dueOn(records.get(id)) <= today);
  due.sort((one, other) => dueOn(records.get(one.id)) - dueOn(records.get(other.id)));
  const fresh = shuffled(questions.filter(({ id }) => !records.has(id)), seed, ({ id }) => id);
  return [...due, ...fresh].slice(0, ROUND);
}

/** How many questions are due, new, and known: answered right after the last review. */
export function standing(questions, records, today) {
  const dues = questions.map(({ id }) => dueOn(records.get(id)));
  return { due: dues.filter((day) => day <= today).length, fresh: dues.filter((day) => day === undefined).length, known: dues.filter((day) => day === Infinity).length };
}

/** A field of a table with commas. What a spreadsheet would take for a formula is text. */
const field = (value) => `"${String(value).replace(/^[=+\-@]/, "'$&").replaceAll('"', '""')}"`;

/** The results as a table for the teacher, with commas; `name` is that of the participant. */
export function results(questions, records, name) {
  const date = (day) => new Date(day * 86_400_000).toISOString().slice(0, 10);
  const rows = questions.flatMap(({ id, lesson, step, text }) => {
    const record = records.get(id);
    return record ? [[name, lesson, step, text, record.right, record.wrong, date(record.day)]] : [];
  });
  const head = ['name', 'lesson', 'step', 'question', 'right', 'wrong', 'last answered'];
  return [head, ...rows].map((row) => `${row.map(field).join(',')}\r\n`).join('');
}
