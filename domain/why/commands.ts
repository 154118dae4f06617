import {
  isBatchMessage,
  isEngagementMessage,
  isPartnerMessage,
  type BatchMessageName,
  type EngagementMessageName,
  type PartnerMessageName,
} from '../../contracts/names';
import type { Way } from './why';

/** What a command is about. */
interface About {
  engagementId?: string | undefined;
  batchId?: string | undefined;
  partnerId?: string | undefined;
}

type MessageName = EngagementMessageName | BatchMessageName | PartnerMessageName;

/** What a person can do, whoever it is about. */
export interface Doing {
  does: MessageName | Reading;
  /** What a message says, as `--set` takes it; of anything else, what stands behind the id. */
  fields?: readonly string[];
  leadsTo: string;
}

/** Commands that say nothing to anybody. */
type Reading = 'sheet' | 'invoice' | 'upload' | 'checklist';

/** The ways there are for this engagement, batch or partner; what it does not know is none. */
export const waysOf = (about: About, doings: readonly Doing[]): Way[] =>
  doings.flatMap((doing) => {
    const command = commandFor(about, doing);
    return command === undefined ? [] : [{ leadsTo: doing.leadsTo, command }];
  });

function commandFor({ engagementId, batchId, partnerId }: About, { does, fields = [] }: Doing): string | undefined {
  const of = engagementId ?? batchId;
  switch (does) {
    case 'checklist':
      return partnerId && `engagements checklist ${partnerId}`;
    case 'upload':
    case 'sheet':
    case 'invoice':
      return of && [engagementId === undefined ? 'engagements batch' : 'engagements', does, of, ...fields].join(' ');
    default:
      return messageCommand({ engagementId, batchId, partnerId }, does, fields);
  }
}

function messageCommand(
  { engagementId, batchId, partnerId }: About,
  name: MessageName,
  fields: readonly string[],
): string | undefined {
  const to = (command: string, id: string) =>
    [`engagements ${command} ${name} ${id}`, ...fields.map((field) => `--set ${quoted(field)}`)].join(' ');
  if (engagementId !== undefined && isEngagementMessage(name)) return to('send', engagementId);
  if (batchId !== undefined && isBatchMessage(name)) return to('batch', batchId);
  if (partnerId !== undefined && isPartnerMessage(name)) return to('partner', partnerId);
  return undefined;
}

/** Whatever somebody wrote into the record, a shell takes it as it stands. */
const quoted = (field: string): string =>
  /^[\w.,:@=+-]+$/.test(field) ? field : `'${field.replaceAll("'", `'\\''`)}'`;

/** The command that resolves a task in one of its ways. */
export const resolveCommand = (taskId: string, resolution: string): string =>
  `engagements resolve ${taskId} ${resolution}`;
