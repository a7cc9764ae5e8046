import 'ordinal-lab';
import DefaultTheme from 'vitepress/theme';

export default DefaultTheme;
