import { z } from 'zod';

/** Whether partners may name addresses of this machine for their webhooks, which is for trying them out. */
export const webhookVariables = {
  /** `1` lets webhooks go to loopback, and there without TLS: to whatever listens on this machine. */
  WEBHOOKS_ALLOW_LOCAL: z.enum(['0', '1'], { error: '1 or 0' }).default('0'),
};

/** A check of a process that judges partners' addresses: in production none is on this machine. */
export function refuseLocalWebhooks(
  env: { NODE_ENV?: string | undefined; WEBHOOKS_ALLOW_LOCAL: string },
  context: z.RefinementCtx,
): void {
  if (env.NODE_ENV === 'production' && env.WEBHOOKS_ALLOW_LOCAL === '1')
    context.addIssue({ code: 'custom', path: ['WEBHOOKS_ALLOW_LOCAL'], message: 'must not be 1 in production' });
}
