import Reveal from './reveal.js/reveal.mjs';
import OrdinalLab from './ordinal-lab/hosts/reveal.js';

globalThis.deck = new Reveal({ plugins: [OrdinalLab], hash: true, transition: 'none' });
globalThis.deck.initialize();
