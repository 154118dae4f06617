const text = (description: string, required = true) => ({ description, required, schema: { type: 'string' } });
const seconds = (description: string) => ({ description, required: true, schema: { type: 'integer', minimum: 0 } });

/** What answers say in their headers. */
export const HEADERS = {
  RequestId: text('Names the request; ours, whatever X-Request-Id was sent'),
  ETag: text('The version, to be sent as If-Match or If-None-Match'),
  Location: text('Where to find it'),
  Link: text('The next page of a list, if there is one (RFC 8288)', false),
  RetryAfter: seconds('Seconds to wait'),
  RateLimitPolicy: text(
    'How many requests (q) the tenant may send in how many seconds (w), or the address while the tenant is not known',
    false,
  ),
  RateLimit: text('How many are left (r) for how many seconds (t)', false),
  Key: text('The name that this was given; what became of it is found by that, as by the key of a POST'),
  Replayed: text('true: these are the bytes with which this key was answered before', false),
  Challenge: text('Bearer, and what is wrong with the token (RFC 6750)'),
} as const;

type HeaderName = keyof typeof HEADERS;

interface Answering {
  status: string;
  /** A repeat with the same key may get it again. */
  takesKey?: boolean;
  /** What is said has no key of its sender's. */
  givesKey?: boolean;
  /** The same route may answer 304. */
  has304?: boolean;
  /** Name of the schema of the answer. */
  schema?: string;
}

const VERSIONED = ['Engagement', 'Partner', 'Batch'];

/** The headers of an answer, by what kind of answer it is. */
export function headersOf({
  status,
  takesKey = false,
  givesKey = false,
  has304 = false,
  schema = '',
}: Answering): object {
  const isYes = status.startsWith('2');
  const named: Record<string, HeaderName | false> = {
    'X-Request-Id': 'RequestId',
    ETag: status === '304' || (isYes && (has304 || VERSIONED.includes(schema))) ? 'ETag' : false,
    Location: status === '202' || (status === '201' && VERSIONED.includes(schema)) ? 'Location' : false,
    Link: isYes && schema.endsWith('List') ? 'Link' : false,
    'Retry-After': ['202', '429', '503'].includes(status) ? 'RetryAfter' : false,
    'RateLimit-Policy': 'RateLimitPolicy',
    RateLimit: 'RateLimit',
    'Idempotency-Key': givesKey && isYes ? 'Key' : false,
    'Idempotent-Replayed': takesKey ? 'Replayed' : false,
    'WWW-Authenticate': status === '401' ? 'Challenge' : false,
  };
  return Object.fromEntries(
    Object.entries(named).flatMap(([name, header]) =>
      header ? [[name, { $ref: `#/components/headers/${header}` }]] : [],
    ),
  );
}
