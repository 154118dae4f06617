import type { SavbStatus } from '../../contracts/names';
import type { BookedRequest } from './book';

/** How long a payment request keeps each status, in milliseconds; `manual`: until the control route moves it. */
export type Pace = number | 'manual';

const NEXT: Partial<Record<SavbStatus, SavbStatus>> = { validating: 'approved', approved: 'sent', sent: 'paid' };

/** Moves payment requests on at `pace`, counted from when each got its status, so that a restart neither stops nor repeats it. */
export function createProgress(
  pace: Pace,
  advance: (microsoftReferenceNumber: string, status: SavbStatus) => unknown,
): { follow(booked: BookedRequest): void; stop(): void } {
  const timers = new Map<string, NodeJS.Timeout>();
  let stopped = false;
  return {
    follow({ reply: { microsoftReferenceNumber, status }, since }) {
      clearTimeout(timers.get(microsoftReferenceNumber));
      timers.delete(microsoftReferenceNumber);
      const next = NEXT[status];
      if (stopped || pace === 'manual' || next === undefined) return;
      const dueInMs = Math.max(0, Date.parse(since) + pace - Date.now());
      timers.set(
        microsoftReferenceNumber,
        setTimeout(() => advance(microsoftReferenceNumber, next), dueInMs),
      );
    },
    stop() {
      stopped = true;
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
}
