// The assistant's answer as it grows, behind the fence of epochs: nothing made under an older epoch of control than the highest seen is
// ever shown. Pure. Must not know how it is drawn.

import type { Delta } from '../api/types';

export interface Growing {
  turnId: string;
  epoch: number;
  text: string;
  /** The length of the text in bytes of UTF-8, which is what offsets count. */
  bytes: number;
}

export interface Fence {
  /** The highest epoch seen. */
  epoch: number;
  growing: Growing | null;
}

export const OPEN_FENCE: Fence = { epoch: 0, growing: null };

const encoder = new TextEncoder();
const size = (text: string): number => encoder.encode(text).length;

export function withDelta(fence: Fence, delta: Delta): Fence {
  if (delta.control_epoch < fence.epoch) return fence;
  const held = fence.growing?.turnId === delta.turn_id ? fence.growing : null;
  if (delta.offset === 0) return { epoch: delta.control_epoch, growing: begin(delta) };
  // What lacks its beginning waits for the next 0; what was there already changes nothing.
  if (!held || held.bytes !== delta.offset) return { epoch: delta.control_epoch, growing: held };
  const growing = { ...held, text: held.text + delta.text, bytes: held.bytes + size(delta.text) };
  return { epoch: delta.control_epoch, growing };
}

function begin(delta: Delta): Growing {
  return { turnId: delta.turn_id, epoch: delta.control_epoch, text: delta.text, bytes: size(delta.text) };
}

/** An epoch was seen elsewhere; an answer made under an older one is gone at once. */
export function withEpoch(fence: Fence, epoch: number): Fence {
  if (epoch <= fence.epoch) return fence;
  return { epoch, growing: fence.growing && fence.growing.epoch >= epoch ? fence.growing : null };
}

/** The whole answer arrived as a message, or nothing came for long. */
export function withoutGrowing(fence: Fence): Fence {
  return fence.growing ? { ...fence, growing: null } : fence;
}
