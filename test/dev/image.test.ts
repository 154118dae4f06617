import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { readApiConfig } from '../../config/api';
import { readConfig } from '../../config/read';
import { workerConfigSchema } from '../../config/worker';
import { inRepository } from '../../dev/repository';
import { readStackPorts } from '../../dev/stackPorts';

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
  profiles?: string[];
  volumes?: string[];
  network_mode?: string;
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

test('what runs in the container engine alone takes no port of npm start', () => {
  const ports = Object.values(services).flatMap((service) => service.ports ?? []);
  const moved = ports.map((port) => port.split(':').slice(1)).filter(([outside, inside]) => outside !== inside);
  expect(moved.length).toBeGreaterThan(0);
  const taken = Object.values(readStackPorts({}));
  expect(moved.filter(([outside]) => taken.includes(Number(outside)))).toStrictEqual([]);
});

test('every image of others is named by its version', () => {
  const images = Object.values(services).flatMap(({ build, image }) => (build === undefined ? [image] : []));
  expect(images.filter((image) => !/:v?\d+(\.\d+)+$/.test(image))).toStrictEqual([]);
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

describe('who asks for observability', () => {
  const of = (name: string) => services[name]!;
  const yaml = <Content>(...file: string[]) => parse(read(path.join('deploy', ...file))) as Content;

  test('gets Prometheus and Grafana, and nobody else does', () => {
    const optional = Object.entries(services).filter(([, { profiles }]) => profiles !== undefined);
    expect(optional.map(([name, { profiles }]) => [name, profiles])).toStrictEqual([
      ['prometheus', ['observability']],
      ['grafana', ['observability']],
    ]);
    for (const [, service] of optional)
      expect(service).toMatchObject({
        network_mode: 'service:network',
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
      });
  });

  test('has rules and dashboard of this repository, which neither can change', () => {
    const mounted = ['prometheus', 'grafana'].flatMap((name) => of(name).volumes!);
    const ofOurs = mounted.filter((volume) => volume.startsWith('./')).map((volume) => volume.split(':'));
    expect(ofOurs.length).toBeGreaterThan(0);
    for (const [from, , mode] of ofOurs) expect([existsSync(inRepository(from!)), mode]).toStrictEqual([true, 'ro']);
  });

  test('sees worker and API, at the ports where compose has them say whether they are well', () => {
    const { scrape_configs: jobs } = yaml<{ scrape_configs: Job[] }>('prometheus', 'prometheus.yml');
    const targets = jobs.map(({ job_name, static_configs }) => [
      job_name,
      static_configs.flatMap((config) => config.targets),
    ]);
    const least = {
      ALLOW_INSECURE_LOCAL: '1',
      MONGODB_URI: 'mongodb://127.0.0.1/planning',
      OIDC_ISSUER: 'https://issuer.example',
      OIDC_JWKS_URI: 'https://issuer.example/jwks.json',
    };
    expect(targets).toStrictEqual([
      ['planning-services-worker', [`127.0.0.1:${readConfig(workerConfigSchema, least).ADMIN_PORT}`]],
      ['planning-services-api', [`127.0.0.1:${readApiConfig(least).adminPort}`]],
    ]);
    for (const name of ['worker', 'api']) expect(of(name).environment).not.toHaveProperty('ADMIN_PORT');
  });

  test('finds the dashboard in Grafana, which asks Prometheus, and both from this machine', () => {
    const { datasources } = yaml<{ datasources: object[] }>('grafana', 'provisioning', 'datasources', 'prometheus.yml');
    expect(datasources).toMatchObject([{ type: 'prometheus', url: 'http://127.0.0.1:9090', isDefault: true }]);
    const { providers } = yaml<{ providers: { options: { path: string } }[] }>(
      ...['grafana', 'provisioning', 'dashboards', 'planning-services.yml'],
    );
    const [folder] = providers.map(({ options }) => options.path);
    const dashboard = `${folder}/planning-services.json`;
    expect(of('grafana').environment).toMatchObject({ GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH: dashboard });
    expect(of('grafana').volumes).toContain(`./deploy/grafana/planning-services.json:${dashboard}:ro`);
    expect(of('network').ports).toEqual(expect.arrayContaining(['127.0.0.1:4090:9090', '127.0.0.1:4031:3000']));
  });
});

interface Job {
  job_name: string;
  static_configs: { targets: string[] }[];
}
