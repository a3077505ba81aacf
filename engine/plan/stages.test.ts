import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { buildGraph, type Graph } from './build-graph.ts';
import type { PipelineBuilder } from './define-pipeline.ts';
import { defineStep, type InputSpecs, type Medium } from './define-step.ts';
import { type Handle, union } from './handles.ts';
import type { RunUnit } from './plan-types.ts';
import { everyRow, RETELLING_PARAMS, retelling } from './retelling.fixture.ts';
import { type Staging, stageGraph } from './stages.ts';

const stagesOf = (graph: Graph): string[][] => stageGraph(graph, { texts: 100 }).stages.map((stage) => stage.nodes);

describe('a stage', () => {
  test('is a map chain without a barrier; a whole-node result begins another', () => {
    const graph = buildGraph(retelling, RETELLING_PARAMS);
    expect(stagesOf(graph)).toEqual([['imagine', 'caption', 'imagine-again'], ['teacher-loss']]);
  });

  test('that reads all scores of a map waits for that map, although no fold or selection stands between', () => {
    const graph = graphOf((p) => {
      const text = p.source('texts', everyRow, { dataset: 'stories' }).text;
      const scores = p.map('score', step('scores', { text: 'text' }), { inputs: { text } });
      p.map('adapt', step('text', { text: 'text', scores: 'scores' }), { inputs: { text, scores } });
    });
    const { stages, units } = stageGraph(graph, { texts: 10 });
    expect(stages.map((stage) => stage.nodes)).toEqual([['score'], ['adapt']]);
    expect(units.map((unit) => unit.dependsOn)).toEqual([[], ['stage/0']]);
  });

  test('draws on one source: two are refused with their names', () => {
    const graph = graphOf((p) => {
      const one = p.source('one', everyRow, { dataset: 'a' }).text;
      const two = p.source('two', everyRow, { dataset: 'b' }).text;
      p.map('mix', step('text', { text: 'text', other: 'text' }), { inputs: { text: one, other: two } });
    });
    expect(() => stageGraph(graph, { one: 1, two: 1 })).toThrow('node "mix" must draw on one source, got one, two');
  });

  test('runs on the first resource class in it that is not cpu', () => {
    const graph = graphOf((p) => {
      const text = p.source('texts', everyRow, { dataset: 'stories' }).text;
      const first = p.map('first', step('text', { text: 'text' }), { inputs: { text } });
      p.map('second', { ...(step('text', { text: 'text' }) as object), resource: 'gpu' } as never, { inputs: { text: first } });
    });
    expect(stageGraph(graph, { texts: 10 }).units.map((unit) => unit.resource)).toEqual(['gpu']);
  });

  test('that only scores says so', () => {
    expect(stageGraph(buildGraph(retelling, RETELLING_PARAMS), { texts: 9 }).units.map((unit) => unit.scores)).toEqual([
      undefined,
      true,
      ...Array(4).fill(undefined),
    ]);
  });
});

describe('of any pipeline', () => {
  test('every map is in one stage, its stage’s nodes in topological order', () => {
    everyGraph((graph, { stages, stageOf }) => {
      const maps = [...graph.values()].filter((node) => node.kind === 'map').map((node) => node.name);
      expect(stages.flatMap((stage) => stage.nodes).toSorted()).toEqual(maps.toSorted());
      for (const stage of stages) {
        const places = stage.nodes.map((name) => [...graph.keys()].indexOf(name));
        expect(places).toEqual(places.toSorted((a, b) => a - b));
        for (const name of stage.nodes) expect(stageOf.get(name)).toBe(stage.id);
      }
    });
  });

  test('no two units wait for each other in a circle', () => {
    everyGraph((_, { units }) => expect(finished(units)).toEqual(new Set(units.map((unit) => unit.id))));
  });

  test('a unit waits for every whole-node result and every other stage that its nodes read', () => {
    everyGraph((graph, { units, stageOf }) => {
      const unitOf = (name: string): string =>
        stageOf.has(name) ? `stage/${stageOf.get(name)}` : `${graph.get(name)!.kind}/${name}`;
      const waits = new Map(units.map((unit) => [unit.id, unit.dependsOn]));
      for (const node of graph.values()) {
        if (node.kind === 'source') continue;
        for (const part of Object.values(node.inputs).flat()) {
          const other = graph.get(part.node)!;
          if (other.kind === 'source') continue;
          const streamed = node.kind === 'map' && part.medium === 'text' && unitOf(part.node) === unitOf(node.name);
          expect(streamed || waits.get(unitOf(node.name))!.includes(unitOf(part.node))).toBe(true);
        }
      }
    });
  });

  test('two maps that are wired to each other and wait for the same results run without a barrier', () => {
    everyGraph((graph, { stageOf }) => {
      const behind = resultsBehind(graph);
      for (const node of graph.values()) {
        if (node.kind !== 'map') continue;
        for (const part of node.inputs.text!) {
          if (!stageOf.has(part.node)) continue;
          const same = [...behind.get(node.name)!].every((result) => behind.get(part.node)!.has(result));
          expect(stageOf.get(part.node) === stageOf.get(node.name)).toBe(same);
        }
      }
    });
  });
});

/** Nodes by name of what they read: `m` map, `f` fold, `s` select, `r` reduce; which earlier outputs is up to the numbers. */
function everyGraph(check: (graph: Graph, staging: Staging) => void): void {
  const shape = fc.array(
    fc.record({
      kind: fc.constantFrom('map', 'map', 'map', 'score', 'fold', 'select', 'reduce'),
      picks: fc.array(fc.nat(), { minLength: 4, maxLength: 4 }),
    }),
    {
      minLength: 1,
      maxLength: 14,
    },
  );
  fc.assert(
    fc.property(shape, (nodes) => {
      const graph = graphOf((p) => declare(p, nodes));
      check(graph, stageGraph(graph, { texts: 50 }));
    }),
  );
}

function declare(p: PipelineBuilder, nodes: { kind: string; picks: number[] }[]): void {
  const made: Record<'text' | 'scores' | 'decisions' | 'checkpoint' | 'result', Handle[]> = {
    text: [],
    scores: [],
    decisions: [],
    checkpoint: [],
    result: [],
  };
  made.text.push(p.source('texts', everyRow, { dataset: 'stories' }).text);
  nodes.forEach(({ kind, picks }, i) => {
    const pick = (medium: keyof typeof made, n: number): Handle | undefined =>
      made[medium][picks[n]! % (made[medium].length + (medium === 'text' ? 0 : 1))];
    const inputs: Record<string, Handle> = {
      text: picks[0]! % 3 === 0 ? union(pick('text', 0) as Handle<'text'>, pick('text', 1) as Handle<'text'>) : pick('text', 0)!,
    };
    const whole = { scores: pick('scores', 1), decisions: pick('decisions', 2), checkpoint: pick('checkpoint', 3) };
    for (const [role, handle] of Object.entries(whole)) if (handle) inputs[role] = handle;
    const specs = Object.fromEntries(Object.entries(inputs).map(([role, handle]) => [role, handle.medium]));
    const add = { map: 'text', score: 'scores', fold: 'checkpoint', select: 'decisions', reduce: 'result' }[
      kind
    ] as keyof typeof made;
    const method = { map: 'map', score: 'map', fold: 'fold', select: 'select', reduce: 'reduce' }[kind] as 'map';
    made[add].push(p[method](`node-${i}`, step(add, specs, method), { inputs: inputs as never }));
  });
}

/** A step of any kind that hands on `output`. */
function step<I extends InputSpecs, O extends Medium>(output: O, inputs: I, kind = 'map'): never {
  const epochs = (): number => 1;
  return defineStep({
    kind,
    name: `to-${output}`,
    version: '1',
    module: import.meta.url,
    params: z.object({}),
    inputs,
    output,
    epochs,
    run: async () => [],
  } as never) as never;
}

function graphOf(build: (pipeline: PipelineBuilder) => void): Graph {
  return buildGraph({ ...retelling, build }, {});
}

/** Runs units as their dependencies are done; what never could is missing. */
function finished(units: RunUnit[]): Set<string> {
  const done = new Set<string>();
  for (let left = units.length; left >= 0; left--) {
    for (const unit of units) if (unit.dependsOn.every((id) => done.has(id))) done.add(unit.id);
  }
  return done;
}

function resultsBehind(graph: Graph): Map<string, Set<string>> {
  const behind = new Map<string, Set<string>>();
  for (const node of graph.values()) {
    const parts = Object.values(node.inputs).flat();
    const own = parts.filter(
      (part) => graph.get(part.node)!.kind !== 'source' && (part.medium !== 'text' || node.kind !== 'map'),
    );
    behind.set(node.name, new Set([...own.map((part) => part.node), ...parts.flatMap((part) => [...behind.get(part.node)!])]));
  }
  return behind;
}
