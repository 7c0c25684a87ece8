// n8n finds the nodes through the "n8n" section of package.json; this is for people who import the package.
const { NetigateApi } = require('./dist/credentials/NetigateApi.credentials.js');
const {
	NetigateHashSecretApi,
} = require('./dist/credentials/NetigateHashSecretApi.credentials.js');
const { Netigate } = require('./dist/nodes/Netigate/Netigate.node.js');
const {
	NetigateQuarantine,
} = require('./dist/nodes/NetigateQuarantine/NetigateQuarantine.node.js');
const { NetigateTrigger } = require('./dist/nodes/NetigateTrigger/NetigateTrigger.node.js');

module.exports = {
	Netigate,
	NetigateApi,
	NetigateHashSecretApi,
	NetigateQuarantine,
	NetigateTrigger,
};
