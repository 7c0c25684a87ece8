import type { ServerResponse } from 'node:http';
import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib';
import type { Settings } from './settings';

export type Wire = Pick<Settings, 'contentEncoding' | 'chunked'>;

const compress = {
	gzip: gzipSync,
	deflate: deflateSync,
	// As much as servers take the time for; by default it takes all of it.
	br: (bytes: Buffer) =>
		brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }),
};

/**
 * Where an answer ends early: `broken`, after half of it the connection breaks; `unseen`, half of it is sent as
 * though it were whole.
 */
type Cut = 'broken' | 'unseen';

/** Sends a text as the settings have it: compressed or not, its length told or in chunks. */
export function sendText(
	response: ServerResponse,
	{ contentEncoding, chunked }: Wire,
	{ status, headers, text }: { status: number; headers: Record<string, string>; text: string },
	cut?: Cut,
): void {
	const bytes =
		contentEncoding === 'none' ? Buffer.from(text) : compress[contentEncoding](Buffer.from(text));
	const half = bytes.subarray(0, Math.floor(bytes.length / 2));
	const told = cut === 'unseen' ? half : bytes;
	response.writeHead(status, {
		...headers,
		...(contentEncoding === 'none' ? {} : { 'Content-Encoding': contentEncoding }),
		...(chunked ? {} : { 'Content-Length': told.length }),
	});
	if (cut === 'broken') response.write(half, () => response.destroy());
	else response.end(told);
}
