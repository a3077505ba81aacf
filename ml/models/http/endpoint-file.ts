/** The one file of a model that is a server. */
export const ENDPOINT_FILE = 'endpoint.json';
