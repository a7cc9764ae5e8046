/** Converts fenced blocks with the language `ordinal` to `<ordinal-lab>`. */
export default function ordinal(markdown: { renderer: { rules: object }; utils: object }): void;
