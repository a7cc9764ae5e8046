// A plugin for markdown-it, as in VitePress: fenced blocks with the language `ordinal` become <ordinal-lab>.
import { attributesOf } from './story.js';

export default function ordinal(markdown) {
  const before = markdown.renderer.rules.fence;
  markdown.renderer.rules.fence = (tokens, at, options, environment, renderer) => {
    const [, language, info] = /^\s*(\S*)\s*(.*)$/.exec(tokens[at].info);
    if (language !== 'ordinal') return before(tokens, at, options, environment, renderer);
    const { escapeHtml } = markdown.utils;
    const attributes = Object.entries(attributesOf(tokens[at].content, info));
    return `<ordinal-lab${attributes.map(([name, value]) => ` ${name}="${escapeHtml(value)}"`).join('')}></ordinal-lab>\n`;
  };
}
