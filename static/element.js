// The element <ordinal-lab>: thin over the wasm module, which is loaded once for all elements.
//
// Attributes: story (a URL; or a child <script type="text/x-ordinal"> with the recipe), autoplay,
// lesson (the URL of a guided story), speed, at (milliseconds or 0:41), theme (light, dark, auto),
// controls (full, time, none), linked (it is the page: it follows links to a moment in the address,
// takes the focus, and talks to the page around a frame).
//
// Events: ordinal-event, for each event that the cursor passes; its detail is one object of the log.
import { isAlone, load } from './files.js';
import init, { Lab, log, rules } from './ordinal.js';

export { log };

const THEME = 'ordinal.theme';
const STYLE = new URL('ordinal.css', import.meta.url);

/** How long the picture of the poster stays before the story plays from its start. */
const OPENING_MS = 1000;

let module;
let style;

/** The module, loaded when the first element needs it. */
const loadModule = () => (module ??= init({ module_or_path: load(new URL('ordinal_bg.wasm', import.meta.url)) }));

/** The style sheet, which all elements share. */
const loadStyle = () => (style ??= ofDocument(STYLE) ?? load(STYLE).then(sheet));

// Without a document, as where pages are made ahead of time, there is nothing to be an element of.
class OrdinalLab extends (globalThis.HTMLElement ?? Object) {
  static observedAttributes = ['theme', 'speed'];

  #lab;
  #root;
  #mounting = 0;
  #onScreen = true;
  #isLinked = false;
  #observer;
  #leaveFrame;
  #kept;
  #poster;
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
    // Put elsewhere, it stays as it is.
    if (this.#lab) return;
    const shadow = this.shadowRoot ?? this.attachShadow({ mode: 'open' });
    this.#root = document.createElement('div');
    this.#root.className = 'ordinal';
    this.#root.addEventListener('click', (event) => {
      const link = event.composedPath().find((node) => node.localName === 'a');
      if (link) lead(link);
    });
    this.#setTheme();
    this.#say('Ordinal', 'A Kubernetes StatefulSet, to be watched, broken and rewound. Loading …');
    shadow.replaceChildren(this.#root);
    this.#poster = this.#veil(shadow);
    // Nothing is to be seen before it has its style.
    const root = this.#root;
    root.hidden = true;
    const styled = loadStyle()
      .then((made) => (shadow.adoptedStyleSheets = [made]))
      .finally(() => (root.hidden = false));
    this.#mount(styled, ++this.#mounting).catch((error) => {
      this.#say('Ordinal', `The lab could not be loaded: ${error.message}`, 'alert');
      this.#settle.reject(error);
    });
  }

  async disconnectedCallback() {
    await undefined;
    if (this.isConnected) return;
    this.#mounting += 1;
    document.removeEventListener('visibilitychange', this.#onVisibility);
    removeEventListener('pagehide', this.#onLeave);
    removeEventListener('hashchange', this.#onLink);
    this.#observer?.disconnect();
    this.#leaveFrame?.();
    if (!this.#lab) return;
    this.#kept = { recipe: this.#lab.recipe(), ms: this.#lab.now(), isPlaying: this.#lab.is_playing() };
    this.#lab.free();
    this.#lab = undefined;
    this.#expect();
  }

  attributeChangedCallback(name) {
    if (name === 'theme') this.#setTheme();
    if (name === 'speed') this.#lab?.set_speed(this.#speed());
  }

  async #mount(styled, turn) {
    // The poster is painted before the program takes the time.
    const [story] = await Promise.all([this.#story(), loadModule(), styled, this.#poster && painted()]);
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
    if (this.#kept) this.#lab.open(this.#kept.recipe, this.#kept.ms, '');
    if (this.#kept?.isPlaying ?? (this.hasAttribute('autoplay') && !this.#isLinked)) this.#begin();
    const lesson = this.getAttribute('lesson');
    if (lesson && !this.#kept && !this.#isLinked && !this.#lab.is_led()) {
      await this.#lesson(lesson, new URL(lesson, document.baseURI));
      if (turn !== this.#mounting) return;
      if (!this.hasAttribute('autoplay')) this.pause();
    }
    if (this.hasAttribute('linked')) await this.#greet(turn);
    this.#settle.resolve();
  }

  /**
   * Shows the poster, a child with `slot="poster"`, until there is a live picture, or a message in its place. Returns a
   * promise for that, and the instant that the poster shows.
   */
  #veil(shadow) {
    const poster = this.querySelector(':scope > [slot="poster"]');
    if (!poster) return undefined;
    const root = this.#root;
    const slot = document.createElement('slot');
    slot.name = 'poster';
    shadow.append(slot);
    root.classList.add('behind');
    if (root.dataset.theme) poster.dataset.theme = root.dataset.theme;
    const { ms } = poster.querySelector('[data-ms]')?.dataset ?? {};
    const unveiled = new Promise((done) => {
      new MutationObserver((_, observer) => {
        if (!root.querySelector('.picture > g, [role="alert"]')) return;
        observer.disconnect();
        slot.remove();
        poster.remove();
        root.classList.remove('behind');
        done();
      }).observe(root, { childList: true, subtree: true });
    });
    return { unveiled, ms: Number(ms) };
  }

  /**
   * Plays. A page with a poster begins with the instant that this shows, and after a moment plays from the start, unless
   * somebody has done something by then; where no motion is wanted, it stays there.
   */
  async #begin() {
    const lab = this.#lab;
    const { unveiled, ms } = this.#poster ?? {};
    // What was kept, or comes from a link, goes on where it was.
    if (!ms || lab.now() !== 0) return this.play();
    lab.seek(ms);
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    const recipe = lab.recipe();
    let isTouched = false;
    for (const what of ['pointerdown', 'keydown', 'click']) {
      this.#root.addEventListener(what, () => (isTouched = true), { once: true, capture: true });
    }
    await unveiled;
    await new Promise((done) => setTimeout(done, OPENING_MS));
    const isAsItWas = () => lab.now() === ms && !lab.is_playing() && lab.recipe() === recipe;
    if (lab !== this.#lab || isTouched || !isAsItWas()) return;
    lab.seek(0);
    this.play();
  }

  /** As the page: takes the focus, unless that is the page's around a frame. */
  async #greet(turn) {
    if (parent === window) return this.#root.firstElementChild?.focus({ preventScroll: true });
    const { converse } = await import('./share/frame.js');
    if (turn === this.#mounting) this.#leaveFrame = converse(this, this.#root);
  }

  /** What the program asks of this script. */
  #host() {
    return {
      fail: (message, recipe) => this.#fail(message, recipe),
      event: (line) => this.dispatchEvent(new CustomEvent('ordinal-event', { detail: JSON.parse(line) })),
      share: (what, text, ms) => this.#share(what, text, ms),
      toggle_theme: () => this.#toggleTheme(),
      lesson: (name) => this.#lesson(name, new URL(name ? `lessons/${name}.lesson` : 'lessons/index.txt', import.meta.url)),
    };
  }

  async #share(what, text, ms) {
    const { share } = await import('./share/share.js');
    const page = {
      address: location.href.replace(/#.*/, ''),
      script: isAlone() ? undefined : import.meta.url,
      seek: (to) => this.seek(to),
      open: (recipe, said) => this.#lab?.open(recipe, 0, said),
      picture: () => this.#root.querySelector('.picture'),
    };
    const made = await share(page, what, text, ms).catch((error) => ['', `This did not work: ${error.message}.`]);
    this.#lab?.made(...made);
  }

  /** Fetches a lesson, or the list of them, and tells it. */
  async #lesson(name, address) {
    const text = await textAt(address, 'lesson').catch((error) => `# ${error.message}`);
    this.#lab?.lesson(name, text);
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
    return textAt(new URL(address, document.baseURI), 'story');
  }

  #speed() {
    return Number(this.getAttribute('speed')) || 1;
  }

  /** The attribute says what the colours are, or else what the visitor chose, or the system. */
  #setTheme() {
    const theme = this.getAttribute('theme') ?? remembered(THEME);
    if (!this.#root) return;
    if (theme === 'light' || theme === 'dark') this.#root.dataset.theme = theme;
    else delete this.#root.dataset.theme;
  }

  /** From light to dark, or back. */
  #toggleTheme() {
    const { dataset } = this.#root;
    const isDark = dataset.theme ? dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
    dataset.theme = isDark ? 'light' : 'dark';
    if (!this.hasAttribute('theme')) remember(THEME, dataset.theme);
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

/** A style sheet that the document around has already, as the page does for its poster. */
function ofDocument(address) {
  const found = [...document.styleSheets].find(({ href }) => href === address.href);
  if (!found) return undefined;
  try {
    const made = new CSSStyleSheet();
    made.replaceSync(Array.from(found.cssRules, (rule) => rule.cssText).join('\n'));
    return Promise.resolve(made);
  } catch {
    // It is of another origin, and so its rules are nobody's business.
    return undefined;
  }
}

/** The style sheet in an answer; without it the element is plain, but there. */
async function sheet(response) {
  const made = new CSSStyleSheet();
  if (response.ok) made.replaceSync(await response.text());
  return made;
}

/** Lets a link lead to what it names in this document, or else beside this script, wherever the element stands. */
function lead(link) {
  const { href, hash } = new URL(link.getAttribute('href'), import.meta.url);
  const isHere = document.getElementById(hash.slice(1));
  link.href = isHere ? hash : href;
  if (isHere) link.target = '';
}

/** What the browser keeps; it may keep nothing, or refuse to be asked. */
function remembered(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function remember(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Then it is for this time only.
  }
}

/** The text at an address. */
async function textAt(address, what) {
  const response = await load(address);
  if (!response.ok) throw new Error(`there is no ${what} at ${address} (${response.status})`);
  return response.text();
}

/** After the next repaint, or a little later where nothing is painted. */
function painted() {
  return new Promise((done) => {
    requestAnimationFrame(() => setTimeout(done));
    setTimeout(done, 200);
  });
}

/** `41000` or `0:41` in milliseconds. */
function milliseconds(text) {
  if (!text) return 0;
  const parts = text.split(':').map(Number);
  const value = parts.length === 1 ? parts[0] : parts.reduce((sum, part) => sum * 60 + part, 0) * 1000;
  return Number.isFinite(value) && value > 0 ? value : 0;
}

if (globalThis.customElements && !customElements.get('ordinal-lab')) customElements.define('ordinal-lab', OrdinalLab);
