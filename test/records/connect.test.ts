import { openRecords } from '../../records/connect';
import { replicaSetMember } from '../support/replicaSetMember';

test('a MongoDB that TLS does not vouch for is not believed where the others of its replica set are', async () => {
  const elsewhere = await replicaSetMember();
  const seed = await replicaSetMember([elsewhere.address]);
  try {
    for (const options of ['', '?replicaSet=rs0', '?directConnection=false', '?tls=false']) {
      const records = await openRecords({ uri: `mongodb://${seed.address}/planning${options}`, timeoutMs: 10_000 });
      await records.ping();
      await records.close();
    }
    expect(seed.connections()).toBeGreaterThan(0);
    expect(elsewhere.connections()).toBe(0);
  } finally {
    await Promise.all([seed.close(), elsewhere.close()]);
  }
});
