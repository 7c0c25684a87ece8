// n8n would log every node error, but the tests check the errors themselves.
process.env.N8N_LOG_LEVEL ??= 'silent';

// n8n's engine sets luxon's time zone, and the test files of a worker share luxon.
require('luxon').Settings.defaultZone = 'system';
