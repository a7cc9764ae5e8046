// The element <ordinal-lab>: thin over the wasm module, which is loaded once for all elements.
//
// Attributes: story (a URL; or a child <script type="text/x-ordinal"> with the recipe), autoplay,
// speed, at (milliseconds or 0:41), theme (light, dark, auto), controls (full, time, none), linked
// (it follows links to a moment in the address of the page).
//
// Events: ordinal-event, for each event that the cursor passes; its detail is one object of the log.
import init, { Lab, log, rules } from './ordinal.js';
import { begin, whole } from './rest.js';

export { log };

let module;

/** The module, loaded when the first element needs it. */
const loadModule = () => (module ??= init().then(begin));

const beside = (name) => new URL(name, import.meta.url).href;

class OrdinalLab extends HTMLElement {
  static observedAttributes = ['theme', 'speed'];

  #lab;
  #root;
  #mounting = 0;
  #onScreen = true;
  #isLinked = false;
  #observer;
  #onVisibility = () => this.#tellVisibility();
  #onLeave = () => this.#lab?.leave();
  #onLink = () => this.#follow(location.hash);
  #settle;

  constructor() {
    super();
    this.#expect();
  }

  /** Makes `ready` a fresh promise for the next mount. */
  #expect() {
    this.ready = new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
    // Whoever does not wait for it need not hear of it: the element itself says what is wrong.
    this.ready.catch(() => {});
  }

  connectedCallback() {
    const shadow = this.shadowRoot ?? this.attachShadow({ mode: 'open' });
    this.#root = document.createElement('div');
    this.#root.className = 'ordinal';
    // Links of the page lead beside this script, wherever the element stands.
    this.#root.addEventListener('click', (event) => {
      const link = event.composedPath().find((node) => node.localName === 'a');
      if (link) link.href = beside(link.getAttribute('href'));
    });
    this.#setTheme();
    this.#say('Ordinal', 'A Kubernetes StatefulSet, to be watched, broken and rewound. Loading …');
    const { link, loaded } = sheet(beside('ordinal.css'));
    shadow.replaceChildren(link, this.#root);
    this.#mount(loaded, ++this.#mounting).catch((error) => {
      this.#say('Ordinal', `The lab could not be loaded: ${error.message}`, 'alert');
      this.#settle.reject(error);
    });
  }

  disconnectedCallback() {
    this.#mounting += 1;
    document.removeEventListener('visibilitychange', this.#onVisibility);
    removeEventListener('pagehide', this.#onLeave);
    removeEventListener('hashchange', this.#onLink);
    this.#observer?.disconnect();
    if (!this.#lab) return;
    this.#lab.free();
    this.#lab = undefined;
    this.#expect();
  }

  attributeChangedCallback(name) {
    if (name === 'theme') this.#setTheme();
    if (name === 'speed') this.#lab?.set_speed(this.#speed());
  }

  async #mount(styled, turn) {
    const [story] = await Promise.all([this.#story(), loadModule(), styled]);
    // Taken off, or put elsewhere, while it was loading.
    if (turn !== this.#mounting) return;
    this.#lab = new Lab(
      this.#root,
      story,
      this.#speed(),
      milliseconds(this.getAttribute('at')),
      this.getAttribute('controls') ?? 'full',
      this.#host(),
    );
    // What is mounted is drawn a moment later.
    await new Promise((done) => setTimeout(done));
    // The rest of the program is for what follows the first picture.
    await whole();
    if (turn !== this.#mounting) return;
    document.addEventListener('visibilitychange', this.#onVisibility);
    addEventListener('pagehide', this.#onLeave);
    if (this.hasAttribute('linked')) {
      addEventListener('hashchange', this.#onLink);
      await this.#follow(location.hash);
      if (turn !== this.#mounting) return;
    }
    this.#observer = new IntersectionObserver(([entry]) => {
      this.#onScreen = entry.isIntersecting;
      this.#tellVisibility();
    });
    this.#observer.observe(this);
    if (this.hasAttribute('autoplay') && !this.#isLinked) this.play();
    if (this.hasAttribute('autofocus')) this.#root.firstElementChild?.focus({ preventScroll: true });
    this.#settle.resolve();
  }

  /** What the program asks of this script. */
  #host() {
    return {
      fail: (message, recipe) => this.#fail(message, recipe),
      event: (line) => this.dispatchEvent(new CustomEvent('ordinal-event', { detail: JSON.parse(line) })),
      share: (what, text, ms) => this.#share(what, text, ms),
    };
  }

  async #share(what, text, ms) {
    const { share } = await import('./share/share.js');
    const page = {
      address: location.href.replace(/#.*/, ''),
      script: import.meta.url,
      seek: (to) => this.seek(to),
      open: (recipe, said) => this.#lab?.open(recipe, 0, said),
      picture: () => this.#root.querySelector('.picture'),
    };
    const made = await share(page, what, text, ms).catch((error) => ['', `This did not work: ${error.message}.`]);
    this.#lab?.made(...made);
  }

  /** Opens what a link holds. */
  async #follow(hash) {
    if (!hash) return;
    const { decode } = await import('./share/link.js');
    const link = await decode(hash);
    if (!link || !this.#lab) return;
    let { said } = link;
    if (link.recipe && !said && link.rules !== rules(link.recipe, link.ms)) {
      said = 'This link was made by other rules: today they play its story differently.';
    }
    this.#isLinked = Boolean(link.recipe);
    this.pause();
    this.#lab.open(link.recipe, link.ms, said || 'This is the run of the link.');
  }

  async #story() {
    const child = this.querySelector('script[type="text/x-ordinal"]');
    if (child) return child.textContent.trimStart();
    const address = this.getAttribute('story');
    if (!address) return 'ordinal 1\n';
    const response = await fetch(new URL(address, document.baseURI));
    if (!response.ok) throw new Error(`there is no story at ${address} (${response.status})`);
    return response.text();
  }

  #speed() {
    return Number(this.getAttribute('speed')) || 1;
  }

  #setTheme() {
    const theme = this.getAttribute('theme');
    if (!this.#root) return;
    if (theme === 'light' || theme === 'dark') this.#root.dataset.theme = theme;
    else delete this.#root.dataset.theme;
  }

  #tellVisibility() {
    this.#lab?.set_visible(this.#onScreen && document.visibilityState !== 'hidden');
  }

  #say(title, text, role) {
    const heading = document.createElement('h1');
    const paragraph = document.createElement('p');
    heading.textContent = title;
    paragraph.textContent = text;
    const notice = document.createElement('div');
    notice.className = 'loading';
    if (role) notice.setAttribute('role', role);
    notice.append(heading, paragraph);
    this.#root.replaceChildren(notice);
    return notice;
  }

  /** The program failed: what can be saved is the recipe. */
  #fail(message, recipe) {
    const notice = this.#say('Ordinal has failed', 'This is a mistake in the program. The recipe below holds all that you did: copy it, then load the page again.', 'alert');
    const text = document.createElement('textarea');
    text.readOnly = true;
    text.value = `${recipe}\n# ${message.replaceAll('\n', '\n# ')}\n`;
    text.setAttribute('aria-label', 'The recipe');
    const button = document.createElement('button');
    button.className = 'button primary';
    button.textContent = 'Load the page again';
    button.addEventListener('click', () => location.reload());
    notice.append(text, button);
  }

  play() {
    this.#lab?.play();
  }

  pause() {
    this.#lab?.pause();
  }

  /** Goes to an instant, in milliseconds, and stops there. */
  seek(ms) {
    this.#lab?.seek(ms);
  }

  /** Goes to the next event, and stops there. */
  step() {
    this.#lab?.step();
  }

  /** Resolves to {t, kind: 'List', items}: the objects as Kubernetes writes them. */
  async state() {
    await this.ready;
    return new Promise((resolve) => this.#lab.state((text) => resolve(JSON.parse(text))));
  }

  /** Applies a manifest, as `kubectl apply -f -` does. */
  apply(yaml) {
    return this.#ask('apply', yaml);
  }

  /** Does a line as in a terminal. */
  run(line) {
    return this.#ask('run', line);
  }

  /** Resolves to {exit, stdout, stderr}. */
  async #ask(what, text) {
    await this.ready;
    return new Promise((resolve) => {
      this.#lab[what](text, (exit, stdout, stderr) => resolve({ exit, stdout, stderr }));
    });
  }
}

/** A link to a style sheet, and a promise for when it is loaded or has failed. */
function sheet(href) {
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = href;
  const loaded = new Promise((resolve) => {
    link.addEventListener('load', resolve);
    link.addEventListener('error', resolve);
  });
  return { link, loaded };
}

/** `41000` or `0:41` in milliseconds. */
function milliseconds(text) {
  if (!text) return 0;
  const parts = text.split(':').map(Number);
  const value = parts.length === 1 ? parts[0] : parts.reduce((sum, part) => sum * 60 + part, 0) * 1000;
  return Number.isFinite(value) && value > 0 ? value : 0;
}

if (!customElements.get('ordinal-lab')) customElements.define('ordinal-lab', OrdinalLab);
