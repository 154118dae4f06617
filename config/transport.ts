import { z } from 'zod';

/** The variables that say how well this process is protected on its way to others. */
export const transportVariables = {
  NODE_ENV: z.string().optional(),
  /** `1` lets this machine's own servers be reached without TLS; none elsewhere. */
  ALLOW_INSECURE_LOCAL: z.enum(['0', '1'], { error: '1 or 0' }).default('0'),
  NODE_TLS_REJECT_UNAUTHORIZED: z
    .string()
    .refine((value) => value !== '0', 'must not be 0: nobody would be asked who they are')
    .optional(),
};

/** How a server is reached: over TLS that verifies its certificate, on this machine, or neither. */
export interface Route {
  isVerified: boolean;
  isLocal: boolean;
}

/** What a server that is reached in the open is told; ASVS 5.0, 12.3.1 and 12.3.2. */
export const INSECURE = 'must use TLS that verifies certificates, or be on this machine with ALLOW_INSECURE_LOCAL=1';

export const isSecure = (
  { isVerified, isLocal }: Route,
  { ALLOW_INSECURE_LOCAL }: { ALLOW_INSECURE_LOCAL: string },
): boolean => isVerified || (isLocal && ALLOW_INSECURE_LOCAL === '1');

/**
 * A check of a process's settings: each of the variables, if set, names a server that is reached securely. Settings that
 * cannot be read are told first.
 */
export const refuseInsecure =
  <Variable extends string>(routes: Record<Variable, (address: string) => Route>) =>
  (env: { [_ in Variable]?: string } & { ALLOW_INSECURE_LOCAL: string }, context: z.RefinementCtx): void => {
    if (context.issues.length > 0) return;
    for (const [variable, routeTo] of Object.entries<(address: string) => Route>(routes)) {
      const address = env[variable as Variable];
      if (address !== undefined && !isSecure(routeTo(address), env))
        context.addIssue({ code: 'custom', path: [variable], message: INSECURE });
    }
  };

/** A check of a process that believes tokens: in production not those of the dev issuer, which gives them to whoever asks. */
export function refuseDevIssuer(
  env: { NODE_ENV?: string | undefined; OIDC_ISSUER: string; OIDC_JWKS_URI: string },
  context: z.RefinementCtx,
): void {
  if (env.NODE_ENV !== 'production' || context.issues.length > 0) return;
  for (const variable of ['OIDC_ISSUER', 'OIDC_JWKS_URI'] as const)
    if (!httpRoute(env[variable]).isVerified)
      context.addIssue({ code: 'custom', path: [variable], message: 'must be https in production' });
}

/** Whether a host name or address means this machine; brackets around IPv6 are allowed. */
export const isLoopback = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/.test(host);

export function httpRoute(address: string): Route {
  const { protocol, hostname } = new URL(address);
  return { isVerified: protocol === 'https:', isLocal: isLoopback(hostname) };
}

const UNVERIFIED_MONGODB = ['tlsinsecure', 'tlsallowinvalidcertificates', 'tlsallowinvalidhostnames'];

/**
 * One host of a `mongodb://` address is local, or a socket file, and no more: of several the driver would take the word of
 * each for where the others are. `mongodb+srv://` means TLS unless told otherwise.
 */
export function mongodbRoute(address: string): Route {
  const [, srv, hosts = '', query] = /^mongodb(\+srv)?:\/\/(?:[^@/]*@)?([^/?]*)[^?]*\??(.*)$/.exec(address) ?? [];
  const options = new Map([...new URLSearchParams(query)].map(([name, value]) => [name.toLowerCase(), value]));
  const tls = options.get('tls') ?? options.get('ssl') ?? String(srv !== undefined);
  return {
    isVerified: tls === 'true' && !UNVERIFIED_MONGODB.some((name) => options.get(name) === 'true'),
    isLocal: srv === undefined && !options.has('proxyhost') && isHere(hosts),
  };
}

const isHere = (host: string): boolean => isLoopback(withoutPort(host)) || isSocket(host);

const isSocket = (host: string): boolean => /^%2f.*\.sock$/i.test(host);

const UNVERIFIED_SMTP = { ignoreTLS: 'true', secure: 'false', 'tls.rejectUnauthorized': 'false' };

/** `smtps://`, or `smtp://` that insists on STARTTLS. */
export function smtpRoute(address: string): Route {
  const { protocol, hostname, searchParams } = new URL(address);
  const isTls = protocol === 'smtps:' || searchParams.get('requireTLS') === 'true';
  const isWeakened = Object.entries(UNVERIFIED_SMTP).some(([name, value]) => searchParams.getAll(name).includes(value));
  return { isVerified: isTls && !isWeakened, isLocal: isLoopback(hostname) };
}

/** A `host:port` that is spoken to over TLS or not. */
export const hostRoute = (address: string, isVerified: boolean): Route => ({
  isVerified,
  isLocal: isLoopback(withoutPort(address)),
});

const withoutPort = (address: string): string => address.replace(/:\d{1,5}$/, '');
