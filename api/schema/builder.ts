import SchemaBuilder from '@pothos/core';
import ErrorsPlugin from '@pothos/plugin-errors';
import RelayPlugin from '@pothos/plugin-relay';
import type { ApiContext } from './context.ts';

/** The one builder that every type and field group registers itself with. Connections take `first` (at most 100) and `after`. */
export const builder = new SchemaBuilder<{
  Context: ApiContext;
  DefaultFieldNullability: false;
  Scalars: {
    ID: { Input: string; Output: string };
    JSON: { Input: unknown; Output: unknown };
    Digest: { Input: string; Output: string };
    DateTime: { Input: Date; Output: Date };
    EventCursor: { Input: string; Output: string };
  };
}>({
  plugins: [RelayPlugin, ErrorsPlugin],
  defaultFieldNullability: false,
  relay: { clientMutationId: 'omit', cursorType: 'String' },
  errors: { directResult: true },
});
