import 'ordinal-lab';
