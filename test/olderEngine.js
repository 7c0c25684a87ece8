// Until 2.30, n8n looks for idle SSH connections every minute in a way that keeps a process alive for good.
const begin = globalThis.setInterval;
globalThis.setInterval = (...given) => begin(...given).unref();
