// A plugin for remark, as in Docusaurus and Starlight: fenced blocks with the language `ordinal` become <ordinal-lab>.
import { attributesOf } from './story.js';

export default function ordinal() {
  return (tree) => replace(tree);
}

function replace(parent) {
  for (const node of parent.children ?? []) {
    replace(node);
    if (node.type !== 'code' || node.lang !== 'ordinal') continue;
    node.type = 'ordinalLab';
    node.data = { hName: 'ordinal-lab', hProperties: attributesOf(node.value, node.meta ?? ''), hChildren: [] };
    node.children = [];
    delete node.value;
  }
}
