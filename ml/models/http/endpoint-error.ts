import { HoplineError } from '../../../engine/plan/errors.ts';

/** What goes wrong between us and a server. Those that concern a sample are recorded as its failure; the others end the batch. */
export type EndpointErrorCode = EndpointFault | SampleFault;

/** Of the endpoint. All are permanent but MODEL_UNAVAILABLE. */
export type EndpointFault =
  | 'MODEL_ENDPOINT_INVALID'
  | 'MODEL_ENDPOINT_MISSING'
  | 'MODEL_KEY_MISSING'
  | 'MODEL_KEY_REFUSED'
  | 'MODEL_QUOTA_SPENT'
  | 'MODEL_ADDRESS_REFUSED'
  | 'MODEL_REDIRECT_REFUSED'
  | 'MODEL_UNAVAILABLE';

/** Of one sample. MODEL_ANSWER_INVALID and MODEL_NO_ANSWER are tried again first. */
export type SampleFault =
  | 'MODEL_PROMPT_INVALID'
  | 'MODEL_REFUSED'
  | 'MODEL_REQUEST_REJECTED'
  | 'MODEL_ANSWER_EMPTY'
  | 'MODEL_ANSWER_INVALID'
  | 'MODEL_ANSWER_TOO_LARGE'
  | 'MODEL_NO_ANSWER';

const OF_A_SAMPLE: ReadonlySet<string> = new Set<SampleFault>([
  'MODEL_PROMPT_INVALID',
  'MODEL_REFUSED',
  'MODEL_REQUEST_REJECTED',
  'MODEL_ANSWER_EMPTY',
  'MODEL_ANSWER_INVALID',
  'MODEL_ANSWER_TOO_LARGE',
  'MODEL_NO_ANSWER',
]);

export interface EndpointErrorOptions {
  hint?: string;
  /** Default true. */
  permanent?: boolean;
  /** What the server asks us to wait. Seconds. */
  retryAfter?: number;
  /** The server asks for fewer requests (429): that says nothing about this one. Default false. */
  tooMany?: boolean;
  /** Whether the request may be under way still, because nothing came back. Default false. */
  onTheWay?: boolean;
}

/** What a server over HTTP did not do. Its message never holds a key: `callEndpoint` sees to that. */
export class EndpointError extends HoplineError {
  readonly retryAfter: number | undefined;
  readonly tooMany: boolean;
  readonly onTheWay: boolean;

  constructor(code: EndpointErrorCode, message: string, options: EndpointErrorOptions = {}) {
    const { retryAfter, tooMany = false, onTheWay = false, ...rest } = options;
    super(code, message, rest);
    this.retryAfter = retryAfter;
    this.tooMany = tooMany;
    this.onTheWay = onTheWay;
  }

  /** Whether others may well be answered. */
  get concernsSample(): boolean {
    return OF_A_SAMPLE.has(this.code) || this.code.startsWith('IMAGE_');
  }

  /** The same with another message. */
  saying(message: string, code = this.code as EndpointErrorCode): EndpointError {
    const { hint, permanent, retryAfter, tooMany, onTheWay } = this;
    return new EndpointError(code, message, {
      permanent,
      tooMany,
      onTheWay,
      ...(hint === undefined ? {} : { hint }),
      ...(retryAfter === undefined ? {} : { retryAfter }),
    });
  }
}
