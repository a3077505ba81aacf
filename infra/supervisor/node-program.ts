export { houseFolder as packageRoot } from '../../engine/program/house.ts';
export { nodeArguments } from '../../engine/program/node-arguments.ts';
