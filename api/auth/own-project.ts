import type { Viewer } from '../schema/viewer.ts';
import { forbiddenProject } from './forbidden.ts';

/** The project that a request is about: where a token has one, that, named or not; else the one that is named. @throws FORBIDDEN for another */
export function ownProject(viewer: Viewer, named: string | null | undefined): string | undefined {
  if (!viewer.project) return named ?? undefined;
  if (named == null || named === viewer.project.name) return viewer.project.name;
  throw forbiddenProject(viewer, named);
}
