import { correlationIdOf } from '../../telemetry/correlation';

test('a message has one correlation id, which tells nothing of what its sender called it', () => {
  // printf %s vera@fabrikam.example | sha256sum | cut -c1-16
  expect(correlationIdOf('vera@fabrikam.example')).toBe('420c1dbbc8337710');
  expect(correlationIdOf('tenant:contoso:key-1')).not.toBe(correlationIdOf('key-1'));
});
