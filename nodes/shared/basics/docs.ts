/** Links lead to the online documentation, because the installed package doesn't include it. */
const DOCS = 'https://github.com/n8n-nodes-netigate/n8n-nodes-netigate/blob/main/docs';

export const OWN_DATABASE_PAGE = `${DOCS}/quarantine-how-it-works.md#your-own-database`;
export const LEDGER_CONTRACT_PAGE = `${DOCS}/internals/ledger-contract.md`;
