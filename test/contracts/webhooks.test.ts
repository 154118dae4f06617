import { isPublicAddress, refusedUrl, webhookRequestSchema } from '../../contracts/webhooks';

/** One address at least of every range that is not the public internet (IANA special-purpose registries). */
export const NOT_PUBLIC_ADDRESSES = [
  ['this network', '0.0.0.0'],
  ['this network', '0.1.2.3'],
  ['private 10/8', '10.0.0.1'],
  ['private 172.16/12', '172.16.0.1'],
  ['private 172.16/12', '172.31.255.255'],
  ['private 192.168/16', '192.168.1.1'],
  ['carrier-grade NAT', '100.64.0.1'],
  ['carrier-grade NAT, the metadata of Alibaba', '100.100.100.200'],
  ['loopback', '127.0.0.1'],
  ['loopback', '127.255.255.254'],
  ['link-local, the metadata of most clouds', '169.254.169.254'],
  ['protocol assignments, the metadata of Oracle', '192.0.0.192'],
  ['documentation', '192.0.2.1'],
  ['documentation', '198.51.100.1'],
  ['documentation', '203.0.113.1'],
  ['benchmarking', '198.18.0.1'],
  ['multicast', '224.0.0.1'],
  ['reserved', '240.0.0.1'],
  ['broadcast', '255.255.255.255'],
  ['the platform of Azure', '168.63.129.16'],
  ['unspecified', '::'],
  ['loopback', '::1'],
  ['IPv4 in IPv6', '::ffff:10.0.0.1'],
  ['IPv4 in IPv6', '::ffff:8.8.8.8'],
  ['IPv4 in IPv6, the old way', '::127.0.0.1'],
  ['NAT64', '64:ff9b::a00:1'],
  ['NAT64', '64:ff9b:1::a00:1'],
  ['6to4', '2002:a00:1::1'],
  ['Teredo', '2001::1'],
  ['unique local, the metadata of AWS', 'fd00:ec2::254'],
  ['unique local', 'fc00::1'],
  ['link-local', 'fe80::1'],
  ['link-local with a zone', 'fe80::1%eth0'],
  ['site-local', 'fec0::1'],
  ['multicast', 'ff02::1'],
  ['discard', '100::1'],
  ['documentation', '2001:db8::1'],
  ['not given to anybody', '4000::1'],
] as const;

describe('an address', () => {
  test.each(NOT_PUBLIC_ADDRESSES)('of %s is not on the public internet (%s)', (_, address) =>
    expect(isPublicAddress(address)).toBe(false),
  );

  test.each(['8.8.8.8', '100.63.255.255', '172.32.0.1', '168.63.129.17', '2606:4700::1111', '2a00:1450:4001::1'])(
    'like %s is',
    (address) => expect(isPublicAddress(address)).toBe(true),
  );

  test.each(['', 'example.com', '10.0.0.1:80', '999.1.1.1'])('is not read from %p', (text) =>
    expect(isPublicAddress(text)).toBe(false),
  );
});

const NOT_PUBLIC = 'its address is not on the public internet';

describe('where a webhook goes', () => {
  test.each([
    'https://partner.example/hook',
    'https://partner.example:8443/hook?key=1',
    'https://8.8.8.8/',
    'https://[2606:4700::1111]/',
    // Judged when it is resolved.
    'https://localhost/',
  ])('may be %s', (url) => {
    expect(webhookRequestSchema.safeParse({ url }).success).toBe(true);
    expect(refusedUrl(url, false)).toBeUndefined();
  });

  test.each([
    ['http://partner.example/', 'it must be https'],
    ['http://localhost:8080/', 'it must be https'],
    ['http://8.8.8.8/', NOT_PUBLIC],
    ['https://user@partner.example/', 'it holds a user name or a password'],
    ['https://:pw@partner.example/', 'it holds a user name or a password'],
    ['https://partner.example/#part', 'it holds a fragment'],
    ['https://127.0.0.1/', NOT_PUBLIC],
    ['https://0x7f.1/', NOT_PUBLIC],
    ['https://2130706433/', NOT_PUBLIC],
    ['https://0177.0.0.1/', NOT_PUBLIC],
    ['https://[::ffff:7f00:1]/', NOT_PUBLIC],
    ['https://169.254.169.254/latest/meta-data/', NOT_PUBLIC],
    ['https://１０.0.0.1/', NOT_PUBLIC],
  ])('may not be %s: %s', (url, why) => expect(refusedUrl(url, false)).toBe(why));

  test.each(['http://127.0.0.1:8080/hook', 'http://localhost:8080/', 'http://[::1]:8080/', 'https://127.0.0.1/'])(
    'may be %s where local servers are allowed',
    (url) => expect(refusedUrl(url, true)).toBeUndefined(),
  );

  test.each([
    ['http://partner.example/', 'it must be https'],
    ['http://10.0.0.1/', NOT_PUBLIC],
    ['https://10.0.0.1/', NOT_PUBLIC],
    ['http://localhost.partner.example/', 'it must be https'],
  ])('may not be %s even there', (url, why) => expect(refusedUrl(url, true)).toBe(why));

  test.each([
    'ftp://partner.example/',
    'partner.example',
    'javascript:alert(1)',
    `https://partner.example/${'a'.repeat(2_000)}`,
  ])('is no address: %s', (url) => expect(webhookRequestSchema.safeParse({ url }).success).toBe(false));
});
