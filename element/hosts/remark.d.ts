/** Makes fenced blocks with the language `ordinal` elements `<ordinal-lab>`. */
export default function ordinal(): (tree: { children?: unknown[] }) => void;
