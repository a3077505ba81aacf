import { connect } from 'node:http2';

const DESCRIBE_NAMESPACE = '/temporal.api.workflowservice.v1.WorkflowService/DescribeNamespace';

/** Whether our own server answers for the namespace. Anything but a good answer within `limit` milliseconds is "not yet".
 *  One gRPC call over plain HTTP/2: Temporal's client would cost the supervisor 60 MB for it. */
export function answersFor(address: string, namespace: string, limit = 2_000): Promise<boolean> {
  return new Promise((resolve) => {
    const session = connect(`http://${address}`);
    const finish = (answers: boolean) => {
      clearTimeout(timer);
      session.destroy();
      resolve(answers);
    };
    const timer = setTimeout(finish, limit, false);
    session.once('error', () => finish(false));
    const headers = { ':method': 'POST', ':path': DESCRIBE_NAMESPACE, 'content-type': 'application/grpc', te: 'trailers' };
    const call = session.request(headers);
    let status: unknown;
    // An error comes as the only headers, a good answer with its status in the trailers.
    call.on('response', (answer) => {
      status = answer['grpc-status'];
    });
    call.on('trailers', (trailers) => {
      status = trailers['grpc-status'];
    });
    call.once('error', () => finish(false));
    call.once('end', () => finish(status === '0'));
    call.resume();
    call.end(message(namespace));
  });
}

/** gRPC's frame (not compressed, 4 bytes of length) around `{ namespace }`: field 1, a string, in protobuf's wire format. */
function message(namespace: string): Buffer {
  const name = Buffer.from(namespace);
  if (name.length > 127) throw new RangeError(`namespace must have at most 127 bytes, got ${name.length}`);
  const body = Buffer.concat([Buffer.from([0x0a, name.length]), name]);
  const frame = Buffer.alloc(5);
  frame.writeUInt32BE(body.length, 1);
  return Buffer.concat([frame, body]);
}
