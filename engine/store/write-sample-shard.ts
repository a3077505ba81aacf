import { canonicalJson } from '../plan/digest.ts';
import { imageType } from './image-type.ts';
import { intColumn, type ParquetColumn, stringColumn, writeParquet } from './parquet-file.ts';
import type { SampleRow } from './sample-row.ts';

/** The bytes of a Parquet shard of samples. Hugging Face `datasets` reads it with its pictures by `load_dataset("parquet")`, because the
 *  picture is a struct `{bytes, path}` and the footer names its features. */
export function writeSampleShard(rows: readonly SampleRow[]): Uint8Array {
  const columns = [
    stringColumn('key', pick(rows, 'key')),
    stringColumn('content_digest', pick(rows, 'contentDigest')),
    stringColumn('medium', pick(rows, 'medium')),
    stringColumn('text', pick(rows, 'text'), { nullable: true }),
    imageColumn('image', rows.map(imageStruct)),
    floatListColumn(
      'features',
      rows.map(({ features }) => features && Array.from(features)),
    ),
    stringColumn('meta', pick(rows, 'meta')),
    intColumn('chain', pick(rows, 'chain')),
    intColumn('depth', pick(rows, 'depth')),
    intColumn('hop', pick(rows, 'hop')),
    stringColumn('root_key', pick(rows, 'rootKey')),
    stringColumn('seed', pick(rows, 'seed'), { nullable: true }),
    stringColumn(
      'parents',
      rows.map(({ parents }) => canonicalJson(parents.map(({ role, key }) => ({ role, key })))),
    ),
  ];
  return writeParquet(columns, rows.length, [
    { key: 'huggingface', value: JSON.stringify({ info: { features: huggingFaceFeatures } }) },
  ]);
}

const string = { dtype: 'string', _type: 'Value' };
const int32 = { dtype: 'int32', _type: 'Value' };
const huggingFaceFeatures = {
  key: string,
  content_digest: string,
  medium: string,
  text: string,
  image: { _type: 'Image' },
  features: { feature: { dtype: 'float32', _type: 'Value' }, _type: 'Sequence' },
  meta: string,
  chain: int32,
  depth: int32,
  hop: int32,
  root_key: string,
  seed: string,
  parents: string,
};

interface ImageStruct {
  bytes: Uint8Array;
  path: string;
}

function imageStruct({ image, key }: SampleRow): ImageStruct | null {
  return image && { bytes: image, path: `${key}.${imageType(image)?.extension ?? 'bin'}` };
}

/** Pictures are compressed already: left as they are, so that reading them is a slice. */
function imageColumn(name: string, data: (ImageStruct | null)[]): ParquetColumn {
  return {
    source: { name, data, codec: 'UNCOMPRESSED' },
    schema: [
      { name, repetition_type: 'OPTIONAL', num_children: 2 },
      { name: 'bytes', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL' },
      { name: 'path', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
    ],
  };
}

function floatListColumn(name: string, data: (number[] | null)[]): ParquetColumn {
  return {
    source: { name, data, codec: 'UNCOMPRESSED' },
    schema: [
      { name, repetition_type: 'OPTIONAL', converted_type: 'LIST', num_children: 1 },
      { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
      { name: 'element', type: 'FLOAT', repetition_type: 'REQUIRED' },
    ],
  };
}

const pick = <K extends keyof SampleRow>(rows: readonly SampleRow[], column: K): SampleRow[K][] => rows.map((row) => row[column]);
