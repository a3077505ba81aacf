import { defineConfig } from 'prisma/config';

/** For `prisma generate` only: our own migrate.ts applies the migrations, without Prisma's schema engine. */
export default defineConfig({
  schema: 'schema.prisma',
  migrations: { path: 'engine/lineage/migrations' },
  ...(process.env.DATABASE_URL ? { datasource: { url: process.env.DATABASE_URL } } : {}),
});
