// Types of <ordinal-lab> in Vue templates. In a file of your project: import type {} from 'ordinal-lab/vue';
import type { DefineComponent } from 'vue';
import type { OrdinalLabProperties } from './element.js';

declare module 'vue' {
  interface GlobalComponents {
    'ordinal-lab': DefineComponent<Partial<OrdinalLabProperties>>;
  }
}
