import { type AsyncBuffer, type DecodedArray, parquetReadObjects, type SchemaElement } from 'hyparquet';
import { ByteWriter, type ColumnSource, type KeyValue, parquetWrite } from 'hyparquet-writer';

export const PARQUET = 'application/vnd.apache.parquet';

export interface ParquetColumn {
  source: ColumnSource;
  schema: SchemaElement[];
}

/** The bytes of a Parquet file: one row group, the same bytes for the same rows. */
export function writeParquet(columns: readonly ParquetColumn[], rows: number, kvMetadata?: KeyValue[]): Uint8Array {
  const writer = new ByteWriter();
  parquetWrite({
    writer,
    columnData: columns.map(({ source }) => source),
    schema: [{ name: 'root', num_children: columns.length }, ...columns.flatMap(({ schema }) => schema)],
    rowGroupSize: Math.max(1, rows),
    statistics: false,
    createdBy: 'hopline',
    ...(kvMetadata ? { kvMetadata } : {}),
  });
  return writer.getBytes();
}

/** The rows of a Parquet file, with the named columns only. Byte arrays stay bytes. */
export async function readParquet(bytes: Uint8Array, columns: string[]): Promise<Record<string, unknown>[]> {
  return parquetReadObjects({ file: inMemory(bytes), columns, utf8: false });
}

export function stringColumn(name: string, data: (string | null)[], options: { nullable?: boolean } = {}): ParquetColumn {
  const repetition_type = options.nullable ? 'OPTIONAL' : 'REQUIRED';
  return { source: { name, data }, schema: [{ name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type }] };
}

export function intColumn(name: string, data: number[]): ParquetColumn {
  return { source: { name, data: Int32Array.from(data) }, schema: [{ name, type: 'INT32', repetition_type: 'REQUIRED' }] };
}

export function doubleColumn(name: string, data: number[]): ParquetColumn {
  return { source: { name, data: Float64Array.from(data) }, schema: [{ name, type: 'DOUBLE', repetition_type: 'REQUIRED' }] };
}

function inMemory(bytes: Uint8Array): AsyncBuffer {
  const { buffer, byteOffset, byteLength } = bytes;
  const slice = (start: number, end = byteLength): ArrayBuffer => {
    const from = start < 0 ? byteLength + start : start;
    return buffer.slice(byteOffset + from, byteOffset + end) as ArrayBuffer;
  };
  return { byteLength, slice };
}

export type { DecodedArray };
