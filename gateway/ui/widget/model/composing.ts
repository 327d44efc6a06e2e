// What may be written: the API's limit in bytes, and addresses that look like some. Pure. Must not know fields or keys.

/** 16 KiB of UTF-8. */
export const MOST_BYTES = 16 * 1024;
const MOST_EMAIL_BYTES = 254;

const encoder = new TextEncoder();

export function bytesOf(text: string): number {
  return encoder.encode(text).length;
}

/** What is sent of a draft: the spaces around it say nothing. */
export function sendable(draft: string): string {
  return draft.trim();
}

/** Roughly how many characters are too many; 0 if it fits. */
export function excessOf(draft: string): number {
  const text = sendable(draft);
  const over = bytesOf(text) - MOST_BYTES;
  if (over <= 0) return 0;
  return Math.max(1, Math.ceil(over / (bytesOf(text) / text.length)));
}

// The services' one rule: `local@domain.tld`, no quotes, no address literals, no other letters than those of ASCII, 64 bytes and 63 a label.
const WORD = "[\\w!#$%&'*+/=?^`{|}~-]+";
const LABEL = '[a-z\\d](?:[a-z\\d-]{0,61}[a-z\\d])?';
const EMAIL = new RegExp(`^(?=[^@]{1,64}@)${WORD}(?:\\.${WORD})*@(?:${LABEL}\\.)+(?!\\d+$)${LABEL}$`, 'i');

/** Whether the services take it: they are asked after the message was written, and that is late to learn of a slip. */
export function looksLikeEmail(text: string): boolean {
  const address = text.trim();
  return address.length <= MOST_EMAIL_BYTES && EMAIL.test(address);
}
