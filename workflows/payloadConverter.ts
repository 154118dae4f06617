import {
  BinaryPayloadConverter,
  CompositePayloadConverter,
  JsonPayloadConverter,
  UndefinedPayloadConverter,
  type Payload,
  type PayloadConverterWithEncoding,
} from '@temporalio/common';
import { Handwritten } from './handwritten';

const json = new JsonPayloadConverter();

/**
 * Reads JSON that somebody typed. What is none stays the text that it is: a message with a wrong argument is refused, where
 * one that cannot be read at all would fail the workflow's tasks for ever.
 */
const typedJson = (encodingType: string): PayloadConverterWithEncoding => ({
  encodingType,
  toPayload: (value) => json.toPayload(value),
  fromPayload<T>(payload: Payload): T {
    const content = read(payload);
    // The worker's codec marks what came encrypted without the name of a workflow.
    return (payload.metadata?.['hand'] ? new Handwritten(content) : content) as T;
  },
});

function read(payload: Payload): unknown {
  try {
    return json.fromPayload(payload);
  } catch {
    return new TextDecoder().decode(new Uint8Array(payload.data ?? []));
  }
}

/** The usual converters; the Temporal UI offers both kinds of JSON. */
export const payloadConverter = new CompositePayloadConverter(
  new UndefinedPayloadConverter(),
  new BinaryPayloadConverter(),
  typedJson('json/plain'),
  typedJson('json/protobuf'),
);
