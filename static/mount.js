// One mounting of the program in an element: from its story to the last answer. It is created again whenever the story
// changes, and after the program has failed.
import { parameter, readAddress } from './attributes.js';
import { isAlone, lessonAddress, lessonAt, nameOf, textAt } from './files.js';
import { Lab, fail, guarded, instant, latest, loadExamples, loadLater, loadModule, loadSchema, loadStyle, needs_later, needs_schema, offer, unwatch, watch, willBeTold } from './program.js';
import { freeKey, keys, store, stored, storedRun } from './storage.js';
import { painted, reducesMotion, say } from './words.js';

export { instant, latest, loadLater, loadModule, loadSchema, loadStyle, willBeTold };

/** How long the picture of the poster stays before the story plays from its start. */
const OPENING_MS = 1000;
/** The same, where a caption is to be read. */
const CAPTION_MS = 2500;
/** When the second part of the program is loaded, if nothing has needed it by then: the picture moves. */
const AHEAD_MS = 3000;

/** What the program says to what asks the API server of a real cluster. */
const READS = ['get', 'abort', 'wake', 'close'];

export class Mount {
  #owner;
  #element;
  #root;
  #lab;
  // The recipe and the moment, kept outside the module so that they survive its failure.
  #run;
  // The run that this mounting continues.
  #kept;
  // The name under which the browser stores what belongs to this element.
  #key;
  // The reject functions of promises that have not been answered yet.
  #asked = new Set();
  #isReady = false;
  #isDropped = false;
  #isLinked = false;
  // The recipe that came with the link in the address; empty until the program has opened it.
  #linkedRecipe;
  #onScreen = true;
  // What to end when the program is unmounted.
  #ends = [];
  #listeners = [];
  // The cluster that a server runs, if the element shows one.
  #live;
  // What asks the API server of a real cluster, once the program has wanted to.
  #observer;
  #watched = {
    number: undefined,
    fail: (error, isCulprit, isFresh) => this.#failed(error, isCulprit, isFresh),
  };

  /**
   * `owner` is the element as a mounting sees it: { element, kept, leavesLink, poster, attributes, moment, dispatch,
   * toggleTheme, freshRoot, complain, end, again, until, inbox }.
   */
  constructor(owner, root) {
    this.#owner = owner;
    this.#element = owner.element;
    this.#root = root;
    this.#kept = owner.kept;
    // Yew leaves its listeners on the root.
    root.addEventListener = (...given) => {
      this.#listeners.push(given);
      EventTarget.prototype.addEventListener.apply(root, given);
    };
  }

  /** Opens a story. Resolves when the picture is there. */
  async open(story) {
    const element = this.#element;
    const { poster } = this.#owner;
    // The poster is painted before the program takes the time.
    const painting = poster && painted();
    const lesson = element.getAttribute('lesson');
    // The lesson that the page opens with is there with the first picture.
    const isFirst = lesson && poster?.ms && this.#owner.attributes.lessonStep() === 1;
    const [told] = await Promise.all([isFirst ? textAt(lessonAddress(lesson), 'lesson').catch(() => '') : '', loadModule(), painting]);
    if (this.#isDropped) return;
    this.#key = freeKey(element, story);
    keys.add(this.#key);
    const texts = [story, ...(this.#storedRun()?.texts ?? [])];
    if (texts.some((text) => needs_later(text))) await loadLater();
    if (texts.some((text) => needs_schema(text))) await loadSchema();
    if (this.#isDropped) return;
    if (!this.#kept && stored(`ordinal.mounting ${this.#key}`)) return this.#doubt();
    const hasRun = Boolean(this.#kept ?? this.#storedRun());
    this.#isRestoring(hasRun);
    watch(this.#watched);
    this.#listen(globalThis, 'pagehide', () => this.#leave());
    const opening = this.#opening();
    const isTold = Boolean(told && opening && !hasRun);
    await this.#begin(story, opening, isTold && { lesson, told });
    if (this.#isDropped) return;
    await this.#join(opening, isTold || hasRun);
    if (this.#isDropped) return;
    this.#kept = undefined;
    this.#isRestoring(false);
    this.#isReady = true;
    this.#loadAhead();
  }

  /** Makes the program. Resolves when the story is open; rejects if it cannot be played. */
  #begin(story, opening, first) {
    const { speed, at, controls } = this.#owner.attributes;
    return new Promise((done, refuse) => {
      const begun = (errors) => (errors ? refuse(new StoryError(errors)) : done());
      this.#lab = guarded(this.#watched, () => new Lab(this.#root, story, speed(), at(), opening, controls(), this.#host(begun)));
      this.tell('set_until', this.#owner.until);
      if (first) this.tell('lesson', nameOf(first.lesson), first.told, 1);
    });
  }

  /** What follows once the story is open: links, what was kept, the lesson, and playing. */
  async #join(opening, hasLesson) {
    const element = this.#element;
    const isPage = element.hasAttribute('linked');
    this.#listen(document, 'visibilitychange', () => this.#tellVisibility());
    if (isPage) {
      this.#listen(globalThis, 'hashchange', () => readAddress(element, location.hash) || this.#follow(location.hash));
      if (!this.#kept && !this.#owner.leavesLink) await this.#follow(location.hash);
      if (this.#isDropped) return;
    }
    if (element.hasAttribute('present')) this.present(true);
    this.#observe();
    if (this.#owner.attributes.controls() === 'full') this.#takeFiles();
    const kept = this.#kept;
    // The module may have restored the same run from storage already, with its lesson.
    if (kept && kept.recipe !== this.#run.recipe) this.tell('open', kept.recipe, kept.ms, undefined, '');
    else if (kept) this.tell('seek', kept.ms);
    const plays = element.hasAttribute('autoplay');
    if (kept?.isPlaying ?? (plays && !this.#isLinked)) this.#play(opening);
    const lesson = element.getAttribute('lesson');
    if (lesson && !hasLesson && !this.#isLinked && !this.tell('is_led')) {
      await this.lesson();
      if (this.#isDropped) return;
      if (!plays) this.tell('pause');
    }
    if (element.hasAttribute('live')) await this.#followLive();
    const namespaces = isPage ? parameter('live') : null;
    if (namespaces !== null) this.tell('observe', namespaces);
    if (stored(this.#presenterKey)) this.#workshop(({ resume }) => resume(this.#tools()));
    await this.#greet(isPage);
    // The size of the stage is known, and the picture drawn for it, with the first repaint.
    await painted();
  }

  #observe() {
    const observer = new IntersectionObserver(([entry]) => {
      this.#onScreen = entry.isIntersecting;
      this.#tellVisibility();
    });
    observer.observe(this.#element);
    this.#ends.push(() => observer.disconnect());
  }

  /** Adds a listener until the program is unmounted. */
  #listen(target, what, hear) {
    target.addEventListener(what, hear);
    this.#ends.push(() => target.removeEventListener(what, hear));
  }

  /** The instant with which the page opens, so that its first picture is that of the poster. */
  #opening() {
    const element = this.#element;
    const isFree = element.hasAttribute('autoplay') && !element.hasAttribute('at');
    const isLinked = element.hasAttribute('linked') && location.hash && !this.#owner.leavesLink;
    return isFree && !isLinked && !this.#kept ? (this.#owner.poster?.ms ?? 0) : 0;
  }

  /**
   * Plays by itself, unless no motion is wanted. A page that opens with the picture of its poster plays from the start
   * after a moment, unless somebody has done something by then.
   */
  async #play(opening) {
    if (!this.#kept && reducesMotion()) return;
    // What was kept goes on where it was.
    if (!opening || this.tell('now') !== opening) return this.tell('play');
    const { recipe } = this.#run;
    let isTouched = false;
    for (const what of ['pointerdown', 'keydown', 'click']) {
      this.#root.addEventListener(what, () => (isTouched = true), { once: true, capture: true });
    }
    await this.#owner.poster.unveiled;
    await new Promise((done) => setTimeout(done, this.tell('is_led') ? CAPTION_MS : OPENING_MS));
    const isAsItWas = () => this.tell('now') === opening && !this.tell('is_playing') && this.#run?.recipe === recipe;
    if (!isTouched && isAsItWas()) this.tell('play');
  }

  /** As the page: takes the focus. In another page: is a guest there, in its document or in a frame. */
  async #greet(isPage) {
    if (isPage && parent === window) return this.#root.firstElementChild?.focus({ preventScroll: true });
    const { visit } = await import('./share/guest.js');
    if (this.#isDropped) return;
    const pictureHeight = (width) => this.tell('picture_height', width) ?? 0;
    this.#ends.push(visit(this.#element, this.#root, pictureHeight));
    if (!isPage) return;
    const { converse } = await import('./share/frame.js');
    if (!this.#isDropped) this.#ends.push(converse(this.#element, this.#root, pictureHeight, this.#owner.inbox));
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
  async #followLive() {
    const { follow } = await import('./live.js');
    if (this.#isDropped) return;
    const tell = (...told) => this.tell('live', ...told);
    this.#live = follow(new URL(this.#element.getAttribute('live'), document.baseURI), tell, this.#owner.complain);
    this.#ends.push(() => this.#live.close());
  }

  /** Opens files that are dropped. */
  #takeFiles() {
    const listen = (what, use) =>
      this.#listen(this.#root, what, (event) => {
        const { types, files } = event.dataTransfer ?? { types: [] };
        if (!types.includes('Files')) return;
        event.preventDefault();
        use([...files]);
      });
    listen('dragover', () => {});
    listen('drop', (files) => this.#share('drop', files, 0));
  }

  /** What the program asks of this script. */
  #host(begun) {
    return {
      begun,
      key: () => this.#key,
      number: (number) => (this.#watched.number = number),
      fail: (message, isCulprit) => fail(new Error(message), isCulprit ? this.#watched : undefined),
      keep_recipe: (recipe) => this.#keepRecipe(recipe),
      keep_moment: (ms, isPlaying) => {
        Object.assign((this.#run ??= { recipe: '' }), { ms, isPlaying });
        this.#owner.moment(ms, isPlaying);
      },
      event: (name, detail) => this.#owner.dispatch(name, JSON.parse(detail)),
      share: (what, text, ms) => this.#share(what, text, ms),
      toggle_theme: () => this.#owner.toggleTheme(),
      schema: () => this.#loadSchema(),
      later: () => this.#loadLater(),
      examples: () => this.#loadExamples(),
      send: (what, text, below, ms) => (READS.includes(what) ? this.#read(what, text, ms) : this.#live?.send(what, text, below, ms)),
      class: () => parameter('class') ?? '',
      open: (what) => this.#workshop(({ open }) => open(what, this.#tools())),
      lesson: (name) => this.#lesson(name, lessonAt(name), 1),
    };
  }

  /** Asks the API server of a real cluster, in the order in which the program wants it. */
  async #read(what, text, ms) {
    this.#observer ??= import('./observe.js').then(({ observe }) => {
      const observer = observe((...told) => this.tell('answered', ...told));
      this.#ends.push(() => observer.end());
      if (this.#isDropped) observer.end();
      return observer;
    });
    (await this.#observer)[what](text, ms);
  }

  /** Loads what a workshop needs, and uses it. */
  async #workshop(use) {
    const loaded = await import('./workshop/workshop.js').catch((error) => this.#owner.complain(error));
    if (loaded && !this.#isDropped) await use(loaded);
  }

  /** The name of the presenter window, and whether it is open in storage. */
  get #presenterKey() {
    return `ordinal.presenter ${this.#key}`;
  }

  /** The element as the scripts of a workshop see it. */
  #tools() {
    return {
      element: this.#element,
      theme: this.#root.dataset.theme,
      presenterKey: this.#presenterKey,
      tell: (...what) => this.tell(...what),
      complain: (error) => this.#owner.complain(error),
      atEnd: (end) => {
        this.#listen(globalThis, 'pagehide', end);
        this.#ends.push(end);
      },
    };
  }

  async #share(what, text, ms) {
    const { share } = await import('./share/share.js');
    const page = {
      address: location.href.replace(/#.*/, ''),
      script: isAlone() ? undefined : new URL('./element.js', import.meta.url).href,
      seek: (to) => this.#element.seek(to),
      open: (recipe, said) => this.tell('open', recipe, 0, undefined, said),
      begin: (name, text) => this.tell('lesson', `~${name}`, text, 1),
      picture: () => this.#root.querySelector('.picture'),
    };
    const made = await share(page, what, text, ms).catch((error) => ['', `Sharing failed: ${error.message}.`]);
    this.tell('made', ...made);
  }

  /** Begins the lesson of the element, at its step. */
  lesson() {
    const lesson = this.#element.getAttribute('lesson');
    return this.#lesson(nameOf(lesson), lessonAddress(lesson), this.#owner.attributes.lessonStep());
  }

  /** Fetches a lesson, or the list of them, and tells it. */
  async #lesson(name, address, step) {
    const text = await textAt(address, 'lesson').catch((error) => {
      this.#owner.complain(error);
      // A list without lessons is a list, a lesson without text is none.
      return name ? undefined : `# ${error.message}`;
    });
    if (text !== undefined) this.tell('lesson', name, text, step);
  }

  /** Loads the types of the Kubernetes API, and tells the program that it has them, or why not. */
  async #loadSchema() {
    const message = await loadSchema().then(
      () => '',
      (error) => error.message,
    );
    this.tell('schema', message);
  }

  /** Loads the second part of the program, and tells the program that it has it, or why not. */
  async #loadLater() {
    const message = await loadLater().then(
      () => '',
      (error) => error.message,
    );
    this.tell('later', message);
  }

  /** Loads the second part of the program when there is nothing else to do. If that fails, whatever needs it tries again. */
  #loadAhead() {
    const load = () => {
      if (!this.#isDropped && this.#owner.attributes.controls() === 'full') loadLater().catch(() => {});
    };
    const timer = setTimeout(() => (globalThis.requestIdleCallback ?? setTimeout)(load), AHEAD_MS);
    this.#ends.push(() => clearTimeout(timer));
  }

  /** Loads the example files of the documentation, and tells the program that it has them, or why not. */
  async #loadExamples() {
    const message = await loadExamples().then(
      () => '',
      (error) => error.message,
    );
    this.tell('examples', message);
  }

  /** Opens what a link holds. */
  async #follow(hash) {
    if (!hash) return;
    const { decode } = await import('./share/link.js');
    const link = await decode(hash, latest());
    if (!link || !this.#lab) return;
    this.#isLinked = Boolean(link.recipe);
    this.#linkedRecipe = link.recipe ? '' : undefined;
    this.tell('pause');
    const rules = link.said ? undefined : link.rules || undefined;
    this.tell('open', link.recipe, link.ms, rules, link.said || 'Opened the run from the link.');
  }

  #tellVisibility() {
    this.tell('set_visible', this.#onScreen && document.visibilityState !== 'hidden');
  }

  #leave() {
    this.tell('leave');
    // The visitor could leave, so restoring the run did not freeze the page.
    this.#isRestoring(false);
  }

  /** Starts or ends the presentation mode. */
  present(is) {
    if (Boolean(this.#root.querySelector('.present')) !== is) this.tell('toggle_presentation');
  }

  /** The recipe of the run: the story, with what was done in it. */
  get recipe() {
    return this.#lab ? this.#run?.recipe : undefined;
  }

  /** The run for the next mounting to continue. While mounting, it stays the one to be restored. */
  kept() {
    if (!this.#lab || (!this.#isReady && this.#kept)) return this.#kept;
    return { ...this.#run, ms: this.tell('now') ?? this.#run.ms };
  }

  /** Unmounts the program and rejects the promises that have not been answered. */
  drop(reason) {
    this.#isDropped = true;
    for (const end of this.#ends) end();
    this.#ends = [];
    unwatch(this.#watched);
    this.#isRestoring(false);
    this.tell('free');
    this.#lab = undefined;
    for (const given of this.#listeners) this.#root.removeEventListener(...given);
    delete this.#root.addEventListener;
    keys.delete(this.#key);
    for (const reject of this.#asked) reject(reason);
    this.#asked.clear();
  }

  /** Called after the module failed. The element it failed for shows its recipe; the others are mounted again. */
  #failed(error, isCulprit, isFresh) {
    // While mounting, the run being restored may be the cause, and is the one to save.
    const run = this.#isReady ? this.#run : (this.#kept ?? this.#storedRun() ?? this.#run);
    const isDoubtful = Boolean(stored(`ordinal.mounting ${this.#key}`));
    // It belongs to the old instance, which must not be called any more.
    this.#lab = undefined;
    if (!isCulprit && isFresh) {
      this.drop(new Error('Ordinal failed in another element on this page before it could answer. This element was restarted: try again.'));
      return this.#owner.again(this.#isReady ? run : this.#kept, false);
    }
    this.drop(error);
    this.#isRestoring(isDoubtful);
    this.#root = this.#owner.freshRoot();
    this.#owner.end(error);
    this.#offer('Ordinal stopped working', `This is a bug in Ordinal: ${error.message.replace(/^panicked at .*\n/, '')}`, run, error, isFresh);
  }

  /** The last attempt to restore the stored run never finished: let the visitor decide. */
  #doubt() {
    const error = new Error('The last run was not restored because the page did not finish loading it last time.');
    this.#owner.end(error);
    this.#offer('Your last run was not restored', 'The page did not finish loading it last time. It may be too large for this browser.', this.#storedRun(), undefined, true);
  }

  /** Marks that a run is being restored. The mark outlives a tab that freezes or crashes over it. */
  #isRestoring(is) {
    if (this.#key !== undefined) store(`ordinal.mounting ${this.#key}`, is ? '1' : undefined);
  }

  #storedRun() {
    return storedRun(this.#key);
  }

  /** Shows a recipe with ways to continue. */
  #offer(title, text, run, error, isFresh) {
    const { recipe = '', ms = 0 } = run ?? {};
    const notice = say(this.#root, title, `${text}\nNothing is lost: the recipe below contains everything you did.`, 'alert');
    // Put elsewhere in the document, the element continues the run.
    this.#kept = recipe ? { recipe, ms, isPlaying: false } : undefined;
    const again = (kept) => {
      this.#isRestoring(false);
      if (!kept) store(`ordinal.run ${this.#key}`, undefined);
      this.#owner.again(kept, true);
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
  tell(what, ...given) {
    if (!this.#lab) return undefined;
    try {
      return guarded(this.#watched, () => this.#lab[what](...given));
    } catch {
      return undefined;
    }
  }

  /**
   * Asks the program. `question` gets the program and a function to call with the answer. The promise rejects if the
   * program fails or is unmounted before it answers.
   */
  ask(question) {
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
}

/** A story that cannot be played: what is wrong, one line each. */
class StoryError extends Error {
  constructor(errors) {
    super(`This story can't be played:\n${errors}`);
    this.name = 'StoryError';
  }
}
