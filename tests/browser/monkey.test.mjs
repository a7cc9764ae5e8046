// A monkey at the page: seeded actions of every kind, after each of which the page is well.
//
// MONKEY_SEEDS=1..40 and MONKEY_ACTIONS=1000 do more, MONKEY_WITHOUT=hide,link leaves actions out, and
// MONKEY_REPLAY=FILE does the actions that a failure printed.
import { readFileSync } from 'node:fs';
import { dice } from '../fuzz/dice.mjs';
import { labTest, whenReady } from './lab.mjs';
import { act, choose, fence } from './monkey.mjs';

const { MONKEY_SEEDS = '1..4', MONKEY_ACTIONS = '120', MONKEY_WITHOUT = '', MONKEY_REPLAY } = process.env;
const [first, end] = MONKEY_SEEDS.split('..').map(Number);
const count = Number(MONKEY_ACTIONS);
const without = MONKEY_WITHOUT.split(',');

function monkeyTest(name, next) {
  labTest(name, { timeout: 60_000 + count * 1_000 }, async ({ page, lab }) => {
    await page.evaluateOnNewDocument(fence);
    await page.reload({ waitUntil: 'load' });
    const monkey = { page, lab: await page.waitForSelector('ordinal-lab:defined') };
    await whenReady(monkey.lab);
    const done = [];
    try {
      for (let action = next(); action; action = next()) {
        if (without.includes(action[0])) continue;
        done.push(action);
        await act(monkey, action);
      }
    } catch (error) {
      // The test runner prints the stack, not the message.
      error.stack += `\n${name}, action ${done.length}; all of them, for MONKEY_REPLAY:\n[\n${done.map((it) => JSON.stringify(it)).join(',\n')}\n]`;
      throw error;
    }
  });
}

if (MONKEY_REPLAY) {
  const actions = JSON.parse(readFileSync(MONKEY_REPLAY, 'utf8'));
  monkeyTest('the monkey does it again', () => actions.shift());
} else {
  for (let seed = first; seed < end; seed += 1) {
    const roll = dice(seed);
    let left = count;
    monkeyTest(`the monkey breaks nothing, seed ${seed}`, () => (left-- > 0 ? choose(roll) : undefined));
  }
}
