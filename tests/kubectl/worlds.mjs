// Random worlds.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Random numbers that follow from a seed (mulberry32). */
export function dice(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (end) => Math.floor(next() * end);
  return { below, one: (list) => list[below(list.length)] };
}

/** Objects of kinds that `ordinal check` does not create. */
const EXTRA = readFileSync(new URL('extra.yaml', import.meta.url), 'utf8');

/** A recipe that `ordinal check` plays, and a time in it; two of three worlds have an object of most other kinds. */
export function world(program, seed) {
  // kubectl 1.37 is the yardstick.
  const lines = execFileSync(program, ['check', '--print', String(seed)], { encoding: 'utf8' }).replace(/^kubernetes .*$/m, 'kubernetes 1.37').split('\n');
  const first = lines.findIndex((line) => line.startsWith('at '));
  const more = ['kubectl apply -f - <<EOF', ...EXTRA.trimEnd().split('\n'), 'EOF'];
  if (seed % 3) lines.splice(first < 0 ? lines.length - 1 : first, 0, ...more);
  const recipe = lines.join('\n');
  const { below } = dice(seed);
  return { recipe, at: 5_000 + below(120_000) };
}
