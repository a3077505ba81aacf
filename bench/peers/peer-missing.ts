/** A peer can't run on this machine. */
export class PeerMissing extends Error {}
