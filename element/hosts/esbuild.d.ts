/** Keeps the element in a separate folder next to the bundle of esbuild. */
export default function ordinal(): { name: string; setup(build: object): void };
