import { z } from 'zod';
import { mongodbUriSchema, readConfig } from './read';
import { mongodbRoute, refuseInsecure, transportVariables } from './transport';

const recoverySchema = z
  .object({ MONGODB_URI: mongodbUriSchema, TEMPORAL_ADDRESS: z.string().optional(), ...transportVariables })
  .superRefine(refuseInsecure({ MONGODB_URI: mongodbRoute }));

/** Settings of backup, restore and what follows a restore, beside Temporal's own and the keys of payloads.
 * `TEMPORAL_ADDRESS` tells `restore`, which can do without, whether there is a Temporal to ask.
 * @throws ConfigError */
export const readRecoveryConfig = (env?: NodeJS.ProcessEnv) => readConfig(recoverySchema, env);
