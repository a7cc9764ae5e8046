// What the monkey does on a page, and what has to hold after each of its actions. An action is a list of plain
// values, so that a list of them can be printed and done again.
import assert from 'node:assert/strict';
import { decode } from '../../static/share/link.js';
import { press, textOf, until } from './lab.mjs';

/** A promise that takes more repaints than this does not settle. */
const FRAMES_MAX = 900;
/** A picture that stays empty for so many repaints is blank. */
const BLANK_FRAMES_MAX = 120;

const SIZES = [[1280, 800], [1280, 800], [900, 600], [640, 640], [390, 844], [320, 480], [1600, 300], [160, 120], [20, 20]];
const KEYS = [
  ' ', '.', 'ArrowRight', 'ArrowLeft', 'ArrowUp', 'ArrowDown', 'PageUp', 'PageDown', 'Home', 'End', 'j', 'k', '?', '+', '-', '1',
  '2', '3', '4', 'Enter', 'Escape', 'Tab', 'a', 'd', 'n', 's', 'x', 'Backspace', 'Control+z', 'Control+y', 'Control+c', 'Control+Enter',
  'Shift+Tab',
];
const LINES = [
  'kubectl get pods -o wide', 'kubectl get pods -w', 'kubectl describe pod web-0', 'kubectl get all,pvc,nodes', 'kubectl get events',
  'kubectl delete pod web-0', 'kubectl delete pod web-1 --force --grace-period=0', 'kubectl delete pod web-0 web-9',
  'kubectl scale statefulset web --replicas=0', 'kubectl scale statefulset web --replicas=5', 'kubectl scale sts web nothing --replicas=2',
  'kubectl delete sts web --cascade=orphan', 'kubectl delete sts,svc,pvc --all', 'kubectl rollout restart sts/web',
  'kubectl rollout status sts/web --timeout=60s', 'kubectl rollout undo sts/web', 'kubectl set image sts/web db=ordinal/db:2',
  'kubectl cordon node-1', 'kubectl uncordon node-1', 'kubectl drain node-2 --ignore-daemonsets', 'kubectl taint nodes --all a=b:NoSchedule',
  'kubectl taint nodes --all a-', 'kubectl wait --for=condition=Ready pod/web-0 --timeout=30s', 'kubectl logs web-0', 'node node-1 off',
  'node node-1 on', 'node node-2 cut', 'node node-2 heal', 'crash web-0', 'write web-0.web "a <b> & c"', 'read web',
  'client shop writes web-0.web every 2s', 'client shop stop', 'kubectl frobnicate', 'kubectl get pods | grep web', "'open", '', '\\', '<<EOF',
  'seed 9', 'at 5s crash web-0', '<img src=x onerror=alert(1)>', 'kubectl get po -o jsonpath={..name', 'kubectl patch sts web -p {', '\u202eabc', '\r',
];
const MANIFESTS = [
  'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: words }\ndata: { text: "</script><b>" }\n',
  'apiVersion: apps/v1\nkind: StatefulSet\nmetadata: { name: web }\nspec: { replicas: many }\n',
  'apiVersion: v1\nkind: Service\nmetadata: { name: other }\nspec: { ports: [{ port: 80 }] }\n---\nkind: nothing\n',
  'apiVersion: apps/v1\nkind: StatefulSet\nmetadata: { name: db }\nspec:\n  serviceName: db\n  replicas: 2\n  selector: { matchLabels: { app: db } }\n' +
    '  template:\n    metadata: { labels: { app: db } }\n    spec: { containers: [{ name: db, image: "db:1" }] }\n',
  'a: [\n', '', '\r\n---\r\n', '&a [*a]\n',
];
const CALLS = [
  ['play'], ['pause'], ['step'], ['seek', 0], ['seek', 12_500], ['seek', 31_000], ['seek', 90_000], ['seek', 600_000], ['seek', -1],
  ['state'], ['attribute', 'speed', '16'], ['attribute', 'speed', '0'], ['attribute', 'theme', 'dark'], ['attribute', 'theme', 'light'],
];
const LINKS = ['#', '#1', '#2.abc', '#1.@5', '#1.AAAA.00000000@7', '#1.%00', '#here'];

/** The next action, as chance has it. */
export function choose(roll) {
  const one = (list) => list[roll(list.length)];
  switch (roll(20)) {
    case 0: case 1: case 2: case 3: case 4: case 5: return ['click', roll(1000)];
    case 6: case 7: case 8: return ['key', one(KEYS)];
    case 9: return ['drag', one(['[role=slider]', '.picture', '.track']), roll(1000), roll(1000)];
    case 10: return ['resize', ...one(SIZES)];
    case 11: return ['hide', 1 + roll(3)];
    case 12: case 13: return ['run', one(LINES)];
    case 14: return ['type', one(LINES)];
    case 15: return roll(2) ? ['apply', one(MANIFESTS)] : ['edit', one(MANIFESTS)];
    case 16: return ['call', ...one(CALLS)];
    case 17: return ['press', one(['Undo', 'Redo', 'Undo', 'Restart story', 'Stories', 'Help'])];
    case 18: return roll(3) ? ['link', one(LINKS)] : ['keptLink'];
    default: return [one(['reload', 'move', 'press']), 'Undo'];
  }
}

/** Runs in the page before anything else: nothing leaves it, and nothing waits for a person. */
export function fence() {
  HTMLAnchorElement.prototype.click = () => {};
  HTMLInputElement.prototype.click = function () {
    if (this.type !== 'file') return HTMLElement.prototype.click.call(this);
    const files = new DataTransfer();
    files.items.add(new File(['ordinal 1\nnodes 2\nat 3s node node-1 off\n'], 'run.ordinal'));
    this.files = files.files;
    this.dispatchEvent(new Event('change'));
  };
  addEventListener('click', (event) => {
    const anchor = event.composedPath().find((node) => node.localName === 'a');
    if (anchor && !anchor.getAttribute('href')?.startsWith('#')) event.preventDefault();
  });
}

/** Does one action, and waits until it has been painted. */
export async function act(monkey, [name, ...values]) {
  await actions[name](monkey, ...values);
  monkey.lab = await monkey.page.waitForSelector('ordinal-lab:defined');
  await check(monkey);
}

const actions = {
  async click({ page, lab }, number) {
    const at = await lab.evaluate(placeOf, number, 'button, summary, a[href], input, select, textarea, [role=button], [role=menuitem], [role=slider], .event');
    // What cannot be hit with a mouse can still be reached by keyboard.
    if (at?.isHit) await page.mouse.click(at.x, at.y);
    else if (at) await lab.evaluate(() => globalThis.monkeyTarget.dispatchEvent(new MouseEvent('click', { bubbles: true, composed: true, cancelable: true })));
  },

  async key({ page }, keys) {
    const [key, modifier] = keys === '+' ? ['+'] : keys.split('+').reverse();
    if (modifier) await page.keyboard.down(modifier);
    await page.keyboard.press(key);
    if (modifier) await page.keyboard.up(modifier);
  },

  async drag({ page, lab }, selector, from, to) {
    const box = await lab.evaluate((element, wanted) => {
      const { left, top, width, height } = element.shadowRoot.querySelector(wanted)?.getBoundingClientRect() ?? {};
      return { left, top, width, height };
    }, selector);
    if (!box.width || !box.height) return;
    const { width, height } = page.viewport();
    const inside = (value, limit) => Math.max(0, Math.min(limit - 1, value));
    const place = (part) => [inside(box.left + (box.width * part) / 1000, width), inside(box.top + box.height / 2, height)];
    await page.mouse.move(...place(from));
    await page.mouse.down();
    await page.mouse.move(...place((from + to) / 2));
    await page.mouse.move(...place(to));
    await page.mouse.up();
  },

  resize: ({ page }, width, height) => page.setViewport({ width, height }),

  /** Hides the element, lets so many repaints pass, and shows it again. */
  hide: ({ lab }, frames) =>
    lab.evaluate(async (element, count) => {
      const repaint = () => new Promise((done) => requestAnimationFrame(done));
      element.style.display = 'none';
      for (let frame = 0; frame < count; frame += 1) await repaint();
      element.style.display = '';
    }, frames),

  run: (monkey, line) => settled(monkey, 'run', line),
  apply: (monkey, yaml) => settled(monkey, 'apply', yaml),

  async type({ page, lab }, line) {
    await lab.evaluate((element) => {
      const button = [...element.shadowRoot.querySelectorAll('.tools button')].find((it) => it.textContent === 'Terminal');
      if (button?.getAttribute('aria-expanded') === 'false') button.click();
      element.shadowRoot.querySelector('.terminal input, .terminal textarea')?.focus();
    });
    await page.keyboard.type(line);
    await page.keyboard.press('Enter');
  },

  async edit({ lab, page }, yaml) {
    await lab.evaluate((element) => element.shadowRoot.querySelector('.tools [title^="Write, paste"]')?.click());
    await repaints(page, 2);
    await lab.evaluate((element, value) => {
      const area = element.shadowRoot.querySelector('.manifest textarea');
      if (!area) return;
      area.focus();
      area.value = value;
      area.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
    }, yaml);
    await actions.key({ page }, 'Control+Enter');
  },

  async call(monkey, method, ...values) {
    if (method !== 'attribute') return settled(monkey, method, ...values);
    await monkey.lab.evaluate((element, name, value) => element.setAttribute(name, value), ...values);
  },

  press: ({ lab }, label) =>
    lab.evaluate((element, wanted) => {
      const buttons = [...element.shadowRoot.querySelectorAll('button')];
      buttons.find((it) => (it.getAttribute('aria-label') ?? it.textContent) === wanted)?.click();
    }, label),

  link: ({ page }, hash) => page.evaluate((it) => (location.hash = it), hash),

  /** Opens the link that was made last. */
  async keptLink(monkey) {
    if (monkey.link) await actions.link(monkey, monkey.link);
  },

  /** Loads the page again: the run is the same. */
  async reload(monkey) {
    const { page } = monkey;
    // A link in the address would be followed again.
    await page.evaluate(() => history.replaceState(null, '', location.pathname));
    const before = await recipe(monkey);
    await page.reload({ waitUntil: 'load' });
    monkey.lab = await page.waitForSelector('ordinal-lab:defined');
    await settled(monkey, 'state');
    const after = await recipe(monkey);
    assert.ok(after === before, `the page, loaded again, has another recipe: it was\n${before}\nand is\n${after}`);
  },

  /** Takes the element out of the page and puts it back. */
  async move(monkey) {
    await monkey.lab.evaluate(async (element) => {
      const parent = element.parentNode;
      element.remove();
      await new Promise((done) => requestAnimationFrame(done));
      parent.append(element);
    });
    await settled(monkey, 'state');
  },
};

/** The place of one of the things that match, with a mark of which it is; runs in the page. */
function placeOf(element, number, selector) {
  const all = [...element.shadowRoot.querySelectorAll(selector)];
  const seen = all.filter((it) => !it.disabled && it.getBoundingClientRect().width > 0);
  const chosen = seen[number % seen.length];
  if (!chosen) return undefined;
  globalThis.monkeyTarget = chosen;
  const { left, top, width, height } = chosen.getBoundingClientRect();
  const [x, y] = [left + width / 2, top + height / 2];
  return { x, y, isHit: x > 0 && y > 0 && x < innerWidth && y < innerHeight };
}

/** Waits for so many repaints. */
export const repaints = (page, count) =>
  page.evaluate(async (left) => {
    for (; left > 0; left -= 1) await new Promise((done) => requestAnimationFrame(done));
  }, count);

/** Calls a method of the element; what it answers has to come within so many repaints. */
async function settled({ lab }, method, ...values) {
  const end = await lab.evaluate(async (element, most, name, words) => {
    let isOver = false;
    const answer = Promise.resolve(element[name](...words)).then(() => 'answered', () => 'refused');
    const patience = (async () => {
      for (let frame = 0; frame < most && !isOver; frame += 1) await new Promise((done) => requestAnimationFrame(done));
      return 'nothing';
    })();
    const first = await Promise.race([answer, patience]);
    isOver = true;
    return first;
  }, FRAMES_MAX, method, values);
  assert.notEqual(end, 'nothing', `${method}(${values}) has no answer after ${FRAMES_MAX} repaints`);
}

/** The recipe of the run, as a link holds it. */
async function recipe(monkey) {
  const { page, lab } = monkey;
  await page.keyboard.press('Escape');
  await until('dialogs close', async () => {
    await page.keyboard.press('Escape');
    return !(await lab.evaluate((element) => element.shadowRoot.querySelector('dialog[open]')));
  });
  await press(lab, 'Share');
  await until('the dialog opens', () => textOf(lab, '.share'));
  const made = () => lab.evaluate((element) => element.shadowRoot.querySelector('.share textarea')?.value);
  // A file takes the place of the link that was made before.
  await press(lab, 'Save as a file');
  await until('a file is made', async () => /^Saved/.test(await textOf(lab, '.said')) && !(await made()));
  await press(lab, 'Copy a link');
  const link = await until('a link is made', made);
  await page.keyboard.press('Escape');
  monkey.link = new URL(link).hash;
  const { recipe: text, said } = await decode(monkey.link, Infinity);
  assert.equal(said, '');
  return text;
}

/** What has to hold after every action. */
async function check({ lab }) {
  const wrong = await lab.evaluate(async (element, most) => {
    const root = element.shadowRoot;
    const isBlank = () => {
      const picture = root.querySelector('svg.picture');
      const { width, height } = picture?.getBoundingClientRect() ?? {};
      return picture ? width > 0 && height > 0 && picture.childElementCount === 0 : element.checkVisibility();
    };
    const repaint = () => new Promise((done) => requestAnimationFrame(done));
    await repaint();
    await repaint();
    for (let frame = 0; frame < most && isBlank(); frame += 1) await repaint();
    const alert = root.querySelector('.loading[role=alert]');
    if (alert) return `the failure screen: ${alert.textContent} ${alert.querySelector('textarea')?.value ?? ''}`;
    return isBlank() ? 'the picture is blank' : '';
  }, BLANK_FRAMES_MAX);
  assert.equal(wrong, '');
}
