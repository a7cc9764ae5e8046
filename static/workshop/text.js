// The text of a lesson as far as a presenter needs it.

/** Reads the heading and the steps: [{ word, text }] each. Recipes and the texts below <<WORD are left out. */
export function readLesson(text) {
  const [heading, steps] = [[], []];
  let [entry, end, isRecipe] = [undefined, undefined, false];
  for (const line of text.split('\n')) {
    if (end !== undefined) {
      if (line.trimEnd() === end) end = undefined;
      continue;
    }
    if (!line.trim() || line.startsWith('#')) continue;
    if (/^\s/.test(line)) {
      if (entry) entry.text += ` ${line.trim()}`;
      continue;
    }
    const [, word, rest] = /^(\S+)\s*(.*)$/.exec(line);
    const [, heredoc] = /<<(\w+)\s*$/.exec(rest) ?? [];
    end = heredoc;
    entry = undefined;
    if (word === 'ordinal') isRecipe = true;
    if (word === 'step') {
      isRecipe = false;
      steps.push([]);
      continue;
    }
    if (isRecipe) continue;
    entry = { word, text: rest.replace(/\s*<<\w+\s*$/, ' …') };
    (steps.at(-1) ?? heading).push(entry);
  }
  return { heading, steps };
}

/** The text behind a keyword; undefined if it is not there. */
export const textOf = (entries, word) => entries?.find((entry) => entry.word === word)?.text;

/** All texts behind a keyword. */
export const textsOf = (entries, word) => (entries ?? []).filter((entry) => entry.word === word).map(({ text }) => text);
