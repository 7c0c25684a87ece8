import { walk } from './walk';

const elsewhere = (name: string) => name === 'trigger' || name.startsWith('quarantine ');

walk((name) => !elsewhere(name));
