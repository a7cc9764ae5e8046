export const STORY = `ordinal 1
seed 3
nodes 3
at 1s kubectl apply -f - <<END
apiVersion: v1
kind: Service
metadata: { name: db }
spec: { clusterIP: None, selector: { app: db } }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db }
spec:
  serviceName: db
  replicas: 3
  selector: { matchLabels: { app: db } }
  template:
    metadata: { labels: { app: db } }
    spec:
      containers:
      - { name: db, image: "ordinal/db:1" }
END
at 40s kubectl delete pod db-1
`;
