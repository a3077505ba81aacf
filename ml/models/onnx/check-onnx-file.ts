import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { HoplineError } from '../../../engine/plan/errors.ts';
import { inspectOnnx, type OnnxHeader } from './inspect-onnx.ts';

/** Checks that an ONNX file is there, is one, and reads no file outside its own folder.
 *  @throws HoplineError MODEL_FILE_MISSING, MODEL_FILE_INVALID, MODEL_EXTERNAL_DATA */
export function checkOnnxFile(file: string): OnnxHeader {
  requireFile(file);
  const header = inspectOnnx(file);
  for (const location of header.externalData) {
    const inside = location !== '' && !path.isAbsolute(location) && !location.split(/[\\/]/).includes('..');
    if (!inside)
      throw new HoplineError(
        'MODEL_EXTERNAL_DATA',
        `${file} must keep its external data in its own folder, got ${JSON.stringify(location.slice(0, 200))}`,
        { hint: 'save the model again with onnx.save_model(..., location="model.onnx_data")' },
      );
    requireFile(path.join(path.dirname(file), location));
  }
  return header;
}

function requireFile(file: string): void {
  if (existsSync(file) && statSync(file).isFile()) return;
  throw new HoplineError('MODEL_FILE_MISSING', `${file} must be a file, got ${existsSync(file) ? 'a folder' : 'nothing'}`, {
    hint: 'export the model again, or copy the whole folder',
  });
}
