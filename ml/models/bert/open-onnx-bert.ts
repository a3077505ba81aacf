import { HoplineError } from '../../../engine/plan/errors.ts';
import { deviceProviders, type OnnxFeed, type OnnxModel, openOnnxModel } from '../onnx/index.ts';
import type { BertConfig } from './bert-config.ts';
import type { BertNetwork, BertNetworkOptions } from './bert-network.ts';

/** Names that exports give to the hidden states. */
const statesNames = ['last_hidden_state', 'token_embeddings', 'hidden_states'];
const POOLER = 'pooler_output';

/** Opens a BERT from an ONNX file with the inputs of optimum and transformers.js: input_ids, attention_mask, and where it declares them
 *  token_type_ids and position_ids. @throws HoplineError MODEL_* */
export async function openOnnxBert(
  file: string,
  { width }: BertConfig,
  { threads = 1, device }: BertNetworkOptions = {},
): Promise<BertNetwork> {
  const model = await openOnnxModel(file, { threads, providers: deviceProviders(device) });
  try {
    const states = statesOutput(model, width);
    const hasPooler = model.output(POOLER) !== undefined;
    const outputs = hasPooler ? [states, POOLER] : [states];
    return {
      fixed: fixedSizes(model),
      hasPooler,
      async run({ size, length, ids, keep, types, positions }) {
        const feed = (data: OnnxFeed['data']): OnnxFeed => ({ data, shape: [size, length] });
        const feeds = {
          input_ids: feed(ids),
          attention_mask: feed(keep),
          token_type_ids: feed(types),
          position_ids: feed(Int32Array.from({ length: size * length }, (_, i) => positions[i % length]!)),
        };
        const found = await model.run(feeds, { outputs });
        return {
          states: found[states]!.data as Float32Array,
          ...(hasPooler && { pooler: found[POOLER]!.data as Float32Array }),
        };
      },
      close: () => model.close(),
    };
  } catch (error) {
    await model.close();
    throw error;
  }
}

/** The output [batch, length, width]. */
function statesOutput({ path, outputs }: OnnxModel, width: number): string {
  const found = statesNames.flatMap((name) => outputs.filter((output) => output.name === name))[0];
  if (!found)
    throw new HoplineError(
      'MODEL_OUTPUT_MISSING',
      `${path} must have the output ${statesNames.join(' or ')}, got: ${outputs.map(({ name }) => name).join(', ')}`,
      { hint: 'export it for the task feature-extraction' },
    );
  const last = found.shape.at(-1);
  if (found.shape.length === 3 && (typeof last !== 'number' || last < 0 || last === width)) return found.name;
  throw new HoplineError(
    'MODEL_CONFIG_INVALID',
    `config.hidden_size must fit ${path}, whose output ${found.name} is [${found.shape.join(', ')}], got ${width}`,
    { hint: 'copy config.json from the same export as the model' },
  );
}

function fixedSizes(model: OnnxModel): BertNetwork['fixed'] {
  const [size, length] = model.input('input_ids')?.shape ?? [];
  return {
    ...(typeof size === 'number' && size > 0 && { size }),
    ...(typeof length === 'number' && length > 0 && { length }),
  };
}
