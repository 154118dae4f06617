import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';

interface Service {
  build?: string;
  image: string;
  environment?: Record<string, string>;
  ports?: string[];
  read_only?: boolean;
  init?: boolean;
  cap_drop?: string[];
  security_opt?: string[];
  healthcheck?: object;
  command?: string[];
}

const read = (file: string) => readFileSync(path.join(__dirname, '..', '..', file), 'utf8');
const { services } = parse(read('docker-compose.yml'), { merge: true }) as { services: Record<string, Service> };
const ours = Object.entries(services).filter(([, { build }]) => build !== undefined);
const stages = read('Dockerfile')
  .split(/^FROM /m)
  .slice(1);
const shipped = stages.at(-1)!;
const instructions = (stage: string, name: string) =>
  [...stage.matchAll(new RegExp(`^${name} (.*)$`, 'gm'))].map(([, rest]) => rest);

test.each(ours)('%s runs without rights it does not need', (_, { read_only, cap_drop, security_opt, init }) => {
  expect({ read_only, cap_drop, security_opt, init }).toStrictEqual({
    read_only: true,
    cap_drop: ['ALL'],
    security_opt: ['no-new-privileges:true'],
    // Someone has to hand signals on and reap what is left: node is no init.
    init: true,
  });
});

test('every process that stays up says whether it is well', () => {
  // `seed` ends when it is done, `network` only holds the others' addresses.
  const staying = ours.filter(([name]) => !['seed', 'network'].includes(name));
  expect(staying.filter(([, { healthcheck }]) => healthcheck === undefined)).toStrictEqual([]);
});

test('no port is open to other machines', () => {
  const ports = Object.values(services).flatMap((service) => service.ports ?? []);
  expect(ports.length).toBeGreaterThan(0);
  expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toStrictEqual([]);
});

test('every image of others is named by its version', () => {
  const images = Object.values(services).flatMap(({ build, image }) => (build === undefined ? [image] : []));
  expect(images.filter((image) => !/:\d+(\.\d+)+$/.test(image))).toStrictEqual([]);
});

test('the image runs as a user of its own and holds what is needed to run, not what is needed to build', () => {
  expect(instructions(shipped, 'USER')).toStrictEqual(['node']);
  expect(instructions(shipped, 'COPY').filter((copied) => !copied?.startsWith('--from='))).toStrictEqual([]);
  expect(
    stages.flatMap((stage) => instructions(stage, 'RUN')).filter((run) => /npm (i|install)\b/.test(run ?? '')),
  ).toStrictEqual([]);
});

test('no secret is baked into the image, and the only ones in the compose file are for the sandbox', () => {
  const secret = /TOKEN|KEY|SECRET|PASSWORD/;
  expect(
    stages
      .flatMap((stage) => [...instructions(stage, 'ENV'), ...instructions(stage, 'ARG')])
      .filter((set) => secret.test(set ?? '')),
  ).toStrictEqual([]);
  const given = ours
    .flatMap(([, { environment = {} }]) => Object.entries(environment))
    .filter(([name]) => secret.test(name));
  const fixed = given.filter(([, value]) => !/^(\$\{.*\}|\/data)$/.test(value));
  expect(fixed).toStrictEqual([]);
});

test('a container is given more time to stop than its process takes to drain', () => {
  expect(parse(read('docker-compose.yml'), { merge: true })).toMatchObject({
    services: { worker: { stop_grace_period: '90s' } },
  });
});
