// The same recipe gives the same log, natively and in WebAssembly, byte for byte.
//
// ORDINAL names the native program (target/debug/ordinal).
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const SECONDS = 600;
const RANDOM_RECIPES = 20;

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const program = process.env.ORDINAL ?? path('../target/debug/ordinal');
const stories = path('../static/stories/');

const [build] = /\?build=\w+/.exec(readFileSync(path('../dist/site/index.html'), 'utf8'));
const page = await import(new URL(`../dist/site/ordinal.js${build}`, import.meta.url));
page.initSync({ module: readFileSync(path('../dist/site/ordinal_bg.wasm')) });
const { join: joinLater } = await import(new URL(`../dist/site/later.js${build}`, import.meta.url));
await joinLater(await WebAssembly.compile(readFileSync(path('../dist/site/ordinal_later.wasm'))));
page.install_schema(readFileSync(path('../dist/site/schema.txt'), 'utf8'));

const skip = page.log ? false : 'the page does not export `log` yet';
const scratch = mkdtempSync(join(tmpdir(), 'ordinal-'));
after(() => rmSync(scratch, { recursive: true }));

const native = (...words) =>
  execFileSync(program, words, { encoding: 'utf8', maxBuffer: 1 << 30, stdio: ['ignore', 'pipe', 'inherit'] });

/** Compares both logs of the recipe in a file; says how many events they agree on. */
function compare(t, file) {
  const ours = page.log(readFileSync(file, 'utf8'), SECONDS * 1000);
  const theirs = native('run', file, '--json', '--until', `${SECONDS}s`);
  const [left, right] = [ours, theirs].map((log) => log.split('\n'));
  // Line by line first: the difference between two logs of megabytes helps nobody.
  for (const [index, line] of left.entries()) {
    assert.equal(line, right[index], `event ${index + 1} differs: WebAssembly (+), native (-)`);
  }
  assert.equal(ours, theirs);
  assert.notEqual(theirs.trim(), '', 'a recipe without any event proves nothing');
  t.diagnostic(`${theirs.trimEnd().split('\n').length} events agree`);
}

const names = skip ? ['every story'] : readdirSync(stories).filter((name) => name.endsWith('.ordinal'));
for (const name of names) {
  test(`story: ${name}`, { skip }, (t) => compare(t, join(stories, name)));
}

for (let seed = 1; seed <= RANDOM_RECIPES; seed++) {
  test(`random recipe: seed ${seed}`, { skip }, (t) => {
    const file = join(scratch, `${seed}.ordinal`);
    writeFileSync(file, native('check', '--print', String(seed)));
    compare(t, file);
  });
}
