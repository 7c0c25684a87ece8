import type { ServerResponse } from 'node:http';
import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib';
import type { Settings } from './settings';

export type Wire = Pick<Settings, 'contentEncoding' | 'chunked'>;

const compress = {
	gzip: gzipSync,
	deflate: deflateSync,
	// The level that servers usually use.
	br: (bytes: Buffer) =>
		brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }),
};

/** `broken`: the connection breaks after half of the response. `unseen`: half is sent as if it were complete. */
type Cut = 'broken' | 'unseen';

/** Sends text, compressed and in chunks if the settings say so. */
export function sendText(
	response: ServerResponse,
	{ contentEncoding, chunked }: Wire,
	{ status, headers, text }: { status: number; headers: Record<string, string>; text: string },
	cut?: Cut,
): void {
	const bytes =
		contentEncoding === 'none' ? Buffer.from(text) : compress[contentEncoding](Buffer.from(text));
	const half = bytes.subarray(0, Math.floor(bytes.length / 2));
	const sent = cut === 'unseen' ? half : bytes;
	response.writeHead(status, {
		...headers,
		...(contentEncoding === 'none' ? {} : { 'Content-Encoding': contentEncoding }),
		...(chunked ? {} : { 'Content-Length': sent.length }),
	});
	if (cut === 'broken') response.write(half, () => response.destroy());
	else response.end(sent);
}
