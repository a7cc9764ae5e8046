// The element <ordinal-lab>: thin over the wasm module, which is loaded once for all elements.
//
// Attributes: story (a URL, or what a link has from its # on; or a child <script type="text/x-ordinal">
// with the recipe), autoplay, lesson (the URL of a guided story), speed, at (an instant: milliseconds,
// 41s, 1m30s or 0:41), theme (light, dark, auto), controls (full, time, none), live (the address below
// which `ordinal api` tells of its cluster, with a / at its end), linked (it is the page: it follows links
// to a moment in the address, takes the focus, and talks to the page around a frame).
//
// Events: ordinal-event, for each event that the cursor passes; its detail is one object of the log.
// error, when a story, a lesson or an attribute is of no use, or the program has failed; its detail is
// { message }.
import { fail, guarded, offer, unwatch, watch, willBeTold } from './failure.js';
import { isAlone, load } from './files.js';
import init, { Lab, install_examples, install_schema, instant, latest, log, needs_schema } from './ordinal.js';

export { log };

const THEME = 'ordinal.theme';
const STYLE = new URL('ordinal.css', import.meta.url);

/** How long the picture of the poster stays before the story plays from its start. */
const OPENING_MS = 1000;
/** The same, where a caption is to be read. */
const CAPTION_MS = 2500;

/** The names under which elements of this page store their runs: no two have the same. */
const keys = new Set();

const SCHEMA = new URL('schema.txt', import.meta.url);
const EXAMPLES = new URL('examples.txt', import.meta.url);

let module;
let style;
let schema;

/** The module, loaded when the first element needs it. */
const loadModule = () => (module ??= init({ module_or_path: load(new URL('ordinal_bg.wasm', import.meta.url)) }));

/**
 * Loads the types of the Kubernetes API, with which fields that are not simulated are checked. A story that has none
 * does not need them.
 */
export async function loadSchema() {
  schema ??= textAt(SCHEMA, 'table of the Kubernetes API');
  const text = await schema.catch((error) => {
    schema = undefined;
    error.canRetry = true;
    throw error;
  });
  await loadModule();
  install_schema(text);
}

/** The style sheet, which all elements share. */
const loadStyle = () => (style ??= ofDocument(STYLE) ?? load(STYLE).then(sheet));

// Without a document, as where pages are made ahead of time, there is nothing to be an element of.
class OrdinalLab extends (globalThis.HTMLElement ?? Object) {
  static observedAttributes = ['theme', 'speed', 'story', 'at', 'lesson', 'controls'];

  #lab;
  #root;
  #mounting = 0;
  #isDue = false;
  #onScreen = true;
  #isLinked = false;
  // The recipe that came with the link in the address; empty until the program has opened it.
  #linkedRecipe;
  // Whether to ignore the link in the address: after a failure it may be the cause.
  #leavesLink = false;
  // The moment that a story given as a link starts at.
  #linkedAt = 0;
  #observer;
  #leaveFrame;
  // The cluster that a server runs, if the element shows one.
  #live;
  #poster;
  #onVisibility = () => this.#tellVisibility();
  #onLeave = () => this.#leave();
  #onLink = () => this.#follow(location.hash);
  // Settles `ready` while it is pending.
  #settle;
  // The reject functions of promises that have not been answered yet.
  #asked = new Set();
  // The recipe and the moment, kept outside the module so that they survive its failure.
  #run;
  // The run that the next mount continues.
  #kept;
  // The name under which the browser stores what belongs to this element.
  #key;
  #watched = {
    number: undefined,
    fail: (error, isCulprit, isFresh) => this.#failed(error, isCulprit, isFresh),
  };

  constructor() {
    super();
    this.#expect();
  }

  /** Makes `ready` a fresh promise for the next mount, unless it is waited for already. */
  #expect() {
    if (this.#settle) return;
    this.ready = new Promise((resolve, reject) => {
      this.#settle = (error) => {
        this.#settle = undefined;
        if (error) reject(error);
        else resolve();
      };
    });
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
    this.#say('Ordinal', 'Watch, break, and rewind a Kubernetes StatefulSet. Loading…');
    shadow.replaceChildren(this.#root);
    this.#poster = this.#veil(shadow);
    // Nothing is to be seen before it has its style.
    const root = this.#root;
    root.hidden = true;
    const styled = loadStyle()
      .then((made) => (shadow.adoptedStyleSheets = [made]))
      .finally(() => (root.hidden = false));
    const turn = ++this.#mounting;
    this.#mount(styled, turn).catch((error) => {
      if (turn === this.#mounting && !willBeTold(error)) this.#refuse(error);
    });
  }

  async disconnectedCallback() {
    await undefined;
    if (this.isConnected) return;
    // While mounting, the run to be restored stays the one to continue.
    if (this.#lab && !(this.#settle && this.#kept)) this.#kept = { ...this.#run, ms: this.#tell('now') ?? this.#run.ms };
    this.#drop(new Error('The element was removed from its document.'));
    this.#expect();
  }

  attributeChangedCallback(name, was, is) {
    if (was === is || !this.#root) return;
    if (name === 'theme') this.#setTheme();
    else if (name === 'speed') this.#tell('set_speed', this.#speed());
    else if (name === 'at' && this.#lab) this.seek(this.#at());
    else this.#restart();
  }

  /** Mounts again after an attribute changed. */
  #restart() {
    this.#drop(new Error('The content of the element was replaced before it could answer.'));
    this.#kept = undefined;
    this.#expect();
    if (this.#isDue) return;
    this.#isDue = true;
    // Several attributes may change at once.
    queueMicrotask(() => {
      this.#isDue = false;
      if (this.isConnected) this.connectedCallback();
    });
  }

  /** Unmounts the program and rejects the promises that have not been answered. */
  #drop(reason) {
    this.#mounting += 1;
    document.removeEventListener('visibilitychange', this.#onVisibility);
    removeEventListener('pagehide', this.#onLeave);
    removeEventListener('hashchange', this.#onLink);
    this.#observer?.disconnect();
    this.#leaveFrame?.();
    this.#leaveFrame = undefined;
    this.#live?.close();
    this.#live = undefined;
    unwatch(this.#watched);
    this.#isRestoring(false);
    this.#tell('free');
    this.#lab = undefined;
    this.#run = undefined;
    keys.delete(this.#key);
    for (const reject of this.#asked) reject(reason);
    this.#asked.clear();
  }

  async #mount(styled, turn) {
    // The poster is painted before the program takes the time.
    const painting = this.#poster && painted();
    const lesson = this.getAttribute('lesson');
    // The lesson that the page opens with is there with the first picture.
    const telling = lesson && this.#poster ? textAt(new URL(lesson, document.baseURI), 'lesson').catch(() => '') : '';
    const [story, told] = await Promise.all([this.#story(), telling, loadModule().catch(cannotLoad), styled, painting]);
    // Taken off, or put elsewhere, while it was loading.
    if (turn !== this.#mounting) return;
    this.#key = this.#freeKey(story);
    keys.add(this.#key);
    if ([story, this.#storedRun()?.recipe ?? ''].some((recipe) => needs_schema(recipe))) await loadSchema();
    if (turn !== this.#mounting) return;
    if (!this.#kept && stored(`ordinal.mounting ${this.#key}`)) return this.#doubt();
    const kept = this.#kept;
    const hasRun = Boolean(kept ?? this.#storedRun());
    this.#isRestoring(hasRun);
    watch(this.#watched);
    addEventListener('pagehide', this.#onLeave);
    const opening = this.#opening(kept);
    const isTold = Boolean(told && opening && !hasRun);
    await new Promise((done, refuse) => {
      const begun = (errors) => (errors ? refuse(new StoryError(errors)) : done());
      this.#lab = guarded(
        this.#watched,
        () =>
          new Lab(
            this.#root,
            story,
            this.#speed(),
            this.#at(),
            opening,
            this.#choice('controls', ['full', 'time', 'none']),
            this.#host(begun),
          ),
      );
      if (isTold) this.#tell('lesson', nameOf(lesson), told);
    });
    if (turn !== this.#mounting) return;
    document.addEventListener('visibilitychange', this.#onVisibility);
    if (this.hasAttribute('linked')) {
      addEventListener('hashchange', this.#onLink);
      if (new URLSearchParams(location.search).has('present')) this.#tell('toggle_presentation');
      if (!kept && !this.#leavesLink) await this.#follow(location.hash);
      if (turn !== this.#mounting) return;
    }
    this.#observer = new IntersectionObserver(([entry]) => {
      this.#onScreen = entry.isIntersecting;
      this.#tellVisibility();
    });
    this.#observer.observe(this);
    // The module may have restored the same run from storage already, with its lesson.
    if (kept && kept.recipe !== this.#run.recipe) this.#tell('open', kept.recipe, kept.ms, undefined, '');
    else if (kept) this.#tell('seek', kept.ms);
    if (kept?.isPlaying ?? (this.hasAttribute('autoplay') && !this.#isLinked)) this.#begin(opening);
    if (lesson && !isTold && !hasRun && !this.#isLinked && !this.#tell('is_led')) {
      await this.#lesson(nameOf(lesson), new URL(lesson, document.baseURI));
      if (turn !== this.#mounting) return;
      if (!this.hasAttribute('autoplay')) this.pause();
    }
    if (this.hasAttribute('live')) await this.#followLive(turn);
    if (this.hasAttribute('linked')) await this.#greet(turn);
    // The size of the stage is known, and the picture drawn for it, with the first repaint.
    await painted();
    if (turn !== this.#mounting) return;
    this.#kept = undefined;
    this.#isRestoring(false);
    this.#settle?.();
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

  /** The instant with which the page opens, so that its first picture is that of the poster. */
  #opening(kept) {
    const isFree = this.hasAttribute('autoplay') && !this.hasAttribute('at');
    const isLinked = this.hasAttribute('linked') && location.hash && !this.#leavesLink;
    return isFree && !isLinked && !kept ? (this.#poster?.ms ?? 0) : 0;
  }

  /**
   * Plays. A page that opens with the picture of its poster plays from the start after a moment, unless somebody has
   * done something by then; where no motion is wanted, it stays there.
   */
  async #begin(opening) {
    // What was kept goes on where it was.
    if (!opening || this.#tell('now') !== opening) return this.play();
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    const [lab, { recipe }] = [this.#lab, this.#run];
    let isTouched = false;
    for (const what of ['pointerdown', 'keydown', 'click']) {
      this.#root.addEventListener(what, () => (isTouched = true), { once: true, capture: true });
    }
    await this.#poster.unveiled;
    await new Promise((done) => setTimeout(done, this.#tell('is_led') ? CAPTION_MS : OPENING_MS));
    const isAsItWas = () => this.#tell('now') === opening && !this.#tell('is_playing') && this.#run.recipe === recipe;
    if (lab !== this.#lab || isTouched || !isAsItWas()) return;
    this.play();
  }

  /** As the page: takes the focus, unless that is the page's around a frame. */
  async #greet(turn) {
    if (parent === window) return this.#root.firstElementChild?.focus({ preventScroll: true });
    const { converse } = await import('./share/frame.js');
    if (turn === this.#mounting) this.#leaveFrame = converse(this, this.#root);
  }

  /** Keeps the recipe of the run. Once a run from a link is changed, the address no longer leads back to the link. */
  #keepRecipe(recipe) {
    this.#run = { ms: 0, isPlaying: false, ...this.#run, recipe };
    if (this.#linkedRecipe === '') this.#linkedRecipe = recipe;
    if (this.#linkedRecipe === undefined || this.#linkedRecipe === recipe) return;
    this.#linkedRecipe = undefined;
    history.replaceState(history.state, '', location.pathname + location.search);
  }

  /** Follows the cluster that a server runs. */
  async #followLive(turn) {
    const { follow } = await import('./live.js');
    if (turn !== this.#mounting) return;
    const tell = (...told) => this.#tell('live', ...told);
    this.#live = follow(new URL(this.getAttribute('live'), document.baseURI), tell, (error) => this.#complain(error));
  }

  /** What the program asks of this script. */
  #host(begun) {
    return {
      begun,
      key: () => this.#key,
      number: (number) => (this.#watched.number = number),
      fail: (message, isCulprit) => fail(new Error(message), isCulprit ? this.#watched : undefined),
      keep_recipe: (recipe) => this.#keepRecipe(recipe),
      keep_moment: (ms, isPlaying) => Object.assign((this.#run ??= { recipe: '' }), { ms, isPlaying }),
      event: (line) => this.dispatchEvent(new CustomEvent('ordinal-event', { detail: JSON.parse(line) })),
      share: (what, text, ms) => this.#share(what, text, ms),
      toggle_theme: () => this.#toggleTheme(),
      schema: () => this.#loadSchema(),
      examples: () => this.#loadExamples(),
      send: (...what) => this.#live?.send(...what),
      lesson: (name) => this.#lesson(name, new URL(name ? `lessons/${name}.lesson` : 'lessons/index.txt', import.meta.url)),
    };
  }

  async #share(what, text, ms) {
    const { share } = await import('./share/share.js');
    const page = {
      address: location.href.replace(/#.*/, ''),
      script: isAlone() ? undefined : import.meta.url,
      seek: (to) => this.seek(to),
      open: (recipe, said) => this.#tell('open', recipe, 0, undefined, said),
      picture: () => this.#root.querySelector('.picture'),
    };
    const made = await share(page, what, text, ms).catch((error) => ['', `Sharing failed: ${error.message}.`]);
    this.#tell('made', ...made);
  }

  /** Fetches a lesson, or the list of them, and tells it. */
  async #lesson(name, address) {
    const text = await textAt(address, 'lesson').catch((error) => {
      this.#complain(error);
      return `# ${error.message}`;
    });
    this.#tell('lesson', name, text);
  }

  /** Loads the types of the Kubernetes API, and tells the program that it has them, or why not. */
  async #loadSchema() {
    const message = await loadSchema().then(
      () => '',
      (error) => error.message,
    );
    this.#tell('schema', message);
  }

  /** Loads the example files of the documentation, and tells the program that it has them, or why not. */
  async #loadExamples() {
    const message = await textAt(EXAMPLES, 'example files of the documentation').then(
      (text) => (install_examples(text), ''),
      (error) => error.message,
    );
    this.#tell('examples', message);
  }

  /** Opens what a link holds. */
  async #follow(hash) {
    if (!hash) return;
    const { decode } = await import('./share/link.js');
    const link = await decode(hash, latest());
    if (!link || !this.#lab) return;
    this.#isLinked = Boolean(link.recipe);
    this.#linkedRecipe = link.recipe ? '' : undefined;
    this.pause();
    const rules = link.said ? undefined : link.rules || undefined;
    this.#tell('open', link.recipe, link.ms, rules, link.said || 'Opened the run from the link.');
  }

  async #story() {
    this.#linkedAt = 0;
    const child = this.querySelector('script[type="text/x-ordinal"]');
    if (child) return child.textContent.trimStart();
    const address = this.getAttribute('story');
    if (!address) return 'ordinal 1\n';
    if (address.startsWith('#')) return this.#storyOf(address);
    return textAt(new URL(address, document.baseURI), 'story');
  }

  /** The story in a link. The element starts at the moment of the link unless `at` says otherwise. */
  async #storyOf(address) {
    const { decode } = await import('./share/link.js');
    await loadModule().catch(cannotLoad);
    const link = await decode(address, latest());
    if (!link) throw new Error('The story attribute starts with # but is not an Ordinal link.');
    if (!link.recipe) throw new Error(link.said);
    if (link.said) this.#complain(new Error(link.said));
    this.#linkedAt = link.ms;
    return link.recipe;
  }

  /** A storage key made of the page's path, the element and its story, which no other element has now. */
  #freeKey(story) {
    const address = this.getAttribute('story');
    const alike = [...this.getRootNode().querySelectorAll('ordinal-lab')].filter((other) => other.getAttribute('story') === address);
    // An element inserted before others finds its position taken.
    for (let place = alike.indexOf(this); ; place += 1) {
      const key = [location.pathname, this.id || place, address ?? hash(story)].join(' ');
      if (!keys.has(key)) return key;
    }
  }

  #speed() {
    const text = this.getAttribute('speed');
    const speed = Number(text ?? 1);
    if (speed > 0 && Number.isFinite(speed)) return speed;
    this.#complain(new Error(`speed="${text}" is not a number above 0, such as 0.5 or 4. Using 1.`));
    return 1;
  }

  /** Where the element begins, in milliseconds. */
  #at() {
    const text = this.getAttribute('at');
    if (!text) return this.#linkedAt;
    const ms = instant(text);
    if (ms <= latest()) return ms;
    const problem =
      ms === undefined ? 'is not a time. Use milliseconds, or a time such as 41s, 1m30s, or 0:41' : 'exceeds 7 days, the longest that a story can last';
    this.#complain(new Error(`at="${text}" ${problem}. Starting from the beginning.`));
    return this.#linkedAt;
  }

  /** An attribute that is one of a few words, the first of them by default. */
  #choice(name, words) {
    const word = this.getAttribute(name) ?? words[0];
    if (words.includes(word)) return word;
    this.#complain(new Error(`${name}="${word}" is not one of ${words.join(', ')}. Using ${words[0]}.`));
    return words[0];
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
    this.#tell('set_visible', this.#onScreen && document.visibilityState !== 'hidden');
  }

  #leave() {
    this.#tell('leave');
    // The visitor could leave, so restoring the run did not freeze the page.
    this.#isRestoring(false);
  }

  #say(title, text, role) {
    const heading = document.createElement('h1');
    heading.textContent = title;
    const words = document.createElement('div');
    if (role) words.setAttribute('role', role);
    words.append(heading);
    for (const line of text.split('\n')) {
      const paragraph = document.createElement('p');
      paragraph.textContent = line;
      words.append(paragraph);
    }
    const notice = document.createElement('main');
    notice.className = 'loading';
    notice.append(words);
    this.#root.replaceChildren(notice);
    return notice;
  }

  /** Shows why there is nothing to show, and rejects `ready`. */
  #refuse(error) {
    if (this.#lab) this.#drop(error);
    this.#freshRoot();
    const notice = this.#say('Ordinal', error.message, 'alert');
    if (error.canRetry) {
      const button = document.createElement('button');
      button.className = 'button primary';
      button.textContent = 'Try again';
      button.addEventListener('click', () => this.#restart());
      notice.append(button);
    }
    this.#isRestoring(false);
    this.#expect();
    this.#settle(error);
    this.#announce(error);
  }

  /** Replaces the root, and with it the listeners that the program left on it. */
  #freshRoot() {
    const root = document.createElement('div');
    root.className = 'ordinal';
    this.#root.replaceWith(root);
    this.#root = root;
    // A picture that stood in for the program would hide what there is to say.
    this.querySelector(':scope > [slot="poster"]')?.remove();
    this.#setTheme();
  }

  #announce(error) {
    this.dispatchEvent(new CustomEvent('error', { detail: { message: error.message } }));
  }

  /** Reports a problem that the element can live with, in a bar that can be dismissed. */
  #complain(error) {
    const problem = document.createElement('div');
    problem.className = 'ordinal problem';
    problem.setAttribute('role', 'alert');
    const text = document.createElement('p');
    text.textContent = error.message;
    const button = document.createElement('button');
    button.className = 'button';
    button.textContent = 'Dismiss';
    button.addEventListener('click', () => problem.remove());
    problem.append(text, button);
    this.shadowRoot.querySelector('.problem')?.remove();
    this.shadowRoot.append(problem);
    this.#announce(error);
  }

  /** Called after the module failed. The element it failed for shows its recipe; the others are mounted again. */
  #failed(error, isCulprit, isFresh) {
    // While mounting, the run being restored may be the cause, and is the one to save.
    const isMounting = Boolean(this.#settle);
    const run = isMounting ? (this.#kept ?? this.#storedRun() ?? this.#run) : this.#run;
    const isDoubtful = Boolean(stored(`ordinal.mounting ${this.#key}`));
    // It belongs to the old instance, which must not be called any more.
    this.#lab = undefined;
    if (!isCulprit && isFresh) {
      this.#drop(new Error('Ordinal failed in another element on this page before it could answer. This element was restarted: try again.'));
      if (!isMounting) this.#kept = run;
      this.#expect();
      return this.connectedCallback();
    }
    this.#drop(error);
    this.#isRestoring(isDoubtful);
    this.#freshRoot();
    this.#expect();
    this.#settle(error);
    this.#announce(error);
    this.#offer('Ordinal stopped working', `This is a bug in Ordinal: ${error.message.replace(/^panicked at .*\n/, '')}`, run, error, isFresh);
  }

  /** The last attempt to restore the stored run never finished: let the visitor decide. */
  #doubt() {
    const error = new Error('The last run was not restored because the page did not finish loading it last time.');
    this.#settle(error);
    this.#announce(error);
    this.#offer('Your last run was not restored', 'The page did not finish loading it last time. It may be too large for this browser.', this.#storedRun(), undefined, true);
  }

  /** Marks that a run is being restored. The mark outlives a tab that freezes or crashes over it. */
  #isRestoring(is) {
    store(`ordinal.mounting ${this.#key}`, is ? '1' : undefined);
  }

  /** The run that the browser stored for this element, if any. */
  #storedRun() {
    const [now, , , recipe] = unpacked(stored(`ordinal.run ${this.#key}`) ?? '');
    return recipe ? { recipe, ms: Number(now) || 0, isPlaying: false } : undefined;
  }

  /** Shows a recipe with ways to continue. */
  #offer(title, text, run, error, isFresh) {
    const { recipe = '', ms = 0 } = run ?? {};
    const notice = this.#say(title, `${text}\nNothing is lost: the recipe below contains everything you did.`, 'alert');
    // Put elsewhere in the document, the element continues the run.
    this.#kept = recipe ? { recipe, ms, isPlaying: false } : undefined;
    const again = (kept) => {
      this.#isRestoring(false);
      if (!kept) store(`ordinal.run ${this.#key}`, undefined);
      this.#expect();
      this.#kept = kept;
      this.#leavesLink = true;
      this.connectedCallback();
    };
    const choices = isFresh
      ? [
          ['Continue this run', () => again(this.#kept)],
          ['Start over', () => again()],
        ]
      : [['Reload the page', () => location.reload()]];
    offer(notice, recipe, ms, error, choices);
  }

  /** Calls a method of the program if it is mounted. Failures reach the element through #failed. */
  #tell(what, ...given) {
    if (!this.#lab) return undefined;
    try {
      return guarded(this.#watched, () => this.#lab[what](...given));
    } catch {
      return undefined;
    }
  }

  /**
   * Asks the program once it is ready. `question` gets the program and a function to call with the answer.
   * The promise rejects if the program fails or is unmounted before it answers.
   */
  #ask(question) {
    if (this.#settle || !this.#lab) return this.ready.then(() => this.#askNow(question));
    return this.#askNow(question);
  }

  #askNow(question) {
    return new Promise((resolve, reject) => {
      if (!this.#lab) throw new Error('The element was removed from its document.');
      this.#asked.add(reject);
      const reply = (answer) => {
        this.#asked.delete(reject);
        resolve(answer);
      };
      guarded(this.#watched, () => question(this.#lab, reply));
    });
  }

  play() {
    this.#tell('play');
  }

  pause() {
    this.#tell('pause');
  }

  /**
   * Goes to an instant, in milliseconds, and stops there. Negative instants count as 0, and those beyond
   * seven days as seven days. Resolves to the instant that is shown then; rejects with a RangeError for anything
   * that is not a finite number.
   */
  seek(ms) {
    const to = Number(ms);
    const asked = Number.isFinite(to)
      ? this.#ask((lab, reply) => {
          lab.seek(Math.min(Math.max(to, 0), latest()), reply);
        })
      : Promise.reject(new RangeError(`seek(${ms}): expected a number of milliseconds`));
    // Callers may ignore the promise.
    asked.catch(() => {});
    return asked;
  }

  /** Goes to the next event, and stops there. */
  step() {
    this.#tell('step');
  }

  /** Resolves to {t, kind: 'List', items}: the objects as Kubernetes writes them. */
  state() {
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

/** Calls `reply` with {exit, stdout, stderr}. */
const output = (reply) => (exit, stdout, stderr) => reply({ exit, stdout, stderr });

/** A story that cannot be played: what is wrong, one line each. */
class StoryError extends Error {
  constructor(errors) {
    super(`This story can't be played:\n${errors}`);
    this.name = 'StoryError';
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

/** What the browser stores for this tab; null if there is nothing or storage is denied. */
function stored(key) {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return null;
  }
}

/** Stores a text, or removes it if it is undefined. */
function store(key, text) {
  try {
    if (text === undefined) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, text);
  } catch {
    // Without storage, a reload starts over.
  }
}

/** The texts in a stored run, each preceded by its length in bytes. Empty for anything else. */
function unpacked(packed) {
  const texts = [];
  let bytes = new TextEncoder().encode(packed);
  while (bytes.length) {
    const start = bytes.indexOf(10) + 1;
    const end = start + Number(new TextDecoder().decode(bytes.subarray(0, start)));
    if (!start || !(end <= bytes.length)) return [];
    texts.push(new TextDecoder().decode(bytes.subarray(start, end)));
    bytes = bytes.subarray(end);
  }
  return texts;
}

/** A short name for a text. */
function hash(text) {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(16);
}

/** Explains why the module did not load. The next mount tries again. */
function cannotLoad(error) {
  module = undefined;
  const { host, origin } = new URL(import.meta.url);
  const from = origin === location.origin ? '' : ` Check that ${host} sends Access-Control-Allow-Origin.`;
  throw new Error(`Ordinal could not be loaded: ${error.message}.${from}`);
}

/** Earlier names of our files, which older pages and links use. */
const RENAMED = { 'lessons/master.lesson': 'lessons/primary.lesson', 'stories/master-crash.ordinal': 'stories/primary-crash.ordinal' };

/** The name of a lesson: that in the list if it is one of ours, otherwise its address. */
function nameOf(lesson) {
  const [, name] = /^lessons\/([\w-]+)\.lesson$/.exec(lesson) ?? [];
  return name && new URL(lesson, document.baseURI).href === new URL(lesson, import.meta.url).href ? name : lesson;
}

/** The text at an address. */
async function textAt(given, what) {
  const [before] = Object.keys(RENAMED).filter((name) => given.href === new URL(name, import.meta.url).href);
  const address = before ? new URL(RENAMED[before], import.meta.url) : given;
  const response = await load(address).catch((error) => {
    const from = address.origin === location.origin ? '' : ` Check that ${address.host} sends Access-Control-Allow-Origin.`;
    throw new Error(`The ${what} at ${address} could not be fetched: ${error.message}.${from}`);
  });
  if (!response.ok) throw new Error(`There is no ${what} at ${address} (${response.status}).`);
  return response.text();
}

/** After the next repaint, or a little later where nothing is painted. */
function painted() {
  return new Promise((done) => {
    requestAnimationFrame(() => setTimeout(done));
    setTimeout(done, 200);
  });
}

if (globalThis.customElements && !customElements.get('ordinal-lab')) customElements.define('ordinal-lab', OrdinalLab);
