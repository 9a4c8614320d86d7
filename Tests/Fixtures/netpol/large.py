#!/usr/bin/env python3
"""Makes a large cluster: large.py FOLDER WORKLOADS POLICIES. To measure:

  python3 Tests/Fixtures/netpol/large.py large 1000 500
  /usr/bin/time -v maskline k8s connections large --output csv > connections.csv
"""
import os
import random
import sys

folder, workloads, policies = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
random.seed(1)
os.makedirs(folder, exist_ok=True)
namespaces = [f"ns{number}" for number in range(max(1, workloads // 50))]
with open(f"{folder}/workloads.yaml", "w", encoding="utf-8") as file:
    for number in range(workloads):
        namespace = namespaces[number % len(namespaces)]
        file.write(f"""---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: w{number}, namespace: {namespace}}}
spec:
  selector: {{matchLabels: {{app: w{number}}}}}
  template:
    metadata: {{labels: {{app: w{number}, tier: t{number % 5}}}}}
    spec:
      containers:
      - {{name: c, image: i, ports: [{{name: web, containerPort: {8000 + number % 7}}}]}}
""")
with open(f"{folder}/policies.yaml", "w", encoding="utf-8") as file:
    for number in range(policies):
        target = random.randrange(workloads)
        source = random.randrange(workloads)
        direction, peers = random.choice([("Ingress", "from"), ("Egress", "to")])
        port = random.choice(["8080", "web", "443", "53"])
        peer = random.choice([
            f"{{namespaceSelector: {{}}, podSelector: {{matchLabels: {{app: w{source}}}}}}}",
            f"{{namespaceSelector: {{}}, podSelector: {{matchLabels: {{tier: t{source % 5}}}}}}}",
            f"{{ipBlock: {{cidr: 203.0.{number % 250}.0/24}}}}",
        ])
        file.write(f"""---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: p{number}, namespace: {namespaces[target % len(namespaces)]}}}
spec:
  podSelector: {{matchLabels: {{app: w{target}}}}}
  policyTypes: [{direction}]
  {direction.lower()}:
  - {peers}: [{peer}]
    ports: [{{port: {port}}}]
""")
