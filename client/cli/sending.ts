import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import type { z } from 'zod';
import type { BatchView } from '../../contracts/batch';
import type { EngagementView } from '../../contracts/engagement';
import type { Role } from '../../contracts/names';
import type { PartnerView } from '../../contracts/partner';
import { printVerdict } from './answer';
import { examples, readId, readPerson, readVersion, type Cli } from './cli';
import { ApiFailure } from './failures';
import { readPayload, type PayloadSource } from './payload';
import { payloadHelp, withKeyOption, withPayloadOptions, withSetArguments } from './payloadOptions';

/** Where they are found below `/v1`. */
const ADDRESSES = { engagement: 'engagements', partner: 'partners', batch: 'batches' } as const;

/** To whom messages are sent. */
export interface Addressee {
  noun: keyof typeof ADDRESSES;
  exampleId: string;
}

/** A message and its route. */
export interface Sendable {
  name: string;
  summary: string;
  example: object;
  schema: z.ZodType;
  roles: readonly Role[];
  /** A PUT names itself by what it says and takes no key. */
  method: 'POST' | 'PUT';
  /** Below the address of the addressee; empty: that address itself. */
  route: string;
}

interface SendOptions extends PayloadSource {
  key?: string;
  onBehalfOf?: string;
  async?: true;
  ifMatch?: string;
}

/** Adds the command that sends one message, its fields from the contract. */
export function addMessage(parent: Command, cli: Cli, to: Addressee, message: Sendable): void {
  const { name, summary, roles, schema, example } = message;
  const command = parent
    .command(name)
    .summary(summary)
    .description(`${summary}; from ${roles.join(', ')}`)
    .argument(`<${to.noun}Id>`, `the ${to.noun}`, readId);
  withPayloadOptions(command);
  if (message.method === 'POST') withKeyOption(command);
  command
    .option('--on-behalf-of <person>', 'for whom an operator sends it', readPerson)
    .option('--async', 'do not wait for the verdict')
    .option('--if-match <version>', `only if the ${to.noun} is still at this version`, readVersion)
    .addHelpText('after', () => payloadHelp(schema))
    .addHelpText('after', examples(withSetArguments(`engagements ${parent.name()} ${name} ${to.exampleId}`, example)))
    .action((id: string, options: SendOptions) => send(cli, `/${ADDRESSES[to.noun]}/${id}`, message, options));
}

async function send(
  cli: Cli,
  address: string,
  { method, route, schema }: Sendable,
  { key = randomUUID(), onBehalfOf, async: asynchronous, ifMatch, ...source }: SendOptions,
): Promise<void> {
  const payload = await readPayload(schema, source);
  const say = (etag: string | undefined) =>
    cli.api.call<EngagementView | PartnerView | BatchView>(method, address + (route && `/${route}`), {
      json: payload,
      key: method === 'POST' ? key : undefined,
      headers: { 'on-behalf-of': onBehalfOf, prefer: asynchronous && 'respond-async', 'if-match': etag },
    });
  const answer = await say(ifMatch && `"${ifMatch}"`).catch(async (error: unknown) => {
    if (!(error instanceof ApiFailure) || error.problem.status !== 428) throw error;
    const { etag } = await cli.api.call('GET', address);
    return say(etag);
  });
  printVerdict(cli, answer, source);
}
