/** ml/models/http: servers over HTTP as generators. See README.md. */
export { httpAdapter } from './adapter.ts';
export { type Endpoint, readEndpoint } from './endpoint.ts';
export { EndpointError, type EndpointErrorCode } from './endpoint-error.ts';
export { ENDPOINT_FILE } from './endpoint-file.ts';
export type { EndpointContext, EndpointOptions } from './open-endpoint.ts';
export { type HttpCaption, type HttpCaptioner, type HttpCaptionItem, openHttpCaptioner } from './open-http-captioner.ts';
export { type HttpPainter, type HttpPaintItem, openHttpPainter } from './open-http-painter.ts';
