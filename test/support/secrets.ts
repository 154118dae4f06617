/** What a secret looks like, by its kind. */
const SHAPES: Record<string, RegExp> = {
  'private key': /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s*[A-Za-z0-9+/]{40,}/,
  'JSON Web Token': /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{16,}/,
  'private JSON Web Key': /"kty"[^{}]*"d"\s*:\s*"[\w-]{32,}"|"d"\s*:\s*"[\w-]{32,}"[^{}]*"kty"/,
  'API key of ours': /\bpsk_(?=[\w-]*\d)[\w-]{40,}/,
  'webhook secret': /\bwhsec_(?=[A-Za-z+/]*\d)[A-Za-z0-9+/]{32,}/,
  'AWS key': /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/,
  'GitHub token': /\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{30,})/,
  'npm token': /\bnpm_[A-Za-z0-9]{30,}/,
  'Slack token': /\bxox[abprs]-[A-Za-z0-9-]{20,}/,
  'password in an address': /[a-z+]+:\/\/[^\s:/@'"`]+:(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{8,}@/,
};

const ASSIGNED =
  /(?:password|passwd|secret|token|api_?key|passphrase|credential)s?["']?\]?\s*[:=]\s*["'`]([\w+/=-]{20,})["'`]/gi;

/** Words stay below so many bits a character, whatever is random comes to more. */
const isRandom = (value: string): boolean => bitsPerCharacter(value) > (/^[0-9a-f]+$/i.test(value) ? 3 : 3.8);

/** The kinds of secret in a text. */
export function secretsIn(text: string): string[] {
  const shaped = Object.keys(SHAPES).filter((kind) => SHAPES[kind]!.test(text));
  const random = [...text.matchAll(ASSIGNED)].some(([, value = '']) => isRandom(value));
  return [...shaped, ...(random ? ['value of random characters'] : [])];
}

/** Shannon's entropy of the characters. */
function bitsPerCharacter(value: string): number {
  const shares = [...new Set(value)].map((character) => (value.split(character).length - 1) / value.length);
  return shares.reduce((bits, share) => bits - share * Math.log2(share), 0);
}
