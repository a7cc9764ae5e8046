// The attributes of the element, and its properties of the same names.

/** Attributes that are texts, and numbers or instants written as texts. */
const TEXTS = ['story', 'lesson', 'at', 'until', 'controls', 'theme', 'poster', 'loading', 'fit', 'list'];
const FLAGS = ['loop', 'autoplay', 'present'];
export const NAMES = [...TEXTS, ...FLAGS, 'lesson-step', 'speed'];

/** The words that an attribute may have, the default first. */
export const WORDS = {
  controls: ['full', 'time', 'none'],
  loading: ['lazy', 'eager', 'click'],
  fit: ['content', 'fill'],
  list: ['on', 'off'],
};

/** Gives the prototype of the element a property for each attribute. */
export function reflect(prototype) {
  const define = (name, get, set) => Object.defineProperty(prototype, name, { get, set, enumerable: true, configurable: true });
  for (const name of TEXTS) {
    define(
      name,
      function () {
        return this.getAttribute(name) ?? WORDS[name]?.[0] ?? null;
      },
      function (value) {
        write(this, name, value);
      },
    );
  }
  for (const name of FLAGS) {
    define(
      name,
      function () {
        return this.hasAttribute(name);
      },
      function (value) {
        this.toggleAttribute(name, Boolean(value));
      },
    );
  }
  define(
    'speed',
    function () {
      return Number(this.getAttribute('speed') ?? 1);
    },
    function (value) {
      write(this, 'speed', value);
    },
  );
}

export function write(lab, name, value) {
  if (value === null || value === undefined) lab.removeAttribute(name);
  else lab.setAttribute(name, value);
}

/**
 * The values of attributes for the program. `instant` reads an instant, `latest` is the last one; `complain` is told of what
 * cannot be read.
 */
export class Attributes {
  #lab;
  #program;
  #complain;
  /** The moment at which the story begins by itself. */
  linkedAt = 0;

  constructor(lab, program, complain) {
    this.#lab = lab;
    this.#program = program;
    this.#complain = complain;
  }

  speed = () => {
    const text = this.#lab.getAttribute('speed');
    const speed = Number(text ?? 1);
    if (speed > 0 && Number.isFinite(speed)) return speed;
    this.#complain(new Error(`speed="${text}" is not a number above 0, such as 0.5 or 4. Using 1.`));
    return 1;
  };

  /** Where the element begins, in milliseconds. */
  at = () => this.#instant('at', this.linkedAt, 'Starting from the beginning');

  /** Where playback stops, in milliseconds. */
  until = () => this.#instant('until', Infinity, 'Playing on');

  controls = () => choice(this.#lab, 'controls', this.#complain);

  /** At which step the lesson begins, counted from 1. */
  lessonStep = () => {
    const text = this.#lab.getAttribute('lesson-step') ?? '1';
    if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
    this.#complain(new Error(`lesson-step="${text}" is not the number of a step. Starting with step 1.`));
    return 1;
  };

  #instant(name, otherwise, instead) {
    const text = this.#lab.getAttribute(name);
    if (!text) return otherwise;
    const ms = this.#program.instant(text);
    if (ms <= this.#program.latest()) return ms;
    const problem =
      ms === undefined ? 'is not a time. Use milliseconds, or a time such as 41s, 1m30s, or 0:41' : 'exceeds 7 days, the longest that a story can last';
    this.#complain(new Error(`${name}="${text}" ${problem}. ${instead}.`));
    return otherwise;
  }
}

/** An attribute that is one of a few words, the first of them by default. */
export function choice(lab, name, complain) {
  const words = WORDS[name];
  const word = lab.getAttribute(name) ?? words[0];
  if (words.includes(word)) return word;
  complain(new Error(`${name}="${word}" is not one of ${words.join(', ')}. Using ${words[0]}.`));
  return words[0];
}

/** A parameter of the address, after ? or #; null if there is none. */
export const parameter = (name) => [location.search, location.hash].map((text) => new URLSearchParams(text.slice(1)).get(name)).find((value) => value !== null) ?? null;

/**
 * Takes the attributes of the page from its address, as parameters after ? or #. A story or a lesson in the address takes
 * the place of both that the page begins with.
 */
export function readAddress(lab, text) {
  const given = new URLSearchParams(text.replace(/^[?#]/, ''));
  // Links to a step say `step`.
  if (given.has('lesson')) given.set('lesson-step', given.get('lesson-step') ?? given.get('step') ?? '1');
  // A real cluster takes the place of what the page begins with.
  if (given.has('live')) for (const name of ['lesson', 'autoplay']) lab.removeAttribute(name);
  const names = NAMES.filter((name) => given.has(name));
  if (['story', 'lesson', 'at'].some((name) => given.has(name))) lab.querySelector(':scope > [slot="poster"]')?.remove();
  if (given.has('story') || given.has('lesson')) {
    for (const name of ['story', 'lesson', 'autoplay']) if (!given.has(name)) lab.removeAttribute(name);
  }
  for (const name of names) {
    const value = given.get(name);
    if (FLAGS.includes(name)) lab.toggleAttribute(name, !['0', 'false', 'no'].includes(value));
    else lab.setAttribute(name, value);
  }
  return names.length > 0;
}
