import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { dayOf } from '../../domain/days';
import { launchChromium } from '../browser';
import { inRepository } from '../repository';
import { urlOf } from '../settings';
import { startStack } from '../stack';
import { freeStackPorts } from '../stackPorts';
import { stopOnRequest } from '../stopOnRequest';
import { scenesOf } from './scenes';
import { shootPortal } from './portal';
import { setTheStage } from './stage';
import { shootTemporalUi } from './temporalUi';

const signal = stopOnRequest();
const say = (line: string): void => console.log(line);

/** Money moves when told; what stays unclear does so in seconds, not in an hour. */
const PACE = { SAVB_SANDBOX_PACE: 'manual', SAVB_QUARANTINE: '1s', PAYLOAD_CODEC: 'off' };

/** `npm run screenshots`: makes the pictures of the documentation, from a system of its own on free ports. */
async function main(): Promise<void> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'planning-services-screenshots-'));
  const env = { ...process.env, ...PACE };
  const stack = await startStack({ dataDir, ports: await freeStackPorts(), say, env, signal });
  try {
    const { api, issuer, savb, temporalUi } = stack.ports;
    const [apiUrl, issuerUrl, savbUrl] = [urlOf(api), urlOf(issuer), urlOf(savb)];
    const today = dayOf(new Date().toISOString(), '+00:00');
    await setTheStage({ apiUrl, issuerUrl, savbUrl, signal }, today, scenesOf(today));
    const browser = await launchChromium(say);
    try {
      const studio = { browser, apiUrl, uiUrl: urlOf(temporalUi), today, folder: inRepository('docs', 'images'), say };
      await shootTemporalUi(studio);
      await shootPortal(studio);
    } finally {
      await browser.close();
    }
  } finally {
    await stack.stop();
  }
  await rm(dataDir, { recursive: true });
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
