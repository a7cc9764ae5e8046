/** Converts fenced blocks with the language `ordinal` to `<ordinal-lab>`. */
export default function ordinal(): (tree: { children?: unknown[] }) => void;
