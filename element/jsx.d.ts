// Types of <ordinal-lab> in JSX. In a file of your project: import type {} from 'ordinal-lab/jsx';
import type * as React from 'react';
import type { OrdinalLab, OrdinalLabEventMap, OrdinalLabProperties } from './element.js';

type Handlers = { [Name in keyof OrdinalLabEventMap as `on${Name}`]?: (event: OrdinalLabEventMap[Name]) => void };

/** The props of `<ordinal-lab>` in JSX. React 19 sets properties and listens to `onready`, `onlesson-step`, and so on. */
export type OrdinalLabElement = React.HTMLAttributes<OrdinalLab> &
  React.RefAttributes<OrdinalLab> &
  Partial<OrdinalLabProperties> &
  Omit<Handlers, 'onplay' | 'onpause'> & { 'lesson-step'?: number | string };

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'ordinal-lab': OrdinalLabElement;
    }
  }
}
