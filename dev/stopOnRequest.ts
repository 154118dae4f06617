/**
 * Aborts on Ctrl-C, or when asked to end in another way, so that everything is stopped in order. Being asked a second time ends
 * this process at once, and what it started with it.
 */
export function stopOnRequest(): AbortSignal {
  const stopping = new AbortController();
  for (const request of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(request, () => {
      if (stopping.signal.aborted) process.exit(1);
      stopping.abort();
    });
  return stopping.signal;
}
