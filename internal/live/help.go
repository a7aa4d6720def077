package live

// Help is the help text of the kubectl plugin.
const Help = `Find container images that a cluster cannot pull, by linting what runs there.

Usage:
   kubectl imagelint [lint] [RESOURCE...] [flags]    lint objects in the cluster
   kubectl imagelint pulls [RESOURCE...] [flags]     show how each image is pulled, and why pulls fail
   kubectl imagelint images [RESOURCE...] [flags]    list the images

Examples:
   kubectl imagelint pulls pod/cart-0 -n shop
   kubectl imagelint deploy/web
   kubectl imagelint pulls -A --failing
   kubectl imagelint -A --context prod --format sarif --output prod.sarif

RESOURCE is anything that kubectl get accepts: deploy/web, "pod cart-0", or sts,ds. The default is all workloads of the
namespace. The plugin runs kubectl from PATH. It only gets and lists objects: the resources, their service accounts, the
Secrets that they reference and, for pulls, the Events of pods. It prints its requests to standard error. It changes
nothing and never prints a Secret value. Secrets that you may not read are assumed to exist.

Flags for kubectl:
   -n, --namespace NS        the namespace
   -A, --all-namespaces      all namespaces
   -l, --selector LABELS     only objects with these labels
       --field-selector F    only objects with these fields
       --context NAME        the context; also --kubeconfig, --cluster, --user, --server, --as, --as-group, --as-uid
                             and --request-timeout

All other flags are flags of imagelint: see "imagelint help lint" and "imagelint help pulls".
Exit codes: 0 nothing at or above --fail-on, 1 findings, or a pull fails, 2 usage error, 3 the run failed, or some
resources could not be read.
`

// HelmHelp is the help text of the helm plugin.
const HelmHelp = `Find container images in a chart or release that a cluster cannot pull.

Usage:
   helm imagelint [lint] CHART|RELEASE [flags]    lint a chart or an installed release
   helm imagelint pulls CHART|RELEASE [flags]     show how each image is pulled
   helm imagelint images CHART|RELEASE [flags]    list the images

Examples:
   helm imagelint ./charts/web -f values-prod.yaml
   helm imagelint web -n shop --kube-context prod
   helm imagelint images web --revision 3

CHART is a folder or a .tgz file, which is rendered with the helm that runs the plugin. Any other argument is a RELEASE,
whose manifest and hooks helm gets from the cluster. Nothing is changed.

   --revision N    the revision of the release

helm handles its own flags, such as --namespace and --kube-context. All other flags are flags of imagelint: see
"imagelint help lint". Exit codes: 0 nothing at or above --fail-on, 1 findings, or a pull fails, 2 usage error, 3 the
run failed.
`
