import { walk } from './walk';

walk((name) => /^(?:respondent|sendout)/.test(name));
