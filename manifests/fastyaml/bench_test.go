package fastyaml_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/imagelint-dev/imagelint/manifests/fastyaml"
)

// workload is a Deployment as charts render it, with n containers and their usual fields.
func workload(n int) []byte {
	var b strings.Builder
	b.WriteString("---\n# Source: shop/templates/deployment.yaml\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: shop\n  labels:\n" +
		"    app.kubernetes.io/name: shop\n    app.kubernetes.io/managed-by: \"Helm\"\nspec:\n  replicas: 2\n  selector:\n    matchLabels: {app: shop}\n" +
		"  template:\n    metadata:\n      annotations:\n        checksum/config: 0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0\n" +
		"    spec:\n      serviceAccountName: shop\n      imagePullSecrets:\n        - name: regcred\n      containers:\n")
	for i := range n {
		fmt.Fprintf(&b, `        - name: part-%[1]d
          image: "registry.example.com/shop/part-%[1]d:1.%[1]d.0"
          imagePullPolicy: IfNotPresent
          # The port is fixed.
          ports:
            - name: http
              containerPort: 80%02[1]d
              protocol: TCP
          command: ["/bin/sh", "-c"]
          args:
            - |
              set -eu
              if [ -f /etc/shop/env ]; then
                . /etc/shop/env
              fi

              exec /usr/bin/shop --part=%[1]d --log-level=info
          env:
            - name: POD_NAME
              valueFrom:
                fieldRef:
                  fieldPath: metadata.name
            - name: SHOP_URL
              value: http://shop.example.com:8080/?part=%[1]d
          livenessProbe:
            httpGet: {path: /healthz, port: http}
            initialDelaySeconds: 10
          resources:
            limits:
              cpu: 500m
              memory: 128Mi
          securityContext:
            readOnlyRootFilesystem: true
`, i)
	}
	return []byte(b.String())
}

// definition is like a CustomResourceDefinition: a deep schema of n properties with multi-line
// descriptions.
func definition(n int) []byte {
	var b strings.Builder
	b.WriteString("apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec:\n  versions:\n  - name: v1\n    schema:\n" +
		"      openAPIV3Schema:\n        properties:\n")
	for i := range n {
		fmt.Fprintf(&b, `          field%d:
            description: |-
              The image that the operator runs, with its tag or digest.

              More text about the field.
            properties:
              pullPolicy:
                description: 'When the image is pulled: one of Always, Never
                  and IfNotPresent, as for a container.'
                enum:
                - Always
                - Never
                type: string
              size:
                anyOf:
                - type: integer
                - type: string
                description: How much of the thing there is, which is counted in pieces
                  and may not be less than nothing
                x-kubernetes-int-or-string: true
            type: object
`, i)
	}
	return []byte(b.String())
}

func BenchmarkParse(b *testing.B) {
	for name, data := range map[string][]byte{"workload": workload(4), "workloads": workload(400), "definition": definition(100)} {
		b.Run(name+"/fast", func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				if _, ok := fastyaml.Parse(data); !ok {
					b.Fatal("rejected")
				}
			}
		})
		b.Run(name+"/again", func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			var p fastyaml.Parser
			for b.Loop() {
				if _, ok := p.Parse(data); !ok {
					b.Fatal("rejected")
				}
			}
		})
		b.Run(name+"/full", func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := full(data); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
