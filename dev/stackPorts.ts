import { z } from 'zod';
import { portSchema, readConfig } from '../config/read';
import { freePorts } from './servers/ports';

/** Where each part of the stack listens, what it is, which variable moves it, and where it is unless moved. */
const PORTS = {
  temporal: { what: 'Temporal', variable: 'TEMPORAL_PORT', usual: 7233 },
  temporalUi: { what: 'Temporal UI', variable: 'TEMPORAL_UI_PORT', usual: 8233 },
  mongo: { what: 'MongoDB', variable: 'MONGODB_PORT', usual: 27017 },
  savb: { what: 'SAVB sandbox', variable: 'SAVB_PORT', usual: 4010 },
  issuer: { what: 'token issuer', variable: 'ISSUER_PORT', usual: 4020 },
  codec: { what: 'codec server', variable: 'CODEC_PORT', usual: 4030 },
  api: { what: 'API', variable: 'API_PORT', usual: 4000 },
  workerAdmin: { what: "worker's admin port", variable: 'WORKER_ADMIN_PORT', usual: 4001 },
  apiAdmin: { what: "API's admin port", variable: 'API_ADMIN_PORT', usual: 4002 },
} as const;

type StackPart = keyof typeof PORTS;
export type StackPorts = Record<StackPart, number>;

const parts = Object.keys(PORTS) as StackPart[];

/** The ports that the environment asks for, else the usual ones. @throws ConfigError */
export function readStackPorts(env: NodeJS.ProcessEnv = process.env): StackPorts {
  const variables = parts.map((part) => [PORTS[part].variable, portSchema.default(PORTS[part].usual)]);
  const read = readConfig(z.object(Object.fromEntries(variables) as Record<string, typeof portSchema>), env);
  return forEachPart((part) => read[PORTS[part].variable]!);
}

/** Ports that nobody uses now. */
export async function freeStackPorts(): Promise<StackPorts> {
  const free = await freePorts(parts.length);
  return forEachPart((_, index) => free[index]!);
}

/** What has to be free. A server that runs elsewhere, or not at all, needs no port here. */
export function wantedPorts(ports: StackPorts, own: { temporal: boolean; mongo: boolean; codec: boolean }) {
  const needed: Partial<Record<StackPart, boolean>> = { ...own, temporalUi: own.temporal };
  return parts.filter((part) => needed[part] ?? true).map((part) => ({ port: ports[part], ...PORTS[part] }));
}

const forEachPart = (portOf: (part: StackPart, index: number) => number): StackPorts =>
  Object.fromEntries(parts.map((part, index) => [part, portOf(part, index)])) as StackPorts;
