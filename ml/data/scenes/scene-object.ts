/** The words of the tiny world: what an object can be. The order is that of the published NLVR colours and of our 9 descriptions. */
export const COLOURS = ['black', 'yellow', 'blue'] as const;
export const SHAPES = ['square', 'circle', 'triangle'] as const;
/** Side of the bounding box, pixels of the 100x100 raster. */
export const SIZES = [10, 20, 30] as const;

export type Colour = (typeof COLOURS)[number];
export type Shape = (typeof SHAPES)[number];
export type ObjectSize = (typeof SIZES)[number];

/** One object of a scene; x and y are the upper left corner of its bounding box in a 100x100 raster, y downwards. */
export interface SceneObject {
  colour: Colour;
  shape: Shape;
  size: ObjectSize;
  x: number;
  y: number;
}

export type Scene = readonly SceneObject[];

/** What a text can call an object: colour and shape, never size or place. */
export interface Mention {
  colour: Colour;
  shape: Shape;
}

/** 0..8: the description as a class, colour-major. */
export const descriptionIndex = (mention: Mention): number =>
  COLOURS.indexOf(mention.colour) * SHAPES.length + SHAPES.indexOf(mention.shape);

/** The inverse of {@link descriptionIndex}. */
export function mentionOf(description: number): Mention {
  const colour = COLOURS[Math.floor(description / SHAPES.length)];
  const shape = SHAPES[description % SHAPES.length];
  if (!colour || !shape) throw new RangeError(`description must be 0..8, got ${description}`);
  return { colour, shape };
}

export const DESCRIPTIONS: readonly Mention[] = Array.from({ length: 9 }, (_, index) => mentionOf(index));

export const mentionText = (mention: Mention): string => `${mention.colour} ${mention.shape}`;
