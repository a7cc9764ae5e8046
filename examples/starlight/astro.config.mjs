import starlight from '@astrojs/starlight';
import { defineConfig } from 'astro/config';
import ordinal from 'ordinal-lab/remark';

export default defineConfig({
  markdown: { remarkPlugins: [ordinal] },
  integrations: [starlight({ title: 'A StatefulSet', components: { Head: './src/components/Head.astro' } })],
  vite: { optimizeDeps: { exclude: ['ordinal-lab'] } },
});
