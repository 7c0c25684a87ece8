import { walk } from './walk';

walk((name) => name === 'trigger' || name.startsWith('quarantine '));
