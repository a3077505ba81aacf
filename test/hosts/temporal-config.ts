/** The static configuration of a Temporal server whose roles all listen at one address and keep their state in Postgres. */
export function temporalConfig(address: string, postgres: string, password: string, folder: string): string {
  const datastore = (database: string, connections: number): object => ({
    sql: {
      pluginName: 'postgres12',
      databaseName: database,
      connectAddr: `${postgres}:5432`,
      connectProtocol: 'tcp',
      user: 'hopline',
      password,
      maxConns: connections,
      maxIdleConns: connections,
    },
  });
  const role = (grpcPort: number): object => ({ rpc: { grpcPort, membershipPort: grpcPort - 300, bindOnIP: address } });
  return JSON.stringify({
    log: { stdout: true, level: 'warn' },
    persistence: {
      defaultStore: 'main',
      visibilityStore: 'visibility',
      numHistoryShards: 4,
      datastores: { main: datastore('temporal', 8), visibility: datastore('temporal_visibility', 2) },
    },
    global: { membership: { maxJoinDuration: '30s', broadcastAddress: address } },
    services: { frontend: role(7233), history: role(7234), matching: role(7235), worker: role(7239) },
    clusterMetadata: {
      enableGlobalNamespace: false,
      failoverVersionIncrement: 10,
      masterClusterName: 'active',
      currentClusterName: 'active',
      clusterInformation: {
        active: { enabled: true, initialFailoverVersion: 1, rpcName: 'frontend', rpcAddress: `${address}:7233` },
      },
    },
    dcRedirectionPolicy: { policy: 'noop' },
    dynamicConfigClient: { filepath: `${folder}/dynamic.yaml`, pollInterval: '60s' },
  });
}
