/** ml/models/onnx: ONNX files of others, opened with care. See README.md. */
export { castData, type RawData } from './cast-feed.ts';
export { checkOnnxFile } from './check-onnx-file.ts';
export { deviceProviders, type Provider } from './device-providers.ts';
export { inspectOnnx, type OnnxHeader } from './inspect-onnx.ts';
export { allFinite, notFinite, requireNoNaN } from './not-a-number.ts';
export type { OnnxData, OnnxDataType, OnnxFeed, OnnxTensor, OnnxValue } from './onnx-tensor.ts';
export { type OnnxModel, type OnnxModelOptions, type OnnxRunOptions, openOnnxModel } from './open-onnx-model.ts';
export { probeDevice } from './probe-device.ts';
