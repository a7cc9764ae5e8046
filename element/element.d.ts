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
  uid?: string;
  cause: number | null;
  reason: string;
  args: Record<string, unknown>;
  /** The line by which the user did it. */
  line?: string;
  text: string;
}

/**
 * The element `<ordinal-lab>`. Attributes: `story` (a URL, or the part of a link from its `#` on; or a child
 * `<script type="text/x-ordinal">`), `lesson` (the URL of a guided story), `at` (milliseconds, `41s`, `1m30s`
 * or `0:41`), `speed`, `autoplay`, `controls` (`full`, `time`, `none`), `theme` (`light`, `dark`, `auto`).
 * Changing `story`, `lesson` or `controls` mounts the element again, with a new `ready`; `at` seeks.
 *
 * Events: `ordinal-event` for each event of the log, and `error` with `detail.message` when something cannot be
 * loaded or played, an attribute cannot be read, or the program fails.
 */
export interface OrdinalLab extends HTMLElement {
  /**
   * Resolves when the picture is there; rejects if the story or the program cannot be loaded or played, or
   * if the program fails for this element. A new promise each time the element is mounted again.
   */
  readonly ready: Promise<void>;
  play(): void;
  pause(): void;
  /**
   * Goes to an instant, in milliseconds, and stops there. Instants below 0 or beyond 7 days are replaced by
   * the nearest one. Resolves to the instant that is shown then; rejects with a `RangeError` for anything that is not a finite number.
   */
  seek(ms: number): Promise<number>;
  /** Goes to the next event, and stops there. */
  step(): void;
  // The following reject if `ready` does, and if the program fails or the element is removed before they are answered.

  /** The objects of the cluster at this instant, as Kubernetes writes them. */
  state(): Promise<{ t: number; kind: 'List'; items: object[] }>;
  /** Applies a manifest, as `kubectl apply -f -` does. */
  apply(yaml: string): Promise<Output>;
  /** Does a line as in a terminal. */
  run(line: string): Promise<Output>;
}

/**
 * Loads the types of the Kubernetes API. `log` needs them for stories with fields or kinds that are not simulated; the
 * element loads them itself.
 */
export function loadSchema(): Promise<void>;

/** The event log of a story up to an instant in milliseconds, as JSON lines. */
export function log(story: string, untilMs: number): string;

declare global {
  interface HTMLElementTagNameMap {
    'ordinal-lab': OrdinalLab;
  }
  interface HTMLElementEventMap {
    'ordinal-event': CustomEvent<OrdinalEvent>;
  }
}
