/** Makes fenced blocks with the language `ordinal` elements `<ordinal-lab>`. */
export default function ordinal(markdown: { renderer: { rules: object }; utils: object }): void;
