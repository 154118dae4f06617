/**
 * The rooms of the house and who may enter which. A room that is not listed under a name may not be imported from it;
 * `types` may be imported as types only, which leave no trace at run time.
 */
const rooms = {
  contracts: { modules: [], outside: ['zod', 'ipaddr.js'] },
  domain: { modules: ['contracts/names'], types: ['contracts'], outside: [] },
  records: { modules: ['domain', 'contracts'], notOutside: ['@temporalio/workflow'] },
  workflows: {
    modules: ['domain', 'contracts/names'],
    types: ['contracts', 'activities'],
    outside: ['@temporalio/workflow', '@temporalio/common'],
  },
  activities: { modules: ['records', 'domain', 'contracts'], notOutside: ['mongodb', '@temporalio/workflow'] },
  codec: { modules: [], notOutside: ['mongodb', '@temporalio/workflow'] },
  config: { modules: [], notOutside: ['mongodb', '@temporalio/workflow'] },
  telemetry: { modules: [], notOutside: ['mongodb', '@temporalio/workflow'] },
  worker: {
    modules: ['workflows', 'activities', 'records', 'config', 'contracts', 'codec', 'telemetry', 'domain/refusals'],
    notOutside: ['mongodb', '@temporalio/workflow'],
  },
  client: {
    modules: ['contracts', 'domain', 'records', 'config', 'codec', 'telemetry'],
    types: ['workflows'],
    notOutside: ['mongodb', '@temporalio/workflow'],
  },
  recovery: {
    modules: ['contracts', 'domain', 'records', 'activities', 'worker', 'client', 'config', 'codec'],
    notOutside: ['mongodb', '@temporalio/workflow'],
  },
  sandbox: { modules: ['contracts', 'config'], notOutside: ['mongodb', '@temporalio/workflow'] },
};

const names = [...Object.keys(rooms), 'dev', 'test'];
const under = (paths) => `^(${paths.join('|')})(/|\\.ts$)`;
const packages = (list) => `^node_modules/(${list.map((name) => name.replace('/', '\\/')).join('|')})/`;

const arrows = Object.entries(rooms).flatMap(([room, { modules, types = [], outside, notOutside }]) => {
  const strangers = names.filter((name) => name !== room && !modules.includes(name) && !types.includes(name));
  const from = { path: `^${room}/` };
  const rules = [
    {
      name: `${room}-keeps-to-its-doors`,
      severity: 'error',
      comment: `${room}/ may import ${[...modules, ...types.map((name) => `types of ${name}`)].join(', ') || 'no other room'}`,
      from,
      to: { path: under(strangers), pathNot: modules.length ? under(modules) : undefined },
    },
  ];
  if (types.length)
    rules.push({
      name: `${room}-takes-only-types`,
      severity: 'error',
      comment: `${room}/ may import ${types.join(', ')} as types only`,
      from,
      to: {
        path: under(types),
        pathNot: modules.length ? under(modules) : undefined,
        dependencyTypesNot: ['type-only'],
      },
    });
  if (outside)
    rules.push({
      name: `${room}-needs-no-other-package`,
      severity: 'error',
      comment: `${room}/ may use ${outside.join(', ') || 'nothing from outside'}`,
      from,
      to: {
        dependencyTypes: ['npm', 'npm-dev', 'core', 'npm-no-pkg', 'unknown'],
        pathNot: outside.length ? packages(outside) : undefined,
      },
    });
  if (notOutside)
    rules.push({
      name: `${room}-avoids-packages-of-other-rooms`,
      severity: 'error',
      comment: 'mongodb belongs to records, @temporalio/workflow to workflows',
      from,
      to: { path: packages(notOutside), dependencyTypesNot: ['type-only'] },
    });
  return rules;
});

/** People are told the same by the CLI and by the portal: what both say is in `client/wording`, and neither asks the other. */
const faces = [
  ['portal', 'cli'],
  ['cli', 'portal'],
  ['wording', '(?!wording/)[^/]+'],
].map(([face, other]) => ({
  name: `${face}-stands-alone`,
  severity: 'error',
  comment: 'what the CLI and the portal have in common is in client/wording',
  from: { path: `^client/${face}/` },
  to: { path: `^client/${other}/` },
}));

module.exports = {
  forbidden: [
    ...arrows,
    ...faces,
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'nothing-lost', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|node_modules|\\.data)/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'types', 'default'],
    },
    tsConfig: { fileName: 'tsconfig.json' },
  },
};
