/** So many requests within a window that begins with the first of them. */
export interface Rate {
  requests: number;
  windowMs: number;
}

/** What one caller can take of this process; the rest is left for the others. ASVS 5.0, 2.4.1 and 15.2.2. */
export const LIMITS = {
  /** Of one tenant, or one of the staff: 100 a second, with bursts of 1,000. */
  tenantRate: { requests: 1_000, windowMs: 10_000 },
  /** Of one address, counted before anybody is asked who it is; partners share addresses. */
  addressRate: { requests: 3_000, windowMs: 10_000 },
  /** Addresses and networks of proxies whose X-Forwarded-For is believed: nobody's unless told so. */
  trustedProxies: [] as readonly string[],
  /** Of a JSON body; a file has its own. */
  bodyBytes: 64 * 1_024,
  /** Arrays and objects within each other; the deepest message has four. */
  bodyDepth: 20,
  /** Of all headers together, the request line included. */
  headerBytes: 16 * 1_024,
  /** For the headers of a request to arrive. */
  headersMs: 10_000,
  /** For a whole request to arrive: 25 MB over a slow line. */
  arrivalMs: 60_000,
  /** How often late headers and requests are looked for. */
  latecomersMs: 1_000,
  /** From the first byte of a request to its answer, longer than the verdict may take; files have `arrivalMs` on top. */
  answerMs: 10_000,
  /** For a connection on which nothing moves. */
  silenceMs: 30_000,
  /** Open at the same time; more are closed at once. */
  connections: 2_000,
  /** Of one address, unless it is a trusted proxy's. */
  connectionsPerAddress: 200,
  /** How long a process that is to end serves on, for balancers and callers to notice it and turn elsewhere. */
  noticeMs: 2_000,
  /** Mean delay of the event loop over a second, beyond which nothing new is begun. */
  eventLoopDelayMs: 1_000,
  /** Share of the heap's limit in use, beyond which nothing new is begun. */
  heapShare: 0.9,
};

export type Limits = typeof LIMITS;
