/** What a line in a terminal came to. */
export interface Output {
  exit: number;
  stdout: string;
  stderr: string;
}

/** One line of the event log. */
export interface OrdinalEvent {
  /** Milliseconds of the cluster's time. */
  t: number;
  n: number;
  type: string;
  object: string;
  uid: string | null;
  cause: number | null;
  reason: string;
  args: Record<string, unknown>;
  /** The line by which the user did it. */
  line?: string;
  text: string;
}

/** A step of a lesson that has begun. */
export interface LessonStep {
  /** The name of the lesson, or its URL. */
  lesson: string;
  /** The step, counted from 1. */
  step: number;
  steps: number;
}

/** An answer to the question of a step. */
export interface Answered {
  lesson: string;
  step: number;
  /** The answer, counted from 1. */
  answer: number;
  right: boolean;
}

/** The attributes of the element, which are properties of the same names, too. */
export interface OrdinalLabProperties {
  /** The URL of a story, or the part of a link from its `#` on. */
  story: string | null;
  /** The text of the story: what was set, or what stands inside the element. */
  storyText: string | null | undefined;
  /** The URL of a guided story. */
  lesson: string | null;
  /** The step of the lesson, counted from 1. */
  lessonStep: number;
  /** Where to start: milliseconds, or a time such as `41s`, `1m30s` or `0:41`. */
  at: string | number | null;
  /** Where to stop. */
  until: string | number | null;
  /** Whether to start again from `at` at `until`. */
  loop: boolean;
  /** How fast time passes; 1 by default. */
  speed: number;
  /** Whether to play by itself, unless the visitor wants no motion. */
  autoplay: boolean;
  controls: 'full' | 'time' | 'none';
  /** By default the colors follow the page. */
  theme: 'light' | 'dark' | 'auto' | null;
  /** The URL of an image that is shown until the picture is there. */
  poster: string | null;
  /** When the program is loaded: when the element is about to be seen, at once, or on a click. */
  loading: 'lazy' | 'eager' | 'click';
  /** Whether to show the picture alone, in large. */
  present: boolean;
  /** Whether the height follows the content, or fills the parent. A height in CSS takes precedence. */
  fit: 'content' | 'fill';
}

/** The events of the element; all bubble and are composed. */
export interface OrdinalLabEventMap {
  ready: CustomEvent<null>;
  play: CustomEvent<null>;
  pause: CustomEvent<null>;
  /** The instant has changed; about four times a second while playing. */
  timeupdate: CustomEvent<null>;
  /** Playback has reached `until`. */
  ended: CustomEvent<null>;
  /** Something cannot be loaded, played or read, or the program has failed. */
  error: CustomEvent<{ message: string }>;
  /** The cursor has passed an event of the log. */
  'ordinal-event': CustomEvent<OrdinalEvent>;
  'lesson-step': CustomEvent<LessonStep>;
  answered: CustomEvent<Answered>;
}

/** The element `<ordinal-lab>`. Changing `story`, `lesson` or `controls` mounts it again, with a new `ready`. */
export interface OrdinalLab extends HTMLElement, OrdinalLabProperties {
  /**
   * Resolves when the picture is there; rejects if the story or the program cannot be loaded or played, or
   * if the program fails for this element. Asking for it loads the program. A new promise each time the element
   * is mounted again.
   */
  readonly ready: Promise<void>;
  readonly paused: boolean;
  /** The instant that is shown, in seconds. Setting it goes there. */
  currentTime: number;
  /** The recipe of the run: the story, with what was done in it. Undefined until the element is ready. */
  readonly recipe: string | undefined;
  /** Where playback stops, or else the end of what is recorded so far, in seconds; NaN before the element is ready. */
  readonly duration: number;
  // Calls before `ready` load the program and wait for it. The promises reject if `ready` does, and if the program
  // fails or the element is removed before they are answered.

  play(): Promise<void>;
  pause(): Promise<void>;
  /**
   * Goes to an instant, in milliseconds, and stops there. Instants below 0 or beyond 7 days are replaced by
   * the nearest one. Resolves to the instant that is shown then; rejects with a `RangeError` for anything that is not a finite number.
   */
  seek(ms: number): Promise<number>;
  /** Goes to the next event, and stops there. */
  step(): Promise<void>;
  /** The objects of the cluster at this instant, as Kubernetes writes them. */
  state(): Promise<{ t: number; kind: 'List'; items: object[] }>;
  /** Applies a manifest, as `kubectl apply -f -` does. */
  apply(yaml: string): Promise<Output>;
  /** Does a line as in a terminal. */
  run(line: string): Promise<Output>;

  addEventListener<Name extends keyof OrdinalLabEventMap>(
    type: Name,
    listener: (this: OrdinalLab, event: OrdinalLabEventMap[Name]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions): void;
  removeEventListener<Name extends keyof OrdinalLabEventMap>(
    type: Name,
    listener: (this: OrdinalLab, event: OrdinalLabEventMap[Name]) => unknown,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | EventListenerOptions): void;
}

/** Loads the types of the Kubernetes API. `log` and the element do so themselves where a story needs them. */
export function loadSchema(): Promise<void>;

/** The event log of a story up to an instant in milliseconds, as JSON lines. Rejects with the errors of the story. */
export function log(story: string, untilMs: number): Promise<string>;

declare global {
  interface HTMLElementTagNameMap {
    'ordinal-lab': OrdinalLab;
  }
}
