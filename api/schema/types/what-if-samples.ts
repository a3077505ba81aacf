import type { SampleRow } from '../../../engine/lineage/sample-row.ts';
import { builder } from '../builder.ts';
import type { Connection } from '../page.ts';
import { SampleRef } from '../refs.ts';

/** A sample that changes sides, and why. */
export interface WhatIfSample {
  sample: SampleRow;
  /** null where nobody scored it. */
  loss: number | null;
}

const WhatIfSampleEdge = builder.objectRef<Connection<WhatIfSample>['edges'][number]>('WhatIfSampleConnectionEdge').implement({
  fields: (t) => ({
    cursor: t.exposeString('cursor'),
    loss: t.float({
      nullable: true,
      description:
        'What it was ranked by: of the scorer that the rule names, else of the selection’s own. null where nobody scored it.',
      resolve: ({ node }) => node.loss,
    }),
    node: t.field({ type: SampleRef, resolve: ({ node }) => node.sample }),
  }),
});

/** A page of samples with their losses. */
export const WhatIfSampleConnection = builder.objectRef<Connection<WhatIfSample>>('WhatIfSampleConnection').implement({
  description: 'A page. Go on with `after: pageInfo.endCursor`.',
  fields: (t) => ({
    edges: t.field({ type: [WhatIfSampleEdge], resolve: (page) => page.edges }),
    pageInfo: t.field({ type: builder.pageInfoRef(), resolve: (page) => page.pageInfo }),
    totalCount: t.int({ nullable: true, description: 'Over all pages.', resolve: (page) => page.totalCount?.() ?? null }),
  }),
});
