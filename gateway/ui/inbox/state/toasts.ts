// Short messages at the edge of the screen. Must not know how they look.

import { signal } from '@preact/signals';
import { sentence } from '../core/refusals';

export interface Toast {
  id: number;
  kind: 'done' | 'failed';
  text: string;
}

const LASTS_MS = { done: 4_000, failed: 9_000 };
let next = 1;

export const toasts = signal<readonly Toast[]>([]);

export function dismiss(id: number): void {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
}

function show(kind: Toast['kind'], text: string): void {
  const id = next++;
  // What was done before is no news beside what is done now; what failed stays until it was read.
  toasts.value = [...toasts.value.filter((toast) => toast.kind === 'failed' && toast.text !== text), { id, kind, text }].slice(-3);
  setTimeout(() => dismiss(id), LASTS_MS[kind]);
}

export const say = (text: string): void => show('done', text);
export const sayFailed = (error: unknown): void => show('failed', typeof error === 'string' ? error : sentence(error));
