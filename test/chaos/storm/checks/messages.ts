import type { EngagementEvent } from '../../../../domain/engagement/events';
import { refusalIn } from '../../../../domain/record';
import type { Evidence } from '../evidence';
import { checkEach, groupBy, type Check } from './check';

/** I3: every acknowledged message is on record once, with its event, and none that is legal was refused. */
export function appliedOnce({ log, messages, outcomes }: Pick<Evidence, 'log' | 'messages' | 'outcomes'>): Check[] {
  const keyOf = ({ engagementId, messageId }: { engagementId: string; messageId: string }) =>
    `${engagementId} ${messageId}`;
  const documents = groupBy(messages, keyOf);
  const answers = groupBy(outcomes, keyOf);
  const acknowledged = [...groupBy(log.acknowledged, keyOf).keys()];
  const refused = groupBy(log.refused, keyOf);
  return [
    checkEach('I3', 'every acknowledged message is on record once', acknowledged, (key) => {
      const [recorded = [], answered = []] = [documents.get(key), answers.get(key)];
      const times = recorded.length + answered.length;
      if (times !== 1) return `${key}: ${times} times`;
      const [document] = recorded;
      return document && !hasEffect(document.events) && `${key}: without an effect`;
    }),
    checkEach(
      'I3',
      'no message is on record twice',
      documents,
      ([key, recorded]) => recorded.length > 1 && `${key}: ${recorded.length} times`,
    ),
    checkEach('I3', 'nothing legal was refused', new Set([...acknowledged, ...refused.keys()]), (key) => {
      const [refusal] = refused.get(key) ?? [];
      return refusal && `${key}: ${refusal.why}`;
    }),
  ];
}

const hasEffect = (events: readonly EngagementEvent[]): boolean => events.length > 0 && !refusalIn({ events });

/** I3: every acknowledged upload is stored as it was sent. */
export function uploadsStored({ log, deliverables }: Pick<Evidence, 'log' | 'deliverables'>): Check {
  const textOf = ({ engagementId, name, sha256 }: { engagementId: string; name: string; sha256: string }) =>
    `${engagementId} ${name} ${sha256}`;
  const stored = new Set(deliverables.map(textOf));
  return checkEach('I3', 'every acknowledged upload is stored', new Set(log.uploads.map(textOf)), (upload) => {
    return !stored.has(upload) && upload;
  });
}
