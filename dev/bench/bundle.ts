/** Bytes of code in a workflow bundle, without the source map at its end. */
export function codeBytesOf(bundle: string): number {
  const [code = ''] = bundle.split(/^\/\/# sourceMappingURL=/m);
  return Buffer.byteLength(code);
}
