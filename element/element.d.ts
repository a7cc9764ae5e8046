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
  text: string;
}

/**
 * The element `<ordinal-lab>`. Attributes: `story` (a URL; or a child `<script type="text/x-ordinal">`),
 * `at` (milliseconds or `0:41`), `speed`, `autoplay`, `controls` (`full`, `time`, `none`), `theme`
 * (`light`, `dark`, `auto`).
 */
export interface OrdinalLab extends HTMLElement {
  /** Resolves when the picture is there; rejects if it cannot be. */
  readonly ready: Promise<void>;
  play(): void;
  pause(): void;
  /** Goes to an instant, in milliseconds, and stops there. */
  seek(ms: number): void;
  /** Goes to the next event, and stops there. */
  step(): void;
  /** The objects of the cluster at this instant, as Kubernetes writes them. */
  state(): Promise<{ t: number; kind: 'List'; items: object[] }>;
  /** Applies a manifest, as `kubectl apply -f -` does. */
  apply(yaml: string): Promise<Output>;
  /** Does a line as in a terminal. */
  run(line: string): Promise<Output>;
}

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
