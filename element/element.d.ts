/** The result of a command. */
export interface Output {
  exit: number;
  stdout: string;
  stderr: string;
}

/** An event of the log. */
export interface OrdinalEvent {
  /** The cluster's time, in milliseconds. */
  t: number;
  n: number;
  type: string;
  object: string;
  uid: string | null;
  cause: number | null;
  reason: string;
  args: Record<string, unknown>;
  /** The command with which the user caused it. */
  line?: string;
  text: string;
}

/** A step of a lesson that has started. */
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

/** The properties that reflect attributes of the element. */
export interface OrdinalLabProperties {
  /** The URL of a story, or the part of a link that starts with `#`. */
  story: string | null;
  /** The text of the story: the value that was set, or the story inside the element. */
  storyText: string | null | undefined;
  /** The URL of a guided story, or the name of a built-in one. */
  lesson: string | null;
  /** The step of the lesson, counted from 1. */
  lessonStep: number;
  /** Where to start: milliseconds, or a time such as `41s`, `1m30s`, or `0:41`. */
  at: string | number | null;
  /** Where to stop. */
  until: string | number | null;
  /** Whether to start again from `at` when playback reaches `until`. */
  loop: boolean;
  /** How fast time passes; 1 by default. */
  speed: number;
  /** Whether to start playing automatically, unless the visitor prefers reduced motion. */
  autoplay: boolean;
  controls: 'full' | 'time' | 'none';
  /** By default, the colors follow the page. */
  theme: 'light' | 'dark' | 'auto' | null;
  /** The URL of an image that is shown until the picture is ready. */
  poster: string | null;
  /** When the program loads: when the element is about to become visible, immediately, or on a click. */
  loading: 'lazy' | 'eager' | 'click';
  /** Whether to show only the picture, large. */
  present: boolean;
  /** Whether the height follows the content, or fills the parent. A height in CSS takes precedence. */
  fit: 'content' | 'fill';
  /** Whether the list of guided stories is shown. */
  list: 'on' | 'off';
}

/** The events of the element. All of them bubble and are composed. */
export interface OrdinalLabEventMap {
  ready: CustomEvent<null>;
  play: CustomEvent<null>;
  pause: CustomEvent<null>;
  /** The current time has changed; about four times a second while playing. */
  timeupdate: CustomEvent<null>;
  /** Playback has reached `until`. */
  ended: CustomEvent<null>;
  /** A story, a lesson, or an attribute cannot be used, or the program has failed. */
  error: CustomEvent<{ message: string }>;
  /** The cursor has passed an event of the log. */
  'ordinal-event': CustomEvent<OrdinalEvent>;
  'lesson-step': CustomEvent<LessonStep>;
  answered: CustomEvent<Answered>;
}

/** The element `<ordinal-lab>`. Changing `story`, `lesson`, or `controls` mounts it again, with a new `ready`. */
export interface OrdinalLab extends HTMLElement, OrdinalLabProperties {
  /**
   * Resolves when the picture is ready; rejects if the story or the program cannot be loaded or played, or
   * if the program fails for this element. Reading it loads the program. It is a new promise each time the element
   * is mounted again.
   */
  readonly ready: Promise<void>;
  readonly paused: boolean;
  /** The instant that is shown, in seconds. Setting it seeks. */
  currentTime: number;
  /** The recipe of the run: the story and the changes made to it. Undefined until the element is ready. */
  readonly recipe: string | undefined;
  /** Where playback stops, or else the end of the recording so far, in seconds; NaN before the element is ready. */
  readonly duration: number;
  // Calls before `ready` load the program and wait for it. The promises reject if `ready` does, and if the program
  // fails or the element is removed before they are answered.

  play(): Promise<void>;
  pause(): Promise<void>;
  /**
   * Seeks to an instant, in milliseconds, and pauses there. Instants are clamped to the range from 0 to 7 days.
   * Resolves to the instant that is shown; rejects with a `RangeError` for anything that is not a finite number.
   */
  seek(ms: number): Promise<number>;
  /** Seeks to the next event, and pauses there. */
  step(): Promise<void>;
  /** The objects of the cluster at this instant, as Kubernetes writes them. */
  state(): Promise<{ t: number; kind: 'List'; items: object[] }>;
  /** Applies a manifest, as `kubectl apply -f -` does. */
  apply(yaml: string): Promise<Output>;
  /** Runs a command, as in the terminal. */
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

/** Loads the types of the Kubernetes API. `log` and the element load them if a story needs them. */
export function loadSchema(): Promise<void>;

/** The event log of a story up to an instant in milliseconds, as JSON lines. Rejects with the errors of the story. */
export function log(story: string, untilMs: number): Promise<string>;

declare global {
  interface HTMLElementTagNameMap {
    'ordinal-lab': OrdinalLab;
  }
}
