// Stories for tests and measurements.

/**
 * A StatefulSet `web` with its Service on nodes; each pod has a volume. Options: how many `replicas` and
 * `nodes`, the `policy`, and the `lines` that come after the manifest.
 */
export const webStory = ({ replicas, policy = 'Parallel', nodes = 6, lines = '' }) => `ordinal 1
seed 7
nodes ${nodes}
kubectl apply -f - <<END
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { clusterIP: None, selector: { app: web }, ports: [{ port: 5432 }] }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: web }
spec:
  serviceName: web
  replicas: ${replicas}
  podManagementPolicy: ${policy}
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
      - { name: db, image: "ordinal/db:1", volumeMounts: [{ name: data, mountPath: /data }] }
  volumeClaimTemplates:
  - metadata: { name: data }
    spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
END
${lines}`;
