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

/** Only what is surely no address is refused here; the service has the last word. */
export function looksLikeEmail(text: string): boolean {
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text.trim()) && bytesOf(text.trim()) <= MOST_EMAIL_BYTES;
}
