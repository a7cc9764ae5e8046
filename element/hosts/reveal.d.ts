/** A plugin for reveal.js: `Reveal.initialize({ plugins: [OrdinalLab] })`. */
declare const OrdinalLab: { id: string; init(deck: object): void };
export default OrdinalLab;
