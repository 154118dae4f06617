import { missingParts } from '../../telemetry/parts';

const there = async () => undefined;
const away = async () => {
  throw new Error('no answer');
};
const silent = () => new Promise<void>(() => undefined);

test('a part is missing that says so, or says nothing; all are asked at once', async () => {
  expect(await missingParts({ there })).toStrictEqual([]);
  expect(await missingParts({ silent, there, away, quiet: silent })).toStrictEqual(['silent', 'away', 'quiet']);
});
