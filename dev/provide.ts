import { providePromtool } from './provision/promtool';
import { provideChromium, provideMongo, provideTemporal, provideTestServer } from './provision/tools';

/** Finds or obtains every server, and the browser, that the tests need, so that none of them has to wait for a download. */
async function provideAll(): Promise<void> {
  const say = (line: string) => console.log(line);
  const provided = await Promise.all([
    provideTemporal(say),
    provideTestServer(say),
    provideMongo(say),
    provideChromium(say),
  ]);
  for (const { kind, source } of provided) console.log(`${kind}: ${source}`);
  // Rules are read without it, too: that it cannot be had is said and holds nobody up.
  await providePromtool(say).then(
    ({ kind, source }) => console.log(`${kind}: ${source}`),
    ({ message }: Error) => console.log(message),
  );
}

provideAll().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
