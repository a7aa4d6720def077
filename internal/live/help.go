package live

// Help is the help of the plugin.
const Help = `Find the container images in a cluster that it cannot pull.

Usage:
   kubectl imagelint [lint] [RESOURCE...] [flags]    lint what is in the cluster
   kubectl imagelint pulls [RESOURCE...] [flags]     show how each image is pulled, and why pulls fail
   kubectl imagelint images [RESOURCE...] [flags]    list the images

Examples:
   kubectl imagelint pulls pod/cart-0 -n shop
   kubectl imagelint deploy/web
   kubectl imagelint pulls -A --failing
   kubectl imagelint -A --context prod --format sarif --output prod.sarif

RESOURCE is what kubectl get takes: deploy/web, "pod cart-0", or sts,ds. Without one, all workloads of the namespace.
The plugin starts kubectl from PATH. It only gets and lists: the resources, their service accounts, the Secrets that
these name and, for pulls, the Events of pods. What it asked for is printed to standard error. It changes nothing, and
prints no value of a Secret. Secrets that you may not read are assumed to exist.

Flags for kubectl:
   -n, --namespace NS        the namespace
   -A, --all-namespaces      all namespaces
   -l, --selector LABELS     only objects with these labels
       --field-selector F    only objects with these fields
       --context NAME        the context; also --kubeconfig, --cluster, --user, --server, --as, --as-group, --as-uid
                             and --request-timeout

All other flags are those of imagelint: see "imagelint help lint" and "imagelint help pulls".
Exit codes: 0 nothing at or above --fail-on, 1 findings, or a pull fails, 2 wrong usage, 3 the run failed, or a part of
the resources could not be read.
`

// HelmHelp is the help of the plugin of helm.
const HelmHelp = `Find the container images of a chart or a release that a cluster cannot pull.

Usage:
   helm imagelint [lint] CHART|RELEASE [flags]    lint a chart, or what is installed
   helm imagelint pulls CHART|RELEASE [flags]     show how each image is pulled
   helm imagelint images CHART|RELEASE [flags]    list the images

Examples:
   helm imagelint ./charts/web -f values-prod.yaml
   helm imagelint web -n shop --kube-context prod
   helm imagelint images web --revision 3

CHART is a folder or a .tgz file; the helm that runs the plugin renders it. Any other word is a RELEASE, whose manifest
and hooks helm gets from the cluster. Nothing is changed.

   --revision N    the revision of the release

helm takes its own flags, such as --namespace and --kube-context. All others are those of imagelint: see
"imagelint help lint". Exit codes: 0 nothing at or above --fail-on, 1 findings, or a pull fails, 2 wrong usage, 3 the
run failed.
`
