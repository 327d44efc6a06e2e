// A short tone, made here: no file to fetch. Browsers allow it only after a first gesture. Must not know why it sounds.

import { prefs } from './prefs';

const TONES: Readonly<Record<'message' | 'notice', readonly number[]>> = { message: [660], notice: [660, 880] };

let context: AudioContext | null = null;

/** Waits for the gesture after which sound is allowed. */
export function allowSound(): void {
  const open = (): void => {
    context ??= typeof AudioContext === 'function' ? new AudioContext() : null;
    void context?.resume();
  };
  addEventListener('pointerdown', open, { once: true });
  addEventListener('keydown', open, { once: true });
}

export function chime(which: 'message' | 'notice'): void {
  if (!prefs.value.sound || !context || context.state !== 'running') return;
  for (const [i, pitch] of TONES[which].entries()) tone(context, pitch, context.currentTime + i * 0.14);
}

function tone(on: AudioContext, pitch: number, from: number): void {
  const oscillator = on.createOscillator();
  const gain = on.createGain();
  oscillator.frequency.value = pitch;
  gain.gain.setValueAtTime(0.0001, from);
  gain.gain.exponentialRampToValueAtTime(0.12, from + 0.02);
  gain.gain.exponentialRampToValueAtTime(0.0001, from + 0.22);
  oscillator.connect(gain).connect(on.destination);
  oscillator.start(from);
  oscillator.stop(from + 0.24);
}
