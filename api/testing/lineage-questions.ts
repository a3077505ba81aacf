import type { LargeLineage } from '../../engine/lineage/fixtures/large/large-lineage.ts';
import {
  deepHub,
  FIRST_SCORED_HOP,
  PROMPTS,
  sampleIdAt,
  sampleKey,
  wideHub,
} from '../../engine/lineage/fixtures/large/large-shape.ts';
import { OUR_OPERATIONS, readExamples, readOperations } from '../server/known-operations.ts';

/** Something that clients ask of lineage, of other things each time. */
export interface LineageQuestion {
  name: string;
  text: string;
  /** Of the n-th time. `cursor` is where the answer before ended, for a question that goes through pages. */
  variables(n: number, cursor: string | null): Record<string, unknown>;
  /** The end of an answer's page, of a question that goes on there. */
  // biome-ignore lint/suspicious/noExplicitAny: the shape is that of the question
  endCursor?(data: any): string | null;
}

/** Written for programs that look at many samples at once: the command line and the examples ask for one. */
const ANCESTORS_OF_A_PAGE = `query AncestorsOfAPage($runId: ID!, $after: String) {
  samples(filter: { runId: $runId, node: "hop-10" }, first: 100, after: $after) {
    edges { node { key hop ancestors(first: 40) { edges { depth role child parent } pageInfo { hasNextPage } } } }
    pageInfo { endCursor }
  }
}`;

/** What the readers of lineage are judged by, over `lineage`. */
export function lineageQuestions({ shape, runId, smallRunId }: LargeLineage): Record<string, LineageQuestion> {
  /** Spread over all rows, none twice. */
  const scattered = (n: number): number => (n * 7919 + 17) % shape.perHop;
  const last = (n: number): string => sampleKey(sampleIdAt(shape, shape.hops, scattered(n)));
  const whatIf = (name: string, run: string, rule: (n: number) => object): LineageQuestion => ({
    name,
    text: example('08-what-if'),
    variables: (n) => ({ runId: run, node: 'keep', rule: rule(n) }),
  });
  const madeOf = (name: string, key: (n: number) => string): LineageQuestion => ({
    name,
    text: ours('MadeOf'),
    variables: (n) => ({ key: key(n) }),
  });
  const questions: LineageQuestion[] = [
    { name: 'ancestors', text: example('06-ancestors'), variables: (n) => ({ key: last(n) }) },
    { name: 'ancestors_cli', text: ours('SampleUp'), variables: (n) => ({ prefix: last(n).slice(0, 16), maxHops: 32 }) },
    {
      name: 'ancestors_page',
      text: ANCESTORS_OF_A_PAGE,
      variables: (_n, after) => ({ runId, after }),
      endCursor: (data) => data.samples.pageInfo.endCursor,
    },
    madeOf('descendants_wide', () => sampleKey(wideHub(shape))),
    madeOf('descendants_deep', () => sampleKey(deepHub(shape))),
    madeOf('descendants_prompt', (n) => sampleKey(sampleIdAt(shape, 1, n % PROMPTS))),
    {
      name: 'story',
      text: example('05-why-was-it-kept'),
      variables: (n) => ({ key: sampleKey(sampleIdAt(shape, FIRST_SCORED_HOP, scattered(n))) }),
    },
    { name: 'runs', text: example('01-runs-with-progress'), variables: () => ({ first: 20 }) },
    { name: 'runs_100', text: example('01-runs-with-progress'), variables: () => ({ first: 100 }) },
    whatIf('what_if_small', smallRunId, (n) => ({ threshold: 0.1 + (n % 80) / 100 })),
    whatIf('what_if_small_params', smallRunId, (n) => ({ params: { keep: 1 + (n % 4) } })),
    whatIf('what_if_large', runId, (n) => ({ threshold: 0.1 + (n % 80) / 100 })),
    whatIf('what_if_large_share', runId, (n) => ({ sharePerInstance: 0.1 + (n % 80) / 100 })),
    {
      name: 'impact_seed',
      text: IMPACT,
      variables: (n) => ({ of: { sample: sampleKey(sampleIdAt(shape, 0, 40 + scattered(n))) } }),
    },
    { name: 'impact_hub', text: IMPACT, variables: () => ({ of: { sample: sampleKey(wideHub(shape)) } }) },
    { name: 'impact_prompt', text: IMPACT, variables: (n) => ({ of: { prompt: captionOf(40 + scattered(n)) } }) },
    { name: 'impact_common_prompt', text: IMPACT, variables: (n) => ({ of: { prompt: captionOf(50 * (1 + (n % 60))) } }) },
  ];
  return Object.fromEntries(questions.map((question) => [question.name, question]));
}

const IMPACT = 'query Impact($of: ImpactInput!) { impact(of: $of) { counts { samples scores decisions runs truncated } } }';

/** The text of a row of the dataset: see `fillSamples`. */
function captionOf(index: number): string {
  const colours = ['red', 'green', 'blue', 'yellow', 'black', 'white', 'grey', 'pink', 'orange', 'purple'];
  const shapes = ['circle', 'square', 'triangle', 'star', 'cross', 'ring'];
  const relations = ['left of', 'right of', 'above', 'below', 'inside'];
  const whole = Math.floor;
  const scene = index % 50 === 0 ? '' : ` in scene ${index}`;
  return `a ${colours[(index * 7) % 10]} ${shapes[(index * 13) % 6]} ${relations[whole(index / 6) % 5]} a ${colours[whole(index / 7) % 10]} ${shapes[whole(index / 11) % 6]}${scene}`;
}

const example = (name: string): string => readExamples().find((each) => each.name === name)!.text;

/** A document of the command line, by the name of its operation. */
const ours = (name: string): string =>
  [...readOperations(OUR_OPERATIONS).values()].find((text) => new RegExp(`query ${name}\\b`).test(text))!;
