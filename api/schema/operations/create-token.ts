import { createToken, type TokenRow } from '../../../engine/lineage/index.ts';
import { ownProject } from '../../auth/own-project.ts';
import { builder } from '../builder.ts';
import { Forbidden, InvalidToken } from '../errors/named-errors.ts';
import { withNamedErrors } from '../errors/to-named-error.ts';
import { TokenRef, TokenScopeRef } from '../types/token.ts';

const CreateTokenInputRef = builder.inputType('CreateTokenInput', {
  fields: (t) => ({
    name: t.string({ required: true, description: 'What it is for: 1 to 100 characters.' }),
    scope: t.field({ type: TokenScopeRef, required: true }),
    project: t.string({ description: "The only project that it sees. Default: all; of a project's token: that project." }),
    expiresInSeconds: t.int({ description: 'At most ten years. Default: never.' }),
  }),
});

const CreateTokenSuccessRef = builder.objectRef<{ token: TokenRow; secret: string }>('CreateTokenSuccess').implement({
  fields: (t) => ({
    token: t.field({ type: TokenRef, resolve: ({ token }) => token }),
    secret: t.exposeString('secret', { description: 'Shown this once: it is stored nowhere.' }),
  }),
});

const CreateTokenResultRef = builder.errorUnion('CreateTokenResult', {
  types: [CreateTokenSuccessRef, InvalidToken, Forbidden],
  resolveType: () => 'CreateTokenSuccess',
});

builder.mutationField('createToken', (t) =>
  t.field({
    type: CreateTokenResultRef,
    description: "Makes a token. A project's token makes such of its own project only.",
    authScopes: { admin: true },
    args: { input: t.arg({ type: CreateTokenInputRef, required: true }) },
    resolve: (_root, { input: { name, scope, project, expiresInSeconds } }, { services, viewer }) =>
      withNamedErrors(async () => {
        const own = ownProject(viewer, project);
        return createToken(services.db, {
          name,
          scope,
          ...(own === undefined ? {} : { project: own }),
          ...(expiresInSeconds == null ? {} : { expiresIn: expiresInSeconds }),
        });
      }),
  }),
);
