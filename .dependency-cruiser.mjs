/** The arrows of design.md section 3: they go down only. */
const forbid = (from, to, why) => ({
  name: `${from}-not-to-${to}`.replace(/[^a-z-]+/g, '-'),
  severity: 'error',
  comment: why,
  from: { path: `^(${from})/`, pathNot: '\\.test\\.ts$' },
  to: { path: `^(${to})/` },
});
export default {
  forbidden: [
    forbid(
      'engine',
      'ml|pipelines|api|cli|web|activities|workflows|infra',
      'the engine knows no model, no pipeline and no front',
    ),
    forbid(
      'ml',
      'engine/(store|lineage|compute)|pipelines|api|cli|web|activities|workflows|infra',
      'ml is numerics and data only',
    ),
    forbid(
      'workflows',
      'engine/(store|lineage|compute)|ml|pipelines|api|cli|web|activities|infra',
      'workflow code is sandboxed: engine/plan types and nothing else',
    ),
    forbid('activities', 'pipelines|api|cli|web', 'activities get their pipelines from the registry'),
    forbid(
      'pipelines',
      'engine/(store|lineage|compute)|api|cli|web|activities|workflows|infra',
      'a pipeline declares; it runs nothing',
    ),
    forbid('api', 'cli|web|pipelines|ml', 'the server knows the engine only'),
    // Of types, too; but a value of a graph and the graph know each other.
    {
      name: 'no-cycles',
      severity: 'error',
      from: { pathNot: '^ml/nn/graph/' },
      to: { circular: true, viaOnly: { pathNot: '^ml/nn/graph/' } },
    },
    {
      name: 'workflow-packages',
      severity: 'error',
      from: { path: '^workflows/', pathNot: '(\\.test|/bundle)\\.ts$' },
      to: { path: 'node_modules', pathNot: '@temporalio/(workflow|common)' },
    },
    {
      name: 'workflow-builtins',
      severity: 'error',
      from: { path: '^workflows/', pathNot: '(\\.test|/bundle)\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(node_modules|\\.hopline|generated)' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
  },
};
