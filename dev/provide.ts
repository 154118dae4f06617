import { provideMongo, provideTemporal, provideTestServer } from './provision/tools';

/** Finds or obtains every server that the tests need, so that none of them has to wait for a download. */
async function provideAll(): Promise<void> {
  const say = (line: string) => console.log(line);
  const provided = await Promise.all([provideTemporal(say), provideTestServer(say), provideMongo(say)]);
  for (const { kind, source } of provided) console.log(`${kind}: ${source}`);
}

provideAll().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
