// The element <ordinal-lab>. This script is small: it shows a poster, and loads the program, in mount.js, when the element
// is about to be seen or is asked something. README.md of the package describes attributes, methods and events.
//
// Two attributes are not for others: `linked` (the element is the page: it follows links to a moment in the address, takes
// the focus, and talks to the page around a frame), and `live` (the address below which `ordinal api` tells of its
// cluster, with a / at its end).
import { Attributes, NAMES, choice, readAddress, reflect, write } from './attributes.js';
import { reloadAll } from './files.js';
import { inlineStory, storyOf, watchStory } from './source.js';
import { remember, remembered } from './storage.js';
import { button, painted, reducesMotion, say, warn } from './words.js';

const THEME = 'ordinal.theme';
/** How often `timeupdate` is dispatched while playing, in milliseconds. */
const UPDATE_MS = 250;

/** What the element is to its page, whatever the styles of that are. */
const HOST = `
:host { all: initial; display: block; position: relative; box-sizing: border-box; height: 640px; direction: ltr; color-scheme: inherit }
:host([hidden]) { display: none }
:host([fit="fill"]) { height: 100% }
@media print { :host { height: auto !important } }
.cover { position: absolute; inset: 0; display: grid; place-content: center; justify-items: center; gap: 12px; background: light-dark(#f5f6fa, #0e121a); color: light-dark(#161b29, #eef2fb); font: 16px/1.4 system-ui, sans-serif }
.cover img { position: absolute; inset: 0; width: 100%; height: 100%; object-fit: contain }
.cover button { position: relative; padding: 10px 22px; border: 0; border-radius: 9px; background: light-dark(#1f5fd0, #8cb8ff); color: light-dark(#fff, #171d29); font: inherit; cursor: pointer }
`;
let hostSheet;

/** What is loaded of the program, once it is needed. */
let program;
async function loadProgram() {
  program ??= await import('./mount.js').catch((error) => {
    if (error.isMixed) throw error;
    throw new Error(`Ordinal could not be loaded: ${error.message}.`);
  });
  return program;
}

/** Loads the types of the Kubernetes API. `log` and the element do so themselves where a story needs them. */
export const loadSchema = async () => (await loadProgram()).loadSchema();

/** The event log of a story up to an instant in milliseconds, as JSON lines. */
export async function log(story, untilMs) {
  const [{ loadLater, loadModule }, { log, needs_later, needs_schema }] = await Promise.all([loadProgram(), import('./ordinal.js')]);
  await loadModule();
  if (needs_later(story)) await loadLater();
  if (needs_schema(story)) await loadSchema();
  return log(story, untilMs);
}

// Without a document, as where pages are made ahead of time, there is nothing to be an element of.
class OrdinalLab extends (globalThis.HTMLElement ?? Object) {
  static observedAttributes = NAMES;

  #root;
  #mount;
  #cover;
  #attributes;
  // Counts the mountings, so that one that was replaced while loading notices.
  #turn = 0;
  #isOpening = false;
  #isDue = false;
  #hasFailed = false;
  // Whether to load although the element has not been seen.
  #isAwake = false;
  #ready;
  // Settles `ready` while it is pending.
  #settle;
  // The run that the next mounting continues.
  #kept;
  // Whether to ignore the link in the address: after a failure it may be the cause.
  #leavesLink = false;
  #storyText;
  #moment = { ms: undefined, isPlaying: false, told: -Infinity, isRunning: false };
  #step;
  // Where playback stops, in milliseconds.
  #until = Infinity;
  // The messages to the page in a frame.
  #inbox;
  // What to end when the element is removed.
  #ends = [];

  constructor() {
    super();
    this.#expect();
  }

  /** Makes `ready` a fresh promise for the next mounting, unless it is waited for already. */
  #expect() {
    if (this.#settle) return;
    this.#ready = new Promise((resolve, reject) => {
      this.#settle = (error) => {
        this.#settle = undefined;
        if (error) reject(error);
        else resolve();
      };
    });
    // Whoever does not wait for it need not hear of it: the element itself says what is wrong.
    this.#ready.catch(() => {});
  }

  connectedCallback() {
    // Put elsewhere, it stays as it is, unless it has failed.
    if (this.#root) {
      if (this.#hasFailed) this.#again(this.#mount?.kept(), true);
      return;
    }
    this.#upgrade();
    if (this.hasAttribute('linked') && !this.#leavesLink) {
      readAddress(this, location.search);
      readAddress(this, location.hash);
      if (parent !== window) this.#inbox ??= inbox();
    }
    const shadow = this.shadowRoot ?? this.attachShadow({ mode: 'open' });
    if (!hostSheet) {
      hostSheet = new CSSStyleSheet();
      hostSheet.replaceSync(HOST);
    }
    shadow.adoptedStyleSheets = [hostSheet];
    this.#freshRoot();
    this.#root.hidden = true;
    // A page may have the shadow root in its markup, so that its poster is laid out only once.
    shadow.prepend(this.#root);
    this.#ends.push(watchStory(this, () => !this.hasAttribute('story') && !this.#storyText && this.#restart()));
    const heard = new AbortController();
    for (const what of ['keydown', 'keypress', 'keyup']) shadow.addEventListener(what, guard, heard);
    shadow.addEventListener('click', lead, heard);
    this.#ends.push(() => heard.abort());
    this.#await();
  }

  /** Takes over properties that were set before the element was defined. */
  #upgrade() {
    for (const name of ['storyText', 'lessonStep', 'currentTime', ...NAMES]) {
      if (!Object.hasOwn(this, name)) continue;
      const value = this[name];
      delete this[name];
      this[name] = value;
    }
  }

  /** Loads the program when the attribute `loading` says so. */
  #await() {
    const loading = choice(this, 'loading', () => {});
    if (this.hasAttribute('linked') || loading === 'eager' || this.#isAwake) return this.#open();
    this.#showCover(loading === 'click');
    if (loading === 'click') return;
    const observer = new IntersectionObserver(
      (entries) => entries.some(({ isIntersecting }) => isIntersecting) && this.#wake(),
      { rootMargin: '200px' },
    );
    observer.observe(this);
    this.#ends.push(() => observer.disconnect());
  }

  #wake() {
    this.#isAwake = true;
    if (this.#root && !this.#isOpening) this.#open();
  }

  /** Shows the poster, or a plain ground, until there is a live picture. */
  #showCover(isClicked) {
    const cover = document.createElement('div');
    cover.className = 'cover';
    if (this.hasAttribute('poster')) {
      const image = document.createElement('img');
      image.loading = 'lazy';
      image.alt = '';
      image.src = this.getAttribute('poster');
      cover.append(image);
    }
    if (isClicked) {
      const play = button('Play', () => {
        this.#wake();
        this.play().catch(() => {});
      });
      cover.append(play);
    }
    cover.style.colorScheme = this.#root.dataset.theme ?? '';
    this.#cover?.remove();
    this.#cover = cover;
    this.shadowRoot.append(cover);
  }

  #open() {
    this.#isOpening = true;
    this.#hasFailed = false;
    const turn = ++this.#turn;
    this.#openNow(turn).catch((error) => {
      if (turn === this.#turn && !program?.willBeTold(error)) this.#refuse(error);
    });
  }

  async #openNow(turn) {
    const root = this.#root;
    this.shadowRoot.querySelector('.problem')?.remove();
    say(root, 'Ordinal', 'Watch, break, and rewind a Kubernetes StatefulSet. Loading…');
    const poster = this.#veil();
    // Nothing is to be seen before it has its style.
    const styled = this.#style().finally(() => (root.hidden = false));
    const [{ Mount, loadModule, instant, latest }, { story, ms, said }] = await Promise.all([
      loadProgram(),
      storyOf(this, loadProgram),
      styled,
      loadProgram().then(({ loadModule }) => loadModule()),
    ]);
    if (turn !== this.#turn) return;
    if (said) this.#complain(new Error(said));
    this.#attributes = new Attributes(this, { instant, latest }, (error) => this.#complain(error));
    this.#attributes.linkedAt = ms;
    this.#until = this.#attributes.until();
    this.#mount = new Mount(this.#owner(poster), root);
    await this.#mount.open(story);
    if (turn !== this.#turn || !this.#settle) return;
    this.#kept = undefined;
    this.#settle();
    this.#dispatch('ready');
  }

  /** Loads the style sheet, unless the shadow root in the markup of the page has it. */
  async #style() {
    if (this.shadowRoot.querySelector('link')?.sheet) return;
    const { loadStyle } = await loadProgram();
    this.shadowRoot.adoptedStyleSheets = [hostSheet, await loadStyle()];
  }

  /** The element as a mounting sees it. */
  #owner(poster) {
    return {
      element: this,
      kept: this.#kept,
      leavesLink: this.#leavesLink,
      poster,
      attributes: this.#attributes,
      until: this.#until,
      inbox: this.#inbox,
      moment: (ms, isPlaying) => this.#passed(ms, isPlaying),
      dispatch: (name, detail) => {
        if (name === 'lesson-step') this.#step = detail.step;
        this.#dispatch(name, detail);
      },
      toggleTheme: () => this.#toggleTheme(),
      freshRoot: () => this.#freshRoot(),
      complain: (error) => this.#complain(error),
      end: (error) => this.#end(error),
      again: (kept, leavesLink) => this.#again(kept, leavesLink),
    };
  }

  /** Mounts again, with a run to continue. */
  #again(kept, leavesLink) {
    this.#drop();
    this.#kept = kept;
    this.#leavesLink ||= leavesLink;
    this.#expect();
    this.#open();
  }

  /**
   * Keeps the poster, a child with `slot="poster"` or what covers the element, until there is a live picture or a message.
   * Returns a promise for that, and the instant that the poster shows; undefined if there is no such child.
   */
  #veil() {
    const root = this.#root;
    const poster = this.querySelector(':scope > [slot="poster"]');
    const slot = this.shadowRoot.querySelector('slot') ?? document.createElement('slot');
    slot.name = 'poster';
    if (poster) {
      if (!slot.isConnected) this.shadowRoot.append(slot);
      if (root.dataset.theme) poster.dataset.theme = root.dataset.theme;
    }
    const cover = this.#cover;
    if (!poster && !cover) return undefined;
    root.classList.add('behind');
    const unveiled = new Promise((done) => {
      new MutationObserver((_, observer) => {
        if (!root.querySelector('.picture > g, [role="alert"]')) return;
        observer.disconnect();
        slot.remove();
        poster?.remove();
        cover?.remove();
        root.classList.remove('behind');
        done();
      }).observe(root, { childList: true, subtree: true });
    });
    const { ms } = poster?.querySelector('[data-ms]')?.dataset ?? {};
    return { unveiled, ms: Number(ms) || 0 };
  }

  async disconnectedCallback() {
    await undefined;
    if (this.isConnected || !this.#root) return;
    this.#kept = this.#mount ? this.#mount.kept() : this.#kept;
    this.#drop(new Error('The element was removed from its document.'));
    for (const end of this.#ends) end();
    this.#ends = [];
    this.#isAwake = false;
    this.#cover = undefined;
    this.#root = undefined;
    this.shadowRoot.replaceChildren();
    this.#expect();
  }

  attributeChangedCallback(name, was, is) {
    if (was === is || !this.#root) return;
    if (name === 'theme') return this.#setTheme();
    if (['poster', 'loading'].includes(name)) return this.#isOpening || this.#await();
    const mount = this.#settle ? undefined : this.#mount;
    if (!this.#isOpening || ['loop', 'fit', 'list'].includes(name)) return;
    if (name === 'autoplay') return is !== null && !reducesMotion() && mount?.tell('play');
    if (name === 'present') return mount?.present(is !== null);
    if (name === 'speed') return this.#mount?.tell('set_speed', this.#attributes.speed());
    if (name === 'until') {
      this.#until = this.#attributes?.until();
      return this.#mount?.tell('set_until', this.#until);
    }
    if (name === 'at' && mount) return void this.seek(this.#attributes.at());
    if (name === 'lesson-step' && mount && this.hasAttribute('lesson')) return void mount.lesson();
    this.#restart();
  }

  /** Mounts again after an attribute or the story changed. */
  #restart() {
    if (!this.#root || !this.#isOpening) return;
    this.#drop(new Error('The content of the element was replaced before it could answer.'));
    this.#kept = undefined;
    this.#expect();
    if (this.#isDue) return;
    this.#isDue = true;
    // Several attributes may change at once.
    queueMicrotask(() => {
      this.#isDue = false;
      if (this.#root && !this.#isOpening) this.#open();
    });
  }

  /** Unmounts the program and rejects the promises that have not been answered. */
  #drop(reason) {
    this.#turn += 1;
    this.#isOpening = false;
    this.#mount?.drop(reason);
    this.#mount = undefined;
    this.#step = undefined;
    this.#moment = { ms: undefined, isPlaying: false, told: -Infinity, isRunning: false };
  }

  /** Shows why there is nothing to show, and rejects `ready`. */
  #refuse(error) {
    this.#mount?.drop(error);
    this.#mount = undefined;
    const notice = say(this.#freshRoot(), 'Ordinal', error.message, 'alert');
    if (error.canRetry || error.isMixed) {
      const again = error.isMixed ? button('Reload', reloadAll) : button('Try again', () => this.#restart());
      again.classList.add('primary');
      notice.append(again);
    }
    this.#end(error);
  }

  #end(error) {
    this.#hasFailed = true;
    this.#expect();
    this.#settle(error);
    this.#dispatch('error', { message: error.message });
  }

  /** Replaces the root, and with it the listeners that the program left on it. */
  #freshRoot() {
    const root = document.createElement('div');
    root.className = 'ordinal';
    if (!this.hasAttribute('linked') || parent !== window) root.classList.add('guest');
    if (this.#root) {
      this.#root.replaceWith(root);
      // A picture that stood in for the program would hide what there is to say.
      this.querySelector(':scope > [slot="poster"]')?.remove();
      this.#cover?.remove();
    }
    this.#root = root;
    this.#setTheme();
    return root;
  }

  #dispatch(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }

  /** Reports a problem that the element can live with. */
  #complain(error) {
    warn(this.shadowRoot, error.message);
    this.#dispatch('error', { message: error.message });
  }

  /** The attribute says what the colors are; on a page of ours else what the visitor chose, elsewhere the host. */
  #setTheme(chosen) {
    if (!this.#root) return;
    const theme = chosen ?? this.getAttribute('theme') ?? (this.hasAttribute('linked') ? remembered(THEME) : null);
    if (['light', 'dark', 'auto'].includes(theme)) this.#root.dataset.theme = theme;
    else delete this.#root.dataset.theme;
  }

  /** From light to dark, or back: on all elements of this page that have no theme of their own. */
  #toggleTheme() {
    const { colorScheme } = getComputedStyle(this.#root);
    const isSystemDark = matchMedia('(prefers-color-scheme: dark)').matches;
    const isDark = /^(only )?dark$/.test(colorScheme) || (/dark/.test(colorScheme) && isSystemDark);
    const theme = isDark ? 'light' : 'dark';
    if (this.hasAttribute('theme')) return this.#setTheme(theme);
    if (this.hasAttribute('linked')) remember(THEME, theme);
    for (const lab of this.getRootNode().querySelectorAll('ordinal-lab:not([theme])')) lab.#setTheme(theme);
  }

  /** Called with each picture: tells what a player tells. */
  #passed(ms, isPlaying) {
    const moment = this.#moment;
    const { isPlaying: wasPlaying, ms: before } = moment;
    Object.assign(moment, { ms, isPlaying });
    const until = this.#until;
    if (isPlaying !== wasPlaying) {
      moment.isRunning = isPlaying || ms >= until;
      this.#dispatch(isPlaying ? 'play' : 'pause');
    }
    const now = performance.now();
    if (ms !== before && (!isPlaying || now - moment.told >= UPDATE_MS)) {
      moment.told = now;
      this.#dispatch('timeupdate');
    }
    if (isPlaying || ms !== until || !moment.isRunning) return;
    moment.isRunning = false;
    this.#dispatch('ended');
    if (!this.loop) return;
    this.seek(this.#attributes.at());
    this.play().catch(() => {});
  }

  /** Asks the program once it is ready. `question` gets the program and a function to call with the answer. */
  #ask(question) {
    if (this.#settle || this.#hasFailed || !this.#mount) return this.ready.then(() => this.#mount.ask(question));
    return this.#mount.ask(question);
  }

  /** Resolves when the picture is there. Asking for it loads the program. */
  get ready() {
    this.#wake();
    return this.#ready;
  }

  /** Whether time stands still. */
  get paused() {
    return !this.#moment.isPlaying;
  }

  /** The instant that is shown, in seconds. */
  get currentTime() {
    return (this.#moment.ms ?? 0) / 1000;
  }

  set currentTime(seconds) {
    this.seek(seconds * 1000);
  }

  /** Where playback stops, or else the end of what is recorded so far, in seconds; NaN before the element is ready. */
  get duration() {
    if (!this.#mount || this.#settle) return NaN;
    const until = this.#until;
    return (Number.isFinite(until) ? until : this.#mount.tell('end')) / 1000;
  }

  /** The recipe of the run: the story, with what was done in it. */
  get recipe() {
    return this.#mount?.recipe;
  }

  /** The text of the story, if it is not at a URL. */
  get storyText() {
    return this.#storyText ?? inlineStory(this);
  }

  set storyText(text) {
    this.#storyText = text ?? undefined;
    this.#restart();
  }

  /** The step of the lesson, counted from 1. */
  get lessonStep() {
    return this.#step ?? Number(this.getAttribute('lesson-step') ?? 1);
  }

  set lessonStep(step) {
    write(this, 'lesson-step', step);
  }

  async play() {
    await this.#do('play');
  }

  async pause() {
    await this.#do('pause');
  }

  /** Goes to the next event, and stops there. */
  async step() {
    await this.#do('step');
  }

  /** Calls a method of the program. Resolves when the picture shows the outcome. */
  #do(what) {
    const done = this.#ask((lab, reply) => {
      lab[what]();
      painted().then(reply);
    });
    // Callers may ignore the promise.
    done.catch(() => {});
    return done;
  }

  /**
   * Goes to an instant, in milliseconds, and stops there. Negative instants count as 0, and those beyond
   * seven days as seven days. Resolves to the instant that is shown then; rejects with a RangeError for anything
   * that is not a finite number.
   */
  seek(ms) {
    const to = Number(ms);
    const asked = Number.isFinite(to)
      ? this.#ask((lab, reply) => lab.seek(Math.min(Math.max(to, 0), program.latest()), reply))
      : Promise.reject(new RangeError(`seek(${ms}): expected a number of milliseconds`));
    asked.catch(() => {});
    return asked;
  }

  /** Resolves to {t, kind: 'List', items}: the objects as Kubernetes writes them. */
  async state() {
    await this.ready;
    await program.loadLater();
    return this.#ask((lab, reply) => lab.state((text) => reply(JSON.parse(text))));
  }

  /** Applies a manifest, as `kubectl apply -f -` does. */
  apply(yaml) {
    return this.#ask((lab, reply) => lab.apply(yaml, output(reply)));
  }

  /** Does a line as in a terminal. */
  run(line) {
    return this.#ask((lab, reply) => lab.run(line, output(reply)));
  }
}

/** Calls `reply` with {exit, stdout, stderr}. */
const output = (reply) => (exit, stdout, stderr) => reply({ exit, stdout, stderr });

/** Keeps the messages to this window until somebody hears them: a slide may have begun before the program is here. */
function inbox() {
  let kept = [];
  let hear = (message) => kept.push(message);
  addEventListener('message', (message) => hear(message));
  return {
    hand: (next) => {
      hear = next;
      kept.forEach(next);
      kept = [];
    },
  };
}

/** Keeps keys from the page around that the element has handled, or that are for its fields and buttons. */
function guard(event) {
  const shadow = event.currentTarget;
  const [target] = event.composedPath();
  const isText = target.matches?.('input, textarea, select');
  const isPress = (event.key === 'Enter' || event.key === ' ') && target.matches?.('button, a, summary');
  const isClosing = event.key === 'Escape' && shadow.querySelector('dialog[open], .menu, :popover-open');
  if (event.key === 'Tab' && !event.defaultPrevented) return;
  if (event.defaultPrevented || isText || isPress || isClosing) event.stopPropagation();
}

/** Lets a link lead to what it names in this document, or else beside this script, wherever the element stands. */
function lead(event) {
  const link = event.composedPath().find((node) => node.localName === 'a');
  if (!link) return;
  const here = import.meta.url;
  const { href, hash } = new URL(link.getAttribute('href'), here);
  const isHere = document.getElementById(hash.slice(1));
  link.href = isHere ? hash : href;
  if (isHere) link.target = '';
}

if (globalThis.customElements && !customElements.get('ordinal-lab')) {
  reflect(OrdinalLab.prototype);
  customElements.define('ordinal-lab', OrdinalLab);
}
