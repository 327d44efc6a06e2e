// Refusals of the API as typed errors (RFC 9457), and failures to reach it at all. Must not know which call was made, nor any screen.

import type { components } from './generated/api';

type Document = components['schemas']['Problem'];

/** The API answered, and the answer is no. Programs go by `reason`. */
export class Problem extends Error {
  readonly status: number;
  /** The name of an `ErrorReason`; `UNKNOWN` if something between us and the gateway answered. */
  readonly reason: string;
  /** Seconds after which to come back. */
  readonly retryAfter: number | null;
  readonly requestId: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  /** What is wrong with each field, by its name. */
  readonly fields: ReadonlyMap<string, string>;

  constructor(status: number, document: Partial<Document>, retryAfter: number | null = null) {
    super(document.detail ?? document.title ?? `HTTP ${status}`);
    this.name = 'Problem';
    this.status = status;
    this.reason = document.reason ?? 'UNKNOWN';
    this.retryAfter = document.retry_after ?? retryAfter;
    this.requestId = document.request_id ?? null;
    this.metadata = document.metadata ?? {};
    this.fields = new Map((document.errors ?? []).map((error) => [error.field, error.message]));
  }
}

/** Nobody answered: no network, no gateway, or not in time. Whether the call had an effect is not known. */
export class Unreachable extends Error {
  constructor(cause: unknown) {
    super('the server could not be reached', { cause });
    this.name = 'Unreachable';
  }
}

/** Reads a refusal, whoever sent it: a proxy's HTML page becomes a Problem as well. */
export async function problemOf(response: Response): Promise<Problem> {
  const retryAfter = secondsOf(response.headers.get('retry-after'));
  let document: unknown = null;
  try {
    document = await response.json();
  } catch {
    // Not JSON: the status alone must do.
  }
  return new Problem(response.status, isRecord(document) ? document : {}, retryAfter);
}

/** Whether the same call may succeed later without anybody changing anything. */
export function isPassing(error: unknown): boolean {
  if (error instanceof Unreachable) return true;
  return error instanceof Problem && (error.status === 429 || error.status === 408 || error.status >= 500);
}

function secondsOf(header: string | null): number | null {
  if (header === null || !/^\d+$/.test(header.trim())) return null;
  return Number(header);
}

function isRecord(value: unknown): value is Partial<Document> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
