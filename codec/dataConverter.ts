import type { DataConverter, PayloadCodec } from '@temporalio/common';
import { createClientCodec, createWorkerCodec, type PayloadProtection } from './payloadCodec';

/** Where workers, clients and the workflow bundle load the converter from that hides the texts of failures. */
export const FAILURE_CONVERTER = require.resolve('./failureConverter');

const converterWith = (codec: PayloadCodec, { encrypts }: PayloadProtection): DataConverter => ({
  payloadCodecs: [codec],
  ...(encrypts && { failureConverterPath: FAILURE_CONVERTER }),
});

/** How a client writes and reads payloads; as Temporal does by itself when there are no keys. */
export const clientConverter = (protection: PayloadProtection | undefined): DataConverter | undefined =>
  protection && converterWith(createClientCodec(protection), protection);

/** How a worker writes and reads payloads. */
export const workerConverter = (protection: PayloadProtection | undefined): DataConverter | undefined =>
  protection && converterWith(createWorkerCodec(protection), protection);
