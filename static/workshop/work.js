// Long work of the program, in slices, so that the page stays responsive.

/** How long a slice takes, in milliseconds. */
const SLICE_MS = 8;

/** Resolves to the result of the work; to undefined if `signal` ends it before. */
export async function finish(work, signal) {
  try {
    for (;;) {
      if (signal?.aborted) return undefined;
      const result = work.work(SLICE_MS);
      if (result !== undefined) return result;
      await new Promise((done) => setTimeout(done));
    }
  } finally {
    work.free();
  }
}
