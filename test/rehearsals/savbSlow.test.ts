import type { PaymentTool } from '../../activities/savb/paymentTool';
import { createWorkerMetrics } from '../../worker/metrics';
import { watchPaymentTool } from '../../worker/watch';
import { figureOf } from './alerts';

const OTHER_THAN_CLOCK = [
  ...(['Date', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate', 'clearImmediate'] as const),
  ...(['setInterval', 'clearInterval', 'clearTimeout'] as const),
];
beforeEach(() => jest.useFakeTimers({ doNotFake: [...OTHER_THAN_CLOCK] }));
afterEach(() => jest.useRealTimers());

test('SavbSlow: a call takes longer than ten seconds', async () => {
  const metrics = createWorkerMetrics();
  let takesMs = 11_000;
  const isRegistered = async () => {
    jest.advanceTimersByTime(takesMs);
    return { kind: 'SUCCESS', registered: true } as const;
  };
  const tool = watchPaymentTool({ isRegistered } as unknown as PaymentTool, metrics);
  const calls = async () => {
    await tool.isRegistered('DDPS', 'contoso-se');
    const text = await metrics.registry.metrics();
    return { all: figureOf('SavbSlow', text, 'le="+Inf"'), quick: figureOf('SavbSlow', text, 'le="10"') };
  };
  expect(await calls()).toStrictEqual({ all: 1, quick: 0 });
  // SAVB's helpdesk has put it right.
  takesMs = 200;
  expect(await calls()).toStrictEqual({ all: 2, quick: 1 });
});
