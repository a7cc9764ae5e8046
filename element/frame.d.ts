// The messages between a page and the page of Ordinal in a frame.
import type { Answered, LessonStep, OrdinalEvent } from './element.js';

/** What the frame posts to the page around it. */
export type FromFrame =
  /** The height at which everything has room, in CSS pixels; at first and whenever it changes. */
  | { source: 'ordinal'; type: 'height'; height: number }
  | {
      source: 'ordinal';
      type: 'event';
      name: 'ready' | 'play' | 'pause' | 'timeupdate' | 'ended' | 'error' | 'lesson-step' | 'answered' | 'ordinal-event';
      detail: null | { message: string } | LessonStep | Answered | OrdinalEvent;
      paused: boolean;
      currentTime: number;
      duration: number;
    }
  /** The answer to a request with this `id`. */
  | { source: 'ordinal'; type: 'reply'; id: number | string; value?: unknown; error?: string };

/** What the page may post to the frame. */
export type ToFrame =
  | { target: 'ordinal'; id?: number | string; method: 'play' | 'pause' | 'step' | 'state' }
  | { target: 'ordinal'; id?: number | string; method: 'seek'; args: [ms: number] }
  | { target: 'ordinal'; id?: number | string; method: 'run' | 'apply'; args: [text: string] }
  /** Sets an attribute of the element. */
  | { target: 'ordinal'; method: 'set'; args: [attribute: string, value: string] }
  /** Asks for events of the log, too. */
  | { target: 'ordinal'; method: 'subscribe'; args: ['ordinal-event'] }
  /** As reveal.js does. */
  | 'slide:start'
  | 'slide:stop';
