// Runs lines in our terminal and in a real kubectl, and compares what they print.
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What is made alike before two outputs are compared, and why. Everything else is equal to the letter. */
export const RULES = [
  { name: 'ages', why: 'kubectl takes the age of some objects from its own clock', from: /(?<![\w.-])(\d+d)?(\d+h)?(\d+m)?(\d+(\.\d+)?s)?(?<=[dhms])(?![\w.-])/g, to: 'AGE' },
  { name: 'instants', why: 'the API shifts dates to the real clock', from: /\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, to: 'INSTANT' },
  { name: 'dates', why: 'as instants, in describe', from: /\b\w{3}, \d\d \w{3} 20\d\d \d\d:\d\d:\d\d \+0000|\b20\d\d-\d\d-\d\d \d\d:\d\d:\d\d \+0000 UTC/g, to: 'DATE' },
  { name: 'versions', why: 'resource versions continue when a run is replaced', from: /("?resourceVersion"?: ?"?|Resource Version: +|(?<=^NAME +RSRC\n(?:\S+ +\S+\n)*)\S+ +)\d+/gm, to: '$1VERSION' },
  { name: 'blanks', why: 'a column is as wide as its longest age', from: / {2,}/g, to: '  ' },
  { name: 'rules', why: 'a line below a heading is as long as it', from: /-{2,}/g, to: '--' },
  { name: 'files', why: 'diff and the configuration name files of this machine', from: /\/\S*\/(LIVE|MERGED)-\d+\/(\S+)(\t.*)?|\/\S*\/kubectl\/home\/\d+\/config/g, to: '$1/$2' },
  { name: 'address', why: 'the API has another address', from: /https?:\/\/127\.0\.0\.1:\d+/g, to: 'SERVER' },
  { name: 'ends', why: 'blanks at the end of a line come from the last column', from: /[ \t]+$/gm, to: '' },
];

/** How often each rule has applied. */
export const applied = Object.fromEntries([...RULES, { name: 'order' }].map(({ name }) => [name, 0]));

/**
 * Whether the order of kubectl's output may differ: events are sorted by a time in seconds; labels, variables, containers, and the logs of
 * several pods are in maps; pods are evicted at the same time.
 */
export function isUnordered(line) {
  return /^kubectl (events|get (events|ev) |logs .*(-l|--all-pods)|(label|annotate) .*--list|set env .*--from|set image \S.*=.*=|drain )/.test(line);
}

/** The lines in alphabetical order. */
export function unordered(text) {
  const sorted = text.split('\n').sort().join('\n');
  applied.order += sorted === text ? 0 : 1;
  return sorted;
}

/** What a command printed, with all rules applied. */
export function normalized(text, line = '') {
  const out = RULES.reduce((now, { name, from, to }) => {
    const next = now.replace(from, to);
    applied[name] += next === now ? 0 : 1;
    return next;
  }, text);
  return isUnordered(line) ? unordered(out) : out;
}

/** A program that has ended: its exit status and what it printed. */
function outcome(command, words, environment, below) {
  return new Promise((done, failed) => {
    const child = spawn(command, words, { env: environment, stdio: ['pipe', 'pipe', 'pipe'] });
    child.stdin.on('error', () => {}).end(below ?? '');
    const printed = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr']) child[stream].setEncoding('utf8').on('data', (text) => (printed[stream] += text));
    const late = setTimeout(() => child.kill(), 30_000);
    child.on('error', failed);
    child.on('close', (exit) => {
      clearTimeout(late);
      done({ exit, ...printed });
    });
  });
}

/** The environment of a kubectl with its own home directory. */
function alone(home) {
  mkdirSync(home, { recursive: true });
  return { PATH: process.env.PATH, HOME: home, KUBECONFIG: '/dev/null' };
}

/** The words of a line as a shell splits it. */
function words(line) {
  return [...line.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)].map(([word]) => word.replace(/'([^']*)'|"([^"]*)"/g, (_, one, other) => one ?? other));
}

/** A served cluster whose time stands still. */
export class Cluster {
  static async start(program) {
    const child = spawn(program, ['api', '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const origin = await new Promise((done, failed) => {
      let printed = '';
      child.stdout.on('data', (bytes) => {
        const [address] = /http:\/\/127\.0\.0\.1:\d+/.exec((printed += bytes)) ?? [];
        if (address) done(address);
      });
      child.on('exit', () => failed(new Error('ordinal api has ended')));
    });
    return new Cluster(child, origin);
  }

  constructor(child, origin) {
    Object.assign(this, { child, origin });
  }

  async #post(what, body) {
    const response = await fetch(`${this.origin}/ordinal/${what}`, { method: 'POST', body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${what}: ${await response.text()}`);
    return response.json();
  }

  /** Goes to an instant of a recipe, and stays there. */
  async show({ recipe, at }) {
    await this.#post('pause', { paused: true });
    await this.#post('replace', { recipe, at });
  }

  async recipe() {
    return (await fetch(`${this.origin}/ordinal/recipe`)).text();
  }

  async names(path) {
    const response = await fetch(`${this.origin}${path}`);
    return (await response.json()).items.filter(({ metadata }) => (metadata.namespace ?? 'default') === 'default').map(({ metadata }) => metadata.name);
  }

  /** A line in our terminal. */
  async ours(line, below) {
    const { exit, stdout, stderr } = await this.#post('do', below === null ? { line } : { line, text: below });
    return { exit, stdout, stderr };
  }

  /** A line in a real kubectl. */
  async theirs(kubectl, line, home, below) {
    const environment = alone(home);
    this.config ??= await (await fetch(`${this.origin}/kubeconfig`)).text();
    writeFileSync(`${home}/config`, this.config);
    return outcome(kubectl, words(line).slice(1), { ...environment, KUBECONFIG: `${home}/config` }, below);
  }

  /** Starts a command in a real kubectl that runs until `end` is called; `printed` is its output so far. */
  follow(kubectl, line, home) {
    const child = spawn(kubectl, [`--server=${this.origin}`, ...words(line).slice(1)], { env: alone(home), stdio: ['ignore', 'pipe', 'inherit'] });
    const followed = { printed: '', end: () => child.kill() };
    child.stdout.setEncoding('utf8').on('data', (text) => (followed.printed += text));
    return followed;
  }

  close() {
    this.child.kill();
  }
}

/** Waits until a condition is true. */
export async function until(what, is, ms = 10_000) {
  for (const end = Date.now() + ms; !(await is()); ) {
    if (Date.now() > end) throw new Error(`not within ${ms} ms: ${what}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

export const TARGET = fileURLToPath(new URL('../../target/', import.meta.url));
