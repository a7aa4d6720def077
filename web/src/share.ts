// A link that contains the input in its fragment (after #), which browsers do not send to a server.
import type { File } from './types';

/** Maximum size of the unpacked input. */
const most = 1 << 20;

export async function pack(files: File[]): Promise<string> {
  const text = JSON.stringify(files.map((f) => [f.name, f.text]));
  const packed = await new Response(new Blob([text]).stream().pipeThrough(new CompressionStream('deflate-raw'))).arrayBuffer();
  let binary = '';
  for (const byte of new Uint8Array(packed)) {
    binary += String.fromCharCode(byte);
  }
  return btoa(binary).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

export async function unpack(code: string): Promise<File[]> {
  const bytes = Uint8Array.from(atob(code.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) {
      break;
    }
    if ((length += value.length) > most) {
      await reader.cancel();
      throw new Error('it contains more than 1 MiB');
    }
    chunks.push(value);
  }
  const all: unknown = JSON.parse(await new Blob(chunks as BlobPart[]).text());
  if (!Array.isArray(all) || all.length === 0) {
    throw new Error('it contains no files');
  }
  return all.map((f: unknown) => {
    if (!Array.isArray(f) || typeof f[0] !== 'string' || typeof f[1] !== 'string') {
      throw new Error('it does not contain a list of files');
    }
    return { name: f[0], text: f[1] };
  });
}
