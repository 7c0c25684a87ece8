import { walk } from './walk';

const elsewhere = /^(?:trigger$|quarantine |respondent|sendout)/;

walk((name) => !elsewhere.test(name));
