import type { Pipeline, PipelineBuilder } from './define-pipeline.ts';
import { type InputSpecs, isSampleMedium, type Medium, mediumOf, type Step } from './define-step.ts';
import { HoplineError } from './errors.ts';
import type { Handle, HandlePart } from './handles.ts';
import type { JsonObject } from './json.ts';
import { resolveStepParams } from './params.ts';
import type { NodeKind } from './plan-types.ts';

/** A declared node, before keys. */
export interface GraphNode {
  name: string;
  kind: NodeKind;
  step: Step;
  params: JsonObject;
  inputs: Record<string, readonly HandlePart[]>;
  /** Model names by role. */
  models: Record<string, string>;
  fanOut: number;
  depth?: number;
  maxFailures: number;
  dataset?: string;
}

/** Node by name, in declaration order, which is topological: a handle exists only after its node. */
export type Graph = Map<string, GraphNode>;

interface Declared {
  inputs?: Record<string, Handle>;
  params?: unknown;
  models?: Record<string, string>;
  fanOut?: number;
  depth?: number;
  maxFailures?: number;
  dataset?: string;
}

/** Runs a pipeline's declaration. Throws WIRING_INVALID or PARAMS_INVALID naming node and role. */
export function buildGraph(pipeline: Pipeline, params: JsonObject): Graph {
  const graph: Graph = new Map();
  const add = (name: string, step: Step, declared: Declared): GraphNode => {
    if (graph.has(name)) throw wiring(name, 'name must be declared once', 'a second declaration');
    if (!/^[a-z][a-z0-9-]*$/.test(name)) throw wiring(name, 'name must be kebab case', name);
    const node: GraphNode = {
      name,
      kind: step.kind,
      step,
      params: resolveStepParams(name, step.params, declared.params),
      inputs: step.kind === 'source' ? {} : wire(graph, name, step.inputs, declared.inputs ?? {}),
      models: step.kind === 'source' ? {} : models(name, step.models ?? [], declared.models ?? {}),
      fanOut: declared.fanOut ?? 1,
      depth: declared.depth,
      maxFailures: declared.maxFailures ?? 0,
      dataset: declared.dataset,
    };
    if (!(Number.isInteger(node.fanOut) && node.fanOut >= 1))
      throw wiring(name, 'fanOut must be a whole number >= 1', String(node.fanOut));
    if (!(node.maxFailures >= 0 && node.maxFailures <= 1))
      throw wiring(name, 'maxFailures must be a share, 0 to 1', String(node.maxFailures));
    graph.set(name, node);
    return node;
  };
  const handle = <M extends Medium>(node: GraphNode, medium: M): Handle<M> => ({ medium, parts: [{ node: node.name, medium }] });
  const builder: PipelineBuilder = {
    source(name, step, options) {
      const node = add(name, step as Step, options);
      return { text: handle(node, 'text'), image: handle(node, 'image') };
    },
    map: (name, step, options) => handle(add(name, step as unknown as Step, options as Declared), step.output),
    select: (name, step, options) => handle(add(name, step as unknown as Step, options as Declared), 'decisions'),
    fold: (name, step, options) => handle(add(name, step as unknown as Step, options as Declared), 'checkpoint'),
    reduce: (name, step, options) => handle(add(name, step as unknown as Step, options as Declared), 'result'),
  };
  pipeline.build(builder, params);
  if (graph.size === 0) throw new HoplineError('PIPELINE_INVALID', `pipeline "${pipeline.name}" must declare nodes, got none`);
  return graph;
}

function wire(
  graph: Graph,
  name: string,
  specs: InputSpecs,
  given: Record<string, Handle>,
): Record<string, readonly HandlePart[]> {
  for (const role of Object.keys(given))
    if (!(role in specs)) throw wiring(name, `inputs must be ${Object.keys(specs).join(', ') || 'none'}`, role);
  const wired: Record<string, readonly HandlePart[]> = {};
  for (const [role, spec] of Object.entries(specs)) {
    const handle = given[role];
    if (!handle) throw wiring(name, `inputs.${role} must be wired`, 'nothing');
    if (handle.medium !== mediumOf(spec)) throw wiring(name, `inputs.${role} must be ${mediumOf(spec)}`, handle.medium);
    if (handle.parts.length === 0) throw wiring(name, `inputs.${role} must have a part`, 'an empty union');
    for (const part of handle.parts) {
      if (part.medium !== handle.medium)
        throw wiring(name, `inputs.${role} must be of one medium`, `${handle.medium} and ${part.medium}`);
      if (!graph.has(part.node)) throw wiring(name, `inputs.${role} must come from this pipeline`, part.node);
    }
    if (handle.parts.length > 1 && !isSampleMedium(handle.medium) && handle.medium !== 'scores') {
      throw wiring(name, `inputs.${role} must be one node`, `${handle.parts.length} nodes`);
    }
    wired[role] = handle.parts;
  }
  return wired;
}

function models(name: string, roles: readonly string[], given: Record<string, string>): Record<string, string> {
  for (const role of roles) if (!given[role]) throw wiring(name, `models.${role} must name a model`, 'nothing');
  for (const role of Object.keys(given))
    if (!roles.includes(role)) throw wiring(name, `models must be ${roles.join(', ') || 'none'}`, role);
  return given;
}

function wiring(node: string, rule: string, got: string): HoplineError {
  return new HoplineError('WIRING_INVALID', `node "${node}".${rule}, got ${got}`);
}
