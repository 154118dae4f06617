/** The code of the refusal with which a message is answered. */
export async function refusalOf(sending: Promise<{ version: number }>): Promise<string | undefined> {
  const error: unknown = await sending.then(
    (verdict) => new Error(`applied as version ${verdict.version}`),
    (failure: unknown) => failure,
  );
  const { cause } = error as { cause?: { type?: string } };
  if (cause?.type === undefined) throw error;
  return cause.type;
}
