// The messages between a page and the Ordinal page in a frame.
import type { Answered, LessonStep, OrdinalEvent } from './element.js';

/** The messages from the frame to its parent. */
export type FromFrame =
  /** The height of the content, in CSS pixels; sent after loading and whenever it changes. */
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

/** The messages from the parent to the frame. */
export type ToFrame =
  | { target: 'ordinal'; id?: number | string; method: 'play' | 'pause' | 'step' | 'state' }
  | { target: 'ordinal'; id?: number | string; method: 'seek'; args: [ms: number] }
  | { target: 'ordinal'; id?: number | string; method: 'run' | 'apply'; args: [text: string] }
  /** Sets an attribute of the element. */
  | { target: 'ordinal'; method: 'set'; args: [attribute: string, value: string] }
  /** Also subscribes to the events of the log. */
  | { target: 'ordinal'; method: 'subscribe'; args: ['ordinal-event'] }
  /** Sent by reveal.js. */
  | 'slide:start'
  | 'slide:stop';
