import ordinal from 'ordinal-lab/markdown-it';
import { defineConfig } from 'vitepress';

export default defineConfig({
  title: 'A StatefulSet',
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  markdown: { config: (markdown) => markdown.use(ordinal) },
  vue: { template: { compilerOptions: { isCustomElement: (tag) => tag === 'ordinal-lab' } } },
  vite: {
    build: { target: 'es2022' },
    optimizeDeps: { exclude: ['ordinal-lab'] },
    ssr: { noExternal: ['ordinal-lab'] },
  },
});
