import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  base: './',
  plugins: [react()],
  build: { target: 'es2022' },
  // Vite's dependency bundling would hide the element's files from the dev server.
  optimizeDeps: { exclude: ['ordinal-lab'] },
});
