import { z } from 'zod';
import { COLOURS, type ObjectSize, type Scene, type SceneObject, SHAPES } from '../scenes/scene-object.ts';

const NlvrObject = z.object({
  type: z.enum(SHAPES),
  color: z.string(),
  size: z.union([z.literal(10), z.literal(20), z.literal(30)]),
  x_loc: z.number(),
  y_loc: z.number(),
});

/** A line of NLVR's dev.json, as far as it is used. Suhr, Lewis, Yeh, Artzi 2017. */
export const NlvrLine = z.object({
  sentence: z.string(),
  label: z.string(),
  identifier: z.string().regex(/^\d+-\d+$/),
  directory: z.string().regex(/^\d+$/),
  structured_rep: z.array(z.array(NlvrObject)).length(3),
});

const COLOUR_NAMES: Readonly<Record<string, SceneObject['colour']>> = {
  black: COLOURS[0],
  yellow: COLOURS[1],
  '#0099ff': COLOURS[2],
};

/** A published box as a scene; null when it has a colour that NLVR doesn't know. */
export function nlvrScene(box: z.output<typeof NlvrLine>['structured_rep'][number]): Scene | null {
  const scene: SceneObject[] = [];
  for (const object of box) {
    const colour = COLOUR_NAMES[object.color.toLowerCase()];
    if (!colour) return null;
    scene.push({ colour, shape: object.type, size: object.size as ObjectSize, x: object.x_loc, y: object.y_loc });
  }
  return scene;
}

/** A tower stacks all objects at one x: it has only above and below. */
export const isTower = (scene: Scene): boolean => scene.every((object) => object.x === scene[0]?.x);
