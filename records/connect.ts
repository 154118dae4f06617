import { MongoClient, type Db } from 'mongodb';
import { claimsOf as claimsOfBatch } from '../domain/batch/claims';
import { evolveAll as evolveAllOfBatch } from '../domain/batch/evolve';
import { batchHolding, partnerHolding, type Claim } from '../domain/claims';
import { claimsOf } from '../domain/engagement/claims';
import { evolveAll } from '../domain/engagement/evolve';
import { partnerClaimsOf } from '../domain/partner/claims';
import { evolveAllPartner } from '../domain/partner/evolve';
import type { Recorded } from '../domain/record';
import { gapIn } from '../domain/recovery/steps';
import { createAnswers, type Answers } from './answers';
import { createApiKeys, type ApiKeys } from './apiKeys';
import { createAudit, type Audit } from './audit';
import { createBatches, type Batches } from './batches';
import { createClaims, type Claims } from './claims';
import { createDeliverables, type Deliverables } from './deliverables';
import { createDifferenceTasks, type DifferenceTasks } from './differenceTasks';
import { createEndedSessions, type EndedSessions } from './endedSessions';
import { createEngagements, type Engagements } from './engagements';
import { createErasure, type Erasure } from './erasure';
import { createFigures, type FigureReader } from './figures';
import { createInvoiceDocuments, type InvoiceDocuments } from './invoiceDocuments';
import { migrate } from './migrations/migrate';
import { createNotices, type Notices } from './notices';
import { createPartners, type Partners } from './partners';
import { createPaymentRequests, type PaymentRequests } from './paymentRequests';
import { createTasks, type Tasks } from './tasks';
import { createWebhooks, type Webhooks } from './webhooks';

/** Everything that is on record. */
export interface Records {
  engagements: Engagements;
  tasks: Tasks;
  differenceTasks: DifferenceTasks;
  claims: Claims;
  partners: Partners;
  batches: Batches;
  paymentRequests: PaymentRequests;
  deliverables: Deliverables;
  invoiceDocuments: InvoiceDocuments;
  notices: Notices;
  apiKeys: ApiKeys;
  answers: Answers;
  erasure: Erasure;
  audit: Audit;
  webhooks: Webhooks;
  endedSessions: EndedSessions;
  figures: FigureReader;
  /** Brings collections, validators and indexes up to date; may run again and in several processes at once. */
  migrate(): Promise<void>;
  /** Throws when MongoDB does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** How long one command of a migration may take: an index over years of records is not built in seconds. */
const MIGRATION_COMMAND_MS = 10 * 60_000;

/**
 * Connects to the database that `uri` names. An operation that gets no answer fails after about `timeoutMs`.
 * @throws an error for which `isUnavailable` holds, within `timeoutMs`, when there is no server
 */
export async function openRecords({ uri, timeoutMs }: { uri: string; timeoutMs: number }): Promise<Records> {
  const client = await connect(uri, { timeoutMs });
  const db = client.db();
  const tasks = createTasks(db);
  const engagements = createEngagements(db, tasks);
  const partners = createPartners(db, tasks);
  const batches = createBatches(db, tasks);
  const answers = createAnswers(db);
  const deliverables = createDeliverables(db);
  const differenceTasks = createDifferenceTasks(db);
  const holds = async (holder: string, claim: Claim): Promise<boolean> => {
    const partnerId = partnerHolding(holder);
    if (partnerId !== undefined) return isHeld(claim, await partners.all(partnerId), evolveAllPartner, partnerClaimsOf);
    const batchId = batchHolding(holder);
    if (batchId !== undefined) return isHeld(claim, await batches.all(batchId), evolveAllOfBatch, claimsOfBatch);
    return isHeld(claim, await engagements.all(holder), evolveAll, claimsOf);
  };
  return {
    engagements,
    tasks,
    differenceTasks,
    claims: createClaims(db, { holds }),
    partners,
    batches,
    paymentRequests: createPaymentRequests(db),
    deliverables,
    invoiceDocuments: createInvoiceDocuments(db),
    notices: createNotices(db),
    apiKeys: createApiKeys(db),
    answers,
    erasure: createErasure(db, { engagements, batches, deliverables, answers, differenceTasks }),
    audit: createAudit(db),
    webhooks: createWebhooks(db),
    endedSessions: createEndedSessions(db),
    figures: createFigures(db),
    migrate: () => patiently(uri, timeoutMs, migrate),
    ping: async () => void (await db.command({ ping: 1 })),
    close: () => client.close(),
  };
}

/** Whether recorded events hold the claim. Of a record that lost some of them nobody can say that it does not. */
function isHeld<Document extends Recorded<unknown>, State>(
  claim: Claim,
  documents: readonly Document[],
  evolve: (documents: readonly Document[]) => State | undefined,
  claimsIn: (state: State) => Claim[],
): boolean {
  if (gapIn(documents) !== undefined) return true;
  const state = evolve(documents);
  return state !== undefined && claimsIn(state).some(({ kind, key }) => claim.kind === kind && claim.key === key);
}

/**
 * Whether TLS proves who answers. Who does not prove it is not believed when it names the other servers of its replica set
 * either: they might be on any machine, and would be spoken to in the open.
 */
function isVerified(uri: string): boolean {
  const { tls, rejectUnauthorized, checkServerIdentity } = new MongoClient(uri).options;
  return tls && rejectUnauthorized !== false && checkServerIdentity === undefined;
}

/**
 * An operation that fails is tried twice by the driver, and each try may wait for a server or for an answer: half the time
 * for each. (The driver's own `timeoutMS` has no effect any more.)
 */
export async function connect(
  uri: string,
  { timeoutMs, answerMs = timeoutMs / 2 }: { timeoutMs: number; answerMs?: number },
): Promise<MongoClient> {
  const client = new MongoClient(uri, {
    ...(!isVerified(uri) && { directConnection: true }),
    appName: 'planning-services-engagements',
    writeConcern: { w: 'majority', journal: true },
    readConcern: { level: 'majority' },
    ignoreUndefined: true,
    serverSelectionTimeoutMS: timeoutMs / 2,
    connectTimeoutMS: timeoutMs / 2,
    waitQueueTimeoutMS: timeoutMs / 2,
    socketTimeoutMS: answerMs,
  });
  try {
    return await client.connect();
  } catch (error) {
    await client.close();
    throw error;
  }
}

async function patiently(uri: string, timeoutMs: number, work: (db: Db) => Promise<void>): Promise<void> {
  const client = await connect(uri, { timeoutMs, answerMs: MIGRATION_COMMAND_MS });
  try {
    await work(client.db());
  } finally {
    await client.close();
  }
}
