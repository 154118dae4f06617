import type { FastifyInstance } from 'fastify';
import { ApiProblem } from '../problems/problems';

/** Reads JSON bodies, unless arrays and objects are nested deeper than `mostDepth`: whatever walks them later stays flat. */
export function readJsonBodies(app: FastifyInstance, mostDepth: number): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body: string, done) => {
    if (depthOf(body) <= mostDepth) return parse(request, body, done);
    done(new ApiProblem('malformed-request', `the body is nested deeper than ${mostDepth} levels`));
  });
}

/** How deep the brackets of a JSON text are nested, those within strings aside: one look at each character, however it is meant. */
function depthOf(json: string): number {
  let deepest = 0;
  let depth = 0;
  let isText = false;
  for (let at = 0; at < json.length; at += 1) {
    const character = json[at];
    if (isText && character === '\\') at += 1;
    else if (character === '"') isText = !isText;
    else if (isText) continue;
    else if (character === '[' || character === '{') deepest = Math.max(deepest, (depth += 1));
    else if (character === ']' || character === '}') depth -= 1;
  }
  return deepest;
}
