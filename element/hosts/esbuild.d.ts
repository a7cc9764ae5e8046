/** Keeps the element in a folder of its own beside what esbuild bundles. */
export default function ordinal(): { name: string; setup(build: object): void };
