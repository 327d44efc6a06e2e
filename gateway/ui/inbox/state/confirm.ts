// Asks before something is removed. One question at a time. Must not know what is removed.

import { signal } from '@preact/signals';

export interface Question {
  title: string;
  text: string;
  yes: string;
  danger: boolean;
  answer: (yes: boolean) => void;
}

export const question = signal<Question | null>(null);

export function confirm(asked: Omit<Question, 'answer'>): Promise<boolean> {
  question.value?.answer(false);
  return new Promise((resolve) => {
    const answer = (yes: boolean): void => {
      question.value = null;
      resolve(yes);
    };
    question.value = { ...asked, answer };
  });
}
