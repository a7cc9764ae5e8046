// A few of the links that `node tests/fuzz/link.mjs` reads by the million.
import { test } from 'node:test';
import { fuzz } from './link.mjs';

test('a link that was damaged at random is read, or refused in words', () => fuzz(4_000));
