import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  base: './',
  plugins: [react()],
  build: { target: 'es2022' },
  // Packed in advance, the element would not find its files while developing.
  optimizeDeps: { exclude: ['ordinal-lab'] },
});
