import { setTimeout as pause } from 'node:timers/promises';
import { MongoClient } from 'mongodb';
import type { EngagementView, PaymentRequest } from '../../contracts/engagement';
import type { Stage } from '../../contracts/names';

export type Milestones = Awaited<ReturnType<typeof openMilestones>>;

const LOOK_MS = 50;

interface Waiting {
  stage: Stage;
  sinceMs: number;
  resolve: (paymentRequest: PaymentRequest) => void;
  reject: (error: Error) => void;
}

/**
 * Tells when engagements reach a stage, by one query at a time for all of them, straight at MongoDB: asking the API would be
 * load that is not to be measured.
 */
export async function openMilestones(mongoUri: string, { withinMs = 60_000 } = {}) {
  const client = await new MongoClient(mongoUri).connect();
  const views = client.db().collection<EngagementView & { _id: string }>('engagements');
  const waiting = new Map<string, Waiting>();
  let looking = false;

  async function look(): Promise<void> {
    const found = views.find({ _id: { $in: [...waiting.keys()] } }, { projection: { stage: 1, paymentRequest: 1 } });
    for await (const { _id, stage, paymentRequest } of found) {
      const one = waiting.get(_id);
      if (!one || stage !== one.stage || !paymentRequest) continue;
      waiting.delete(_id);
      one.resolve(paymentRequest);
    }
    for (const [engagementId, { stage, sinceMs, reject }] of waiting) {
      if (performance.now() - sinceMs <= withinMs) continue;
      waiting.delete(engagementId);
      reject(new Error(`${engagementId} was not ${stage} within ${withinMs / 1_000} s`));
    }
  }

  async function lookWhileNeeded(): Promise<void> {
    if (looking) return;
    looking = true;
    try {
      for (; waiting.size > 0; await pause(LOOK_MS)) await look();
    } catch (error) {
      for (const { reject } of waiting.values()) reject(error as Error);
      waiting.clear();
    } finally {
      looking = false;
    }
  }

  return {
    /** Resolves with the payment request once the engagement is at `stage`. @throws Error when that takes longer than `withinMs` */
    reached(engagementId: string, stage: Stage): Promise<PaymentRequest> {
      return new Promise((resolve, reject) => {
        waiting.set(engagementId, { stage, sinceMs: performance.now(), resolve, reject });
        void lookWhileNeeded();
      });
    },

    close: () => client.close(),
  };
}
