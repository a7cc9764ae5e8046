// The element <ordinal-lab>: thin over the wasm module, which it loads once.
import init, { mount } from './ordinal.js';

let module;

class OrdinalLab extends HTMLElement {
  connectedCallback() {
    if (this.shadowRoot) return;
    const shadow = this.attachShadow({ mode: 'open' });
    const sheet = document.createElement('link');
    sheet.rel = 'stylesheet';
    sheet.href = new URL('./ordinal.css', import.meta.url).href;
    const root = document.createElement('div');
    shadow.append(sheet, root);
    module ??= init();
    this.ready = module.then(() => mount(root));
  }
}

customElements.define('ordinal-lab', OrdinalLab);
