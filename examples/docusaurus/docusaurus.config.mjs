import ordinal from 'ordinal-lab/remark';

export default {
  title: 'A StatefulSet',
  url: 'https://docs.example',
  baseUrl: '/',
  clientModules: ['./src/lab.js'],
  presets: [['classic', { docs: { routeBasePath: '/', remarkPlugins: [ordinal] }, blog: false }]],
};
