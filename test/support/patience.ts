/** Tests end when what they wait for happens; on a busy machine that takes longer, and that is no failure. */
jest.setTimeout(60_000);
